"""The demo's mystery checks (演示暗访): one plan that has ended with its results, one that runs, both by the services.

Who goes where is drawn as everywhere else. The running plan is drawn until the inspector whom visitors sign in as has a
visit; theirs is left to be made.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import select

from inspection.checks import checklists, drawing, ending, findings, plans, records, reviews, visits
from inspection.checks.answering import fails
from inspection.checks.content import Answer, Content, Grade, Item, ItemKind, load
from inspection.checks.models import Outcome, Plan, Visit, VisitFinding
from inspection.checks.planning import NewPlan, NewQuota, NewWindow
from inspection.checks.records import NewRecord, Terms
from inspection.checks.reviews import Ground
from inspection.checks.visits import Decline, Grace
from inspection.demo.hands import Hands
from inspection.demo.moments import Moments
from inspection.demo.places import nearby
from inspection.demo.problems import problems
from inspection.demo.stories import Story
from inspection.demo.studio import CAMERAS, SKETCHED, Stamp, jpeg, some_view
from inspection.geography.points import Datum, Point
from inspection.kernel.calendar import DAY, at, day_of
from inspection.kernel.db import db, writing
from inspection.people import visiting
from inspection.people.models import Person
from inspection.photos import service as photos
from inspection.photos.models import PhotoRole
from inspection.photos.service import Announced, PhotoLimits
from inspection.reports.models import Report, ReportState, Source
from inspection.reports.service import Place
from inspection.triage import service as triage

LANES = (("110101", 10), ("110102", 5), ("110105", 2), ("110106", 2), ("110107", 1), ("110108", 2))
ESTATES = 7
"""Sites of the running plan: 22 lanes, and 7 estates in each of the six districts."""
ENDED_LANES, ENDED_ESTATES = (("110101", 7), ("110102", 4)), 4
SETTINGS = {"lane": "lane", "compound": "estate"}
OPENS, CLOSES = time(8), time(20)
FIRST_HOUR, HOURS = 9, 9
GOOD, FAIR, SLIP = 0.92, 0.05, 0.08
"""How often a place does well in an item, how often half well, and how often two see it differently."""
NOTES = ("东口两处", "中段一处", "院门旁", "拐角", "路北侧", "单元门口", "墙根下")
LEAST = 5
DRAWS = 60
QUARTERS = "一二三四"
REVIEWED, WAITING = 23, 8
"""Of the running plan so many visits are decided, so many wait."""
TO_FILE = 6


class _Again(Exception):
    """This draw gave the known inspector nothing."""


@dataclass
class Checking:
    """Plans, visits and decisions, each at its moment."""

    hands: Hands
    moments: Moments
    rng: Random

    def ended(self) -> Story:
        """A plan of the first week, its visits, its end, its findings released and some of them filed."""
        first = day_of(self.moments.first)
        yield (now := at(first, time(9, 30)))
        new = self._plan(
            "街巷和小区试点暗访", first + DAY, first + 6 * DAY, ENDED_LANES, ENDED_ESTATES, release_days=1, doubles=40
        )
        made = self._drawn(new, now)
        for moment, visit_id in self._times(made, first + DAY, 5 * DAY):
            yield (now := max(now, moment))
            self._bring(visit_id, now)
            yield (now := now + timedelta(minutes=40))
            self._accept(visit_id, now)
        yield (now := at(first + 7 * DAY, time(0, 15)))
        with writing():
            ending.end_over(now=now)
        yield (now := at(first + 7 * DAY, time(10)))
        db.session.rollback()
        findings.release_due(now=now, rng=self.rng)
        yield (now := at(first + 7 * DAY, time(14)))
        self._file(now)
        return now

    def running(self) -> Story:
        """A plan that was drawn six days ago: a third of its visits is decided, some wait, one was declined."""
        today = day_of(self.moments.now)
        first = today - 6 * DAY
        yield (now := at(first, time(8, 40)))
        new = self._plan(
            f"第{QUARTERS[(first.month - 1) // 3]}季度街巷和小区暗访",
            first,
            today + 14 * DAY,
            LANES,
            ESTATES,
            release_days=3,
            doubles=10,
        )
        made = [one for one in self._drawn(new, now, known=self._known()) if not self._holds(self._known(), one)]
        told = self._times(made, first + DAY, 4 * DAY)[: REVIEWED + WAITING + 1]
        yield (now := at(first, time(9, 10)))
        self._decline(made[-1] if made[-1] not in {one for _, one in told} else self._left(made, told), now)
        for number, (moment, visit_id) in enumerate(told):
            yield (now := max(now, moment))
            self._bring(visit_id, now)
            if number >= REVIEWED + 1:
                continue
            yield (now := now + timedelta(minutes=40))
            if number == REVIEWED:
                self._ask_back(visit_id, now)
            elif number == REVIEWED - 1:
                self._reject(visit_id, now)
            else:
                self._accept(visit_id, now)
        return now

    def _left(self, made: Sequence[uuid.UUID], told: Sequence[tuple[datetime, uuid.UUID]]) -> uuid.UUID:
        """A visit that the story does not make."""
        gone = {visit_id for _moment, visit_id in told}
        return next(one for one in made if one not in gone)

    def _plan(
        self,
        name: str,
        first: date,
        last: date,
        lanes: Sequence[tuple[str, int]],
        estates: int,
        *,
        release_days: int,
        doubles: int,
    ) -> NewPlan:
        versions = {one.type_code: checklists.newest(one) for one in checklists.every()}
        used = {code: version.id for code, version in versions.items() if version}
        quotas = [NewQuota(district, "lane", sites, used["lane"]) for district, sites in lanes]
        quotas += [NewQuota(district, "compound", estates, used["compound"]) for district, _sites in lanes]
        return NewPlan(
            name=name,
            starts_on=first,
            ends_on=last,
            quotas=quotas,
            windows=[NewWindow(first, last, OPENS, CLOSES)],
            trained_only=False,
            lead_hours=0,
            double_percent=doubles,
            release_days=release_days,
            least_visits=LEAST,
        )

    def _drawn(self, new: NewPlan, now: datetime, known: uuid.UUID | None = None) -> list[uuid.UUID]:
        """Kept, sealed and drawn; the visits."""
        with writing():
            plan_id = plans.create(new, by=self._city(), now=now).id
        for _ in range(DRAWS):
            try:
                with writing():
                    plan = db.session.get_one(Plan, plan_id)
                    drawing.seal(plan, by=self._city(), now=now, rng=self.rng)
                    drawn = drawing.draw(plan, by=self._city(), now=now, rng=self.rng)
                    made = list(db.session.scalars(select(Visit.id).where(Visit.draw_id == drawn.id)))
                    if known and not any(self._holds(known, one) for one in made):
                        raise _Again
                return made
            except _Again:
                continue
        raise RuntimeError("nothing was drawn for whom visitors sign in as")

    def _times(self, made: Sequence[uuid.UUID], first: date, lasting: timedelta) -> list[tuple[datetime, uuid.UUID]]:
        """When each visit is made, by day, in no telling order; each inspector one after the other."""
        order = list(made)
        self.rng.shuffle(order)
        days = max(lasting.days, 1)
        times = [
            at(first + (number % days) * DAY, time(FIRST_HOUR + self.rng.randrange(HOURS), self.rng.randrange(60)))
            for number in range(len(order))
        ]
        return sorted(zip(times, order, strict=True))

    def _bring(self, visit_id: uuid.UUID, now: datetime) -> None:
        visit = db.session.get_one(Visit, visit_id)
        content, site = load(visit.checklist_version.content), visit.site
        spot = nearby(Point(site.lat, site.lng), self.rng.uniform(3, 40), self.rng)
        began = now - timedelta(minutes=self.rng.randrange(14, 32))
        told, pictures = self._answers(content, str(site.id), SETTINGS.get(site.type_code, "lane"), spot, began)
        listed = [one for one, _data in pictures]
        place = Place(round(spot.lat, 6), round(spot.lng, 6), Datum.WGS84, 9.0, Source.LIVE, began)
        new = NewRecord(
            visit=visit_id,
            outcome=Outcome.DONE,
            answers=told,
            note="",
            arrived_at=began,
            place=place,
            far_reason="",
            finished_at=now,
            photos=tuple(listed),
            recordings=(),
        )
        self._send(new, pictures, now)

    def _send(self, new: NewRecord, pictures: Sequence[tuple[Announced, bytes]], now: datetime) -> None:
        db.session.rollback()  # nothing may be open while bytes are stored
        kit, limits, record_id = self.hands.tools, self._limits, uuid.uuid4()
        facts = [photos.store(kit.storage, one.sha256, one.bytes, [data], limits) for one, data in pictures]
        terms = Terms(limits, Grace(7 * DAY, 7 * DAY), kit.signer)
        with writing():
            holder = visiting.holders([new.visit])[new.visit]
            by = db.session.get_one(Person, holder)
            records.receive(record_id, new, by=by, terms=terms, now=now)
            for (one, _data), fact in zip(pictures, facts, strict=True):
                records.photo_arrived(record_id, one.sha256, fact, by=by, terms=terms, now=now)

    def _answers(
        self, content: Content, site: str, setting: str, spot: Point, at_moment: datetime
    ) -> tuple[tuple[Answer, ...], list[tuple[Announced, bytes]]]:
        """What is seen there: mostly what the next one would see too; a picture of each failure."""
        luck, told, pictures = Random(site), [], []  # noqa: S311 - a story, not a secret
        for number, item in enumerate(content.items):
            answer = self._answer(item, luck.random())
            if fails(item, answer):
                taken = at_moment + timedelta(minutes=1 + number)
                pictures.append(self._picture(item, setting, spot, taken))
                answer = replace(answer, note=self.rng.choice(NOTES), photos=(len(pictures) - 1,))
            told.append(answer)
        return tuple(told), pictures

    def _answer(self, item: Item, drawn: float) -> Answer:
        seen = self.rng.random() if self.rng.random() < SLIP else drawn
        if item.kind is ItemKind.YES_NO:
            return Answer(item.key, yes=item.good if seen < GOOD else not item.good)
        if item.kind is ItemKind.GRADED:
            grade = Grade.GOOD if seen < GOOD - FAIR else Grade.FAIR if seen < GOOD + FAIR else Grade.BAD
            return Answer(item.key, grade=grade)
        if item.kind is ItemKind.COUNT:
            return Answer(item.key, observed=60, violations=2 if seen < GOOD else 14)
        if item.kind is ItemKind.NUMBER:
            return Answer(item.key, number=item.low if item.low is not None else item.high or 1.0)
        return Answer(item.key, text="没有别的")

    def _picture(self, item: Item, setting: str, spot: Point, taken: datetime) -> tuple[Announced, bytes]:
        thing = THINGS.get((item.category or "", setting), "")
        shot = self.hands.studio.shot(setting, thing, some_view(self.rng), SKETCHED)
        data = jpeg(shot, Stamp(taken, spot, self.rng.choice(CAMERAS)))
        where = photos.Spot(spot.lat, spot.lng, 9.0, Source.LIVE.value, taken)
        return Announced(hashlib.sha256(data).hexdigest(), len(data), PhotoRole.VISIT, taken, where), data

    def _accept(self, visit_id: uuid.UUID, now: datetime) -> None:
        with writing():
            visit = db.session.get_one(Visit, visit_id)
            if visit.flags is not None:
                reviews.accept(visit, by=self._city(), now=now)

    def _ask_back(self, visit_id: uuid.UUID, now: datetime) -> None:
        with writing():
            visit = db.session.get_one(Visit, visit_id)
            first = next(iter(load(visit.checklist_version.content).items)).key
            reviews.ask_back(visit, items=[first], text="请再拍一张门牌，要看得清楚", by=self._city(), now=now)

    def _reject(self, visit_id: uuid.UUID, now: datetime) -> None:
        with writing():
            visit = db.session.get_one(Visit, visit_id)
            reviews.reject(visit, ground=Ground.REPEATED_PICTURES, text="", by=self._city(), now=now)

    def _decline(self, visit_id: uuid.UUID, now: datetime) -> None:
        with writing():
            by = db.session.get_one(Person, visiting.holders([visit_id])[visit_id])
            visits.decline(visit_id, reason=Decline.UNWELL, text="", by=by, now=now)

    def _file(self, now: datetime) -> None:
        """The city files some of what visits found; the rest waits in its queue. Other reports have their own story."""
        found = select(Report.id).join(VisitFinding, VisitFinding.report_id == Report.id)
        found = found.where(Report.state == ReportState.RECEIVED)
        for report_id in db.session.scalars(found.order_by(Report.id).limit(TO_FILE)).all():
            with writing():
                report = db.session.get_one(Report, report_id, populate_existing=True)
                if report.state is not ReportState.RECEIVED:
                    continue  # it went into the case of another one
                wanted = triage.suggest(report, report.category, report.site_type)
                triage.file_and_dispatch(
                    report,
                    category=report.category_code,
                    place=report.address,
                    unit=wanted.unit if wanted.unit and wanted.unit.id in self.hands.cast.handlers else None,
                    limit=wanted.limit,
                    by=self._city(),
                    now=now,
                )

    @property
    def _limits(self) -> PhotoLimits:
        knobs = self.hands.tools.settings
        return PhotoLimits(knobs.visit_photos, knobs.max_photo_bytes, knobs.max_photo_megapixels)

    def _known(self) -> uuid.UUID:
        return self.hands.cast.inspectors[0].id

    def _holds(self, person: uuid.UUID, visit_id: uuid.UUID) -> bool:
        return visiting.holders([visit_id])[visit_id] == person

    def _city(self) -> Person:
        return db.session.get_one(Person, self.hands.cast.city[0].id)


def _things() -> Iterator[tuple[tuple[str, str], str]]:
    for one in problems():
        yield (one.category, one.setting), one.before


THINGS: Mapping[tuple[str, str], str] = dict(_things())
"""By category and setting, what is in the picture."""
