"""Finding for each visit an inspector who may make it, by chance, and by moving others where chance ends (派签). Pure.

The first who is drawn and may go, goes. Where all who may go are taken up, someone who is drawn already is moved to
another, by the shortest chain of moves that frees one (an augmenting path): so a site is left out only if it cannot be
staffed together with those before it, however these are staffed.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from inspection.checks import seed as chance
from inspection.checks.ballot import Given, Lot, Position, Rule, Site, Stand

TRIES = 64
"""So often a lot is taken at random and looked at, before all that are free are looked at."""
LAT_M, LNG_M = 1112, 852
"""Metres of a hundredth of a degree at 40° north."""
BANDS = ((5_000, 8), (15_000, 4), (40_000, 2))
"""Nearer than so many metres, a lot weighs so much. A preference, never decisive: nobody weighs nothing."""
FARTHEST, HEAVIEST = 1, 8
UNPLACED = 2
"""What someone weighs whose home is not known."""


def weight(site: Site, lot: Lot) -> int:
    """How readily the lot is drawn for the site, by the distance from home, in whole numbers."""
    if lot.at is None:
        return UNPLACED
    apart = _apart(site.at, lot.at)
    return next((heavy for metres, heavy in BANDS if apart < metres * metres), FARTHEST)


def _apart(one: Position, other: Position) -> int:
    north, east = (one[0] - other[0]) * LAT_M, (one[1] - other[1]) * LNG_M
    return north * north + east * east


@dataclass
class Search:
    """How far a search for a chain of moves has come.

    ``came`` says for a site from which one it was reached, and by which lot (None: it would take that site's place).
    """

    origin: str
    swaps: bool
    came: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    reached: set[int] = field(default_factory=set)
    later: dict[str, list[int]] = field(default_factory=dict)
    free: dict[str, list[int]] = field(default_factory=dict)
    swapped: set[Stand] = field(default_factory=set)


class Staffing:
    """Who goes where so far. Lots are known by their rank in the order that the seed has put them in."""

    def __init__(self, given: Given, seed: str) -> None:
        """Nobody goes anywhere yet."""
        by_id = {lot.id: lot for lot in given.lots}
        self.seed = seed
        self.lots = [by_id[one] for one in chance.ordered(seed, "lot", by_id)]
        ranks = {lot.id: rank for rank, lot in enumerate(self.lots)}
        self.sites = {site.id: (site, stratum) for stratum in given.strata for site in stratum.sites}
        self.order = chance.ordered(seed, "site", self.sites)
        self.rested = {
            site: {ranks[lot] for lot in lots if lot in ranks} for site, lots in given.excluded.items() if lots
        }
        self.held: dict[str, list[int]] = {}
        self._free = [rank for rank, lot in enumerate(self.lots) if lot.capacity]
        self._sites_of: list[list[str]] = [[] for _ in self.lots]
        self._before: list[tuple[str, list[int], int, list[str]]] = []
        self._hopeless: defaultdict[tuple[str, int, bool], list[list[int]]] = defaultdict(list)
        self.of_stratum: defaultdict[Stand, list[str]] = defaultdict(list)
        for one in self.order:
            self.of_stratum[self.sites[one][1].key].append(one)
        self.strangers = {
            district: [rank for rank, lot in enumerate(self.lots) if district not in (lot.home, lot.employer)]
            for district in {stratum.district for stratum in given.strata}
        }

    def staff(self, site: str, *, swaps: bool = False) -> bool:
        """Find all whom the site needs, or leave it as it was; with ``swaps`` another site may give up its place."""
        known = self.sites[site][1].district, self.sites[site][1].visits, swaps
        if not self._free:
            return False
        if any(all(self.bar(site, rank) for rank in barred) for barred in self._hopeless[known]):
            return False
        self._before.clear()
        for turn in range(1, known[1] + 1):
            if not self.add(site, turn, swaps=swaps):
                self._undo()
                self._hopeless[known].append([rank for rank in self.strangers[known[0]] if self.bar(site, rank)])
                return False
        return True

    def add(self, site: str, turn: int, *, swaps: bool = False) -> bool:
        """Find one more who goes to the site."""
        if not self._free:
            return False
        rank = self._by_chance(site, turn)
        if rank is not None:
            self._take(site, rank)
            return True
        search = Search(site, swaps)
        end = self._searched(search)
        if end is not None:
            self._move(search, end, turn)
        return end is not None

    def bottleneck(self, site: str) -> Search:
        """As far as a search comes that finds nobody else for the site: whoever it meets is all taken up."""
        self._before.clear()
        turn = 1
        while self.add(site, turn):
            turn += 1
        search = Search(site, swaps=False)
        self._searched(search)
        self._undo()
        return search

    def bar(self, site: str, rank: int) -> Rule | None:
        """By which rule the lot may not go to the site; None if it may."""
        known, stratum = self.sites[site]
        lot = self.lots[rank]
        if lot.home == stratum.district:
            return Rule.HOME
        if lot.employer == stratum.district:
            return Rule.EMPLOYER
        if lot.unit is not None and lot.unit == known.unit:
            return Rule.UNIT
        return Rule.REST if rank in self.rested.get(site, ()) else None

    def _may(self, site: str, rank: int) -> bool:
        return self.bar(site, rank) is None and rank not in self.held.get(site, ())

    def _by_chance(self, site: str, turn: int) -> int | None:
        """A lot with time left, each by its weight: by trying some, and if none of these may go, among all."""
        known, many = self.sites[site][0], len(self._free)
        for attempt in range(TRIES):
            drawn = chance.number(self.seed, "pick", site, turn, attempt)
            rank = self._free[drawn % many]
            if drawn // many % HEAVIEST < weight(known, self.lots[rank]) and self._may(site, rank):
                return rank
        return self._weighed(site, [rank for rank in self._free if self._may(site, rank)], "rest", site, turn)

    def _weighed(self, site: str, ranks: Sequence[int], label: str, *parts: object) -> int | None:
        known = self.sites[site][0]
        if not ranks:
            return None
        weights = [weight(known, self.lots[rank]) for rank in ranks]
        point = chance.pick(self.seed, sum(weights), label, *parts)
        for rank, heavy in zip(ranks, weights, strict=True):
            point -= heavy
            if point < 0:
                return rank
        raise AssertionError("a point below the sum of the weights lies in one of them")

    def _searched(self, search: Search) -> str | None:
        """The nearest site from which a chain of moves can begin: someone with time left may go there."""
        waiting = [search.origin]
        search.came[search.origin] = (search.origin, None)
        if self._with_time(search, search.origin):
            return search.origin
        for site in waiting:
            for found, rank in self._neighbours(search, site):
                if found in search.came:
                    continue
                search.came[found] = (site, rank)
                if self._with_time(search, found):
                    return found
                waiting.append(found)
        return None

    def _neighbours(self, search: Search, site: str) -> Iterator[tuple[str, int | None]]:
        """The sites that could let someone go to this one; and with swaps, those that could stand in its place."""
        for rank in self._newly_reached(search, site):
            for other in tuple(self._sites_of[rank]):
                yield other, rank
        stratum = self.sites[site][1]
        if search.swaps and stratum.visits == 1 and self.held.get(site) and stratum.key not in search.swapped:
            search.swapped.add(stratum.key)
            for other in self.of_stratum[stratum.key]:
                if not self.held.get(other):
                    yield other, None

    def _newly_reached(self, search: Search, site: str) -> Iterator[int]:
        district = self.sites[site][1].district
        pending = search.later.get(district, self.strangers[district])
        later = [rank for rank in pending if rank not in search.reached and not self._may(site, rank)]
        new = [rank for rank in pending if rank not in search.reached and self._may(site, rank)]
        search.later[district] = later
        search.reached.update(new)
        return iter(new)

    def _with_time(self, search: Search, site: str) -> list[int]:
        district = self.sites[site][1].district
        if district not in search.free:
            search.free[district] = [
                r for r in self._free if district not in (self.lots[r].home, self.lots[r].employer)
            ]
        return [rank for rank in search.free[district] if self._may(site, rank)]

    def _move(self, search: Search, end: str, turn: int) -> None:
        """Someone with time left goes to the last site of the chain, and each before it takes whom the next lets go."""
        rank = self._weighed(end, self._with_time(search, end), "move", search.origin, turn, end)
        if rank is None:
            raise AssertionError("a chain ends where someone has time left")
        self._take(end, rank)
        site = end
        while site != search.origin:
            before, moved = search.came[site]
            if moved is not None:
                self._let_go(site, moved)
                self._take(before, moved)
            site = before

    def _take(self, site: str, rank: int) -> None:
        self._remember(site, rank)
        self.held[site].append(rank)
        self._sites_of[rank].append(site)
        self._count(rank)

    def _let_go(self, site: str, rank: int) -> None:
        self._remember(site, rank)
        self.held[site].remove(rank)
        self._sites_of[rank].remove(site)
        self._count(rank)

    def _remember(self, site: str, rank: int) -> None:
        self._before.append((site, list(self.held.setdefault(site, [])), rank, list(self._sites_of[rank])))

    def _undo(self) -> None:
        """Everything as it was before this site was looked at, the order of what is held too."""
        while self._before:
            site, held, rank, sites = self._before.pop()
            self.held[site], self._sites_of[rank] = held, sites
            self._count(rank)

    def _count(self, rank: int) -> None:
        """Put the lot among those with time left, or take it out."""
        has_time = len(self._sites_of[rank]) < self.lots[rank].capacity
        place = bisect_left(self._free, rank)
        is_free = self._free[place : place + 1] == [rank]
        if has_time and not is_free:
            self._free.insert(place, rank)
        elif is_free and not has_time:
            del self._free[place]
