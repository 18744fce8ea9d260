"""Who may be drawn for a plan, as lots without names (抽签名单)."""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from random import Random

from sqlalchemy import select

from inspection.checks.ballot import Lot, Position
from inspection.checks.models import Plan, Visit, VisitState
from inspection.geography import service as geography
from inspection.geography.areas import Atlas
from inspection.geography.points import Point
from inspection.kernel.db import db
from inspection.people import visiting
from inspection.people.access import Kind, Role
from inspection.people.models import Person, Profile
from inspection.training import passing

USUAL_OPEN = 8
"""[D] So many visits may wait for somebody at once, of all plans together, if the roster does not say otherwise."""
COARSE = 5
"""Hundredths of a degree to which a home is rounded: about five kilometres."""
LOT_BITS = 64
NOT_MADE = (VisitState.DECLINED, VisitState.WITHDRAWN)


def lots(plan: Plan, rng: Random) -> Mapping[uuid.UUID, Lot]:
    """By person, a lot for everyone who may be drawn and has time left; its id is random."""
    people = list(_enabled(plan))
    trained = passing.passed_all([person.id for person, _ in people]) if plan.trained_only else None
    waiting, taken, atlas = visiting.open_each(), _taken(plan), geography.current_atlas()
    found: dict[uuid.UUID, Lot] = {}
    for person, profile in people:
        capacity = min(plan.most_visits - taken[person.id], _most_open(plan, profile) - waiting[person.id])
        if capacity > 0 and not _away(plan, profile) and (trained is None or person.id in trained):
            found[person.id] = _lot(person, profile, capacity, atlas, f"{rng.getrandbits(LOT_BITS):016x}")
    return found


def position(point: Point, grain: int = 1) -> Position:
    """A point in hundredths of a degree, rounded to so many of them."""
    return round(point.lat * 100 / grain) * grain, round(point.lng * 100 / grain) * grain


def _enabled(plan: Plan) -> Iterator[tuple[Person, Profile | None]]:
    wanted = [Person.role == Role.INSPECTOR, Person.disabled_at.is_(None)]
    if plan.kinds:
        wanted.append(Person.kind.in_([Kind(kind) for kind in plan.kinds]))
    people = select(Person, Profile).outerjoin(Profile, Profile.person_id == Person.id).where(*wanted)
    return ((person, profile) for person, profile in db.session.execute(people.order_by(Person.id)))


def _taken(plan: Plan) -> Counter[uuid.UUID]:
    """How many visits of this plan each has been drawn for, without those that came to nothing."""
    visits: Sequence[uuid.UUID] = db.session.scalars(
        select(Visit.id).where(Visit.plan_id == plan.id, Visit.state.not_in(NOT_MADE))
    ).all()
    return Counter(visiting.holders(visits).values())


def _most_open(plan: Plan, profile: Profile | None) -> int:
    if profile is not None and profile.most_visits is not None:
        return profile.most_visits
    return max(USUAL_OPEN, plan.most_visits)


def _away(plan: Plan, profile: Profile | None) -> bool:
    """Whether some day of the plan is one on which they are away; a profile without both ends is nobody away."""
    if profile is None or (profile.away_from is None and profile.away_until is None):
        return False
    begun = profile.away_from is None or profile.away_from <= plan.ends_on
    return begun and (profile.away_until is None or profile.away_until >= plan.starts_on)


def _lot(person: Person, profile: Profile | None, capacity: int, atlas: Atlas, token: str) -> Lot:
    if profile is None:
        return Lot(token, capacity, home=person.district_code)
    seat = atlas.street(profile.home_street_code).seat if profile.home_street_code else None
    unit = profile.employer_unit_id
    return Lot(
        token,
        capacity,
        home=person.district_code,
        employer=profile.employer_district_code,
        unit=str(unit) if unit else None,
        at=position(seat, COARSE) if seat else None,
    )
