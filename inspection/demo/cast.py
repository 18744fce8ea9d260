"""The people and units of the demo (演示人员), entered as an administrator would enter them."""

import csv
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from inspection.demo.places import Places
from inspection.geography.areas import District, Street
from inspection.kernel.db import writing
from inspection.people import service as people
from inspection.people.access import Kind, Role
from inspection.people.models import Unit

BY = "demo"
"""How the audit chain names whoever set the demo up."""
PASSWORD = "zou-jie-chuan-xiang"  # noqa: S105 - for looking around in development; production refuses the demo
INSPECTORS = 44
KINDS = (Kind.VETERAN, Kind.CITIZEN, Kind.VETERAN, Kind.DEPUTY, Kind.CITIZEN, Kind.ADVISER)
"""In which order people join: one in three is retired, one in three an ordinary citizen."""
FIRST_PHONE, FIRST_OWN_PHONE = 13800001000, 13800000001

NAMES = Path(__file__).with_name("data") / "names.csv"

DISTRICT_UNITS = {
    "公安交管": "{short}交通支队",
    "城市管理委": "{name}城市管理委员会",
    "公安": "{name}公安分局治安支队",
    "住房城乡建设委": "{name}住房和城乡建设委员会",
    "区委宣传部": "{name}委宣传部",
}
"""Duty by the catalogue's words → what the district's department is called."""
ZONE_UNITS = {"区委宣传部": "经开区工委宣传文化部", "公安": "经开区公安分局治安支队"}
RURAL_UNITS = {"水务局": "{name}水务局", "农业农村局": "{name}农业农村局"}
STREET_TEAM, STREET_CARE, VILLAGE_OFFICE = "综合行政执法队", "城市管理办", "乡镇农业农村办"


@dataclass(frozen=True)
class Known:
    """Someone whom visitors of the demo sign in as."""

    role: Role
    name: str
    kind: Kind | None = None
    district: str | None = None


KNOWN = (
    Known(Role.INSPECTOR, "李文博", Kind.VETERAN, "110101"),
    Known(Role.DISTRICT, "陈立", None, "110101"),
    Known(Role.HANDLER, "赵刚", None, "110101"),
    Known(Role.CITY, "周敏"),
    Known(Role.PUBLISHER, "贺岩"),
    Known(Role.AUDITOR, "孟秋实"),
    Known(Role.ADMIN, "林一凡"),
)
"""One for each role; the handler works for the street whose unit is ``FAMOUS_UNIT``."""
FAMOUS_STREET, FAMOUS_UNIT = "110101006", "东四街道综合行政执法队"


@dataclass(frozen=True)
class Member:
    """Someone of the cast; rows are fetched anew for each thing that they do."""

    id: uuid.UUID
    district_code: str | None


@dataclass
class Cast:
    """Everyone, as far as the story needs them."""

    inspectors: list[Member] = field(default_factory=list)
    officers: dict[str, Member] = field(default_factory=dict)
    """District officers by their district."""
    city: list[Member] = field(default_factory=list)
    publisher: Member | None = None
    handlers: dict[uuid.UUID | None, Member] = field(default_factory=dict)
    """By their unit's id."""

    def inspector(self, district_code: str, rng: Random) -> Member:
        """Mostly someone of the district, sometimes someone passing through."""
        near = [one for one in self.inspectors if one.district_code == district_code]
        return rng.choice(near if near and rng.random() < 0.75 else self.inspectors)


class Office:
    """Whoever enters people and units: names and numbers that have not been used."""

    def __init__(self, rng: Random, now: datetime) -> None:
        """``now`` is the day on which the office opened."""
        self._rng, self._now = rng, now
        self._names = {one.name for one in KNOWN}
        with NAMES.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self._surnames = [row["text"] for row in rows if row["part"] == "surname"]
        self._given = [row["text"] for row in rows if row["part"] == "given"]
        self._phones = iter(range(FIRST_PHONE, FIRST_PHONE + 10_000))

    def add(self, role: Role, name: str | None = None, phone: str | None = None, **more: Any) -> Member:
        """Open an account: with a password that nobody knows, unless the phone number is one of ``KNOWN``."""
        password = PASSWORD if phone else secrets.token_urlsafe(18)
        with writing():
            added = people.add_person(
                name=name or self._name(),
                phone=phone or str(next(self._phones)),
                role=role,
                password=password,
                by=BY,
                now=self._now,
                **more,
            )
            return Member(added.id, added.district_code)

    def units(self, places: Places) -> list[Unit]:
        """Each street's teams and each district's departments."""
        with writing():
            return [
                people.add_unit(name=name, duty=duty, district_code=district, street_code=street, by=BY, now=self._now)
                for name, duty, district, street in (*_street_units(places), *_district_units(places))
            ]

    def known(self, unit: Unit) -> dict[Role, Member]:
        """Those whom visitors sign in as."""
        return {
            one.role: self.add(
                one.role,
                one.name,
                phone,
                kind=one.kind,
                district_code=one.district,
                unit=unit if one.role is Role.HANDLER else None,
            )
            for one, phone in zip(KNOWN, known_phones(), strict=True)
        }

    def _name(self) -> str:
        while True:
            name = self._rng.choice(self._surnames) + self._rng.choice(self._given)
            if name not in self._names:
                self._names.add(name)
                return name


def known_phones() -> list[str]:
    """The phone numbers of ``KNOWN``, in their order."""
    return [str(FIRST_OWN_PHONE + position) for position in range(len(KNOWN))]


def assemble(office: Office, places: Places) -> Cast:
    """Everyone but the handlers, who follow once it is known which units will have something to do."""
    units = office.units(places)
    famous = next(unit for unit in units if unit.name == FAMOUS_UNIT)
    known = office.known(famous)
    cast = Cast(inspectors=[known[Role.INSPECTOR]], city=[known[Role.CITY]], publisher=known[Role.PUBLISHER])
    cast.handlers[famous.id] = known[Role.HANDLER]
    cast.officers["110101"] = known[Role.DISTRICT]
    for district in places.districts:
        if district.code not in cast.officers:
            cast.officers[district.code] = office.add(Role.DISTRICT, district_code=district.code)
    cast.city += [office.add(Role.CITY) for _ in range(2)]
    codes = [district.code for district in places.districts]
    for number in range(INSPECTORS - 1):
        kind = KINDS[number % len(KINDS)]
        cast.inspectors.append(office.add(Role.INSPECTOR, kind=kind, district_code=codes[number % len(codes)]))
    return cast


def hire(office: Office, cast: Cast, units: Iterable[Unit]) -> None:
    """A handler for each of the units that has none."""
    for unit in units:
        if unit.id not in cast.handlers:
            cast.handlers[unit.id] = office.add(Role.HANDLER, unit=unit)


def _street_units(places: Places) -> list[tuple[str, str, str, str | None]]:
    made: list[tuple[str, str, str, str | None]] = []
    for number, street in enumerate(places.streets()):
        made.append((_team(street), STREET_TEAM, street.district_code, street.code))
        if number % 2 == 0:
            made.append((f"{_plain(street)}城市管理办公室", STREET_CARE, street.district_code, street.code))
        if "village" in places.settings(street.district_code, street.code):
            made.append((f"{_plain(street)}农业农村办公室", VILLAGE_OFFICE, street.district_code, street.code))
    return made


def _district_units(places: Places) -> list[tuple[str, str, str, str | None]]:
    made: list[tuple[str, str, str, str | None]] = []
    for district in places.districts:
        rural = RURAL_UNITS if "village" in places.settings(district.code) else {}
        made += [
            (_called(name, duty, district), duty, district.code, None)
            for duty, name in (DISTRICT_UNITS | rural).items()
        ]
    return made


def _called(name: str, duty: str, district: District) -> str:
    zone = district.name.endswith("开发区")
    pattern = ZONE_UNITS.get(duty, name) if zone else name
    return pattern.format(name=district.short if zone else district.name, short=district.short)


def _team(street: Street) -> str:
    return f"{_plain(street)}{STREET_TEAM}"


def _plain(street: Street) -> str:
    return "经开区" if street.name.endswith("开发区") else street.name
