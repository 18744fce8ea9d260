"""One inspector with a mark on everything, and all that they do: reports, looks, answers, complaints, visits."""

import io
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from PIL import ExifTags, Image, TiffImagePlugin

from inspection.checks import findings, reviews, visits
from inspection.checks.models import PlanState, Visit
from inspection.kernel.calendar import BEIJING, now
from inspection.kernel.db import db, writing
from inspection.people import invitations
from inspection.people.access import Role
from inspection.people.models import Device, Person, Profile
from inspection.photos.models import Photo
from inspection.photos.service import plain
from inspection.reports import questions
from inspection.reports.models import Form, Report
from inspection.tickets import comments
from inspection.tickets import service as tickets
from inspection.tickets.annexes import Audience
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Finding, Ticket
from inspection.tickets.workflow import State
from inspection.triage import service as triage
from tests.api.conftest import token_for
from tests.checks.bring import FAIL, PASS, answers, bring
from tests.checks.make_checks import MakeChecks
from tests.make import PASSWORD, SPOT, Make, jpeg, sha256
from tests.shield.canaries import Canary, of_hash, of_id, of_phone
from tests.web.browser import Browser, hidden, work

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NAME, PHONE = "欧阳金雀仙", "13777654321"
AGENT = "CanaryBrowser/77.31 (Canaryphone Ultra)"
TRAIL = (39.937383, 116.423737)
"""Where the phone was: near every place of the story, and none of them."""
VOICE = b"\x1aE\xdf\xa3" + b"CANARYVOICE" * 40
WORDS = {
    "employer": "金丝雀织造厂",
    "note of the roster": "花名册里的金丝雀备注",
    "note of a visit": "走访记录的金丝雀总说明",
    "note of an item that is fine": "合格项的金丝雀备注",
    "why far": "金丝雀为什么站得远",
    "why a visit was declined": "金丝雀去不了的缘由",
    "complaint": "金丝雀不满意的缘由",
    "note of a look": "金丝雀复查看到的",
    "email": "canary.mail@example.cn",
    "camera": "CANARYCAM",
    "model": "CANARYMODEL",
    "software": "CANARYSOFT",
    "artist": "CANARYARTIST",
    "copyright": "CANARYRIGHTS",
    "title of a picture": "CANARYTITLE",
    "serial number": "CANARYSERIAL",
    "owner": "CANARYOWNER",
    "lens": "CANARYLENS",
    "remark of a camera": "CANARYREMARK",
    "XMP": "CANARYXMP",
    "JPEG comment": "CANARYCOMMENT",
    "bytes behind a picture": "CANARYTAIL",
    "file name": "CANARYFILE_金丝雀",
}
"""What nobody but the city, and of most not even the city, is to read."""


def marked(seed: int, taken_at: datetime) -> bytes:
    """A picture that says in every way that a file can who took it, with what, where and when."""
    with Image.open(io.BytesIO(jpeg(seed))) as picture:
        exif = Image.Exif()
        for tag, word in {
            "Make": "camera", "Model": "model", "Software": "software", "Artist": "artist",
            "Copyright": "copyright", "ImageDescription": "title of a picture",
        }.items():  # fmt: skip
            exif[ExifTags.Base[tag]] = WORDS[word]
        details = exif.get_ifd(ExifTags.IFD.Exif)
        details[ExifTags.Base.DateTimeOriginal] = f"{taken_at.astimezone(BEIJING):%Y:%m:%d %H:%M:%S}"
        for tag, word in {
            "BodySerialNumber": "serial number", "CameraOwnerName": "owner", "LensModel": "lens",
        }.items():  # fmt: skip
            details[ExifTags.Base[tag]] = WORDS[word]
        details[ExifTags.Base.UserComment] = b"ASCII\0\0\0" + WORDS["remark of a camera"].encode()
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        for number, (side, degrees) in enumerate(zip("NE", TRAIL, strict=True)):
            gps[1 + 2 * number], gps[2 + 2 * number] = side, _sexagesimal(degrees)
        out, xmp = io.BytesIO(), f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{WORDS['XMP']}</x:xmpmeta>".encode()
        picture.save(out, "JPEG", exif=exif, xmp=xmp, comment=WORDS["JPEG comment"].encode())
    return out.getvalue() + WORDS["bytes behind a picture"].encode()


def _seconds(degrees: float) -> str:
    """The last part of a position as a camera writes it."""
    return f"{degrees * 60 % 1 * 60:.4f}"


def _sexagesimal(degrees: float) -> tuple[TiffImagePlugin.IFDRational, ...]:
    minutes = degrees % 1 * 60
    parts = ((int(degrees), 1), (int(minutes), 1), (round(minutes % 1 * 60 * 10_000), 10_000))
    return tuple(TiffImagePlugin.IFDRational(*part) for part in parts)


@dataclass
class Story:
    """What was made of it: the people who look, and the marks that they must not find."""

    app: Flask
    make: Make
    moment: datetime = field(default_factory=now)
    marks: list[Canary] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Everybody who takes part."""
        self.checks = MakeChecks()
        self.seen_at = (self.moment - 2 * DAY).astimezone(BEIJING).replace(hour=7, minute=43, second=37, microsecond=0)
        self.city, self.officer, self.unit = self.make.city(), self.make.officer(), self.make.unit()
        self.handler, self.auditor = self.make.handler(self.unit), self.make.person(Role.AUDITOR)
        self.inspector = self.make.inspector(name=NAME, phone=PHONE)
        self._roster()
        self.phone = Browser(self.app)
        self.phone.client.environ_base["HTTP_USER_AGENT"] = AGENT
        self.phone.sign_in(PHONE)

    def told(self) -> "Story":
        """All that happens, in its order."""
        by_form, by_phone = self._report_by_form(), self._report_by_phone()
        work()
        self._dealt_with(by_form)
        self._looked_at()
        self._complained(by_phone)
        self._visited()
        work()
        self._mark_all()
        return self

    def _roster(self) -> None:
        with writing():
            db.session.get_one(Person, self.inspector.id).email = WORDS["email"]
            known = {"employer": WORDS["employer"], "note": WORDS["note of the roster"], "changed_at": self.moment}
            db.session.add(Profile(person_id=self.inspector.id, **known))
        made = invitations.draft()
        with writing():
            person = db.session.get_one(Person, self.inspector.id)
            invitations.create(person, made, valid=DAY, by="test", now=self.moment)
        self.marks += [Canary("invitation", made.token), Canary("key", token_for(self.inspector))]

    def _report_by_form(self) -> uuid.UUID:
        """The form without scripts, whose file has a name."""
        page = self.phone.page("/phone/report")
        picture = io.BytesIO(marked(71, self.seen_at))
        given = hidden(page) | {
            "category": "street_clutter", "description": "墙边堆着旧柜子", "address": "月牙胡同 5 号门前",
            "lat": str(SPOT[0]), "lng": str(SPOT[1]), "accuracy_m": "8.3716", "captured_at": self.seen_at.isoformat(),
            "photos": (picture, f"{WORDS['file name']}.jpg"),
        }  # fmt: skip
        answer = self.phone.send("/phone/report", given, page="/phone/report")
        assert answer.status_code == 303, answer.text
        return db.session.scalars(db.select(Report.id)).one()

    def _report_by_phone(self) -> uuid.UUID:
        """The app's own way, with a spoken note and where the phone was at each picture."""
        picture, moment, report_id = marked(72, self.seen_at), self.seen_at.isoformat(), uuid.uuid4()
        head = {"X-CSRFToken": self.phone.get("/api/v1/session").json["csrf"]}
        where = {"lat": TRAIL[0], "lng": TRAIL[1], "datum": "wgs84", "accuracy_m": 8.3716, "source": "live"}
        body = {
            "category": "street_clutter", "form": "adhoc", "description": "又堆上了", "address": "月牙胡同 9 号门前",
            "captured_at": moment, "place": where | {"lat": SPOT[0], "lng": SPOT[1], "fixed_at": moment},
            "photos": [{"sha256": sha256(picture), "bytes": len(picture), "role": "far", "taken_at": moment,
                        "place": where | {"fixed_at": moment}}],
            "recordings": [{"sha256": sha256(VOICE), "bytes": len(VOICE), "seconds": 7, "taken_at": moment}],
        }  # fmt: skip
        url = f"/api/v1/reports/{report_id}"
        for part, content in (
            ("", {"json": plain(body)}),
            (f"/photos/{sha256(picture)}", {"data": picture}),
            (f"/recordings/{sha256(VOICE)}", {"data": VOICE}),
        ):
            answer = self.phone.client.put(url + part, headers=head, buffered=True, **content)
            assert answer.status_code in {200, 201}, answer.text
        return report_id

    def _dealt_with(self, report_id: uuid.UUID) -> None:
        """The district files it and asks; the inspector answers; the unit puts it right and says so."""
        self.make.supplement(report_id, self.inspector, "还在那里", marked(73, self.seen_at), now=self.moment)
        ticket = self._filed(report_id, self.officer)
        with writing():
            report, officer = db.session.get_one(Report, report_id), self._get(self.officer)
            asked = questions.ask(report, text="门牌是几号？", wants_photo=False, days=5, by=officer, now=self.moment)
            case = db.session.get_one(Ticket, ticket)
            comments.add(uuid.uuid4(), case, audience=Audience.REPORTER, text="谢谢您", by=officer, now=self.moment)
        self.phone.send(f"/phone/questions/{asked.id}/answer", {"text": "是五号"})
        with writing():
            tickets.accept(db.session.get_one(Ticket, ticket), by=self._get(self.handler), now=self.moment)

    def _looked_at(self) -> None:
        """The city sends the inspector to see another's ticket: one look waits, on another one a verdict rests."""
        for number in range(2):
            moment = self.moment - 3 * DAY
            ticket = self.make.ticket(State.HANDLED, officer=self.officer, unit=self.unit, now=moment)
            task = self.make.task(ticket, self.inspector, by=self.city, now=self.seen_at - HOUR)
            said = WORDS["note of a look"]
            picture = marked(74 + number, self.seen_at)
            looked = self.make.opinion(task, self.inspector, picture, verdict=Finding.GOOD, note=said, now=self.seen_at)
            if number:
                with writing():
                    manifest = db.session.merge(looked.one.manifest)
                    tickets.pass_recheck(
                        db.session.get_one(Ticket, ticket.id),
                        note="照督查员看到的",
                        evidence=manifest,
                        by=self._get(self.city),
                        now=self.moment - HOUR,
                    )

    def _complained(self, report_id: uuid.UUID) -> None:
        """The ticket of the second report is closed, and the inspector is not satisfied."""
        ticket = self._filed(report_id, self.officer)
        with writing():
            tickets.accept(db.session.get_one(Ticket, ticket), by=self._get(self.handler), now=self.moment)
        self.make.answer(db.session.get_one(Ticket, ticket), self.handler, self.moment)
        with writing():
            case = db.session.get_one(Ticket, ticket)
            tickets.pass_recheck(case, note="到现场看过", evidence=None, by=self._get(self.officer), now=self.moment)
        picture = marked(76, self.seen_at)
        self.make.feedback(report_id, self.inspector, WORDS["complaint"], picture, now=self.moment)

    def _visited(self) -> None:
        """Three weeks ago a plan: a visit with findings that are out, one declined, one that waits to be released."""
        began = (self.seen_at - 20 * DAY).date()
        version = self.checks.checklist()
        plan = self.checks.plan(self.city, version, state=PlanState.ENDED, starts_on=began, days=7)
        out = self._visit(plan)
        assert findings.release_due(now=self.moment - 2 * HOUR) == 1
        work()
        found = db.session.scalars(db.select(Report).where(Report.form == Form.MYSTERY)).one()
        self.ticket_of_finding = self._filed(found.id, self.city)
        late = self.checks.plan(self.city, version, state=PlanState.ENDED, starts_on=self.seen_at.date(), days=7)
        self._visit(late)
        declined = self.checks.visit(late, self.checks.site(unit=self.unit), self.inspector, opens_at=self.moment)
        with writing():
            text, by = WORDS["why a visit was declined"], self._get(self.inspector)
            visits.decline(declined.id, reason=visits.Decline.OTHER, text=text, by=by, now=self.moment)
        waits = self.checks.visit(late, self.checks.site(unit=self.unit), self.inspector, opens_at=self.moment - HOUR)
        self.hidden = [of_id("visit", one) for one in (out, declined.id, waits.id)]
        self.hidden += [of_id("plan", one.id) for one in (plan, late)]

    def _visit(self, plan: Any) -> uuid.UUID:
        """Done on the plan's first day at the minute that must not get out, and accepted."""
        at = self.seen_at.replace(year=plan.starts_on.year, month=plan.starts_on.month, day=plan.starts_on.day)
        site = self.checks.site(unit=self.unit, address="东四七条西口")
        visit = self.checks.visit(plan, site, self.inspector, opens_at=at - HOUR)
        said = answers(q1=PASS | {"note": WORDS["note of an item that is fine"]}, q2=FAIL | {"note": "三辆车"})
        words = {"note": WORDS["note of a visit"], "far_reason": WORDS["why far"]}
        number = len(db.session.scalars(db.select(Photo.id)).all())
        bring(visit, said, pictures={"q2": [marked(80 + number, at)]}, at=at, spot=TRAIL, **words)
        with writing():
            reviews.examine(visit.id, now=at + HOUR)
        with writing():
            reviews.accept(db.session.get_one(Visit, visit.id), by=self._get(self.city), now=at + DAY)
        return visit.id

    def _filed(self, report_id: uuid.UUID, by: Person) -> uuid.UUID:
        with writing():
            report = db.session.get_one(Report, report_id)
            ticket = triage.file_and_dispatch(
                report,
                category=report.category_code,
                place=report.address,
                unit=db.session.get_one(type(self.unit), self.unit.id),
                limit=Limit(5, TimeUnit.WORKDAY),
                by=self._get(by),
                now=self.moment - HOUR,
            )
            return ticket.id

    def _get(self, person: Person) -> Person:
        return db.session.get_one(Person, person.id)

    def _mark_all(self) -> None:
        self.marks += [Canary(what, text) for what, text in WORDS.items()]
        self.marks += [Canary("name", NAME, (NAME[:2], NAME[2:])), of_phone("phone", PHONE)]
        self.marks += [Canary("user agent", AGENT, ("CanaryBrowser", "Canaryphone")), Canary("password", PASSWORD)]
        self.marks += [Canary("voice", "CANARYVOICE"), of_id("person", self.inspector.id)]
        self.marks += [of_id("device", one) for one in db.session.scalars(db.select(Device.id))]
        self.marks += [Canary(f"trail {place}", f"{place:.6f}", (f"{place:.5f}", _seconds(place))) for place in TRAIL]
        self.marks += [Canary("accuracy", "8.3716")]
        self.marks += [of_hash("picture", one.sha256) for one in db.session.scalars(db.select(Photo))]
        self.marks += [self._minute(0), self._minute(20)]

    def _minute(self, earlier: int) -> Canary:
        at = self.seen_at - earlier * DAY
        epoch = str(int(at.timestamp()))
        return Canary("minute", "07:43:37", (":43:37", "上午 7:43", "07:43", "T07:43", "7时43分", epoch))
