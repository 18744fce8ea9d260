"""What people do in the demo, each through the service that the real pages call (演示操作)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from inspection.demo.case import Case, Picture
from inspection.demo.cast import Cast
from inspection.demo.places import nearby
from inspection.demo.studio import Studio
from inspection.geography.points import Datum
from inspection.jobs import Tools
from inspection.kernel.db import db, writing
from inspection.notices import service as notices
from inspection.notices.models import Notice
from inspection.people import identities
from inspection.people.models import Person, Unit
from inspection.photos import images
from inspection.photos import service as photos
from inspection.photos.models import Manifest, ManifestKind
from inspection.photos.service import PhotoLimits
from inspection.reports import questions, supplements
from inspection.reports import service as reports
from inspection.reports.models import Form, Reply, Report, Source
from inspection.reports.service import IntakeLimits, NewReport, Place
from inspection.tickets import assistance, comments, disputes, feedback, opinions, requests, tasks
from inspection.tickets import service as tickets
from inspection.tickets.annexes import Assist, Audience
from inspection.tickets.deadlines import Limit
from inspection.tickets.disputes import Owner
from inspection.tickets.models import Finding, ReturnGround, Task, TaskKind, Ticket
from inspection.tickets.opinions import NewOpinion
from inspection.triage import service as triage
from inspection.triage.models import Proposal
from inspection.triage.service import DeclineGround

CALL = "请派人到现场配合核实"
CALLS = {
    "公安交管": "请联系车主挪车，方便清运",
    "公安": "请派人到现场维持秩序",
    "城市管理委": "请安排清运车辆，当天拉走",
    "综合行政执法队": "请派人一起到现场，劝导占道的人",
}
"""What a unit is called in for, by its duty."""

Stored = Sequence[tuple[Picture, images.Facts]]


@dataclass
class Hands:
    """The tools, the people, and the studio in which pictures are made."""

    tools: Tools
    cast: Cast
    studio: Studio
    rng: Random

    @property
    def limits(self) -> PhotoLimits:
        """As set."""
        knobs = self.tools.settings
        return PhotoLimits(knobs.max_photos, knobs.max_photo_bytes, knobs.max_photo_megapixels)

    def send(self, case: Case, now: datetime, *, lost: int = 0) -> None:
        """The phone sends a report and its photos; the last ``lost`` of them never arrive."""
        pictures = case.found(self.studio, self.rng)
        stored = self._stored(pictures[: len(pictures) - lost])
        new = NewReport(
            category=case.problem.category,
            form=case.form,
            description=case.description,
            address=case.spot.address,
            captured_at=pictures[0].taken_at or now if pictures else now,
            place=case.place(),
            photos=tuple(picture.announced for picture in pictures),
            count=case.count,
            plate=case.plate,
        )
        with writing():
            by = db.session.get_one(Person, case.inspector_id)
            limits, signer = IntakeLimits(self.limits, self.tools.settings.daily_photos), self.tools.signer
            reports.receive(case.report_id, new, by=by, limits=limits, signer=signer, now=now)
            for picture, facts in stored:
                sha256 = picture.announced.sha256
                reports.photo_arrived(case.report_id, sha256, facts, by=by, signer=signer, now=now)

    def withdraw(self, case: Case, now: datetime) -> None:
        """撤回."""
        with writing():
            reports.withdraw(case.report_id, by=db.session.get_one(Person, case.inspector_id), now=now)

    def decline(self, case: Case, ground: DeclineGround, text: str, now: datetime) -> None:
        """不予立案."""
        with writing():
            triage.decline(self._report(case), ground=ground, text=text, by=self._officer(case), now=now)

    def file(self, case: Case, now: datetime, *, dispatched: bool) -> None:
        """立案, and 派遣 as the routing suggests it."""
        with writing():
            report = self._report(case)
            proposal = db.session.get(Proposal, case.report_id)
            unit = db.session.get(Unit, proposal.unit_id) if proposal and proposal.unit_id else None
            ticket = triage.file_and_dispatch(
                report,
                category=case.problem.category,
                place=case.spot.address,
                unit=unit if dispatched else None,
                limit=None,
                by=self._officer(case),
                now=now,
            )
            case.ticket_id = ticket.id

    def dispatch_again(self, case: Case, now: datetime) -> None:
        """A returned ticket goes to the district's department, or whoever else there has somebody to take it."""
        with writing():
            ticket = self._ticket(case)
            free = self._units(case.spot.district_code)
            other = next((unit for unit in free if unit.duty == ticket.category.handler_department), free[0])
            limit = Limit(ticket.limit_amount, ticket.limit_unit)
            tickets.dispatch(ticket, unit=other, limit=limit, by=self._officer(case), now=now)

    def accept(self, case: Case, now: datetime) -> None:
        """签收."""
        with writing():
            ticket = self._ticket(case)
            tickets.accept(ticket, by=self._handler(ticket), now=now)

    def answer(self, case: Case, picture: Picture, note: str, now: datetime) -> None:
        """反馈."""
        stored = self._stored([picture])
        answer_id = uuid.uuid4()
        with writing():
            ticket = self._ticket(case)
            by = self._handler(ticket)
            after = [one.announced for one, _ in stored]
            tickets.announce_answer(answer_id, ticket, note=note, after=after, by=by, limits=self.limits, now=now)
            for one, facts in stored:
                tickets.answer_photo_arrived(answer_id, one.announced.sha256, facts, by=by, now=now)

    def pass_recheck(self, case: Case, picture: Picture | None, note: str, now: datetime) -> None:
        """核查通过."""
        stored = self._stored([picture] if picture else [])
        with writing():
            ticket = self._ticket(case)
            evidence = self._evidence(ticket, stored, now)
            tickets.pass_recheck(ticket, note=note, evidence=evidence, by=self._officer(case), now=now)

    def fail_recheck(self, case: Case, picture: Picture, reason: str, now: datetime) -> None:
        """核查不通过."""
        stored = self._stored([picture])
        with writing():
            ticket = self._ticket(case)
            evidence = self._evidence(ticket, stored, now)
            tickets.fail_recheck(ticket, reason=reason, evidence=evidence, by=self._officer(case), now=now)

    def look_back(self, case: Case, picture: Picture, note: str, now: datetime, *, good: bool) -> None:
        """回头看, by the city."""
        stored = self._stored([picture])
        with writing():
            ticket = self._ticket(case)
            evidence = self._evidence(ticket, stored, now)
            tickets.look_back(ticket, good=good, note=note, evidence=evidence, by=self._city(), now=now)

    def ask_return(self, case: Case, ground: ReturnGround, text: str, now: datetime) -> None:
        """申请退单."""
        with writing():
            ticket = self._ticket(case)
            requests.request_return(ticket, ground=ground, text=text, by=self._handler(ticket), now=now)

    def decide_return(self, case: Case, reason: str, now: datetime, *, granted: bool) -> None:
        """同意 or 不同意退单."""
        with writing():
            requests.decide_return(self._ticket(case), granted=granted, reason=reason, by=self._district(case), now=now)

    def ask_extension(self, case: Case, reason: str, new_due_on: date, now: datetime) -> None:
        """申请延期."""
        with writing():
            ticket = self._ticket(case)
            by = self._handler(ticket)
            requests.request_extension(ticket, reason=reason, new_due_on=new_due_on, by=by, now=now)

    def grant_extension(self, case: Case, now: datetime) -> None:
        """同意延期."""
        with writing():
            requests.decide_extension(self._ticket(case), granted=True, reason="同意", by=self._district(case), now=now)

    def suspend(self, case: Case, plan: str, review_on: date, expected_on: date, now: datetime) -> None:
        """挂账."""
        with writing():
            requests.suspend(
                self._ticket(case), plan=plan, expected_on=expected_on, review_on=review_on, by=self._city(), now=now
            )

    def void(self, case: Case, reason: str, now: datetime) -> None:
        """作废."""
        with writing():
            tickets.void(self._ticket(case), reason=reason, by=self._city(), now=now)

    def supervise(self, case: Case, reason: str, now: datetime) -> None:
        """督办."""
        with writing():
            tickets.supervise(self._ticket(case), reason=reason, by=self._city(), now=now)

    def instruct(self, case: Case, office: str, text: str, now: datetime) -> None:
        """批示."""
        with writing():
            tickets.instruct(self._ticket(case), office=office, text=text, by=self._officer(case), now=now)

    def comment(self, case: Case, text: str, now: datetime, *, by_unit: bool = False, outside: bool = False) -> None:
        """留言, by the district or the unit; ``outside`` for whoever reported it."""
        with writing():
            ticket = self._ticket(case)
            by = self._handler(ticket) if by_unit else self._district(case)
            audience = Audience.REPORTER if outside else Audience.INTERNAL
            comments.add(uuid.uuid4(), ticket, audience=audience, text=text, by=by, now=now)

    def question(self, case: Case, text: str, now: datetime, *, wants_photo: bool) -> uuid.UUID:
        """问上报人."""
        with writing():
            days = self.tools.settings.question_days
            by = self._district(case)
            return questions.ask(self._report(case), text=text, wants_photo=wants_photo, days=days, by=by, now=now).id

    def reply(self, case: Case, question_id: uuid.UUID, text: str, now: datetime) -> None:
        """答复."""
        with writing():
            by = db.session.get_one(Person, case.inspector_id)
            questions.answer(question_id, reply=Reply.TOLD, text=text, shown=(), by=by, now=now)

    def call_in(self, case: Case, limit: Limit, now: datetime) -> uuid.UUID:
        """请来协办: the famous unit where another leads, else a department of the district that has somebody."""
        with writing():
            ticket = self._ticket(case)
            famous = db.session.get_one(Unit, next(iter(self.cast.handlers)))
            beside = [unit for unit in self._units(ticket.district_code) if unit.id != ticket.unit_id]
            departments = [unit for unit in beside if unit.street_code is None]
            unit = famous if famous in beside else (departments or beside)[0]
            task = CALLS.get(unit.duty, CALL)
            return assistance.call_in(ticket, unit=unit, task=task, limit=limit, by=self._district(case), now=now).id

    def take_call(self, case: Case, assist_id: uuid.UUID, now: datetime) -> None:
        """协办签收."""
        with writing():
            assistance.accept(self._ticket(case), assist_id, by=self._helper(assist_id), now=now)

    def answer_call(self, case: Case, assist_id: uuid.UUID, note: str, now: datetime) -> None:
        """协办答复."""
        with writing():
            by = self._helper(assist_id)
            assistance.answer(self._ticket(case), assist_id, note=note, evidence=None, by=by, now=now)

    def dispute(self, case: Case, statement: str, now: datetime) -> None:
        """提出争议."""
        with writing():
            disputes.dispute(self._ticket(case), statement=statement, named=None, by=self._district(case), now=now)

    def settle(self, case: Case, reason: str, now: datetime) -> None:
        """裁定: it is the unit's that has it."""
        with writing():
            ticket = self._ticket(case)
            disputes.settle(ticket, owner=Owner(unit=ticket.unit), reason=reason, by=self._city(), now=now)

    def supplement(self, case: Case, picture: Picture, note: str, now: datetime) -> None:
        """补充."""
        shown = [(one.announced, facts) for one, facts in self._stored([picture])]
        with writing():
            by = db.session.get_one(Person, case.inspector_id)
            supplements.add(uuid.uuid4(), case.report_id, note=note, shown=shown, by=by, now=now)

    def complain(self, case: Case, picture: Picture, reason: str, now: datetime) -> None:
        """不满意."""
        shown = [(one.announced, facts) for one, facts in self._stored([picture])]
        with writing():
            by = db.session.get_one(Person, case.inspector_id)
            feedback.give(case.report_id, satisfied=False, reason=reason, shown=shown, by=by, now=now)

    def ask(self, case: Case, kind: TaskKind, now: datetime, *, known: bool) -> Task:
        """请督查员去看: the one whom visitors sign in as, or somebody by lot."""
        with writing():
            person = db.session.get_one(Person, self.cast.inspectors[0].id) if known else None
            return tasks.ask(
                self._ticket(case),
                kind=kind,
                due_on=tasks.default_due(now),
                by=self._city(),
                now=now,
                rng=self.rng,
                person=person,
            )

    def look(self, case: Case, task_id: uuid.UUID, picture: Picture, note: str, now: datetime) -> None:
        """Whoever was asked has been there, and it is put right."""
        stored = self._stored([picture])
        opinion_id, signer = uuid.uuid4(), self.tools.signer
        announced = tuple(one.announced for one, _ in stored)
        stood = nearby(case.spot.point, self.rng.uniform(2, 12), self.rng)
        place = Place(stood.lat, stood.lng, Datum.WGS84, case.spot.accuracy_m, Source.LIVE, now)
        at = picture.taken_at or now
        new = NewOpinion(task_id, Finding.GOOD, note=note, captured_at=at, place=place, photos=announced)
        with writing():
            by = next(one for one in self._inspectors() if identities.holds_task(one, [task_id]))
            opinions.receive(opinion_id, new, by=by, limits=self.limits, signer=signer, now=now)
            for one, facts in stored:
                opinions.photo_arrived(opinion_id, one.announced.sha256, facts, by=by, signer=signer, now=now)

    def draft(self, day: date, now: datetime) -> uuid.UUID:
        """The notice of a week, drafted by the city's first officer."""
        with writing():
            return notices.draft(day, by=db.session.get_one(Person, self.cast.city[0].id), now=now).id

    def sign(self, notice_id: uuid.UUID, now: datetime) -> None:
        """签发."""
        if self.cast.publisher is None:
            raise ValueError("nobody may sign")
        with writing():
            notice = db.session.get_one(Notice, notice_id)
            by = db.session.get_one(Person, self.cast.publisher.id)
            notices.sign(notice, settings=self.tools.settings, by=by, now=now)

    def due_on(self, case: Case) -> datetime:
        """When the case's ticket is due; raises ValueError for one without a clock."""
        due_at = self._ticket(case).due_at
        if due_at is None:
            raise ValueError("the ticket has no clock")
        return due_at

    def _stored(self, pictures: Sequence[Picture]) -> Stored:
        db.session.rollback()  # nothing may be open while bytes are stored
        kept = []
        for picture in pictures:
            one = picture.announced
            facts = photos.store(self.tools.storage, one.sha256, one.bytes, [picture.data], self.limits)
            kept.append((picture, facts))
        return kept

    def _evidence(self, ticket: Ticket, stored: Stored, now: datetime) -> Manifest | None:
        if not stored:
            return None
        announced = [picture.announced for picture, _ in stored]
        content = {"ticket": str(ticket.id), "at": now.isoformat(), "photos": [one.sha256 for one in announced]}
        manifest, _created = photos.announce(uuid.uuid4(), ManifestKind.RECHECK, content, announced, now=now)
        for picture, facts in stored:
            photos.arrived(manifest.id, picture.announced.sha256, facts, now=now)
        return manifest

    def _inspectors(self) -> list[Person]:
        return [db.session.get_one(Person, one.id) for one in self.cast.inspectors]

    def _report(self, case: Case) -> Report:
        return db.session.get_one(Report, case.report_id)

    def _ticket(self, case: Case) -> Ticket:
        return db.session.get_one(Ticket, case.ticket_id)

    def _officer(self, case: Case) -> Person:
        """Who decides: the district's officer, and the city's where a mystery check found it."""
        if case.form is Form.MYSTERY:
            return db.session.get_one(Person, self.cast.city[0].id)
        return self._district(case)

    def _district(self, case: Case) -> Person:
        return db.session.get_one(Person, self.cast.officers[case.spot.district_code].id)

    def _city(self) -> Person:
        return db.session.get_one(Person, self.rng.choice(self.cast.city).id)

    def _handler(self, ticket: Ticket) -> Person:
        return db.session.get_one(Person, self.cast.handlers[ticket.unit_id].id)

    def _helper(self, assist_id: uuid.UUID) -> Person:
        return db.session.get_one(Person, self.cast.handlers[db.session.get_one(Assist, assist_id).unit_id].id)

    def _units(self, district_code: str) -> list[Unit]:
        kept = [db.session.get_one(Unit, unit_id) for unit_id in self.cast.handlers]
        return [unit for unit in kept if unit.district_code == district_code]
