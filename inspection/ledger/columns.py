"""The columns of the ledger (列): one row of the table each, for the screen and for files alike.

A value is a word of the catalogue as a Phrase, a name or a free text as a string, a number, a day, or nothing. Moments
are told by their day only, and nothing here says who reported or looked (protection of informants).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from inspection.geography.areas import Atlas
from inspection.kernel.calendar import WorkCalendar, day_of
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_
from inspection.tickets import lists
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import STATE_NAMES

Value = str | int | date | Phrase | None

SEVERITY_NAMES: Mapping[str, str] = {"normal": N_("一般"), "urgent": N_("紧急"), "hard": N_("疑难")}
YES, NO = N_("是"), N_("否")


@dataclass(frozen=True)
class Line:
    """A ticket, and how many reports belong to it."""

    ticket: Ticket
    reports: int


@dataclass(frozen=True)
class Sight:
    """From where the lines are looked at: the moment, the working days, the names of areas."""

    now: datetime
    calendar: WorkCalendar
    atlas: Atlas


@dataclass(frozen=True)
class Column:
    """One column: its code in addresses and choices, its Chinese heading, its value for a line.

    ``shown`` says whether it is one of those that everybody begins with, ``width`` is in characters of a spreadsheet,
    ``spare`` columns make room on a narrow screen, ``figures`` stand on the right.
    """

    code: str
    heading: str
    value: Callable[[Line, Sight], Value]
    shown: bool = False
    width: int = 12
    spare: bool = False
    figures: bool = False


def _left(line: Line, sight: Sight) -> Phrase | None:
    return lists.left(line.ticket, sight.now, sight.calendar)


def _day(moment: datetime | None) -> date | None:
    return day_of(moment) if moment else None


def _whether(true: bool) -> Phrase:
    return Phrase(YES if true else NO)


def _street(line: Line, sight: Sight) -> str:
    code = line.ticket.street_code
    return sight.atlas.street(code).name if code else ""


def _severity(line: Line, _sight: Sight) -> Phrase | str:
    code = line.ticket.severity
    return Phrase(SEVERITY_NAMES[code]) if code in SEVERITY_NAMES else code


# fmt: off
COLUMNS: tuple[Column, ...] = (
    Column("number", N_("案卷号"), lambda line, _: line.ticket.number, shown=True, width=16),
    Column("category", N_("类别"), lambda line, _: line.ticket.category.name, shown=True, width=18),
    Column("field", N_("领域"), lambda line, _: Phrase(line.ticket.category.field), width=8),
    Column("place", N_("点位"), lambda line, _: line.ticket.place, shown=True, width=36),
    Column("district", N_("区"), lambda line, sight: sight.atlas.district(line.ticket.district_code).short,
           shown=True, width=8),
    Column("street", N_("街道（乡镇）"), _street, width=16),
    Column("unit", N_("承办单位"), lambda line, _: line.ticket.unit.name if line.ticket.unit else "",
           shown=True, width=28, spare=True),
    Column("state", N_("状态"), lambda line, _: Phrase(STATE_NAMES[line.ticket.state]), shown=True, width=8),
    Column("overdue", N_("超期"), lambda line, sight: _whether(lists.overdue(line.ticket, sight.now)), width=6),
    Column("severity", N_("紧急程度"), _severity, width=10),
    Column("filed", N_("立案"), lambda line, _: _day(line.ticket.filed_at), shown=True, spare=True),
    Column("dispatched", N_("派遣"), lambda line, _: _day(line.ticket.dispatched_at)),
    Column("accepted", N_("签收"), lambda line, _: _day(line.ticket.accepted_at)),
    Column("due", N_("期限"), lambda line, _: _day(line.ticket.due_at), shown=True),
    Column("left", N_("剩余"), _left, shown=True, width=16, figures=True),
    Column("handled", N_("反馈"), lambda line, _: _day(line.ticket.handled_at)),
    Column("closed", N_("结案"), lambda line, _: _day(line.ticket.closed_at)),
    Column("late", N_("曾逾期反馈"), lambda line, _: _whether(line.ticket.late), width=11),
    Column("round", N_("轮次"), lambda line, _: line.ticket.round, shown=True, width=6, spare=True, figures=True),
    Column("reports", N_("线索"), lambda line, _: line.reports, shown=True, width=6, spare=True, figures=True),
    Column("extensions", N_("延期次数"), lambda line, _: line.ticket.extensions, width=9, figures=True),
    Column("reworks", N_("返工次数"), lambda line, _: line.ticket.reworks, width=9, figures=True),
    Column("lookbacks", N_("回头看次数"), lambda line, _: line.ticket.lookbacks, width=11, figures=True),
    Column("rebounds", N_("反弹次数"), lambda line, _: line.ticket.rebounds, width=9, figures=True),
    Column("supervised", N_("督办"), lambda line, _: line.ticket.supervised or "", width=24),
    Column("suspended_until", N_("挂账至"), lambda line, _: line.ticket.suspended_until),
    Column("review_on", N_("复议日期"), lambda line, _: line.ticket.review_on),
    Column("void_reason", N_("作废理由"), lambda line, _: line.ticket.void_reason or "", width=24),
    Column("imported", N_("由旧台账导入"), lambda line, _: _day(line.ticket.imported_at), width=14),
)
# fmt: on

BY_CODE: Mapping[str, Column] = {column.code: column for column in COLUMNS}
SHOWN: tuple[Column, ...] = tuple(column for column in COLUMNS if column.shown)


def known(codes: Sequence[str]) -> tuple[Column, ...]:
    """The columns with these codes in the ledger's order, each once; codes that no column has are passed over."""
    return tuple(column for column in COLUMNS if column.code in codes)
