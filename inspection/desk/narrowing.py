"""The filter bar of the ledger and of the map: its fields with what is chosen, a chip for each that is set (筛选)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from inspection.geography import service as geography
from inspection.geography.areas import Atlas
from inspection.kernel.db import db
from inspection.kernel.text import N_
from inspection.ledger.columns import SEVERITY_NAMES
from inspection.people import service as people
from inspection.people.access import Right, Scope, scope
from inspection.people.models import Person, Unit
from inspection.reports import service as reports
from inspection.reports.models import Category
from inspection.tickets import filters, lists
from inspection.tickets.filters import COMMA, FLAGS, SPANS, Filters
from inspection.tickets.workflow import STATE_NAMES, State
from inspection.web.page import category_name, short_day

Option = dict[str, str]

LABELS: Mapping[str, str] = {
    "state": N_("状态"),
    "overdue": N_("超期"),
    "category": N_("类别"),
    "field": N_("领域"),
    "district": N_("区"),
    "street": N_("街道（乡镇）"),
    "unit": N_("承办单位"),
    "severity": N_("紧急程度"),
    "filed_from": N_("立案从"),
    "filed_to": N_("立案到"),
    "due_from": N_("期限从"),
    "due_to": N_("期限到"),
    "closed_from": N_("结案从"),
    "closed_to": N_("结案到"),
    "reworked": N_("返工与反弹"),
    "supervised": N_("督办"),
    "rebounds": N_("反弹"),
    "text": N_("案卷号或点位开头"),
    "cursor": N_("翻页"),
}
FIELD_NAMES = (N_("环境"), N_("秩序"), N_("服务"), N_("礼仪"), N_("观赏"), N_("网络"))
"""The six fields of public conduct (domain.md §1), as the catalogue of categories writes them."""
OPEN = COMMA.join(lists.OPEN)
FOLDED = ("field", "street", "severity", *(day for span in SPANS for day in span), *FLAGS)
"""What stands under 更多条件."""


def label(name: str) -> str:
    """What a filter is called."""
    return _(LABELS.get(name, name))


def bar(person: Person, asked: Filters, given: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the bar. What was typed stands there again, even where it cannot be read."""
    atlas = geography.current_atlas()
    whole = scope(person.role, Right.TICKET_READ) is Scope.ALL
    district = asked.district if whole else person.district_code or ""
    values = {name: given[name] for name in filters.NAMES if name in given} | dict(filters.pairs(asked))
    return {
        "values": values,
        "districts": [{"code": one.code, "name": one.name} for one in atlas.districts] if whole else None,
        "categories": [{"code": one.code, "name": category_name(one)} for one in reports.categories()],
        "states": states(asked),
        "units": _units(district, asked) if scope(person.role, Right.TICKET_READ) is not Scope.UNIT else None,
        "streets": [{"code": one.code, "name": one.name} for one in atlas.streets(district)],
        "fields": [{"code": name, "name": _(name)} for name in fields()],
        "severities": [{"code": code, "name": _(name)} for code, name in SEVERITY_NAMES.items()],
        "spans": [{"first": first, "last": last, "label": _span(first)} for first, last in SPANS],
        "flags": [{"name": name, "label": label(name), "on": bool(values.get(name))} for name in FLAGS],
        "unfolded": any(values.get(name) for name in FOLDED),
    }


def states(asked: Filters) -> list[Option]:
    """The states to choose from: all that are open together, each alone, and whatever else is chosen."""
    options = [{"code": OPEN, "name": _("在办")}]
    options += [{"code": state.value, "name": _(STATE_NAMES[state])} for state in State]
    chosen = COMMA.join(asked.state)
    if chosen and chosen not in {option["code"] for option in options}:
        options.append({"code": chosen, "name": _state_words(asked.state)})
    return options


def fields() -> list[str]:
    """The fields that the catalogue's categories have, the six of the office first."""
    known = {category.field for category in reports.categories()}
    return sorted(known, key=lambda name: (name not in FIELD_NAMES, name))


def chips(asked: Filters, address: Callable[[Filters], str]) -> list[dict[str, str]]:
    """A chip for each filter that is set, with the address without it."""
    atlas = geography.current_atlas()
    return [
        {"text": _chip(name, getattr(asked, name), atlas), "url": address(asked.without(name))}
        for name in filters.NAMES
        if getattr(asked, name)
    ]


def _chip(name: str, value: Any, atlas: Atlas) -> str:
    if value is True:
        return label(name)
    return _("%(label)s：%(value)s", label=label(name), value=_value(name, value, atlas))


def _value(name: str, value: Any, atlas: Atlas) -> str:
    if name in VALUES:
        return VALUES[name](value, atlas)
    return short_day(value) if isinstance(value, date) else str(value)


def _state_words(states: tuple[State, ...]) -> str:
    return _("在办") if states == lists.OPEN else _("、").join(_(STATE_NAMES[state]) for state in states)


def _category(code: str, _atlas: Atlas) -> str:
    category = db.session.get(Category, code)
    return category_name(category) if category else code


def _district(code: str, atlas: Atlas) -> str:
    return next((one.name for one in atlas.districts if one.code == code), code)


def _street(code: str, atlas: Atlas) -> str:
    return next((one.name for area in atlas.districts for one in atlas.streets(area.code) if one.code == code), code)


def _unit(unit_id: object, _atlas: Atlas) -> str:
    return db.session.scalar(select(Unit.name).where(Unit.id == unit_id)) or _("没有这个单位")


VALUES: Mapping[str, Callable[[Any, Atlas], str]] = {
    "state": lambda value, _atlas: _state_words(value),
    "category": _category,
    "field": lambda value, _atlas: _(value),
    "district": _district,
    "street": _street,
    "unit": _unit,
    "severity": lambda value, _atlas: _(SEVERITY_NAMES.get(value, value)),
}


def _units(district: str, asked: Filters) -> list[Option]:
    units = [{"code": str(one.id), "name": one.name} for one in people.units_of(district)] if district else []
    known = {option["code"] for option in units}
    if asked.unit and str(asked.unit) not in known:
        units.append({"code": str(asked.unit), "name": _unit(asked.unit, geography.current_atlas())})
    return units


def _span(first: str) -> str:
    return {"filed_from": _("立案"), "due_from": _("期限"), "closed_from": _("结案")}[first]
