"""Whether an old ledger's rows can become tickets, and what is wrong with each that cannot (导入核对). Pure.

A state is taken over only as far as the row proves it: whoever is said to have handled a ticket must be a unit that we
know, on a day that stands there. Nothing is guessed but what the office's own rules say: without a state, the furthest
that the days prove; a ticket that was closed was handled by that day at the latest.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from inspection.geography.areas import Atlas
from inspection.kernel.errors import Invalid
from inspection.kernel.phrases import Listing, Phrase
from inspection.kernel.reading import FIELD, Cell, Raw
from inspection.kernel.rows import Row, Wrong, headed, written
from inspection.kernel.text import N_
from inspection.tickets.workflow import STATE_NAMES, State

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": (N_("案卷号"), "编号", "案卷编号", "工单号", "台账编号"),
    "category": (N_("类别"), "问题类别", "类型"),
    "place": (N_("点位"), "地点", "地址", "位置", "具体位置"),
    "district": (N_("区"), "所属区", "区县"),
    "street": (N_("街道（乡镇）"), "街道(乡镇)", "街道", "街道乡镇", "街乡镇"),
    "unit": (N_("承办单位"), "责任单位", "主办单位"),
    "state": (N_("状态"), "办理状态", "当前状态"),
    "severity": (N_("紧急程度"),),
    "filed": (N_("立案"), "立案日期", "立案时间"),
    "dispatched": (N_("派遣"), "派遣日期", "派遣时间", "交办日期"),
    "accepted": (N_("签收"), "签收日期", "签收时间"),
    "due": (N_("期限"), "整改期限", "办理期限", "截止日期"),
    "handled": (N_("反馈"), "反馈日期", "反馈时间", "整改完成日期"),
    "closed": (N_("结案"), "结案日期", "结案时间"),
    "round": (N_("轮次"),),
    "extensions": (N_("延期次数"),),
    "reworks": (N_("返工次数"),),
    "lookbacks": (N_("回头看次数"),),
    "rebounds": (N_("反弹次数"),),
    "supervised": (N_("督办"), "督办理由"),
    "void_reason": (N_("作废理由"),),
    "lat": (N_("纬度"),),
    "lng": (N_("经度"),),
}
"""What each column may be called; the first is the one that our own files write."""
NEEDED = ("number", "category", "place", "district", "filed")
DAYS = ("filed", "dispatched", "accepted", "handled", "closed")
"""In the order in which they can only come."""
COUNTS = ("extensions", "reworks", "lookbacks", "rebounds")
PROOF: Mapping[State, tuple[str, ...]] = {
    State.FILED: (),
    State.DISPATCHED: ("unit", "dispatched", "due"),
    State.HANDLING: ("unit", "dispatched", "due", "accepted"),
    State.HANDLED: ("unit", "dispatched", "due", "handled"),
    State.CLOSED: ("unit", "closed"),
    State.VOID: ("void_reason",),
}
"""What must stand in the row for each state; a closed ticket may come back, and then some unit has to hold it."""
BEYOND: Mapping[State, tuple[str, ...]] = {
    State.FILED: ("unit", "dispatched", "accepted", "handled", "closed"),
    State.DISPATCHED: ("accepted", "handled", "closed"),
    State.HANDLING: ("handled", "closed"),
    State.HANDLED: ("closed",),
}
"""What cannot stand there yet."""
SEVERITIES = {N_("一般"): "normal", N_("紧急"): "urgent", N_("疑难"): "hard"}
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
FIRST_YEAR, LAST_DUE_DAYS = 2000, 3660
LONGEST_NUMBER, LONGEST_PLACE, MOST_TIMES = 40, 200, 100


@dataclass(frozen=True)
class Known:
    """What the rows may name: categories by name with their severity, units by district and name, areas, and today."""

    categories: Mapping[str, tuple[str, str]]
    """Name (or code) → code and severity."""
    units: Mapping[tuple[str, str], Any]
    atlas: Atlas
    today: date


@dataclass(frozen=True)
class OldTicket:
    """A row that can become a ticket."""

    row: int
    number: str
    category: str
    severity: str
    place: str
    district: str
    street: str | None
    unit: Any
    state: State
    days: Mapping[str, date | None]
    """Of ``DAYS``, and ``due``."""
    counts: Mapping[str, int]
    round: int
    supervised: str | None
    void_reason: str | None
    point: tuple[float, float] | None


@dataclass(frozen=True)
class Checked:
    """What a file comes to."""

    tickets: tuple[OldTicket, ...]
    wrong: tuple[Wrong, ...]
    unused: tuple[str, ...] = ()
    """Headings that nothing was read from."""


def check(rows: Sequence[Raw], known: Known) -> Checked:
    """Every row as a ticket, or what is wrong with it. Raises Invalid("file") without the headings that are needed."""
    head, columns, unused = headed(rows, HEADINGS, NEEDED)
    below = [row for row in rows if row.number > head]
    if not below:
        raise Invalid(FIELD, N_("表头下面没有内容。"))
    looked = [_looked(row, columns, known) for row in below]
    wrong = [one for row in looked for one in row.wrong]
    tickets = [row.ticket for row in looked if row.ticket is not None]
    wrong += _twice(tickets)
    return Checked(tuple(tickets), tuple(sorted(wrong, key=lambda one: one.row)), unused)


@dataclass
class _Row(Row):
    """A row while it is looked at, with what it may name and what comes of it."""

    known: Known
    ticket: OldTicket | None = None


def _looked(raw: Raw, columns: Mapping[str, int], known: Known) -> _Row:
    cells = {code: raw.cells[place] if place < len(raw.cells) else None for code, place in columns.items()}
    row = _Row(raw.number, cells, HEADINGS, known)
    row.refuse_formulas()
    if not row.wrong:
        ticket = _ticket(row)
        row.ticket = None if row.wrong else ticket
    return row


def _ticket(row: _Row) -> OldTicket | None:
    for code in NEEDED:
        if not row.has(code):
            row.refuse(code, N_("不能空着。"))
    category, district = _category(row), _district(row)
    days = {code: _day(row, code) for code in (*DAYS, "due")}
    _in_order(row, days)
    unit, street = (_unit(row, district), _street(row, district)) if district else (None, None)
    state = _state(row)
    return OldTicket(
        row=row.number,
        number=row.text("number", LONGEST_NUMBER),
        category=category[0],
        severity=_severity(row) or category[1],
        place=row.text("place", LONGEST_PLACE),
        district=district,
        street=street,
        unit=unit,
        state=state,
        days=days,
        counts={code: _count(row, code, 0) for code in COUNTS},
        round=_count(row, "round", 1),
        supervised=row.text("supervised") or None,
        void_reason=row.text("void_reason") or None,
        point=_point(row),
    )


def _category(row: _Row) -> tuple[str, str]:
    name = row.text("category")
    if name and name not in row.known.categories:
        row.refuse("category", N_("类别目录里没有“%(name)s”。"), name=name[:LONGEST_NUMBER])
    return row.known.categories.get(name, ("", ""))


def _district(row: _Row) -> str:
    name = row.text("district")
    for one in row.known.atlas.districts:
        if name in {one.name, one.short, one.code}:
            return one.code
    if name:
        row.refuse("district", N_("没有“%(name)s”这个区。"), name=name[:LONGEST_NUMBER])
    return ""


def _street(row: _Row, district: str) -> str | None:
    name = row.text("street")
    if not name:
        return None
    street = row.known.atlas.find_street(district, name)
    if street is None:
        row.refuse("street", N_("这个区没有“%(name)s”。"), name=name[:LONGEST_NUMBER])
    return street.code if street else None


def _unit(row: _Row, district: str) -> Any:
    name = row.text("unit")
    if name and (district, name) not in row.known.units:
        row.refuse("unit", N_("这个区没有单位“%(name)s”，请先在系统里建好。"), name=name[:LONGEST_NUMBER])
    return row.known.units.get((district, name))


def _severity(row: _Row) -> str:
    name = row.text("severity")
    if name and name not in SEVERITIES:
        row.refuse("severity", N_("只能是：%(names)s。"), names=Listing(SEVERITIES))
    return SEVERITIES.get(name, "")


def _day(row: _Row, code: str) -> date | None:
    if not row.has(code):
        return None
    day = _as_day(row.cells[code])
    if day is None or day.year < FIRST_YEAR:
        row.refuse(code, N_("日期要写成 2026-11-09 这样。"))
        return None
    if code != "due" and day > row.known.today:
        row.refuse(code, N_("日期在今天以后。"))
    return day


def _as_day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = DAY.fullmatch(cell) if isinstance(cell, str) else None
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _in_order(row: _Row, days: Mapping[str, date | None]) -> None:
    """Each day is no earlier than those that come before it; a deadline is no earlier than dispatch, nor years away."""
    last: tuple[str, date] | None = None
    for code in DAYS:
        day = days[code]
        if day and last and day < last[1]:
            row.refuse(code, N_("比“%(earlier)s”还早。"), earlier=HEADINGS[last[0]][0])
        last = (code, day) if day else last
    begun, due = days["dispatched"] or days["filed"], days["due"]
    if begun and due and not 0 <= (due - begun).days <= LAST_DUE_DAYS:
        row.refuse("due", N_("期限要在派遣以后、十年以内。"))


def _state(row: _Row) -> State:
    names = {name: state for state, name in STATE_NAMES.items()} | {state.value: state for state in State}
    given = row.text("state")
    if given and given not in names:
        row.refuse("state", N_("没有“%(name)s”这个状态。"), name=given[:LONGEST_NUMBER])
        return State.FILED
    state = names[given] if given else _furthest(row)
    if state is State.SUSPENDED:
        row.refuse("state", N_("挂账的请按“处置中”导入，再在系统里挂账。"))
        return state
    for code in PROOF[state]:
        if not row.has(code):
            row.refuse(code, N_("状态是“%(state)s”，这一列不能空着。"), state=STATE_NAMES[state])
    for code in BEYOND.get(state, ()):
        if row.has(code):
            row.refuse(code, N_("状态是“%(state)s”，这一列应当空着。"), state=STATE_NAMES[state])
    return state


def _furthest(row: _Row) -> State:
    """The furthest state that the row proves."""
    proven = (State.VOID, State.CLOSED, State.HANDLED, State.HANDLING, State.DISPATCHED)
    marks = {State.VOID: "void_reason", State.CLOSED: "closed", State.HANDLED: "handled", State.HANDLING: "accepted"}
    return next((one for one in proven if row.has(marks.get(one, "dispatched"))), State.FILED)


def _count(row: _Row, code: str, least: int) -> int:
    if not row.has(code):
        return least
    text = written(row.cells[code] or "")
    if not re.fullmatch(r"\d{1,3}", text) or not least <= int(text) <= MOST_TIMES:
        row.refuse(code, N_("要是 %(least)s 到 %(most)s 的整数。"), least=least, most=MOST_TIMES)
        return least
    return int(text)


def _point(row: _Row) -> tuple[float, float] | None:
    if not row.has("lat") and not row.has("lng"):
        return None
    try:
        lat, lng = (float(written(row.cells.get(code) or "")) for code in ("lat", "lng"))
    except ValueError:
        row.refuse("lat", N_("纬度和经度要一起写，都是小数（WGS-84）。"))
        return None
    if not (39 < lat < 42 and 115 < lng < 118):
        row.refuse("lat", N_("这个位置不在北京市内。"))
    return lat, lng


def _twice(tickets: Sequence[OldTicket]) -> Iterator[Wrong]:
    first: dict[str, int] = {}
    for ticket in tickets:
        if ticket.number in first:
            why = Phrase(N_("和第 %(row)s 行的案卷号相同。"), {"row": first[ticket.number]})
            yield Wrong(ticket.row, HEADINGS["number"][0], why)
        first.setdefault(ticket.number, ticket.row)
