"""What one plan's page shows: steps, the grid of places, progress by stratum, the proof of the draw, the moves."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.checks import checklists, dossiers, ending, findings, marking, plans, progress, proof
from inspection.checks.marking import Mark, Stand
from inspection.checks.models import Draw, Plan, PlanState
from inspection.checks.proof import Point
from inspection.desk import lacks, plan_results
from inspection.desk.checklists import name_of, number_words
from inspection.geography import service as geography
from inspection.kernel.calendar import BEIJING, DAY, day_of, now
from inspection.kernel.text import N_
from inspection.people.access import KIND_NAMES, Kind, Right, scope
from inspection.people.models import Person
from inspection.web.page import WEEKDAYS, day_words, site_type_name

STATES = {
    PlanState.DRAFT: N_("草稿"),
    PlanState.SEALED: N_("已封存"),
    PlanState.DRAWN: N_("走访中"),
    PlanState.ENDED: N_("已结束"),
    PlanState.WITHDRAWN: N_("已撤销"),
}
MARKS = {
    PlanState.DRAFT: "saved",
    PlanState.SEALED: "dispatched",
    PlanState.DRAWN: "handling",
    PlanState.ENDED: "closed",
    PlanState.WITHDRAWN: "withdrawn",
}
MOONS = {Mark.DONE: "closed", Mark.BEGUN: "handling", Mark.WAITING: "received", Mark.LAPSED: "declined"}
MARK_WORDS = {
    Mark.DONE: N_("已完成 %(number)s"),
    Mark.BEGUN: N_("进行中 %(number)s"),
    Mark.WAITING: N_("未开始 %(number)s"),
    Mark.LAPSED: N_("没有走成 %(number)s"),
}
SAID: Mapping[Point, tuple[str, str, str]] = {
    Point.GIVEN: (N_("签表与封存时的哈希相符"), N_("签表与封存时的哈希不符"), ""),
    Point.SEED: (N_("种子与封存时的哈希相符"), N_("种子与封存时的哈希不符"), N_("种子还没有公布，无法核对")),
    Point.RESULT: (N_("结果与抽签时的哈希相符"), N_("结果与抽签时的哈希不符"), N_("还没有抽签")),
    Point.REPEATED: (N_("重抽一遍，结果逐字节相同"), N_("重抽一遍，结果不同"), N_("还没有抽签，无法重抽")),
    Point.CHAIN: (N_("审计链里的哈希和先后次序相符"), N_("审计链里的哈希或先后次序不符"), ""),
}
"""What is said of each point: that it is right, that it is wrong, that it cannot be told yet."""
STEPS = {PlanState.DRAFT: 0, PlanState.SEALED: 1, PlanState.DRAWN: 3, PlanState.ENDED: 4}
HASH_GROUP = 4


def context(
    plan: Plan,
    person: Person,
    *,
    errors: Mapping[str, str] | None = None,
    wrong: str = "",
    rehearsal: Sequence[Mapping[str, str]] | None = None,
    verified: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Everything that the template needs."""
    drawn, marks = progress.draws(plan), progress.places(plan)
    own = drawn[0] if drawn else None
    return {
        "plan": _plan(plan),
        "steps": _steps(plan, own, marks),
        "dots": _dots(marks),
        "legend": _legend(marks),
        "strata": _strata(plan, marks),
        "credential": _credential(plan, own, drawn),
        "excluded": _excluded(plan),
        "terms": _terms(plan),
        "unfilled": _unfilled(plan),
        "acts": _acts(plan) if scope(person.role, Right.PLAN_MANAGE) is not None else None,
        "errors": dict(errors or {}),
        "wrong": wrong,
        "rehearsal": rehearsal,
        "verified": verified,
        **plan_results.context(plan),
    }


def verified(plan: Plan) -> list[dict[str, Any]]:
    """Each draw made again, and what its hashes and the audit chain say; what cannot be told yet is said to be so."""
    found = [*proof.examined(dossiers.whole(plan.id)), *dossiers.chained(plan.id)]
    numbers = {one.number: number for number, one in enumerate(progress.draws(plan))}
    told: dict[int, list[dict[str, str]]] = {}
    for one in sorted(found, key=lambda one: one.number):
        right, no, unknown = SAID[one.point]
        text = unknown if one.holds is None else right if one.holds else no
        tone = "" if one.holds is None else "ok" if one.holds else "late"
        told.setdefault(one.number, []).append({"text": _(text), "tone": tone})
    return [
        {
            "title": _("本次抽签") if numbers[number] == 0 else _("补抽 %(number)s", number=numbers[number]),
            "lines": lines,
        }
        for number, lines in told.items()
    ]


def period(plan: Plan) -> str:
    """11月16日至12月11日."""
    return _("%(first)s至%(last)s", first=day_words(plan.starts_on), last=day_words(plan.ends_on))


def size(sites: int, districts: int) -> str:
    """64 处，6 个区."""
    return _("%(sites)s 处，%(districts)s 个区", sites=sites, districts=districts)


def type_names(plan: Plan) -> str:
    """背街小巷、农贸市场."""
    return _("、").join(site_type_name(code) for code in dict.fromkeys(quota.type_code for quota in plan.quotas))


def _plan(plan: Plan) -> dict[str, Any]:
    versions = list({quota.checklist_version_id: quota.checklist_version for quota in plan.quotas}.values())
    names = [_("%(name)s%(number)s", name=name_of(one.checklist), number=number_words(one)) for one in versions]
    return {
        "id": plan.id,
        "name": plan.name,
        "state": MARKS[plan.state],
        "state_words": _(STATES[plan.state]),
        "period": period(plan),
        "checklists": _("检查单：%(names)s", names=_("、").join(names)),
        "default": any(checklists.is_default(one) for one in versions),
        "draft": plan.state is PlanState.DRAFT,
        "drawn": plan.state in {PlanState.DRAWN, PlanState.ENDED},
        "back_url": url_for("desk.plans"),
    }


def _steps(plan: Plan, own: Draw | None, marks: Sequence[tuple[Stand, Mark]]) -> list[dict[str, Any]]:
    """定点位 → 封存种子 → 抽签 → 走访 → 公布种子; a plan that was withdrawn stands still where it was."""
    sites = len(marks) or sum(quota.sites for quota in plan.quotas)
    districts = len({quota.district_code for quota in plan.quotas})
    done = sum(mark is Mark.DONE for _stand, mark in marks)
    last = STEPS.get(plan.state, 3 if own and own.drawn_at else 1 if own else 0)
    revealed = own.revealed_at if own else None
    after = _("%(day)s后", day=day_words(ending.closes_at(plan)))
    notes = [
        size(sites, districts),
        day_words(own.sealed_at) if own else "",
        day_words(own.drawn_at) if own else "",
        _("%(done)s / %(all)s", done=done, all=len(marks)) if marks else "",
        day_words(revealed) if revealed else after,
    ]
    labels = (N_("定点位"), N_("封存种子"), N_("抽签"), N_("走访"), N_("公布种子"))
    moons = ("received", "filed", "dispatched", "handling", "closed" if revealed else "saved")
    return [
        {"state": moon, "label": _(label), "note": note, "on": at <= last, "current": at == last}
        for at, (moon, label, note) in enumerate(zip(moons, labels, notes, strict=True))
    ]


def _dots(marks: Sequence[tuple[Stand, Mark]]) -> list[str]:
    """A moon for each place, shuffled anew each time: nothing can be told by where one stands."""
    moons = [MOONS[mark] for _stand, mark in marks]
    secrets.SystemRandom().shuffle(moons)
    return moons


def _legend(marks: Sequence[tuple[Stand, Mark]]) -> list[dict[str, str]]:
    counted = Counter(mark for _stand, mark in marks)
    shown = [mark for mark in Mark if counted[mark] or mark is not Mark.LAPSED]
    return [{"moon": MOONS[mark], "text": _(MARK_WORDS[mark], number=counted[mark])} for mark in shown]


def _strata(plan: Plan, marks: Sequence[tuple[Stand, Mark]]) -> list[dict[str, Any]]:
    """By district and type, how many places there are and how far they have come."""
    counted, atlas = marking.counts(marks), geography.current_atlas()
    return [
        {
            "district": atlas.district(quota.district_code).name,
            "type": site_type_name(quota.type_code),
            "wanted": quota.sites,
            "population": quota.population,
            **{mark.value: counted.get((quota.district_code, quota.type_code), Counter())[mark] for mark in Mark},
        }
        for quota in plan.quotas
    ]


def _credential(plan: Plan, own: Draw | None, drawn: Sequence[Draw]) -> dict[str, Any] | None:
    """The proof of the draw: what was made known when, and the seed once it is."""
    if own is None:
        return None
    return {
        "hash": _grouped(own.seed_hash),
        "published": _moment(own.sealed_at),
        "seed": _grouped(own.seed) if own.revealed_at else "",
        "revealed": day_words(own.revealed_at),
        "reveals": _("封存，%(day)s后公布", day=day_words(ending.closes_at(plan))),
        "redraws": [
            {"number": number, "hash": _grouped(one.seed_hash), "seed": _grouped(one.seed) if one.revealed_at else ""}
            for number, one in enumerate(drawn[1:], 1)
        ],
        "verify_url": url_for("desk.verify_plan", plan_id=plan.id, _anchor="verified"),
    }


def _grouped(digits: str) -> str:
    return " ".join(digits[at : at + HASH_GROUP] for at in range(0, len(digits), HASH_GROUP))


def _moment(moment: datetime) -> str:
    return _("%(day)s %(clock)s", day=day_words(moment), clock=f"{moment.astimezone(BEIJING):%H:%M}")


def _excluded(plan: Plan) -> list[str]:
    told = [_("督查员自己居住的区和工作单位所在的区"), _("责任单位的人")]
    if plan.rest_days:
        told.append(_("%(days)s 天内去过同一处的人", days=plan.rest_days))
    told.append(_("手里的走访已经够多的人，以及请假的人"))
    return told


def _terms(plan: Plan) -> list[tuple[str, str]]:
    """What the plan says of itself: who goes, when, how much."""
    kinds = _("、").join(_(KIND_NAMES[Kind(kind)]) for kind in plan.kinds) or _("各类督查员都可以")
    trained = _("培训合格的才派") if plan.trained_only else _("没有培训过的也派")
    due = findings.due_at(plan, plan.created_at)
    return [
        (_("派谁去"), _("%(kinds)s；%(trained)s", kinds=kinds, trained=trained)),
        (_("时段"), _("；").join(_window(plan, at) for at in range(len(plan.windows)))),
        (_("一人最多"), _("%(number)s 次", number=plan.most_visits)),
        (_("双人复评"), _("每百处 %(number)s 处", number=plan.double_percent)),
        (_("提前告诉"), _("时段前 %(number)s 小时", number=plan.lead_hours)),
        (_("算远"), _("离点位 %(number)s 米以外", number=plan.far_m)),
        (
            _("问题公布"),
            day_words(plan.released_at) if plan.released_at else _("%(moment)s 一起公布", moment=_moment(due)),
        ),
        (_("出结果"), _("至少 %(number)s 次走访", number=plan.least_visits)),
    ]


def _window(plan: Plan, at: int) -> str:
    window = plans.window(plan.windows[at])
    every = len(window.weekdays) == len(WEEKDAYS)
    days = _("每天") if every else _("、").join(_(WEEKDAYS[day - 1]) for day in sorted(window.weekdays))
    return _(
        "%(first)s至%(last)s，%(days)s %(opens)s–%(closes)s",
        first=day_words(window.starts_on),
        last=day_words(window.ends_on),
        days=days,
        opens=f"{window.opens:%H:%M}",
        closes=f"{window.closes:%H:%M}",
    )


def _unfilled(plan: Plan) -> list[dict[str, str]]:
    """Declined visits for which nobody has been found: by stratum, without the place."""
    return [
        {
            "where": lacks.stand_name((one.site.district_code, one.site.type_code)),
            "url": url_for("desk.redraw_visit", plan_id=plan.id, visit_id=one.id),
        }
        for one in progress.unfilled(plan)
    ]


def _acts(plan: Plan) -> dict[str, str]:
    """Where what may be done now is sent to; nothing for what may not."""
    draft, sealed = plan.state is PlanState.DRAFT, plan.state is PlanState.SEALED
    over = plan.state in ending.OVER
    return {
        "edit": url_for("desk.edit_plan", plan_id=plan.id) if draft else "",
        "rehearse": url_for("desk.rehearse_plan", plan_id=plan.id, _anchor="rehearsal") if draft else "",
        "seal": url_for("desk.seal_plan", plan_id=plan.id) if draft else "",
        "draw": url_for("desk.draw_plan", plan_id=plan.id) if sealed else "",
        "withdraw": "" if over else url_for("desk.withdraw_plan", plan_id=plan.id),
        "again": url_for("desk.copy_plan", plan_id=plan.id),
        "copy_from": (max(day_of(now()), plan.ends_on) + DAY).isoformat(),
    }
