"""A year's holidays in the words of the State Council's notice, read and written (节假日安排通知). Pure.

One holiday a line, as the notice has it: “元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。”
Weekdays and the number of days may be left out; where they are given they must be right, because that is where slips
of the pen show.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from inspection.kernel.calendar import DAY, SATURDAY
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

WEEKDAYS = "一二三四五六日"
LONGEST_NAME = 20
WORKED = "调休上班"

_NUMERAL = re.compile(r"^\s*[（(]?[一二三四五六七八九十\d]+[)）]?\s*[、.．]\s*")
_DAY = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日\s*(?:[（(]([^）)]*)[）)])?"
_DATE = re.compile(_DAY)
_OFF = re.compile(rf"{_DAY}\s*(?:(?:至|到|[-—~])\s*{_DAY})?\s*放假")
_SOME_DAY = r"(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日\s*(?:[（(][^）)]*[）)])?"
_WORKED = re.compile(rf"((?:{_SOME_DAY}\s*[、，,和]?\s*)+)上班")
_TOTAL = re.compile(r"共\s*(\d+)\s*天")


@dataclass(frozen=True)
class Entry:
    """What a day is: worked or not, and what it is called."""

    working: bool
    name: str


Entries = Mapping[date, Entry]
"""The days that are not what their weekday says, or have a name."""


def usual(day: date) -> bool:
    """Whether a day is worked as long as nobody says otherwise: Monday to Friday."""
    return day.weekday() < SATURDAY


def read(year: int, text: str) -> dict[date, Entry]:
    """The days of a notice; raises Invalid("text") with the line that cannot be so."""
    days: dict[date, Entry] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        for day, entry in _line(year, line).items():
            if day in days:
                raise Invalid("text", N_("%(day)s 写了两次：%(line)s"), day=day.isoformat(), line=line)
            days[day] = entry
    if not days:
        raise Invalid("text", N_("请写明放假和上班的日子，一个节日一行。"))
    return days


def written(days: Entries) -> str:
    """The days as a notice says them, to be edited: each run of days off by its name, and the worked weekends."""
    lines = []
    off = sorted((day, entry.name) for day, entry in days.items() if not entry.working)
    for name, run in _runs(off):
        lines.append(f"{name}：{_said(run[0], run[-1])}放假，共{len(run)}天。")
    worked = sorted(day for day, entry in days.items() if entry.working)
    if worked:
        lines.append(f"{WORKED}：" + "、".join(f"{_month(day)}{_short(day)}" for day in worked) + "上班。")
    return "\n".join(lines)


def _line(year: int, line: str) -> dict[date, Entry]:
    name, colon, said = _NUMERAL.sub("", line).replace(":", "：").partition("：")
    name = name.strip()
    if not colon or not 0 < len(name) <= LONGEST_NAME:
        raise Invalid("text", N_("每行先写节日的名称，再写冒号：%(line)s"), line=line)
    off = [_span(year, match.groups(), line) for match in _OFF.finditer(said)]
    days = {day: Entry(False, name) for first, last in off for day in _days(first, last, line)}
    total = _TOTAL.search(said)
    if total and int(total[1]) != len(days):
        raise Invalid("text", N_("写着共 %(said)s 天，数下来是 %(counted)s 天：%(line)s"),
                      said=total[1], counted=str(len(days)), line=line)  # fmt: skip
    for day in _worked_days(year, said, line):
        if day in days:
            raise Invalid("text", N_("%(day)s 写了两次：%(line)s"), day=day.isoformat(), line=line)
        if usual(day):
            raise Invalid("text", N_("%(day)s 本来就上班：%(line)s"), day=day.isoformat(), line=line)
        days[day] = Entry(True, WORKED)
    if not days:
        raise Invalid("text", N_("这一行没有读到放假或上班的日子：%(line)s"), line=line)
    return days


def _span(year: int, said: tuple[str | None, ...], line: str) -> tuple[date, date]:
    first = _date(year, said[:4], None, line)
    return first, _date(year, said[4:], first.month, line) if said[6] else first


def _worked_days(year: int, said: str, line: str) -> list[date]:
    days: list[date] = []
    for match in _WORKED.finditer(said):
        month: int | None = None
        for one in _DATE.finditer(match[1]):
            days.append(_date(year, one.groups(), month, line))
            month = days[-1].month
    return days


def _date(year: int, said: tuple[str | None, ...], month: int | None, line: str) -> date:
    said_year, said_month, said_day, note = said
    month = int(said_month) if said_month else month
    try:
        day = date(int(said_year or year), month or 0, int(said_day or 0))
    except ValueError as wrong:
        raise Invalid("text", N_("日期写错了：%(line)s"), line=line) from wrong
    if day.year != year:
        raise Invalid("text", N_("%(day)s 不在这一年，请到那一年录入：%(line)s"), day=day.isoformat(), line=line)
    weekday = re.search(rf"(?:周|星期)([{WEEKDAYS}])", note or "")
    if weekday and WEEKDAYS.index(weekday[1]) != day.weekday():
        raise Invalid("text", N_("%(day)s 是周%(weekday)s，和写的不一样：%(line)s"),
                      day=day.isoformat(), weekday=WEEKDAYS[day.weekday()], line=line)  # fmt: skip
    return day


def _days(first: date, last: date, line: str) -> list[date]:
    if last < first:
        raise Invalid("text", N_("最后一天在第一天之前：%(line)s"), line=line)
    return [first + DAY * number for number in range((last - first).days + 1)]


def _runs(off: list[tuple[date, str]]) -> list[tuple[str, list[date]]]:
    """Days off that follow one another and have the same name."""
    numbered = enumerate(off)
    runs = groupby(numbered, key=lambda pair: (pair[1][0] - DAY * pair[0], pair[1][1]))
    return [(key[1], [day for _, (day, _) in run]) for key, run in runs]


def _said(first: date, last: date) -> str:
    if first == last:
        return f"{_month(first)}{_short(first)}"
    return f"{_month(first)}{_short(first)}至{'' if first.month == last.month else _month(last)}{_short(last)}"


def _month(day: date) -> str:
    return f"{day.month}月"


def _short(day: date) -> str:
    return f"{day.day}日（周{WEEKDAYS[day.weekday()]}）"
