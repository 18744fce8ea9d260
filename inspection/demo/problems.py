"""What the demo's inspectors find, in their words (演示问题)."""

import csv
from dataclasses import dataclass
from pathlib import Path

PROBLEMS = Path(__file__).with_name("data") / "problems.csv"


@dataclass(frozen=True)
class Problem:
    """A category in a setting: the thing in the picture before and after (may be nothing), and what people write."""

    category: str
    setting: str
    before: str
    after: str
    descriptions: tuple[str, ...]
    done: str


def problems() -> list[Problem]:
    """All of ``data/problems.csv``."""
    with PROBLEMS.open(encoding="utf-8", newline="") as file:
        return [
            Problem(
                category=row["category"],
                setting=row["setting"],
                before=row["before"],
                after=row["after"],
                descriptions=tuple(row["descriptions"].split("|")),
                done=row["done"],
            )
            for row in csv.DictReader(file)
        ]
