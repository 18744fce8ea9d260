"""What a list of tickets is narrowed down to (筛选): read from an address, written back into one, asked of the tables.

The ledger, its files and the map share these filters, so that one address means the same tickets everywhere. An empty
value is no filter. Days are Beijing's, both ends included.
"""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from inspection.kernel.calendar import end_of, start_of
from inspection.kernel.db import db
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.people.models import Person
from inspection.reports.models import Category
from inspection.tickets.lists import RUNNING
from inspection.tickets.models import Ticket
from inspection.tickets.visibility import within
from inspection.tickets.workflow import State

Given = Mapping[str, Sequence[str]]
"""What an address carries: the values of each name, in order."""

Text = SQLColumnExpression[str]

YES, COMMA = "1", ","
YEARS = range(2000, 2100)
LONGEST_TEXT = 80
CODE = re.compile(r"[a-z_]{1,40}")
DISTRICT, STREET = re.compile(r"[0-9]{6}"), re.compile(r"[0-9]{9}")
NAME = re.compile(r"\w{1,20}")
LAST = "\U0010ffff"
"""Sorts behind whatever follows a prefix."""


@dataclass(frozen=True)
class Filters:
    """The tickets that are asked for; every field is also the name that it has in an address."""

    state: tuple[State, ...] = ()
    """Any of these; in an address as ``filed,dispatched``, or the name several times."""
    overdue: bool = False
    category: str = ""
    field: str = ""
    """Of the category: 礼仪, 环境, 秩序, 服务 …"""
    district: str = ""
    street: str = ""
    unit: uuid.UUID | None = None
    severity: str = ""
    filed_from: date | None = None
    filed_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    reworked: bool = False
    """In its second round or a later one (返工与反弹)."""
    supervised: bool = False
    rebounds: bool = False
    """Came back after it was closed (反弹)."""
    text: str = ""
    """What the number or the place begins with."""

    def without(self, name: str) -> "Filters":
        """The same without one of them."""
        empty = {one.name: one.default for one in fields(Filters)}
        return Filters(**{one: getattr(self, one) for one in empty if one != name})

    def but(self, **others: Any) -> "Filters":
        """The same with some of them set otherwise."""
        return replace(self, **others)


NOTHING = Filters()
NAMES = tuple(one.name for one in fields(Filters))
FLAGS = ("overdue", "reworked", "supervised", "rebounds")
SPANS = (("filed_from", "filed_to"), ("due_from", "due_to"), ("closed_from", "closed_to"))


def parse(given: Given) -> Filters:
    """The filters of an address; names that are not filters are left alone. Raises Invalid naming the filter."""
    read = {name: READERS[name](name, texts) for name in NAMES if (texts := _said(given, name))}
    found = Filters(**read)
    for first, last in SPANS:
        start, end = getattr(found, first), getattr(found, last)
        if start and end and end < start:
            raise Invalid(last, N_("结束日期不能早于开始日期。"))
    return found


def pairs(filters: Filters) -> list[tuple[str, str]]:
    """The filters as an address carries them; those that are empty are left out."""
    return [(name, text) for name in NAMES for text in _written(getattr(filters, name))]


def query(filters: Filters) -> str:
    """The same as one text, to keep."""
    return urlencode(pairs(filters))


def parse_query(text: str) -> Filters:
    """The filters that ``query`` wrote down. Raises Invalid as ``parse`` does."""
    return parse(parse_qs(text))


def conditions(person: Person, filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    """The conditions on the tickets that are asked for and that the person may see."""
    return [within(person), *(condition for _, condition in asked_for(filters, now))]


def asked_for(filters: Filters, now: datetime) -> list[tuple[str, ColumnElement[bool]]]:
    """The filters that are set, each as a condition on tickets."""
    return [(name, made(value, now)) for name, made in CONDITIONS.items() if (value := getattr(filters, name))]


def begins(column: Text, prefix: str) -> ColumnElement[bool]:
    """That a text begins so, in the one form that each database finds by an index."""
    if db.engine.dialect.name == "postgresql":
        return column.startswith(prefix, autoescape=True)
    return and_(column >= prefix, column < prefix + LAST)


def _said(given: Given, name: str) -> list[str]:
    return [text for text in map(str.strip, given.get(name, ())) if text]


def _written(value: Any) -> list[str]:
    if isinstance(value, tuple):
        return [COMMA.join(state.value for state in value)] if value else []
    if isinstance(value, bool):
        return [YES] if value else []
    return [str(value)] if value else []


def _states(name: str, texts: Sequence[str]) -> tuple[State, ...]:
    asked = [code for text in texts for code in text.split(COMMA)]
    for code in asked:
        if code not in set(State):
            raise Invalid(name, N_("没有这个状态：%(value)s。"), value=code[:LONGEST_TEXT])
    return tuple(state for state in State if state.value in asked)


def _flag(name: str, texts: Sequence[str]) -> bool:
    if texts[-1] != YES:
        raise Invalid(name, N_("这个条件看不懂，请重新选。"))
    return True


def _day(name: str, texts: Sequence[str]) -> date:
    try:
        day = date.fromisoformat(texts[-1])
    except ValueError as wrong:
        raise Invalid(name, N_("日期要写成 2026-11-09 这样。")) from wrong
    if day.year not in YEARS:
        raise Invalid(name, N_("日期要写成 2026-11-09 这样。"))
    return day


def _unit(name: str, texts: Sequence[str]) -> uuid.UUID:
    try:
        return uuid.UUID(texts[-1])
    except ValueError as wrong:
        raise Invalid(name, N_("这个条件看不懂，请重新选。")) from wrong


def _text(name: str, texts: Sequence[str]) -> str:
    if len(texts[-1]) > LONGEST_TEXT or not texts[-1].isprintable():
        raise Invalid(name, N_("最多写 %(most)s 个字。"), most=LONGEST_TEXT)
    return texts[-1]


def _like(pattern: re.Pattern[str]) -> Callable[[str, Sequence[str]], str]:
    def read(name: str, texts: Sequence[str]) -> str:
        if not pattern.fullmatch(texts[-1]):
            raise Invalid(name, N_("这个条件看不懂，请重新选。"))
        return texts[-1]

    return read


READERS: Mapping[str, Callable[[str, Sequence[str]], Any]] = {
    "state": _states,
    "category": _like(CODE),
    "field": _like(NAME),
    "district": _like(DISTRICT),
    "street": _like(STREET),
    "unit": _unit,
    "severity": _like(CODE),
    "text": _text,
    **dict.fromkeys(FLAGS, _flag),
    **{name: _day for span in SPANS for name in span},
}


def _either_begins(prefix: str) -> ColumnElement[bool]:
    """That the number begins so, or does in capitals, or the place."""
    return or_(*(begins(Ticket.number, one) for one in sorted({prefix, prefix.upper()})), begins(Ticket.place, prefix))


def _more_than(column: InstrumentedAttribute[int], least: int) -> ColumnElement[bool]:
    """Written out, not bound: only so does a partial index know itself."""
    return column > literal(least, literal_execute=True)


CONDITIONS: Mapping[str, Callable[[Any, datetime], ColumnElement[bool]]] = {
    "state": lambda states, _now: Ticket.state.in_(states) if len(states) > 1 else Ticket.state == states[0],
    "overdue": lambda _yes, now: and_(Ticket.state.in_(RUNNING), Ticket.due_at < now),
    "category": lambda code, _now: Ticket.category_code == code,
    "field": lambda name, _now: Ticket.category_code.in_(select(Category.code).where(Category.field == name)),
    "district": lambda code, _now: Ticket.district_code == code,
    "street": lambda code, _now: Ticket.street_code == code,
    "unit": lambda unit_id, _now: Ticket.unit_id == unit_id,
    "severity": lambda code, _now: Ticket.severity == code,
    "filed_from": lambda day, _now: Ticket.filed_at >= start_of(day),
    "filed_to": lambda day, _now: Ticket.filed_at <= end_of(day),
    "due_from": lambda day, _now: Ticket.due_at >= start_of(day),
    "due_to": lambda day, _now: Ticket.due_at <= end_of(day),
    "closed_from": lambda day, _now: Ticket.closed_at >= start_of(day),
    "closed_to": lambda day, _now: Ticket.closed_at <= end_of(day),
    "reworked": lambda _yes, _now: _more_than(Ticket.round, 1),
    "supervised": lambda _yes, _now: Ticket.supervised.is_not(None),
    "rebounds": lambda _yes, _now: _more_than(Ticket.rebounds, 0),
    "text": lambda text, _now: _either_begins(text),
}
