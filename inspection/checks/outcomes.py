"""What a plan came to: its results by district, what lost most, how far pairs agree. Reads, and freezes the weights."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from inspection.checks import agreement, brought, results
from inspection.checks.agreement import Agreement
from inspection.checks.models import CAN_BE_VISITED, ChecklistVersion, Plan, Site, Visit
from inspection.checks.results import Loss, Result, Stratum
from inspection.checks.scoring import SHARES, Verdict
from inspection.checks.workflow import VisitState
from inspection.kernel.db import db

CITY = ""
"""Instead of a district: all of them."""


def freeze(plan: Plan) -> None:
    """Note how many sites of each stratum can be visited: the weights of the results. For whoever seals the plan."""
    known = _population(plan)
    for quota in plan.quotas:
        quota.population = known[quota.district_code, quota.type_code]
    db.session.flush()


def by_district(plan: Plan) -> list[Result]:
    """Every district's result, the best first."""
    return results.city(strata(plan), least=plan.least_visits)


def whole(plan: Plan) -> Result:
    """All districts of the plan as one, by the same formula."""
    return results.result(CITY, strata(plan), least=plan.least_visits)


def losses(plan: Plan, version: ChecklistVersion) -> list[Loss]:
    """The items of one checklist version that lost points, the most first."""
    return results.losses([_reckoned(visit) for visit in accepted(plan) if visit.checklist_version_id == version.id])


def worst(plan: Plan, most: int) -> dict[str, list[str]]:
    """By district, the words of the items that lost most there, of all its checklists together."""
    texts: dict[str, str] = {}
    by_district: defaultdict[str, list[Mapping[str, tuple[Fraction, int, bool]]]] = defaultdict(list)
    for visit in accepted(plan):
        texts |= {item.key: item.text for item in brought.content(visit).items}
        by_district[visit.site.district_code].append(_reckoned(visit))
    return {
        district: [texts[one.key] for one in results.losses(visits)[:most]] for district, visits in by_district.items()
    }


def below(plan: Plan, least: int) -> Counter[str]:
    """By district, how many of its places scored less."""
    return Counter(one.district for one in strata(plan) for score in one.sites if score < least)


def agreements(plan: Plan, version: ChecklistVersion) -> list[Agreement]:
    """How far the two of each pair agree, by item of one checklist version."""
    told = [tuple(map(_verdicts, pair)) for pair in pairs(plan) if pair[0].checklist_version_id == version.id]
    keys = [item.key for item in brought.content_of(version).items]
    return agreement.table(keys, [(one, other) for one, other in told])


def pairs(plan: Plan) -> list[tuple[Visit, Visit]]:
    """The accepted visits of which one was the second of the other: same place, same turn."""
    found: defaultdict[tuple[object, int], dict[bool, Visit]] = defaultdict(dict)
    for visit in accepted(plan):
        if visit.score:
            found[visit.site_id, visit.turn][visit.second] = visit
    return [(both[False], both[True]) for both in found.values() if len(both) == 2]


def strata(plan: Plan) -> list[Stratum]:
    """The plan's strata with the scores of their sites; before it is sealed, weighted by what is there now."""
    now = _population(plan) if any(quota.population is None for quota in plan.quotas) else Counter()
    scores: defaultdict[tuple[str, str], defaultdict[str, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    for visit in accepted(plan):
        if visit.score and visit.score["total"] is not None:
            site = visit.site
            scores[site.district_code, site.type_code][str(site.id)].append(Decimal(visit.score["total"]))
    return [
        Stratum(
            quota.district_code,
            quota.type_code,
            now[quota.district_code, quota.type_code] if quota.population is None else quota.population,
            scores[quota.district_code, quota.type_code],
        )
        for quota in plan.quotas
    ]


def accepted(plan: Plan) -> Sequence[Visit]:
    """The visits that count, in no telling order."""
    wanted = select(Visit).where(Visit.plan_id == plan.id, Visit.state == VisitState.ACCEPTED).order_by(Visit.id)
    return db.session.scalars(wanted.options(selectinload(Visit.site))).all()


def _population(plan: Plan) -> Counter[tuple[str, str]]:
    wanted = {quota.district_code for quota in plan.quotas}
    counted = (
        select(Site.district_code, Site.type_code, func.count())
        .where(Site.district_code.in_(wanted), CAN_BE_VISITED)
        .group_by(Site.district_code, Site.type_code)
    )
    return Counter({(district, kind): number for district, kind, number in db.session.execute(counted)})


def _items(visit: Visit) -> Iterable[tuple[str, Mapping[str, Any]]]:
    kept: Mapping[str, Mapping[str, Any]] = visit.score["items"] if visit.score else {}
    return kept.items()


def _reckoned(visit: Visit) -> dict[str, tuple[Fraction, int, bool]]:
    """By item the points earned, those that were possible, and whether it failed."""
    return {
        key: (Fraction(one["earned"]), one["possible"], one["verdict"] == Verdict.FAILED) for key, one in _items(visit)
    }


def _verdicts(visit: Visit) -> dict[str, str]:
    """What each item came to; what is only told is not compared."""
    compared = {*SHARES, Verdict.SKIPPED}
    return {key: str(one["verdict"]) for key, one in _items(visit) if one["verdict"] in compared}
