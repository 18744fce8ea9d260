"""Why a quota cannot be met: which stratum lacks whom, in numbers (缺什么). Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from inspection.checks.ballot import Given, Lack, Lacking, Rule, Stratum
from inspection.checks.staffing import Search, Staffing


def explained(
    staffing: Staffing, given: Given, chosen: Collection[str], *, seconds: int, wanted: int
) -> tuple[Lack, ...]:
    """A line for each thing that is lacking, by stratum; none if every quota is met."""
    found = Counter(staffing.sites[site][1].key for site in chosen)
    met: list[Search] = []
    lacks = [
        lack
        for stratum in sorted(given.strata, key=lambda one: one.key)
        if found[stratum.key] < stratum.quota
        for lack in _of_stratum(staffing, stratum, found[stratum.key], met)
    ]
    if seconds < wanted:
        lacks.append(_of_seconds(staffing, wanted, seconds))
    return tuple(lacks)


def _of_stratum(staffing: Staffing, stratum: Stratum, found: int, met: list[Search]) -> Iterator[Lack]:
    if len(stratum.sites) < stratum.quota:
        yield _plain(Lacking.SITES, staffing, stratum, found)
    left_over = [one for one in staffing.of_stratum[stratum.key] if not staffing.held.get(one)]
    if left_over:
        yield _of_people(staffing, stratum, found, left_over, met)


def _of_people(staffing: Staffing, stratum: Stratum, found: int, sites: Sequence[str], met: list[Search]) -> Lack:
    """Who fell out, and who is all taken up: an earlier search that met all who may go there says it."""
    fell: Counter[str] = Counter()
    for rank in range(len(staffing.lots)):
        rule = _fell(staffing, sites, rank)
        if rule is not None:
            fell[rule.value] += 1
    able = next((site for site in sites if _enough(staffing, site, stratum.visits)), None)
    meant = _plain(Lacking.CAPACITY if able else Lacking.INSPECTORS, staffing, stratum, found)
    search = next((one for one in met if one.reached.issuperset(staffing.strangers[stratum.district])), None)
    if search is None or not able:
        search = staffing.bottleneck(able or sites[0])
        met.append(search)
    shared = {staffing.sites[site][1].key for site in search.came} - {stratum.key}
    return Lack(
        **vars(meant)
        | {
            "fell": dict(fell),
            "left": len(staffing.lots) - fell.total(),
            "capacity": sum(staffing.lots[rank].capacity for rank in search.reached),
            "shared": tuple(sorted(shared)),
        }
    )


def _fell(staffing: Staffing, sites: Sequence[str], rank: int) -> Rule | None:
    """The rule by which the lot may go to none of the sites: the one that bars it from the first."""
    first = staffing.bar(sites[0], rank)
    if first in (None, Rule.HOME, Rule.EMPLOYER):
        return first
    return first if all(staffing.bar(site, rank) for site in sites) else None


def _enough(staffing: Staffing, site: str, visits: int) -> bool:
    found = 0
    for rank in range(len(staffing.lots)):
        found += staffing.bar(site, rank) is None
        if found == visits:
            return True
    return False


def _plain(kind: Lacking, staffing: Staffing, stratum: Stratum, found: int) -> Lack:
    return Lack(
        kind=kind,
        district=stratum.district,
        type=stratum.type,
        wanted=stratum.quota,
        found=found,
        sites=len(stratum.sites),
        lots=len(staffing.lots),
        fell={},
        left=len(staffing.lots),
        each=stratum.visits,
        capacity=sum(lot.capacity for lot in staffing.lots),
    )


def _of_seconds(staffing: Staffing, wanted: int, found: int) -> Lack:
    capacity, lots = sum(lot.capacity for lot in staffing.lots), len(staffing.lots)
    return Lack(Lacking.SECONDS, "", "", wanted, found, found, lots, {}, lots, 1, capacity)
