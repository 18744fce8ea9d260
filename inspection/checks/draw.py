"""The draw of a plan: which sites, who goes where, and when (抽签). Pure: an input and a seed in, the result out.

The same input and the same seed are the same result, to the byte, on any machine and in any language: ``docs/draw.md``
tells how. Where a quota cannot be met the result says what is lacking, and whom.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from inspection.checks import lacking
from inspection.checks import seed as chance
from inspection.checks.ballot import Assignment, Drawn, Given
from inspection.checks.staffing import Staffing


def draw(given: Given, seed: str) -> Drawn:
    """Draw; raises ValueError for what is no seed."""
    chance.commitment(seed)
    staffing = Staffing(given, seed)
    for swaps in (False, True):
        _fill(staffing, given, swaps=swaps)
    chosen = [site for site in staffing.order if staffing.held.get(site)]
    wanted = (len(chosen) * given.double_percent + 50) // 100
    seconds = _second(staffing, chosen, wanted)
    assignments = tuple(_assigned(staffing, chosen, seconds, _windows(staffing, given, chosen, seconds)))
    return Drawn(assignments, lacking.explained(staffing, given, chosen, seconds=len(seconds), wanted=wanted))


def _fill(staffing: Staffing, given: Given, *, swaps: bool) -> None:
    """Take the sites in their order, each that its stratum still lacks and that can be staffed."""
    lacks = {stratum.key: stratum.quota for stratum in given.strata}
    for site, held in staffing.held.items():
        lacks[staffing.sites[site][1].key] -= bool(held)
    for site in staffing.order:
        key = staffing.sites[site][1].key
        if lacks[key] > 0 and not staffing.held.get(site) and staffing.staff(site, swaps=swaps):
            lacks[key] -= 1


def _second(staffing: Staffing, chosen: Collection[str], wanted: int) -> Collection[str]:
    """The sites that a second inspector visits as well: the first in an order of their own for whom there is one."""
    found: list[str] = []
    for site in chance.ordered(staffing.seed, "double", chosen):
        if len(found) == wanted:
            break
        if staffing.add(site, staffing.sites[site][1].visits + 1):
            found.append(site)
    return found


def _windows(
    staffing: Staffing, given: Given, chosen: Collection[str], seconds: Collection[str]
) -> Mapping[str, list[int]]:
    """By site, a window for each turn: those with the fewest visits so far, different ones while there are enough."""
    load, twice, found = Counter(dict.fromkeys(given.windows, 0)), frozenset(seconds), {}
    for site in chosen:
        shuffled = chance.ordered(staffing.seed, f"window|{site}", map(str, given.windows))
        emptiest = sorted(map(int, shuffled), key=lambda one: load[one])
        turns = sorted(emptiest[turn % len(emptiest)] for turn in range(staffing.sites[site][1].visits))
        load.update(turns + turns[:1] * (site in twice))
        found[site] = turns
    return found


def _assigned(
    staffing: Staffing, chosen: Collection[str], seconds: Collection[str], windows: Mapping[str, list[int]]
) -> Iterator[Assignment]:
    for site in chosen:
        turns, lots = windows[site], [staffing.lots[rank].id for rank in staffing.held[site]]
        for turn, (window, lot) in enumerate(zip(turns, lots, strict=False), start=1):
            yield Assignment(site, turn, False, lot, window)
    for site in seconds:
        last = staffing.lots[staffing.held[site][-1]]
        yield Assignment(site, 1, True, last.id, windows[site][0])
