"""The form of a plan: what is typed becomes a plan, a plan what is typed; quotas as a grid of district and type."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from inspection.checks import checklists, planning, site_lists
from inspection.checks.models import ChecklistVersion, Plan, VersionState
from inspection.checks.planning import BOUNDS, EVERY_DAY, MOST_WINDOWS, NewPlan, NewQuota, NewWindow
from inspection.desk.checklists import name_of, number_words
from inspection.geography import service as geography
from inspection.kernel.calendar import day_of, now
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.people.access import KIND_NAMES, Kind
from inspection.web.page import WEEKDAYS, site_type_name

Form = MultiDict[str, str]
NUMBERS = {
    "most_visits": (N_("一人最多走访几次"), N_("只算这个方案")),
    "rest_days": (N_("去过的人隔几天才能再去"), N_("按同一处算")),
    "double_percent": (N_("双人复评，每百处几处"), N_("另派一人各自去看，比两人是否一致")),
    "lead_hours": (N_("提前几小时告诉督查员"), N_("时段开始以前")),
    "far_m": (N_("离点位多少米算远"), N_("到达时会问为什么")),
    "release_days": (N_("结束几天后公布问题"), N_("全部一起公布")),
    "release_hour": (N_("几点公布"), N_("0 到 23 点")),
    "least_visits": (N_("少于几次走访不出结果"), N_("写“样本不足”")),
}
"""Field → what it is called, and what it means. Each is a default of ours, to be changed."""
DEFAULTS = {name: getattr(planning, name.upper()) for name in NUMBERS}
FORTNIGHT = timedelta(days=13)
A_WEEK = timedelta(days=7)
OPENS, CLOSES = "09:00", "17:00"
WINDOW = ("starts_on", "ends_on", "opens", "closes")
QUOTA = re.compile(r"quotas\.(\d+)\.(\w+)")
WINDOWED = re.compile(r"windows\.(\d+)\.(\w+)")


@dataclass(frozen=True)
class Column:
    """A type of place that a plan can look at: its checklists, the newest first."""

    code: str
    versions: Sequence[ChecklistVersion]


def columns(plan: Plan | None = None) -> list[Column]:
    """The types that have a published checklist; of a plan also those that it has already."""
    used = {quota.checklist_version_id for quota in plan.quotas} if plan else set()
    found: dict[str, list[ChecklistVersion]] = {}
    for checklist in checklists.every():
        for version in reversed(checklist.versions):
            if version.state is VersionState.PUBLISHED or version.id in used:
                found.setdefault(checklist.type_code, []).append(version)
    return [Column(code, versions) for code, versions in found.items()]


def fresh() -> Form:
    """What a new plan begins as: two weeks from next week on, one window, the defaults."""
    begins = day_of(now()) + A_WEEK
    begins -= timedelta(days=begins.weekday())
    given = Form({"name": "", "starts_on": begins.isoformat(), "ends_on": (begins + FORTNIGHT).isoformat()})
    for name, number in DEFAULTS.items():
        given[name] = str(number)
    given["trained_only"] = "yes"
    given["windows"] = "1"
    _put_window(given, 0, begins.isoformat(), (begins + FORTNIGHT).isoformat())
    return given


def of(new: NewPlan) -> Form:
    """A plan as it is typed in."""
    given = Form({"name": new.name, "starts_on": new.starts_on.isoformat(), "ends_on": new.ends_on.isoformat()})
    for name in NUMBERS:
        given[name] = str(getattr(new, name))
    for name in ("trained_only", "score_shown"):
        if getattr(new, name):
            given[name] = "yes"
    given.setlist("kinds", list(new.kinds))
    for quota in new.quotas:
        given[f"q-{quota.district_code}-{quota.type_code}"] = str(quota.sites)
        given[f"each-{quota.type_code}"] = str(quota.visits_each)
        given[f"list-{quota.type_code}"] = str(quota.checklist_version_id)
    given["windows"] = str(len(new.windows))
    for row, one in enumerate(new.windows):
        _put_window(given, row, one.starts_on.isoformat(), one.ends_on.isoformat())
        given[f"w{row}-opens"], given[f"w{row}-closes"] = f"{one.opens:%H:%M}", f"{one.closes:%H:%M}"
        given.setlist(f"w{row}-weekdays", [str(day) for day in one.weekdays])
    return given


def helped(given: Form) -> Form | None:
    """The form after a helper's button (每区都 N 处, 再加一个时段, 去掉时段); None if it was sent to be kept."""
    form = Form(given)
    if kind := form.get("fill"):
        for district in geography.current_atlas().districts:
            form[f"q-{district.code}-{kind}"] = form.get(f"every-{kind}", "")
    elif "add_window" in form:
        last = window_count(form)
        _put_window(form, last, form.get("starts_on", ""), form.get("ends_on", ""))
        form["windows"] = str(last + 1)
    elif "drop_window" in form:
        _drop(form, form.get("drop_window", type=int) or 0)
    else:
        return None
    return form


def window_count(given: Form) -> int:
    """How many windows the form has; at least one."""
    return min(max(given.get("windows", 1, type=int), 1), MOST_WINDOWS)


def read(given: Form) -> NewPlan:
    """The plan that was typed. Raises Invalid, naming the form's field."""
    cells = quota_cells(given)
    quotas = [_quota(given, district, kind, sites) for district, kind, sites in cells]
    numbers: dict[str, Any] = {name: _number(given, name) for name in NUMBERS}
    return NewPlan(
        name=given.get("name", ""),
        starts_on=_day(given, "starts_on"),
        ends_on=_day(given, "ends_on"),
        quotas=quotas,
        windows=[_window(given, row) for row in range(window_count(given))],
        kinds=given.getlist("kinds"),
        trained_only=given.get("trained_only") == "yes",
        score_shown=given.get("score_shown") == "yes",
        **numbers,
    )


def quota_cells(given: Form) -> list[tuple[str, str, int]]:
    """The cells of the grid that ask for something: district, type, how many sites."""
    found = []
    for name in sorted(given):
        head, _dash, rest = name.partition("-")
        if head != "q" or given[name].strip() in {"", "0"}:
            continue
        district, _dash, kind = rest.partition("-")
        found.append((district, kind, _number(given, name)))
    return found


def placed(refusal: Invalid, given: Form) -> str:
    """The form's field that a refusal names: ``quotas.3.sites`` is a cell of the grid."""
    if found := WINDOWED.fullmatch(refusal.field):
        return f"w{found[1]}-{found[2]}"
    found = QUOTA.fullmatch(refusal.field)
    if not found:
        return refusal.field
    district, kind, _sites = quota_cells(given)[int(found[1])]
    named = {"visits_each": f"each-{kind}", "checklist_version_id": f"list-{kind}"}
    return named.get(found[2], f"q-{district}-{kind}")


def shown(given: Form, plan: Plan | None, errors: Mapping[str, str]) -> dict[str, Any]:
    """What the template needs of the form."""
    cols = columns(plan)
    return {
        "title": _("改方案") if plan else _("新的方案"),
        "url": url_for("desk.edit_plan", plan_id=plan.id) if plan else url_for("desk.new_plan"),
        "back_url": url_for("desk.plan", plan_id=plan.id) if plan else url_for("desk.plans"),
        "version": plan.version
        if plan and "overtaken" in errors
        else given.get("version", plan.version if plan else ""),
        "values": given,
        "errors": dict(errors),
        "kinds": [
            {"code": one.value, "name": _(KIND_NAMES[one]), "on": one.value in given.getlist("kinds")} for one in Kind
        ],
        "numbers": [_number_field(name, given, errors) for name in NUMBERS],
        "grid": _grid(given, cols, errors),
        "windows": [_shown_window(row, given, errors) for row in range(window_count(given))],
        "more_windows": window_count(given) < MOST_WINDOWS,
    }


def _grid(given: Form, cols: Sequence[Column], errors: Mapping[str, str]) -> dict[str, Any]:
    there = site_lists.in_use()
    districts = geography.current_atlas().districts
    rows = []
    for one in districts:
        cells = [_cell(given, one.code, column.code, there[one.code, column.code], errors) for column in cols]
        rows.append({"name": one.short, "cells": cells, "total": sum(cell["number"] for cell in cells)})
    heads = [_head(given, column, sum(there[one.code, column.code] for one in districts), errors) for column in cols]
    for at, head in enumerate(heads):
        head["total"] = sum(row["cells"][at]["number"] for row in rows)
    return {"heads": heads, "rows": rows, "total": sum(row["total"] for row in rows)}


def _cell(given: Form, district: str, kind: str, there: int, errors: Mapping[str, str]) -> dict[str, Any]:
    name = f"q-{district}-{kind}"
    typed = given.get(name, "").strip()
    number = int(typed) if typed.isdecimal() else 0
    return {"name": name, "value": typed, "there": there, "number": number, "error": errors.get(name, "")}


def _head(given: Form, column: Column, there: int, errors: Mapping[str, str]) -> dict[str, Any]:
    code = column.code
    versions = [{"code": str(one.id), "name": _version(one)} for one in column.versions]
    return {
        "code": code,
        "name": site_type_name(code),
        "there": there,
        "every": given.get(f"every-{code}", ""),
        "each": given.get(f"each-{code}", "1"),
        "each_error": errors.get(f"each-{code}", ""),
        "list": given.get(f"list-{code}", versions[0]["code"]),
        "lists": versions,
        "list_error": errors.get(f"list-{code}", ""),
    }


def _version(version: ChecklistVersion) -> str:
    return _("%(name)s %(number)s", name=name_of(version.checklist), number=number_words(version))


def _number_field(name: str, given: Form, errors: Mapping[str, str]) -> dict[str, Any]:
    label, hint = NUMBERS[name]
    least, most = BOUNDS[name]
    default = _("默认 %(number)s，可修改", number=DEFAULTS[name])
    return {
        "name": name,
        "label": _(label),
        "hint": _("%(hint)s。%(default)s", hint=_(hint), default=default),
        "value": given.get(name, ""),
        "least": least,
        "most": most,
        "error": errors.get(name, ""),
    }


def _shown_window(row: int, given: Form, errors: Mapping[str, str]) -> dict[str, Any]:
    chosen = given.getlist(f"w{row}-weekdays")
    return {
        "row": row,
        "values": {name: given.get(f"w{row}-{name}", "") for name in WINDOW},
        "errors": {name: errors.get(f"w{row}-{name}", "") for name in (*WINDOW, "weekdays")},
        "weekdays": [{"code": day, "name": _(WEEKDAYS[day - 1]), "on": str(day) in chosen} for day in EVERY_DAY],
    }


def _quota(given: Form, district: str, kind: str, sites: int) -> NewQuota:
    try:
        version = uuid.UUID(given.get(f"list-{kind}", ""))
    except ValueError as wrong:
        raise Invalid(f"list-{kind}", N_("请选一份已发布的检查单。")) from wrong
    return NewQuota(district, kind, sites, version, _number(given, f"each-{kind}"))


def _window(given: Form, row: int) -> NewWindow:
    at = f"w{row}-"
    days = tuple(int(day) for day in given.getlist(f"{at}weekdays") if day.isdecimal())
    first, last = _day(given, f"{at}starts_on"), _day(given, f"{at}ends_on")
    return NewWindow(first, last, _hour(given, f"{at}opens"), _hour(given, f"{at}closes"), days)


def _day(given: Form, name: str) -> date:
    try:
        return date.fromisoformat(given.get(name, ""))
    except ValueError as wrong:
        raise Invalid(name, N_("请选一个日期。")) from wrong


def _hour(given: Form, name: str) -> time:
    try:
        return time.fromisoformat(given.get(name, "")).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as wrong:
        raise Invalid(name, N_("请写钟点，例如 09:00。")) from wrong


def _number(given: Form, name: str) -> int:
    typed = given.get(name, "").strip()
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 6:
        raise Invalid(name, N_("请写一个整数。"))
    return int(typed)


def _put_window(given: Form, row: int, first: str, last: str) -> None:
    given[f"w{row}-starts_on"], given[f"w{row}-ends_on"] = first, last
    given[f"w{row}-opens"], given[f"w{row}-closes"] = OPENS, CLOSES
    given.setlist(f"w{row}-weekdays", [str(day) for day in EVERY_DAY])


def _drop(given: Form, gone: int) -> None:
    """Take one window out; those after it move up. The last one stays."""
    last = window_count(given)
    if last == 1 or not 0 <= gone < last:
        return
    for row in range(gone, last - 1):
        for name in WINDOW:
            given[f"w{row}-{name}"] = given.get(f"w{row + 1}-{name}", "")
        given.setlist(f"w{row}-weekdays", given.getlist(f"w{row + 1}-weekdays"))
    given["windows"] = str(last - 1)
