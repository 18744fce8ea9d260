"""How many drawn plates are read: ``python -m tests.bench.plates``. Prints a table by kind and by width.

What is drawn is cleaner than a street: no dirt, no bent metal, no glare, not the plate maker's own glyphs. The table
tells one version from another and where reading ends; it promises nothing about a city's cars.
"""

import argparse
import io
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from random import Random

from inspection.photos import images, reader
from inspection.reports.pictured import plate_in
from tests import drawn_plates as drawn
from tests.drawn_plates import Paint, Shot

SEED = 7
WIDTHS = ((50, 70), (70, 90), (90, 110), (110, 320))
"""Pixels across, in a picture of 1600; from the far end of the street to beside the car."""
KINDS = (Paint.BLUE,) * 6 + (Paint.GREEN,) * 6 + (Paint.YELLOW,) * 2 + (Paint.TWO_ROWS,) * 4 + (Paint.POLICE,) * 2


def shots(each: int, rng: Random) -> Iterator[tuple[Paint, str, Shot, str]]:
    """Plates of every kind at every width."""
    for least, most in WIDTHS:
        for number in range(each):
            paint = KINDS[number % len(KINDS)]
            shot = replace(drawn.some_shot(rng), width=rng.randrange(least, most))
            yield paint, drawn.some_plate(paint, rng), shot, f"{least}–{most}"


def main() -> None:
    """Draw, read, count, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--each", type=int, default=60, help="plates at each width")
    each, rng = arguments.parse_args().each, Random(SEED)
    outcomes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    seconds = []
    for paint, text, shot, width in shots(each, rng):
        copy = images.derive(io.BytesIO(drawn.photo(text, paint, shot, rng))).web
        began = time.perf_counter()
        lines = reader.read(copy)
        seconds.append(time.perf_counter() - began)
        seen = plate_in(lines or [])
        outcome = "none" if seen is None else "right" if seen.plate.text == text else "wrong"
        outcomes[width, paint.value][outcome] += 1
    print("| Pixels across | Kind | Right | None | Wrong |\n|---|---|---|---|---|")
    for (width, kind), counted in outcomes.items():
        print(f"| {width} | {kind} | {counted['right']} | {counted['none']} | {counted['wrong']} |")
    seconds.sort()
    median, slowest = seconds[len(seconds) // 2], seconds[-1]
    print(f"\none picture: median {median:.2f} s, slowest {slowest:.2f} s, the start of its process in it")


if __name__ == "__main__":
    main()
