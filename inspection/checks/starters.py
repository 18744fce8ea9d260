"""The checklists that every office starts with (默认检查单): [D] defaults, read from files, editable like any other.

背街小巷“十无” is a public rule: ten things that a lane has none of, ten points each. Texts and keys of a file must not
change once it was loaded: a change goes into a new version, by the office.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from inspection.checks.content import Content, Item, ItemKind, Section, dump
from inspection.checks.models import Checklist, ChecklistVersion, VersionState
from inspection.kernel.db import db
from inspection.kernel.text import N_

DATA = Path(__file__).with_name("data")
NAMES = {
    "lane": N_("背街小巷“十无”"),
    "crossing": N_("交通路口"),
    "compound": N_("居住小区"),
    "market": N_("农贸市场"),
    "public_toilet": N_("公共卫生间"),
}
"""What the starters are called, by the type of place that each is for; the file has the same name."""


@dataclass(frozen=True)
class Starter:
    """One of the set; by its key a later release knows that the office has it already."""

    key: str
    type_code: str
    name: str
    content: Content


def starters() -> Iterator[Starter]:
    """The set, as the files have it."""
    for type_code, name in NAMES.items():
        with (DATA / f"{type_code}.toml").open("rb") as file:
            sections = tomllib.load(file)["sections"]
        yield Starter(f"starter.{type_code}", type_code, name, Content(tuple(map(_section, sections))))


def load(now: datetime) -> int:
    """Enter those that are not there yet, published as 第 1 版, and say how many; nothing that is there is touched."""
    known = set(db.session.scalars(select(Checklist.key).where(Checklist.key.is_not(None))))
    fresh = [_version(starter, now) for starter in starters() if starter.key not in known]
    db.session.add_all(fresh)
    db.session.flush()
    return len(fresh)


def _version(starter: Starter, now: datetime) -> ChecklistVersion:
    return ChecklistVersion(
        checklist=Checklist(key=starter.key, type_code=starter.type_code, name=starter.name),
        number=1,
        state=VersionState.PUBLISHED,
        content=dump(starter.content),
        changed_at=now,
        published_at=now,
    )


def _section(raw: Mapping[str, Any]) -> Section:
    return Section(raw["key"], raw["title"], tuple(map(_item, raw["items"])))


def _item(raw: Mapping[str, Any]) -> Item:
    return Item(**{**raw, "kind": ItemKind(raw["kind"])})
