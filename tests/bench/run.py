"""``make bench``: how fast the program is in a large city, as medians and 95th percentiles, and beside a small one.

Writes ``docs/benchmarks.md``. Figures of one machine tell little by themselves: compare them within one run, and with
the limits beside them (design.md §6).
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from flask import Flask
from sqlalchemy import select

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.people.models import Unit
from tests.bench import choices, deciding, kept, of_draw, of_map, of_sites, reading
from tests.bench.figures import Echo, Figure, Office
from tests.bench.kept import Size
from tests.bench.page import Measured, database, filling, page, size_of
from tests.make import Make

Measure = Callable[[Office], list[Figure]]

OF_MUCH: Sequence[Measure] = (
    reading.of_the_queue,
    reading.of_what_is_near,
    reading.of_lists,
    choices.of_the_ledger,
    choices.of_each_filter,
    of_map.figures,
    of_sites.figures,
    reading.of_photos,
    reading.of_pages,
    deciding.of_decisions,
)
"""What is measured in a city of very many reports, in the order of the table: one function a matter. The last changes
the city.
"""
MEASURED: Sequence[Measure] = (*OF_MUCH[:5], choices.of_every_pair, *OF_MUCH[5:-1], of_draw.of_draws, OF_MUCH[-1])
"""The same in a large city and a small one, with all that takes long to ask."""

TIMES = 60
REPORT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def main() -> None:
    """Fill, measure, write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    sizes = "tickets, or tickets:reports such as 1000000:5000000"
    parser.add_argument("--city", type=Size.read, default=Size(1_000_000), help=f"how large: {sizes}")
    parser.add_argument("--beside", type=Size.read, help="a small one that is asked the same, for the ratio")
    parser.add_argument("--much", type=Size.read, help="one of very many reports, for a section of its own")
    parser.add_argument("--database", default="", help="an empty postgresql://… for the city, instead of a SQLite file")
    parser.add_argument("--data", type=Path, help="keep the filled SQLite files in this folder, and start from there")
    parser.add_argument("--only-fill", action="store_true", help="fill what is not kept yet, and measure nothing")
    parser.add_argument("--out", type=Path, default=REPORT)
    given = parser.parse_args()
    if given.data:
        given.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data = given.data or Path(folder)
        for size in filter(None, (given.beside, given.city, given.much)):
            kept.fill(size, data, given.database if size is given.city else "")
        if given.only_fill:
            return
        small = measured(given.beside, data) if given.beside else None
        city = measured(given.city, data, given.database)
        much = measured(given.much, data, asking=OF_MUCH) if given.much else None
    lines = page(city, small, much)
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{given.out}: {len(lines)} lines")


def measured(size: Size, folder: Path, url: str = "", asking: Sequence[Measure] = MEASURED) -> Measured:
    """Everything that is asked of a city that was filled."""
    print(f"opening {size.name}")
    with kept.opened(size, folder, url) as app:
        before, words = os.getloadavg()[0], size_of() + (filling(kept.took(size, folder)) if asking is OF_MUCH else "")
        found = figures(app, Make(app, start=900_000), asking=asking)
        return Measured(words, database(), found, (before, os.getloadavg()[0]))


def figures(
    app: Flask, make: Make, times: int = TIMES, echo: Echo = print, asking: Sequence[Measure] = MEASURED
) -> list[Figure]:
    """All figures of what is asked."""
    unit = db.session.scalars(select(Unit).where(Unit.district_code == reading.DISTRICT).limit(1)).one()
    people = make.officer(reading.DISTRICT).id, make.city().id, make.handler(unit).id
    office = Office(app, make, *people, now(), times, Random(11), echo)
    return [figure for of_a_matter in asking for figure in of_a_matter(office)]


if __name__ == "__main__":
    main()
