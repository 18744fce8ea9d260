"""地图: where the tickets lie that the address asks for, as circles, heat or districts; the ledger's filters."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.citymap import service as citymap
from inspection.citymap import sight
from inspection.citymap.service import CAP, District, Look, Overview
from inspection.citymap.sight import Mode
from inspection.desk import ledger, narrowing, navigation
from inspection.geography import service as geography
from inspection.geography.areas import DEVELOPMENT_ZONE, Atlas
from inspection.geography.points import centre, resolution, ring
from inspection.kernel.calendar import day_of, now
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.ledger.models import Order
from inspection.people.access import Right, Scope, scope
from inspection.people.models import Person
from inspection.tickets import lists
from inspection.tickets.filters import NOTHING, Filters
from inspection.tickets.models import Ticket
from inspection.tickets.tallying import FINE
from inspection.tickets.workflow import STATE_NAMES
from inspection.web import language, session
from inspection.web.page import category_name, short_day
from inspection.web.requires import requires

MODES = {Mode.CLUSTERS: N_("聚合"), Mode.HEAT: N_("热力"), Mode.DISTRICTS: N_("区县着色")}
MEASURES = {
    "all": N_("件数"),
    "open": N_("在办"),
    "overdue": N_("超期"),
    "late_share": N_("超期占在办"),
    "timely_share": N_("按期结案率"),
}
"""What a district can be coloured by; the names are those of its line."""
MOST = 12
"""So many places of a map are told by name beside it."""
FEWEST = 10
"""[D] Shares of fewer cases are not compared (domain.md §5)."""
DIGITS = 5
"""Of a degree: about a metre."""
WEEK, MONTH = timedelta(days=6), timedelta(days=29)


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/map", "map", show)
    blueprint.add_url_rule("/map/cells.json", "map_cells", cells)


@requires(Right.TICKET_READ)
def show() -> ResponseReturnValue:
    """The map with its table of districts; what is wrong with the address is said, and nothing is counted."""
    try:
        return _page(ledger.asked())
    except Invalid as refusal:
        return _page(NOTHING, wrong=refusal), refusal.status


@requires(Right.TICKET_READ)
def cells() -> ResponseReturnValue:
    """What lies in the part of the map that the address names, as JSON: cells with their numbers, or tickets."""
    seen, wanted, moment = sight.read(request.args), ledger.asked(), now()
    found = citymap.look(session.person(), wanted, seen, now=moment)
    atlas = geography.current_atlas()
    return jsonify(
        said=_said(found),
        cells=[_cell(cell, number) for cell, number in found.cells.items()],
        places=[_place(cell, number, found.districts[cell], atlas) for cell, number in _most(found)],
        tickets=[_ticket(ticket, lists.overdue(ticket, moment)) for ticket in found.tickets],
    )


def _page(wanted: Filters, *, wrong: Invalid | None = None) -> str:
    person, moment, mode = session.person(), now(), sight.mode(request.args)
    kept = {"mode": mode.value} if mode is not Mode.CLUSTERS else {}
    whole = Overview([], 0, False) if wrong else citymap.overview(person, wanted, now=moment)
    chips = narrowing.chips(wanted, lambda left: _address(left, kept))
    return render_template(
        "desk/citymap.html",
        nav=navigation.bar(person, "map"),
        summary="" if wrong else _summary(whole),
        nowhere=whole.nowhere,
        cap=f"{CAP:,}" if whole.capped else "",
        wrong=_("%(label)s：%(reason)s", label=narrowing.label(wrong.field), reason=language.words(wrong))
        if wrong
        else "",
        times=_times(wanted, kept, day_of(moment)),
        bar=narrowing.bar(person, wanted, request.args),
        chips=chips,
        kept=kept,
        clear_url=_address(NOTHING, kept) if chips or wrong else "",
        ledger_url=ledger.address(wanted),
        mode=mode.value,
        modes=[{"code": one.value, "label": _(label)} for one, label in MODES.items()],
        measures=[(code, _(label)) for code, label in MEASURES.items()],
        cells_url="" if wrong else url_for("desk.map_cells", **ledger.linked(wanted, Order.NEWEST)),
        home=_home(person, wanted),
        districts=_districts(whole, wanted, kept),
        fewest=FEWEST,
        zone=next((one.all for one in whole.districts if one.code == DEVELOPMENT_ZONE), 0),
    )


def _address(wanted: Filters, kept: dict[str, str]) -> str:
    return url_for("desk.map", **ledger.linked(wanted, Order.NEWEST) | kept)


def _home(person: Person, wanted: Filters) -> str:
    """The district that the map begins with; the whole city where there is none."""
    own = person.district_code if scope(person.role, Right.TICKET_READ) is not Scope.ALL else None
    return wanted.district or own or ""


def _times(wanted: Filters, kept: dict[str, str], today: date) -> list[dict[str, Any]]:
    """The usual spans of filing, each with its address; the rest of the filters stays."""
    spans = [
        (_("全部时间"), None, None),
        (_("近 7 天"), today - WEEK, today),
        (_("近 30 天"), today - MONTH, today),
        (_("本月"), today.replace(day=1), today),
        (_("今年"), today.replace(month=1, day=1), today),
    ]
    whenever = wanted.without("filed_from").without("filed_to")
    return [
        {
            "label": label,
            "url": _address(whenever.but(filed_from=first, filed_to=last), kept),
            "current": (wanted.filed_from, wanted.filed_to) == (first, last),
        }
        for label, first, last in spans
    ]


def _summary(whole: Overview) -> str:
    """共 2,416 件 · 在办 618 件 · 超期 23 件."""
    running, overdue = sum(one.open for one in whole.districts), sum(one.overdue for one in whole.districts)
    parts = [_("共 %(number)s 件", number=f"{whole.all:,}"), _("在办 %(number)s 件", number=f"{running:,}")]
    return " · ".join([*parts, _("超期 %(number)s 件", number=f"{overdue:,}")])


def _districts(whole: Overview, wanted: Filters, kept: dict[str, str]) -> list[dict[str, Any]]:
    """A line for each district, the most first."""
    atlas = geography.current_atlas()
    ordered = sorted(whole.districts, key=lambda one: (-one.all, one.code))
    return [_line(one, atlas, _address(wanted.but(district=one.code, street="", unit=None), kept)) for one in ordered]


def _line(one: District, atlas: Atlas, url: str) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": atlas.district(one.code).short,
        "url": url,
        "all": one.all,
        "open": one.open,
        "overdue": one.overdue,
        "late_share": _share(one.overdue, one.open),
        "closed": one.closed,
        "in_time": one.in_time,
        "timely_share": _share(one.in_time, one.closed),
    }


def _share(part: int, whole: int) -> int | None:
    """Percent, where there are enough to compare."""
    return round(100 * part / whole) if whole >= FEWEST else None


def _said(found: Look) -> str:
    """What the map shows, in words."""
    if found.tickets:
        words = _("图上 %(number)s 件，一件一个记号。", number=len(found.tickets))
    elif found.cells:
        number = f"{sum(found.cells.values()):,}"
        words = _("图上 %(number)s 件，分在 %(cells)s 格。", number=number, cells=f"{len(found.cells):,}")
    else:
        words = _("这一片没有符合条件的案卷。")
    return words + (_("满 %(cap)s 件就不再细数，加一个条件就能看全。", cap=f"{CAP:,}") if found.capped else "")


def _most(found: Look) -> list[tuple[str, int]]:
    return sorted(found.cells.items(), key=lambda one: (-one[1], one[0]))[:MOST]


def _cell(cell: str, number: int) -> dict[str, Any]:
    """A cell: its middle, its corners, and how many lie in it."""
    middle = centre(cell)
    corners = [_rounded(*corner) for corner in ring(cell)]
    return {"at": _rounded(middle.lat, middle.lng), "ring": corners, "n": number}


def _place(cell: str, number: int, codes: Sequence[str], atlas: Atlas) -> dict[str, Any]:
    """A cell as people call it: by the districts whose tickets lie there, or by the office that is nearest."""
    name = _("、").join(atlas.district(code).short for code in codes[:2])
    by_street = len(codes) == 1 or resolution(cell) >= FINE
    street = atlas.nearest_street(codes[0], centre(cell)) if by_street else None
    if street:
        name = f"{atlas.district(codes[0]).short} {street.name}"
    return _cell(cell, number) | {
        "name": _("%(place)s一带", place=name),
        "number": _("%(number)s 件", number=f"{number:,}"),
    }


def _ticket(ticket: Ticket, late: bool) -> dict[str, Any]:
    return {
        "at": _rounded(ticket.lat, ticket.lng),
        "number": ticket.number,
        "category": category_name(ticket.category, short=True),
        "icon": f"cat-{ticket.category_code}",
        "place": ticket.place,
        "state": "overdue" if late else ticket.state.value,
        "said": _("超期") if late else _(STATE_NAMES[ticket.state]),
        "filed": _("%(day)s立案", day=short_day(ticket.filed_at)),
        "url": url_for("desk.ticket", ticket_id=ticket.id),
    }


def _rounded(lat: float, lng: float) -> list[float]:
    return [round(lat, DIGITS), round(lng, DIGITS)]
