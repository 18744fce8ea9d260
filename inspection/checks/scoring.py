"""What a visit scores by its checklist (评分), with the arithmetic that a page shows. Pure.

Earned points are divided by the points of what applies, times 100. What is answered 不适用, a count of nothing, what is
told in words and items without points leave the division. 基本合格 earns 60 % [D]. A critical item that fails makes
its section and the whole place 0; what they would have been is told beside it. All is reckoned in fractions and rounded
once, half up, to one decimal. What has no answer yet is named and left out: such a score is only a running one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from inspection.checks.content import Answer, Content, Grade, Item, ItemKind, Section
from inspection.checks.exact import half_up, short
from inspection.kernel.phrases import Listing, Phrase
from inspection.kernel.text import N_

FAIR_SHARE = Fraction(3, 5)
"""[D] What 基本合格 earns of an item's points."""
NONE = Fraction()
ZERO = Decimal("0.0")


class Verdict(StrEnum):
    """What an answer comes to: 合格, 基本合格, 不合格, 不适用, only told, not answered yet."""

    PASSED = "passed"
    FAIR = "fair"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOTED = "noted"
    MISSING = "missing"


SHARES: Mapping[Verdict, Fraction] = {
    Verdict.PASSED: Fraction(1),
    Verdict.FAIR: FAIR_SHARE,
    Verdict.FAILED: NONE,
}
"""What counts, and how much of its points it earns; the other verdicts leave the division."""
BY_GRADE = {Grade.GOOD: Verdict.PASSED, Grade.FAIR: Verdict.FAIR, Grade.BAD: Verdict.FAILED}
VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.PASSED: N_("合格"),
    Verdict.FAIR: N_("基本合格"),
    Verdict.FAILED: N_("不合格"),
    Verdict.SKIPPED: N_("不适用"),
    Verdict.NOTED: N_("只记录"),
    Verdict.MISSING: N_("还没有答"),
}
YES, NO = N_("是"), N_("否")


@dataclass(frozen=True)
class ItemScore:
    """One item: what its answer comes to and why, what it earned of how many points; 0 of 0 where it does not count."""

    key: str
    text: str
    critical: bool
    verdict: Verdict
    earned: Fraction
    possible: int
    why: Phrase

    @property
    def fails_the_place(self) -> bool:
        """Whether it is critical and failed."""
        return self.critical and self.verdict is Verdict.FAILED


@dataclass(frozen=True)
class Part:
    """A section, or the whole: its items' points together."""

    title: str
    items: tuple[ItemScore, ...]

    @property
    def earned(self) -> Fraction:
        """Points that were earned."""
        return sum((item.earned for item in self.items), NONE)

    @property
    def possible(self) -> int:
        """Points of what applies."""
        return sum(item.possible for item in self.items)

    @property
    def failed(self) -> tuple[ItemScore, ...]:
        """The critical items that failed."""
        return tuple(item for item in self.items if item.fails_the_place)

    @property
    def reckoned(self) -> Decimal | None:
        """Of 100, by the points alone; None where nothing applies."""
        return half_up(self.earned / self.possible * 100) if self.possible else None

    @property
    def total(self) -> Decimal | None:
        """Of 100; 0 once a critical item failed; None where nothing applies."""
        return ZERO if self.failed else self.reckoned


@dataclass(frozen=True)
class Score:
    """A visit's score, by section and whole; ``missing`` are the keys of what has no answer that counts."""

    sections: tuple[Part, ...]
    missing: tuple[str, ...]

    @property
    def whole(self) -> Part:
        """All sections together."""
        return Part("", tuple(item for section in self.sections for item in section.items))

    @property
    def total(self) -> Decimal | None:
        """Of 100."""
        return self.whole.total


def score(content: Content, answers: Iterable[Answer]) -> Score:
    """Score a visit's answers by the version of the checklist that it was done with.

    Of two answers to one item the later counts; answers to what is not asked are passed over.
    """
    given = {answer.key: answer for answer in answers}
    sections = tuple(_section(section, given) for section in content.sections)
    items = (item for section in sections for item in section.items)
    return Score(sections, tuple(item.key for item in items if item.verdict is Verdict.MISSING))


def judge(item: Item, answer: Answer | None) -> tuple[Verdict, Phrase]:
    """What the answer to an item comes to, and why."""
    if answer is None:
        return Verdict.MISSING, Phrase(N_("还没有答"))
    if answer.skipped:
        return _skipped(item)
    return JUDGES[item.kind](item, answer)


def sum_of(part: Part, addends: Sequence[Fraction]) -> str:
    """A part's arithmetic, such as ``(10+10+6+0) ÷ 40 × 100 = 65.0``; ≈ where it was rounded."""
    reckoned = part.reckoned
    if reckoned is None:
        return ""
    sign = "=" if Fraction(reckoned) * part.possible == part.earned * 100 else "≈"
    return f"({'+'.join(map(short, addends))}) ÷ {part.possible} × 100 {sign} {reckoned}"


def lines(given: Score) -> list[Phrase]:
    """The arithmetic in words: a line for each section, one for the whole, and what a critical failure does."""
    told = [_line(part, N_("%(title)s：%(sum)s"), _points(part)) for part in given.sections]
    whole = given.whole
    told.append(_line(whole, N_("合计：%(sum)s"), [part.earned for part in given.sections if part.possible]))
    if whole.failed:
        items = Listing(item.text for item in whole.failed)
        told.append(Phrase(N_("关键项不合格，整处记 0 分：%(items)s"), {"items": items}))
    return told


def plain(given: Score) -> dict[str, Any]:
    """As JSON keeps it beside a visit: numbers as text, so that none is rounded by the way."""
    whole = given.whole
    return {
        "total": _text(whole.total),
        "reckoned": _text(whole.reckoned),
        "failed": [item.key for item in whole.failed],
        "earned": short(whole.earned),
        "possible": whole.possible,
        "sections": [{"title": part.title, "total": _text(part.total)} for part in given.sections],
        "items": {
            item.key: {"verdict": item.verdict.value, "earned": short(item.earned), "possible": item.possible}
            for item in whole.items
        },
    }


def _section(section: Section, given: Mapping[str, Answer]) -> Part:
    return Part(section.title, tuple(_item(item, given.get(item.key)) for item in section.items))


def _item(item: Item, answer: Answer | None) -> ItemScore:
    verdict, why = judge(item, answer)
    counts = verdict in SHARES
    return ItemScore(
        key=item.key,
        text=item.text,
        critical=item.critical,
        verdict=verdict,
        earned=SHARES[verdict] * item.points if counts else NONE,
        possible=item.points if counts else 0,
        why=why,
    )


def _skipped(item: Item) -> tuple[Verdict, Phrase]:
    if not item.skippable:
        return Verdict.MISSING, Phrase(N_("这一项不能答“不适用”"))
    return Verdict.SKIPPED, Phrase(N_("不适用，不计入"))


def _yes_no(item: Item, answer: Answer) -> tuple[Verdict, Phrase]:
    if answer.yes is None:
        return judge(item, None)
    verdict = _passes(answer.yes == item.good)
    words = {"answer": YES if answer.yes else NO, "verdict": VERDICT_WORDS[verdict]}
    return verdict, Phrase(N_("答“%(answer)s”，%(verdict)s"), words)


def _graded(item: Item, answer: Answer) -> tuple[Verdict, Phrase]:
    if answer.grade is None:
        return judge(item, None)
    verdict = BY_GRADE[answer.grade]
    if verdict is Verdict.FAIR:
        return verdict, Phrase(N_("基本合格，得 %(percent)s%% 的分"), {"percent": short(FAIR_SHARE * 100)})
    return verdict, Phrase(VERDICT_WORDS[verdict])


def _count(item: Item, answer: Answer) -> tuple[Verdict, Phrase]:
    """At most so many in a hundred did wrong; without a limit none may. Nothing observed: 不适用."""
    if answer.observed is None or answer.violations is None:
        return judge(item, None)
    if answer.observed == 0:
        return Verdict.SKIPPED, Phrase(N_("一个也没有观察到，不计入"))
    most = item.most_percent or 0
    verdict = _passes(answer.violations * 100 <= most * answer.observed)
    words = {
        "observed": answer.observed,
        "violations": answer.violations,
        "percent": str(half_up(Fraction(answer.violations * 100, answer.observed))),
        "most": most,
        "verdict": VERDICT_WORDS[verdict],
    }
    told = N_("观察 %(observed)s，违规 %(violations)s，占 %(percent)s%%，最多 %(most)s%%，%(verdict)s")
    return verdict, Phrase(told, words)


def _number(item: Item, answer: Answer) -> tuple[Verdict, Phrase]:
    if answer.number is None:
        return judge(item, None)
    low = item.low is None or answer.number >= item.low
    high = item.high is None or answer.number <= item.high
    verdict = _passes(low and high)
    words = {"number": f"{answer.number:g}", "unit": item.unit, "verdict": VERDICT_WORDS[verdict]}
    return verdict, Phrase(N_("%(number)s%(unit)s，%(verdict)s"), words)


def _told(item: Item, answer: Answer) -> tuple[Verdict, Phrase]:
    return Verdict.NOTED, Phrase(N_("只记录，不计分"))


JUDGES = {
    ItemKind.YES_NO: _yes_no,
    ItemKind.GRADED: _graded,
    ItemKind.COUNT: _count,
    ItemKind.NUMBER: _number,
    ItemKind.TEXT: _told,
}


def _passes(well: bool) -> Verdict:
    return Verdict.PASSED if well else Verdict.FAILED


def _points(part: Part) -> list[Fraction]:
    return [item.earned for item in part.items if item.verdict in SHARES and item.possible]


def _line(part: Part, told: str, addends: Sequence[Fraction]) -> Phrase:
    if not part.possible:
        return Phrase(told, {"title": part.title, "sum": Phrase(N_("没有适用的项，不计分"))})
    reckoned = sum_of(part, addends)
    if not part.failed:
        return Phrase(told, {"title": part.title, "sum": reckoned})
    spoilt = Phrase(N_("0.0（关键项不合格；只按分数算是 %(sum)s）"), {"sum": reckoned})
    return Phrase(told, {"title": part.title, "sum": spoilt})


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)
