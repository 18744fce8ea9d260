"""A week's facts exactly as they were frozen: what a notice may say, and nothing that it may not. Pure.

A snapshot goes into the database as canonical JSON and comes back equal; its SHA-256 is what a publisher signs. It
knows tickets, places and counts. It has no place for who inspected: a field that is not named here is refused.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

LEAST_TO_RANK = 10
"""A default, to be edited by the office: with fewer cases a rate says nothing."""

WEEK = timedelta(days=6)

T = TypeVar("T")


class Progress(StrEnum):
    """How far a case has come when the week is frozen: in hand, answered by its unit, closed, or put off (挂账)."""

    OPEN = "open"
    HANDLED = "handled"
    CLOSED = "closed"
    SUSPENDED = "suspended"


class Outcome(StrEnum):
    """What became of a case that the last notice named: put right and rechecked, not done, or back again (反弹)."""

    GOOD = "good"
    OPEN = "open"
    REBOUND = "rebound"


@dataclass(frozen=True)
class PhotoRef:
    """A photo that may be printed: its id, what it shows in a few words (may be empty), and the day it was taken."""

    id: str
    caption: str
    taken_on: date | None


@dataclass(frozen=True)
class District:
    """A district's counts of the week.

    ``found`` counts reports, all others tickets: ``filed`` in the week; ``due`` with a deadline in the week (应处置),
    and of these ``handled``, ``handled_in_time``, and ``overdue`` (still open); ``closed``, ``rework`` and ``rebounds``
    in the week; ``looked_back`` is how many lookbacks were made. ``visits`` and ``hours`` are None if nobody counted.
    """

    code: str
    name: str
    found: int
    filed: int
    due: int
    handled: int
    handled_in_time: int
    overdue: int
    closed: int
    rework: int
    rebounds: int
    looked_back: int
    visits: int | None = None
    hours: float | None = None

    def __post_init__(self) -> None:
        """Refuse counts that contradict each other."""
        if not 0 <= self.handled_in_time <= self.handled <= self.due or self.handled + self.overdue > self.due:
            raise ValueError(f"{self.name}: in time ≤ handled, and handled + overdue ≤ due, must hold")
        if min(self.found, self.filed, self.closed, self.rework, self.rebounds, self.looked_back) < 0:
            raise ValueError(f"{self.name}: a count is below zero")


@dataclass(frozen=True)
class Case:
    """One ticket. ``round`` is 1 until a recheck fails; ``days_late`` is 0 unless it is open past its deadline."""

    number: str
    district_code: str
    street: str
    place: str
    category: str
    description: str
    progress: Progress
    found_on: date
    due_on: date | None
    handled_on: date | None
    closed_on: date | None
    days_late: int = 0
    round: int = 1
    supervised: bool = False
    before: tuple[PhotoRef, ...] = ()
    after: tuple[PhotoRef, ...] = ()


@dataclass(frozen=True)
class EarlierCase:
    """A case of the last notice, and what became of it. ``looked_back``: someone went again later and it was good."""

    number: str
    district_code: str
    place: str
    category: str
    outcome: Outcome
    due_on: date | None
    handled_on: date | None
    days_late: int = 0
    looked_back: bool = False
    supervised: bool = False


@dataclass(frozen=True)
class Praise:
    """Something done well (亮点), in a sentence."""

    district_code: str
    text: str


@dataclass(frozen=True)
class Snapshot:
    """A week, Monday to Sunday in Beijing, as it stood at ``taken_at``.

    ``districts`` are in the order in which a notice names them. ``cases`` are the tickets filed in the week, void ones
    left out; ``overdue`` all that are open past their deadline, whenever they were filed; ``earlier`` the cases of the
    last notice. ``audit_seq`` and ``audit_hash`` are the head of the audit chain. Raises ValueError for a week that
    contradicts itself.
    """

    week_start: date
    week_end: date
    taken_at: datetime
    districts: tuple[District, ...]
    cases: tuple[Case, ...]
    overdue: tuple[Case, ...]
    earlier: tuple[EarlierCase, ...]
    praise: tuple[Praise, ...]
    audit_seq: int
    audit_hash: str
    least_to_rank: int = LEAST_TO_RANK

    def __post_init__(self) -> None:
        """Refuse a week that contradicts itself."""
        if self.week_start.weekday() != 0 or self.week_end - self.week_start != WEEK:
            raise ValueError(f"a week is Monday to Sunday, not {self.week_start} to {self.week_end}")
        if self.taken_at.tzinfo is None:
            raise ValueError("the moment of freezing needs its time zone")
        self._require_known_districts()
        self._require_counted_cases()

    def to_json(self) -> str:
        """Canonical JSON: keys sorted, no spaces, no escapes; equal snapshots give equal text."""
        plain = asdict(self)
        return json.dumps(
            plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
        )

    @property
    def sha256(self) -> str:
        """Of the canonical JSON in UTF-8, lower-case hex."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @property
    def photo_ids(self) -> tuple[str, ...]:
        """Ids of every photo that the week's cases show, each once, in order."""
        shown = (photo.id for case in self.cases for photo in case.before + case.after)
        return tuple(dict.fromkeys(shown))

    def _require_known_districts(self) -> None:
        known = {district.code for district in self.districts}
        if len(known) != len(self.districts):
            raise ValueError("a district is there twice")
        named: list[Case | EarlierCase | Praise] = [*self.cases, *self.overdue, *self.earlier, *self.praise]
        for thing in named:
            if thing.district_code not in known:
                raise ValueError(f"no district of the snapshot has the code {thing.district_code}")

    def _require_counted_cases(self) -> None:
        for district in self.districts:
            there = sum(case.district_code == district.code for case in self.cases)
            if there != district.filed:
                raise ValueError(f"{district.name}: {district.filed} filed, but {there} cases are there")


def from_json(text: str) -> Snapshot:
    """The snapshot whose JSON is ``text``; raises ValueError if a field is missing, unknown or of a wrong kind."""
    return read(Snapshot, json.loads(text))


def read(kind: type[T], value: Any) -> T:
    """A dataclass of this kind from plain JSON values, strictly: raises ValueError for any field that does not fit."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{kind.__name__} is an object, not {value!r:.60}")
    hints = get_type_hints(kind)
    if unknown := set(value) - set(hints):
        raise ValueError(f"{kind.__name__} has no field {', '.join(sorted(unknown))}")
    if missing := {field.name for field in fields(kind)} - set(value):  # type: ignore[arg-type]
        raise ValueError(f"{kind.__name__} lacks {', '.join(sorted(missing))}")
    return kind(**{name: _value(hints[name], given, f"{kind.__name__}.{name}") for name, given in value.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    if isinstance(hint, UnionType):
        return None if value is None else _value(next(a for a in get_args(hint) if a is not NoneType), value, where)
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{where} is a list, not {value!r:.60}")
        return tuple(_value(get_args(hint)[0], item, where) for item in value)
    if is_dataclass(hint):
        return read(hint, value)  # type: ignore[arg-type]
    return _scalar(hint, value, where)


def _scalar(hint: Any, value: Any, where: str) -> Any:
    if hint is float and type(value) is int:
        return float(value)
    written_as = str if hint in (date, datetime) or issubclass(hint, StrEnum) else hint
    if type(value) is not written_as:
        raise ValueError(f"{where} is of the kind {written_as.__name__}, not {value!r:.60}")
    if hint in (date, datetime):
        return hint.fromisoformat(value)
    return hint(value)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {value!r}")
