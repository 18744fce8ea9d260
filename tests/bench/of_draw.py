"""How long a draw of the whole city takes: ``python -m tests.bench.of_draw``. Prints rows like the bench's."""

import time
from random import Random

from inspection.checks import ballot
from inspection.checks.ballot import Given, Lot, Site, Stratum
from inspection.checks.draw import draw
from tests.bench.figures import Echo, Figure, Office
from tests.bench.page import head

DISTRICTS = [f"1101{number:02}" for number in range(1, 18)]
TYPES = ("lane", "crossing", "estate", "market", "toilet")
SITES, LOTS, UNITS = 20_000, 5_000, 400
DRAW_MS = 5_000
SEED = "5e" * 32
CASES: dict[str, dict[str, int]] = {
    "全部点位各一次，每人至多 5 次": {"capacity": 5},
    "全部点位各一次，另一成双人复评": {"capacity": 5, "double": 10},
    "一半点位各两次，每人至多 5 次": {"capacity": 5, "percent": 50, "visits": 2},
    "几乎没有余量：98% 的点位，每人至多 4 次": {"capacity": 4, "percent": 98},
    "抽不满：全部点位，每人至多 3 次，并说明缺什么": {"capacity": 3},
}


def city(
    rng: Random,
    *,
    sites: int = SITES,
    lots: int = LOTS,
    capacity: int = 4,
    percent: int = 100,
    visits: int = 1,
    double: int = 0,
) -> Given:
    """So many sites in every district and of every type; one inspector in ten works there or for a unit."""
    names = [f"{number:016x}" for number in range(lots)]
    people = tuple(
        Lot(
            name,
            capacity,
            rng.choice(DISTRICTS),
            rng.choice(DISTRICTS) if rng.random() < 0.1 else None,
            f"u{rng.randrange(UNITS)}" if rng.random() < 0.1 else None,
            (rng.randrange(3950, 4100, 5), rng.randrange(11560, 11740, 5)) if rng.random() < 0.9 else None,
        )
        for name in names
    )
    strata, excluded = [], {}
    each = sites // (len(DISTRICTS) * len(TYPES))
    for place in ((district, kind) for district in DISTRICTS for kind in TYPES):
        there = tuple(
            Site(
                f"{'-'.join(place)}-{number:05}",
                (rng.randrange(3950, 4100), rng.randrange(11560, 11740)),
                f"u{rng.randrange(UNITS)}",
            )
            for number in range(each)
        )
        excluded |= {site.id: frozenset(rng.sample(names, rng.randrange(3))) for site in there}
        strata.append(Stratum(*place, each * percent // 100, visits, there))
    return Given(tuple(strata), people, (0, 1, 2, 3), excluded, double)


def figures(times: int = 5, echo: Echo = print, **size: int) -> list[Figure]:
    """Each case drawn so many times, from the frozen input on as ``verify`` does it."""
    found = []
    for name, more in CASES.items():
        text = ballot.dump(city(Random(1), **size, **more))
        taken, worked = [], []
        for _ in range(times):
            began, working = time.perf_counter(), time.process_time()
            ballot.dump_drawn(draw(ballot.load(text), SEED))
            taken.append(1000 * (time.perf_counter() - began))
            worked.append(1000 * (time.process_time() - working))
        found.append(Figure(f"抽签：{name}", taken, DRAW_MS, worked=worked))
        echo(found[-1].row())
    return found


def of_draws(office: Office) -> list[Figure]:
    """The same as part of the whole."""
    return figures(echo=office.echo)


if __name__ == "__main__":
    print("\n".join(head()))
    figures()
