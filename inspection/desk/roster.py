"""花名册: inspectors by name with what is asked for, sheets for a whole selection, and how many there are."""

import uuid
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.desk.invitations import PAGE, name_of, printed
from inspection.geography import service as geography
from inspection.geography.areas import Atlas
from inspection.kernel.calendar import day_of, now
from inspection.kernel.errors import Invalid
from inspection.kernel.sheets import Kind as FileKind
from inspection.kernel.text import N_
from inspection.people import invitations
from inspection.people.access import KIND_NAMES, Kind, Right, scope
from inspection.people.models import Profile
from inspection.roster import lists
from inspection.roster.lists import CLOSED, NEVER, NO, NOTHING, YES, Count, Entry, Filters
from inspection.training import passing
from inspection.web import language, session
from inspection.web.page import day_words
from inspection.web.requires import requires

LABELS = {
    "words": N_("姓名、手机号或单位"),
    "kind": N_("类别"),
    "district": N_("居住区"),
    "trained": N_("学习"),
    "away": N_("请假"),
    "show": N_("状态"),
    "batch": N_("哪次导入"),
    "after": N_("翻页"),
}
VIEWS: tuple[tuple[str, dict[str, str]], ...] = (
    (N_("在队"), {}),
    (N_("没学完"), {"trained": NO}),
    (N_("请假中"), {"away": YES}),
    (N_("没登录过"), {"show": NEVER}),
    (N_("已离队"), {"show": CLOSED}),
)


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/roster", "roster", show)
    blueprint.add_url_rule("/roster/numbers", "roster_numbers", numbers)
    blueprint.add_url_rule("/roster/sheets", "roster_sheets", print_all, methods=["POST"])
    blueprint.add_url_rule("/roster/sheets", "roster_sheets_again", ask_again)


@requires(Right.ROSTER_COUNT)
def show() -> ResponseReturnValue:
    """The inspectors that the address asks for; whoever may not know names gets the numbers."""
    if scope(session.person().role, Right.PEOPLE_MANAGE) is None:
        return redirect(url_for("desk.roster_numbers"))
    try:
        return _page(lists.parse(request.args), _after())
    except Invalid as refusal:
        return _page(NOTHING, None, wrong=refusal), refusal.status


@requires(Right.ROSTER_COUNT)
def numbers() -> ResponseReturnValue:
    """How many there are by kind and by district, how many are trained and on leave. Nobody's name."""
    person, today, atlas = session.person(), day_of(now()), geography.current_atlas()
    kinds = {one.code: one for one in lists.by_kind(by=person, today=today)}
    districts = {one.code: one for one in lists.by_district(by=person, today=today)}
    rows = [(_(name), kinds.get(kind.value)) for kind, name in KIND_NAMES.items()]
    places = [(one.name, districts.get(one.code)) for one in atlas.districts]
    if "" in districts:
        places.append((_("没写居住区"), districts[""]))
    return render_template(
        "desk/roster/numbers.html",
        nav=navigation.bar(person, "roster"),
        total=_counted(_("合计"), _sum([*kinds.values()])),
        kinds=[_counted(name, count) for name, count in rows],
        districts=[_counted(name, count) for name, count in places],
        list_url=url_for("desk.roster") if scope(person.role, Right.PEOPLE_MANAGE) else "",
    )


@requires(Right.PEOPLE_MANAGE)
def print_all() -> ResponseReturnValue:
    """Fresh sheets for the next of those whom the address asks for; whoever has one, or is signed in, is left out."""
    asked, person, moment = lists.parse(request.args), session.person(), now()
    today, back = day_of(moment), url_for("desk.roster", **lists.parse(request.args).pairs)
    people = lists.without_sheet(asked, by=person, now=moment, today=today, limit=PAGE)
    if not people:
        return redirect(back, HTTPStatus.SEE_OTHER)
    left = lists.number_without_sheet(asked, by=person, now=moment, today=today) - len(people)
    further = {"number": left, "url": url_for("desk.roster_sheets", **asked.pairs)} if left else None
    return printed(people, further=further, back_url=back)


@requires(Right.PEOPLE_MANAGE)
def ask_again() -> ResponseReturnValue:
    """Sheets are not shown twice: back to the list."""
    return redirect(url_for("desk.roster"))


def kinds() -> list[dict[str, str]]:
    """The four kinds to choose from."""
    return [{"code": kind.value, "name": _(KIND_NAMES[kind])} for kind in Kind]


def districts() -> list[dict[str, str]]:
    """The districts to choose from."""
    return [{"code": one.code, "name": one.name} for one in geography.current_atlas().districts]


def leave_words(profile: Profile | None, today: date) -> str:
    """请假到 11月30日; from 12月1日 on, if it has not begun; nothing for who is not and will not be away."""
    if profile is None or (profile.away_from is None and profile.away_until is None):
        return ""
    if profile.away_until and profile.away_until < today:
        return ""
    if profile.away_from and profile.away_from > today:
        return _("%(day)s起请假", day=day_words(profile.away_from))
    return _("请假到%(day)s", day=day_words(profile.away_until)) if profile.away_until else _("请假中")


def _page(asked: Filters, after: uuid.UUID | None, *, wrong: Invalid | None = None) -> str:
    person, moment = session.person(), now()
    today = day_of(moment)
    found = [] if wrong else lists.page(asked, by=person, today=today, after=after, limit=PAGE + 1)
    further = found[PAGE - 1][0].id if len(found) > PAGE else None
    waiting = 0 if wrong else lists.number_without_sheet(asked, by=person, now=moment, today=today)
    return render_template(
        "desk/roster/list.html",
        nav=navigation.bar(person, "roster"),
        wrong=_wrong(wrong) if wrong else "",
        summary="" if wrong else _("共 %(number)s 人", number=f"{lists.number(asked, by=person, today=today):,}"),
        people=_lines(found[:PAGE], today),
        bar={"values": asked.pairs, "kinds": kinds(), "districts": districts()},
        trained=[{"code": YES, "name": _("学完了")}, {"code": NO, "name": _("没学完")}],
        kept={name: value for name, value in asked.pairs.items() if name in {"away", "show", "batch"}},
        views=[_view(label, chosen, asked) for label, chosen in VIEWS],
        batch=bool(asked.batch),
        clear_url=url_for("desk.roster") if asked != NOTHING or wrong else "",
        sheets={
            "number": waiting,
            "most": PAGE,
            "url": url_for("desk.roster_sheets", **asked.pairs),
        }
        if waiting
        else None,
        export_url=url_for("desk.export_roster", **asked.pairs),
        kinds_of_file=[(kind.value, name) for kind, name in ((FileKind.XLSX, "Excel"), (FileKind.CSV, "CSV"))],
        next_url=url_for("desk.roster", **asked.pairs, after=further) if further else None,
        prev_url=url_for("desk.roster", **asked.pairs) if after else None,
    )


def _lines(found: list[Entry] | Any, today: date) -> list[dict[str, Any]]:
    people = [person for person, _profile in found]
    known, atlas = invitations.unspent_of(people), geography.current_atlas()
    trained = passing.passed_all([person.id for person in people])
    return [
        {
            "id": person.id,
            "name": person.name,
            "url": url_for("desk.roster_person", person_id=person.id),
            "kind": _(KIND_NAMES[person.kind]) if person.kind else "",
            "phone": person.phone,
            "home": _home(atlas, person.district_code, profile),
            "employer": profile.employer if profile else "",
            "most_visits": profile.most_visits if profile else None,
            "trained": person.id in trained,
            "leave": leave_words(profile, today),
            "closed": person.disabled_at is not None,
            "seen": name_of(known.get(person.id)),
        }
        for person, profile in found
    ]


def _home(atlas: Atlas, district: str | None, profile: Profile | None) -> str:
    if profile and profile.home_street_code:
        return f"{atlas.district(district).short if district else ''} {atlas.street(profile.home_street_code).name}"
    return atlas.district(district).short if district else ""


def _view(label: str, chosen: dict[str, str], asked: Filters) -> dict[str, Any]:
    there = asked.but(**{"trained": "", "away": "", "show": "", **chosen})
    return {"label": _(label), "url": url_for("desk.roster", **there.pairs), "current": there == asked}


def _counted(name: str, count: Count | None) -> dict[str, Any]:
    every = count.all if count else 0
    trained = count.trained if count else 0
    return {
        "name": name,
        "all": f"{every:,}",
        "trained": f"{trained:,}",
        "percent": round(100 * trained / every) if every else None,
        "away": f"{count.away if count else 0:,}",
    }


def _sum(counts: list[Count]) -> Count:
    return Count("", *(sum(getattr(one, name) for one in counts) for name in ("all", "trained", "away")))


def _wrong(refusal: Invalid) -> str:
    label = _(LABELS.get(refusal.field, refusal.field))
    return _("%(label)s：%(reason)s", label=label, reason=language.words(refusal))


def _after() -> uuid.UUID | None:
    text = request.args.get("after", "")
    try:
        return uuid.UUID(text) if text else None
    except ValueError as wrong:
        raise Invalid("after", N_("翻页的位置看不懂，请从头看起。")) from wrong
