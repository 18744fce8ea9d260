"""Builds the demo (演示数据): people first, then every case in the order in which things happen."""

import heapq
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random, SystemRandom

from sqlalchemy import select

from inspection import jobs
from inspection.checks import drawing, reviews
from inspection.demo.case import Case
from inspection.demo.cast import KNOWN, PASSWORD, Office, assemble, hire, known_phones
from inspection.demo.checking import Checking
from inspection.demo.hands import Hands
from inspection.demo.learning import learn
from inspection.demo.moments import Moments
from inspection.demo.places import Places
from inspection.demo.plan import Planner
from inspection.demo.sites import enter_sites
from inspection.demo.stories import Script, Stories, Story
from inspection.demo.studio import Studio
from inspection.jobs import Tools
from inspection.kernel import queue
from inspection.kernel.calendar import DAY, WORKING_HOURS
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, NotAllowed
from inspection.kernel.holidays import work_calendar
from inspection.kernel.text import N_
from inspection.people import service as people
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.reports import service as reports
from inspection.reports import suggestions
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.triage import following as following_up
from inspection.triage import routing
from inspection.triage import service as triage

SEED = 20261123
OPENED_BEFORE = 21 * DAY
"""Accounts are this much older than the story."""
HOURS_A_DAY = (
    sum((stop.hour * 60 + stop.minute) - (begin.hour * 60 + begin.minute) for begin, stop in WORKING_HOURS) / 60
)
TOLD_EVERY = 100
NEVER_DISPATCHED = {
    Stories.received,
    Stories.supplemented,
    Stories.incomplete,
    Stories.withdrawn,
    Stories.declined,
    Stories.mistaken,
}

Echo = Callable[[str], object]
Cases = list[tuple[Case, Script]]


@dataclass(frozen=True)
class SignIn:
    """How a visitor of the demo signs in as one role."""

    role: Role
    name: str
    phone: str
    password: str


def sign_ins() -> list[SignIn]:
    """One for each role."""
    return [SignIn(one.role, one.name, phone, PASSWORD) for one, phone in zip(KNOWN, known_phones(), strict=True)]


def empty() -> bool:
    """Whether nobody has an account yet, so that the demo may be built."""
    return db.session.scalars(select(Person.id).limit(1)).first() is None


def build(tools: Tools, *, now: datetime, echo: Echo) -> None:
    """Fill an empty database with the weeks before ``now``, telling ``echo`` how it goes.

    The areas, the catalogue and the calendar must be there. Raises NotAllowed in production, and Conflict where
    anybody has an account already.
    """
    if tools.settings.production:
        raise NotAllowed(N_("生产环境不能建演示数据：演示账号的密码是公开的。"))
    if not empty():
        raise Conflict(N_("库里已经有账号，不能再建演示数据。要重建，请先换一个空的数据目录。"))
    rng = Random(SEED)  # noqa: S311 - a story, not a secret
    moments = Moments(work_calendar(), now, rng)
    places = Places(rng)
    office = Office(rng, moments.first - OPENED_BEFORE)
    echo("演示数据：录入人员和单位……")
    cast = assemble(office, places)
    enter_sites(Places(Random(SEED)), cast.officers, now=moments.first - OPENED_BEFORE)  # noqa: S311 - as above
    learn(cast.inspectors, now=moments.first - OPENED_BEFORE)
    hours = _limits()
    cases = list(Planner(places, moments, cast, hours, rng).cases())
    hire(office, cast, _needed(cases))
    echo(f"演示数据：{len(cases)} 条线索，{len(cast.inspectors)} 名督查员，{len(cast.handlers)} 个承办单位……")
    hands = Hands(tools, cast, Studio(), rng)
    stories = Stories(hands, moments, hours, rng)
    checking = Checking(hands, moments, rng)
    offices = [stories.weekly(), checking.ended(), checking.running()]
    _play([script(stories, case) for case, script in cases] + offices, tools, moments.now, echo)
    echo("演示数据：完成。")


def _limits() -> Mapping[str, float]:
    """Each category's limit in working hours."""
    return {
        category.code: category.limit_amount * (1.0 if category.limit_unit == TimeUnit.HOUR else HOURS_A_DAY)
        for category in reports.categories()
    }


def _needed(cases: Cases) -> list[Unit]:
    """The units to which the routing will lead, each once."""
    duties = {category.code: routing.route(triage.rule_of(category)).duties for category in reports.categories()}
    found: dict[object, Unit] = {}
    for case, script in cases:
        if script in NEVER_DISPATCHED:
            continue
        spot = case.spot
        unit = people.find_unit(
            street_code=spot.street_code, district_code=spot.district_code, duties=duties[case.problem.category]
        )
        if unit is not None:
            found.setdefault(unit.id, unit)
    return list(found.values())


def _play(stories: Iterable[Story], tools: Tools, until: datetime, echo: Echo) -> None:
    """Let everything happen in order up to a moment, and the jobs that it causes at once."""
    # Whom the lot would send to see a repair is written into the stories: the demo is the same each time.
    # The plates in the pictures of what still waits are read once the demo runs: they take more than a second each.
    unread = replace(tools, settings=replace(tools.settings, plate_reading="off"))
    functions = {**jobs.functions(unread), "tickets.sample_recheck": _nobody, "tickets.sample_lookback": _nobody}
    clock = [until]
    functions |= {name: _then(act, clock) for name, act in DATED.items()}
    lease = timedelta(seconds=tools.settings.job_lease_seconds)
    waiting = [(next(story), number, story) for number, story in enumerate(stories)]
    heapq.heapify(waiting)
    done = 0
    while waiting and waiting[0][0] <= until:
        moment, number, story = heapq.heappop(waiting)
        clock[0] = moment
        following = next(story, None)
        queue.work_off(functions, lease=lease, now=lambda at=moment: at)  # type: ignore[misc]
        if following is not None:
            heapq.heappush(waiting, (max(following, moment), number, story))
        done += 1
        if done % TOLD_EVERY == 0:
            echo(f"演示数据：已办 {done} 步……")
    with writing():
        for photo_id in suggestions.unread():
            queue.enqueue("photos.derive", photo_id, now=until)


def _then(act: Callable[[uuid.UUID, datetime], object], clock: Sequence[datetime]) -> Callable[[str], None]:
    """A job that writes down what happened when the story was, and not when it is told."""

    def work(subject: str) -> None:
        with writing():
            act(uuid.UUID(subject), clock[0])

    return work


DATED: Mapping[str, Callable[[uuid.UUID, datetime], object]] = {
    "checks.examine": lambda visit_id, moment: reviews.examine(visit_id, now=moment),
    "checks.redraw": lambda visit_id, moment: drawing.redraw(visit_id, now=moment, rng=SystemRandom()),
    "triage.follow": lambda report_id, moment: following_up.follow(report_id, now=moment),
}


def _nobody(_subject: str) -> None:
    """Send nobody."""
