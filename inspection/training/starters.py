"""The lessons that every office starts with (默认课程): [D] defaults, read from files, editable like any other.

Texts of a file must not change once it was loaded: a change goes into a new version, by the office.
"""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from inspection.kernel.db import db
from inspection.kernel.text import N_
from inspection.training.lessons import Lesson as Content
from inspection.training.lessons import dump, of_plain
from inspection.training.models import Lesson, LessonVersion

DATA = Path(__file__).with_name("data")
TITLES = {
    "photos": N_("怎么拍得清楚"),
    "manners": N_("安全与礼貌"),
    "secrecy": N_("去哪儿，谁都不说"),
    "checklist": N_("检查单怎么用"),
    "zombie_cars": N_("僵尸车，两次见证"),
}
"""What the starters are called, in the order in which they are learned; the file has the same name as the key."""


def starters() -> Iterator[tuple[str, str, Content]]:
    """Key, title and content of each, as the files have it."""
    for name, title in TITLES.items():
        with (DATA / f"{name}.toml").open("rb") as file:
            yield f"starter.{name}", title, of_plain(tomllib.load(file))


def load(now: datetime) -> int:
    """Enter those that are not there yet, published as 第 1 版, and say how many; nothing that is there is touched."""
    known = set(db.session.scalars(select(Lesson.key).where(Lesson.key.is_not(None))))
    fresh = [
        LessonVersion(
            lesson=Lesson(key=key, title=title, position=place),
            number=1,
            content=dump(content),
            changed_at=now,
            published_at=now,
        )
        for place, (key, title, content) in enumerate(starters(), 1)
        if key not in known
    ]
    db.session.add_all(fresh)
    db.session.flush()
    return len(fresh)
