"""A frozen week in the words of a notice, in the order that real notices follow. Pure.

前期问题整改情况 → 本周督查情况 → 存在问题 → 超期未整改 → 各区整改情况 → 有关要求; a section with nothing to say is
left out and the rest are numbered through. A notice is a Chinese document in whatever language its readers' screens
are, so its sentences are not in the catalogue.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import TypeVar

from inspection.kernel.calendar import BEIJING, day_of
from inspection.notices.content import (
    Block,
    Content,
    Heading,
    Masthead,
    Paragraph,
    Picture,
    Pictures,
    day,
    full_day,
    span,
)
from inspection.notices.ranking import late_table, standing
from inspection.notices.snapshot import Case, EarlierCase, Outcome, PhotoRef, Progress, Snapshot

DIGITS = "〇一二三四五六七八九"
MOST_NAMED_CATEGORIES = 4
_STOPS = "。；;.，,、 "

SomeCase = TypeVar("SomeCase", Case, EarlierCase)


def compose(week: Snapshot, masthead: Masthead) -> Content:
    """What the notice of ``week`` says, under ``masthead``."""
    sections = [
        ("前期问题整改情况", _earlier(week)),
        ("本周督查情况", _progress(week)),
        ("存在问题", _problems(week)),
        ("超期未整改问题", _overdue(week)),
        ("各区整改情况", standing(week)),
        ("有关要求", _requests(week, masthead)),
    ]
    blocks: list[Block] = [_opening(week)]
    for number, (title, inside) in enumerate((s for s in sections if s[1]), 1):
        blocks += [Heading(1, f"{numeral(number)}、{title}"), *inside]
    title = masthead.title or title_of(week.week_start)
    return Content(masthead, title, masthead.subtitle, tuple(blocks), note=_witness(week))


def title_of(monday: date) -> str:
    """The title of the notice of the week that starts on ``monday``: 11月第三周督查情况通报.

    A week belongs to the month in which most of its days lie, that is the month of its Thursday, and is counted by
    these: the first week of a month is the one with its first Thursday.
    """
    thursday = monday + timedelta(days=3)
    return f"{thursday.month}月第{numeral((thursday.day - 1) // 7 + 1)}周督查情况通报"


def numeral(number: int) -> str:
    """A whole number from 1 to 99 in Chinese: 一, 十, 十二, 三十; raises ValueError beyond."""
    if not 1 <= number <= 99:
        raise ValueError(f"no numeral for {number}")
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")


def _opening(week: Snapshot) -> Paragraph:
    found = sum(district.found for district in week.districts)
    days = span(week.week_start, week.week_end)
    if not found and not week.cases:
        return Paragraph(f"{days}，{_effort(week)}未发现需要立案整改的问题。现将有关情况通报如下。")
    done = sum(_is_done(case) for case in week.cases)
    filed = f"，立案{len(week.cases)}件" if week.cases else "，均未立案"
    since = f"截至{day(day_of(week.taken_at))}，" if week.cases else ""
    state = f"已整改{done}件，未整改{len(week.cases) - done}件。" if week.cases else ""
    return Paragraph(f"{days}，{_effort(week)}发现问题{found}处{filed}。{since}{state}现将有关情况通报如下。")


def _effort(week: Snapshot) -> str:
    visits = sum(district.visits or 0 for district in week.districts)
    hours = sum(district.hours or 0 for district in week.districts)
    return (f"共检查点位{visits}个，" if visits else "") + (f"督查{hours:.0f}小时，" if hours >= 1 else "")


def _is_done(case: Case) -> bool:
    return case.progress in (Progress.HANDLED, Progress.CLOSED)


def _earlier(week: Snapshot) -> list[Block]:
    good = [case for case in week.earlier if case.outcome == Outcome.GOOD]
    bad = [case for case in week.earlier if case.outcome != Outcome.GOOD]
    parts = [
        ("整改较好", f"上期通报的{len(week.earlier)}件问题，已整改到位{len(good)}件。", good, _good),
        ("整改未落实", f"上期通报的问题仍有{len(bad)}件未整改到位。", bad, _not_done),
    ]
    told = [
        (title, opening + "".join(f"{name}{'；'.join(map(sentence, of))}。" for name, of in _by_district(week, cases)))
        for title, opening, cases, sentence in parts
        if cases
    ]
    return _led(told)


def _led(parts: Sequence[tuple[str, str]]) -> list[Block]:
    return [Paragraph(text, lead=f"（{numeral(n)}）{title}。") for n, (title, text) in enumerate(parts, 1)]


def _good(case: EarlierCase) -> str:
    when = f"{day(case.handled_on)}整改完毕" if case.handled_on else "已整改完毕"
    checked = "经回头看未反弹" if case.looked_back else "经核查合格"
    return f"{_bare(case.place)}{case.category}问题，{when}，{checked}"


def _not_done(case: EarlierCase) -> str:
    if case.outcome == Outcome.REBOUND:
        state = "整改后反弹"
    else:
        due = f"{day(case.due_on)}到期，" if case.due_on else ""
        state = due + (f"超期{case.days_late}天仍未整改" if case.days_late else "尚未整改")
    return f"{_bare(case.place)}{case.category}问题，{state}{'，列为督办' if case.supervised else ''}"


def _progress(week: Snapshot) -> list[Block]:
    parts = [
        ("整改进展", _pace(week)),
        ("问题分布", _spread(week.cases)),
        ("工作亮点", _praise(week)),
    ]
    return _led([(title, text) for title, text in parts if text])


def _pace(week: Snapshot) -> str:
    def total(name: str) -> int:
        return sum(getattr(district, name) for district in week.districts)

    due = ""
    if total("due"):
        due = f"本周到期应处置{total('due')}件，已处置{total('handled')}件，其中按期处置{total('handled_in_time')}件"
        due += f"；超期未处置{total('overdue')}件。" if total("overdue") else "。"
    others = [
        ("核查结案", "closed", "件"),
        ("返工", "rework", "件"),
        ("回头看", "looked_back", "件"),
        ("反弹", "rebounds", "件"),
    ]
    counts = "，".join(f"{word}{total(name)}{unit}" for word, name, unit in others if total(name))
    return due + (f"本周{counts}。" if counts else "")


def _spread(cases: Sequence[Case]) -> str:
    counts = Counter(case.category for case in cases).most_common()
    if not counts:
        return ""
    named = "、".join(f"{category}{count}件" for category, count in counts[:MOST_NAMED_CATEGORIES])
    rest = sum(count for _, count in counts[MOST_NAMED_CATEGORIES:])
    return f"立案问题中，{named}{f'，其他{rest}件' if rest else ''}。"


def _praise(week: Snapshot) -> str:
    names = {district.code: district.name for district in week.districts}
    told = ((names[praise.district_code], _bare(praise.text)) for praise in week.praise)
    return "".join(f"{'' if text.startswith(name) else name}{text}。" for name, text in told)


def _problems(week: Snapshot) -> list[Block]:
    blocks: list[Block] = []
    for number, (name, cases) in enumerate(_by_district(week, week.cases), 1):
        done = sum(map(_is_done, cases))
        blocks.append(Heading(2, f"（{numeral(number)}）{name}（立案{len(cases)}件，已整改{done}件）"))
        places: dict[str, list[Case]] = {}
        for case in cases:
            places.setdefault(_where(case, name), []).append(case)
        for count, (place, there) in enumerate(places.items(), 1):
            told = "；".join(f"（{n}）{_told(case)}" for n, case in enumerate(there, 1))
            blocks.append(Paragraph(f"{told}。", lead=f"{count}. {place}。", level=3))
            blocks += _shown(there)
    return blocks


def _where(case: Case, district: str) -> str:
    place = _bare(case.place).removeprefix(district)
    return place if case.street in place else f"{case.street}{place}"


def _told(case: Case) -> str:
    what = _bare(case.description)
    told = case.category if not what else what if case.category in what else f"{case.category}：{what}"
    return f"{told}（{_state(case)}）"


def _state(case: Case) -> str:
    words = {
        Progress.CLOSED: "已整改，核查合格",
        Progress.HANDLED: "已整改，待核查",
        Progress.SUSPENDED: "已挂账",
        Progress.OPEN: f"超期{case.days_late}天未整改" if case.days_late else "正在整改",
    }
    again = f"，第{case.round - 1}次返工" if case.round > 1 and not _is_done(case) else ""
    return words[case.progress] + again + ("，督办" if case.supervised else "")


def _shown(cases: Iterable[Case]) -> list[Block]:
    rows: list[Block] = []
    single: list[Picture] = []
    for case in cases:
        before = [_picture(photo, case, "整改前" if case.after else "") for photo in case.before]
        after = [_picture(photo, case, "整改后") for photo in case.after]
        paired = min(len(before), len(after))
        if paired:
            rows.append(Pictures(tuple(chain.from_iterable(zip(before[:paired], after[:paired], strict=True)))))
        single += before[paired:] + after[paired:]
    return [*rows, Pictures(tuple(single))] if single else rows


def _picture(photo: PhotoRef, case: Case, when: str) -> Picture:
    what = (photo.caption or _bare(case.place)) + when
    return Picture(photo.id, f"{what}，{day(photo.taken_on)}" if photo.taken_on else what)


def _overdue(week: Snapshot) -> list[Block]:
    if not week.overdue:
        return []
    supervised = sum(case.supervised for case in week.overdue)
    by = "、".join(f"{name}{len(cases)}件" for name, cases in _by_district(week, week.overdue))
    told = f"截至{day(day_of(week.taken_at))}，超期未整改{len(week.overdue)}件：{by}。"
    told += f"其中督办{supervised}件。" if supervised else ""
    return [Paragraph(told), late_table(week)]


def _requests(week: Snapshot, masthead: Masthead) -> list[Block]:
    asked = []
    open_ = [case for case in (*week.cases, *week.overdue) if not _is_done(case)]
    if masthead.reply_by and open_:
        asked.append(f"请相关区于{day(masthead.reply_by)}前报送整改情况。")
    if week.overdue:
        names = "、".join(name for name, _ in _by_district(week, week.overdue))
        asked.append(f"请{names}对超期未整改的问题逐件说明原因，明确完成时限。")
    return [Paragraph(text) for text in ["".join(asked), *masthead.requests] if text]


def _witness(week: Snapshot) -> str:
    """Of the audit chain's head the hash alone: from the numbers of two weeks it would show how much went on."""
    at = week.taken_at.astimezone(BEIJING)
    until = f"{full_day(at.date())}{at.hour}时{at.minute:02}分"
    return f"数据截至{until}；审计链校验值{week.audit_hash}"


def _bare(text: str) -> str:
    return text.strip().rstrip(_STOPS)


def _by_district(week: Snapshot, cases: Iterable[SomeCase]) -> list[tuple[str, list[SomeCase]]]:
    held = list(cases)
    of = [(district.name, [c for c in held if c.district_code == district.code]) for district in week.districts]
    return [(name, there) for name, there in of if there]
