"""What a visit's record shows by itself (真实性核对): said to whoever decides on it, never a silent refusal. Pure.

Every threshold is [D]. A flag is kept as its kind and numbers, and told in words where it is shown. None of them names
another visit or another person.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations
from typing import Any

from inspection.checks.content import Answer, Content, ItemKind
from inspection.geography.points import Point, distance_m
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_
from inspection.photos.bands import NEAR_SAME_BITS
from inspection.photos.images import phash_distance, phash_tells

SECONDS_AN_ITEM = 8
"""[D] Nobody looks at a thing and answers in less."""
SLACK = timedelta(minutes=10)
"""[D] A picture may be so much older than the arrival, or younger than the end: the phone's clock is set by hand."""
SHORTEST_TEXT = 6
"""[D] Shorter words, such as 干净, are the same without a reason."""
FASTEST_KMH = 120
"""[D] As the crow flies."""
NEAREST_M = 500.0
"""[D] Two places nearer than this say nothing about a speed: positions are not that good."""


class FlagKind(StrEnum):
    """What stands out."""

    TOO_FAR = "too_far"
    NO_POSITION = "no_position"
    TOO_FAST = "too_fast"
    BACKWARDS = "backwards"
    REPEATED_HERE = "repeated_here"
    REPEATED_ELSEWHERE = "repeated_elsewhere"
    SAME_TEXTS = "same_texts"
    SAME_ANSWERS = "same_answers"
    IMPOSSIBLE_SPEED = "impossible_speed"
    PHOTOS_WITHOUT_PLACE = "photos_without_place"
    PHOTOS_AT_ANOTHER_TIME = "photos_at_another_time"


WORDS: Mapping[FlagKind, str] = {
    FlagKind.TOO_FAR: N_("到达时离点位 %(metres)s 米，超过 %(most)s 米"),
    FlagKind.NO_POSITION: N_("到达时没有位置"),
    FlagKind.TOO_FAST: N_("%(items)s 项只用了 %(seconds)s 秒，至少要 %(least)s 秒"),
    FlagKind.BACKWARDS: N_("完成的时间比到达还早"),
    FlagKind.REPEATED_HERE: N_("这次走访里有 %(photos)s 张照片相同或几乎相同"),
    FlagKind.REPEATED_ELSEWHERE: N_("有 %(photos)s 张照片在别处用过，或几乎相同"),
    FlagKind.SAME_TEXTS: N_("有 %(texts)s 处文字一模一样"),
    FlagKind.SAME_ANSWERS: N_("%(items)s 项答案和这里上一次走访全都一样"),
    FlagKind.IMPOSSIBLE_SPEED: N_("和同一位督查员的另一次走访相距 %(kilometres)s 公里，相隔 %(minutes)s 分钟，来不及"),
    FlagKind.PHOTOS_WITHOUT_PLACE: N_("有 %(photos)s 张照片没有位置"),
    FlagKind.PHOTOS_AT_ANOTHER_TIME: N_("有 %(photos)s 张照片没有时间，或不是走访时拍的"),
}


@dataclass(frozen=True)
class Flag:
    """One thing that stands out, with its numbers."""

    kind: FlagKind
    params: Mapping[str, int] = field(default_factory=dict)

    @property
    def words(self) -> Phrase:
        """The reason in words."""
        return Phrase(WORDS[self.kind], self.params)

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {"kind": self.kind.value, **self.params}


@dataclass(frozen=True)
class Picture:
    """A picture of the visit: for which item, its hashes, when, whether it has a place and was seen elsewhere."""

    item: str
    sha256: str
    phash: str | None
    taken_at: datetime | None
    placed: bool
    elsewhere: bool = False


@dataclass(frozen=True)
class Stay:
    """When and where somebody was at a site."""

    place: Point
    arrived_at: datetime
    finished_at: datetime


@dataclass(frozen=True)
class Sealed:
    """A visit's record and what it is compared with.

    ``previous`` are the answers of the last visit to the place, ``stays`` the same inspector's other visits and
    ``texts`` what was written in them.
    """

    site: Point
    far_m: int
    arrived: Point | None
    arrived_at: datetime
    finished_at: datetime
    content: Content
    answers: Sequence[Answer]
    note: str = ""
    pictures: Sequence[Picture] = ()
    previous: Sequence[Answer] | None = None
    texts: Collection[str] = ()
    stays: Sequence[Stay] = ()


def read(kept: Mapping[str, Any]) -> Flag:
    """The flag that ``Flag.plain`` wrote down."""
    return Flag(FlagKind(kept["kind"]), {name: value for name, value in kept.items() if name != "kind"})


def flags(sealed: Sealed) -> list[Flag]:
    """Everything that stands out, in the order of a visit."""
    checks = (_distance, _pace, _pictures, _texts, _answers, _speed, _testimony)
    return [flag for check in checks for flag in check(sealed)]


def texts_of(answers: Sequence[Answer], note: str) -> list[str]:
    """What was written in a visit that is long enough to tell something, in one writing."""
    every = (note, *(text for answer in answers for text in (answer.text, answer.note)))
    return [text for text in map(_one_writing, every) if len(text) >= SHORTEST_TEXT]


def _distance(sealed: Sealed) -> Iterator[Flag]:
    if sealed.arrived is None:
        yield Flag(FlagKind.NO_POSITION)
        return
    metres = distance_m(sealed.site, sealed.arrived)
    if metres > sealed.far_m:
        yield Flag(FlagKind.TOO_FAR, {"metres": round(metres), "most": sealed.far_m})


def _pace(sealed: Sealed) -> Iterator[Flag]:
    """The longest count takes its minutes, whatever else is looked at meanwhile."""
    seconds = (sealed.finished_at - sealed.arrived_at).total_seconds()
    if seconds < 0:
        yield Flag(FlagKind.BACKWARDS)
        return
    done = {answer.key for answer in sealed.answers if not answer.skipped}
    items = [item for item in sealed.content.items if item.key in done]
    counted = (item.minutes or 0 for item in items if item.kind is ItemKind.COUNT)
    least = max(len(items) * SECONDS_AN_ITEM, max(counted, default=0) * 60)
    if seconds < least:
        yield Flag(FlagKind.TOO_FAST, {"items": len(items), "seconds": int(seconds), "least": least})


def _pictures(sealed: Sealed) -> Iterator[Flag]:
    """Two pictures of one item may look alike, but are never the same file."""
    same = {
        at for pair in combinations(enumerate(sealed.pictures), 2) for at, _ in pair if _repeats(pair[0][1], pair[1][1])
    }
    if same:
        yield Flag(FlagKind.REPEATED_HERE, {"photos": len(same)})
    if elsewhere := sum(picture.elsewhere for picture in sealed.pictures):
        yield Flag(FlagKind.REPEATED_ELSEWHERE, {"photos": elsewhere})


def _repeats(one: Picture, other: Picture) -> bool:
    if one.sha256 == other.sha256:
        return True
    if one.item == other.item or not (one.phash and other.phash):
        return False
    told = phash_tells(one.phash) and phash_tells(other.phash)
    return told and phash_distance(one.phash, other.phash) <= NEAR_SAME_BITS


def _texts(sealed: Sealed) -> Iterator[Flag]:
    counted = Counter(texts_of(sealed.answers, sealed.note))
    elsewhere = {_one_writing(text) for text in sealed.texts}
    repeated = sum(times for text, times in counted.items() if times > 1 or text in elsewhere)
    if repeated:
        yield Flag(FlagKind.SAME_TEXTS, {"texts": repeated})


def _answers(sealed: Sealed) -> Iterator[Flag]:
    """Words and pictures apart; a place that was all well twice is flagged too, and the officer sees that it was."""
    if sealed.previous is None:
        return
    own, before = _values(sealed.answers), _values(sealed.previous)
    if own and own == before:
        yield Flag(FlagKind.SAME_ANSWERS, {"items": len(own)})


def _values(answers: Sequence[Answer]) -> dict[str, tuple[object, ...]]:
    return {
        one.key: (one.skipped, one.yes, one.grade, one.observed, one.violations, one.number)
        for one in answers
        if not one.text
    }


def _speed(sealed: Sealed) -> Iterator[Flag]:
    own = Stay(sealed.site, sealed.arrived_at, sealed.finished_at)
    for other in sealed.stays:
        metres, gap = distance_m(own.place, other.place), _gap(own, other)
        if metres > NEAREST_M and metres > FASTEST_KMH / 3.6 * gap.total_seconds():
            told = {"kilometres": round(metres / 1000), "minutes": int(gap.total_seconds() // 60)}
            yield Flag(FlagKind.IMPOSSIBLE_SPEED, told)
            return


def _gap(one: Stay, other: Stay) -> timedelta:
    """The time between them; none where they overlap."""
    return max(one.arrived_at - other.finished_at, other.arrived_at - one.finished_at, timedelta())


def _testimony(sealed: Sealed) -> Iterator[Flag]:
    if placeless := sum(not picture.placed for picture in sealed.pictures):
        yield Flag(FlagKind.PHOTOS_WITHOUT_PLACE, {"photos": placeless})
    since, until = sealed.arrived_at - SLACK, sealed.finished_at + SLACK
    late = sum(one.taken_at is None or not since <= one.taken_at <= until for one in sealed.pictures)
    if late:
        yield Flag(FlagKind.PHOTOS_AT_ANOTHER_TIME, {"photos": late})


def _one_writing(text: str) -> str:
    return " ".join(text.split()).casefold()
