"""What is done to sites (点位): entered, changed, taken out of use and back, pictured. Nothing here commits.

A site is never removed: visits and results point at it. Nothing here knows of plans or visits, so that the list
behaves alike whether one is planned or not.
"""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from inspection.checks import placing, site_lists
from inspection.checks.models import Site
from inspection.checks.placing import Placed
from inspection.geography import service as geography
from inspection.geography.points import Point
from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.numbers import next_number, pass_over
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right, Scope
from inspection.people.models import Person, Unit
from inspection.photos import images
from inspection.photos import service as photos
from inspection.photos.models import ManifestKind, Photo
from inspection.photos.service import Announced
from inspection.reports.catalogue import site_types

LONGEST = {"number": 40, "name": 80, "address": 200, "note": 500}
OURS = re.compile(r"([A-Z]{2})-(\d{4,6})")
"""A number such as the system gives itself."""
EMPTY = {"number": N_("请写编号。"), "name": N_("请写名称。")}


@dataclass(frozen=True)
class Wanted:
    """A site as it is to be. Without a number it is given one; without a point it needs a district."""

    number: str
    type_code: str
    name: str
    address: str = ""
    district: str = ""
    street: str = ""
    point: Point | None = None
    unit: uuid.UUID | None = None
    note: str = ""


def add(wanted: Wanted, *, by: Person, now: datetime) -> Site:
    """Enter a site. Raises Invalid naming the field."""
    placed = _placed(wanted, by)
    _check(wanted, placed)
    values = _values(wanted, placed)
    values["number"] = values["number"] or _next(placed.district_code)
    return enter(values, by=by, now=now)


def enter(values: Mapping[str, Any], *, by: Person, now: datetime) -> Site:
    """Write a site down whose values are in order. Raises Invalid("number") for one that its district has."""
    _require_free(values["district_code"], values["number"], None)
    pass_by([values["number"]])
    site = Site(id=uuid.uuid4(), created_at=now, changed_at=now, active=True, **values)
    db.session.add(site)
    db.session.flush()
    audit.record("site.added", site, by=by, at=now, **told(values))
    return site


def change(site_id: uuid.UUID, wanted: Wanted, *, by: Person, now: datetime, seen: str) -> Site:
    """Change a site; ``seen`` is its ``version`` as it was looked at. Raises Conflict if it was changed since."""
    site = held(site_id, by, seen)
    placed = _placed(wanted, by)
    if not wanted.number:
        raise Invalid("number", EMPTY["number"])
    _check(wanted, placed)
    rewrite(site, _values(wanted, placed), by=by, now=now)
    return site


def rewrite(site: Site, values: Mapping[str, Any], *, by: Person, now: datetime) -> bool:
    """Write down what is different, and say whether anything is."""
    fresh = {name: value for name, value in values.items() if getattr(site, name) != value}
    if not fresh:
        return False
    if fresh.keys() & {"number", "district_code"}:
        code, number = (fresh.get(name, getattr(site, name)) for name in ("district_code", "number"))
        _require_free(code, number, site.id)
    for name, value in fresh.items():
        setattr(site, name, value)
    site.changed_at = now
    db.session.flush()
    audit.record("site.changed", site, by=by, at=now, **told(fresh))
    return True


def retire(site_id: uuid.UUID, *, by: Person, now: datetime, seen: str) -> None:
    """Take a site out of use (停用)."""
    _set_active(held(site_id, by, seen), False, by, now)


def restore(site_id: uuid.UUID, *, by: Person, now: datetime, seen: str) -> None:
    """Take it into use again (恢复使用)."""
    _set_active(held(site_id, by, seen), True, by, now)


def picture(site_id: uuid.UUID, shown: tuple[Announced, images.Facts], *, by: Person, now: datetime, seen: str) -> None:
    """Show the site by a picture that lies in the store; it takes the place of an earlier one."""
    site = held(site_id, by, seen)
    announced, facts = shown
    content = {"site": str(site.id), "at": now.isoformat(), "photos": [announced.sha256]}
    manifest, _created = photos.announce(uuid.uuid4(), ManifestKind.SITE, content, [announced], now=now)
    photos.arrived(manifest.id, announced.sha256, facts, now=now)
    site.photo_id, site.changed_at = manifest.photos[0].id, now
    db.session.flush()
    audit.record("site.pictured", site, by=by, at=now, sha256=announced.sha256)


def photo_of(site: Site) -> Photo | None:
    """The site's picture."""
    return db.session.get(Photo, site.photo_id) if site.photo_id else None


def shows(person: Person, photo: Photo) -> bool:
    """Whether the person sees this picture: that of a site that they may see."""
    there = select(Site.id).where(Site.photo_id == photo.id, site_lists.within(person))
    return db.session.scalars(there).first() is not None


def version(site: Site) -> str:
    """By what it is told whether a site was changed meanwhile."""
    return site.changed_at.isoformat()


def held(site_id: uuid.UUID, by: Person, seen: str) -> Site:
    """A site to change, under lock. Raises Conflict if it is not as it was seen."""
    access.require(by.role, Right.SITE_EDIT)
    site = site_lists.visible(by, site_id, lock=True)
    if seen != version(site):
        raise Conflict(N_("刚才已有别人改过这个点位，请看过最新情况再改。"), code="changed_meanwhile")
    return site


def require_own(by: Person, district: str) -> None:
    """Raises Invalid("district") for a district that is not the person's to edit."""
    if access.require(by.role, Right.SITE_EDIT) is not Scope.ALL and district != by.district_code:
        raise Invalid("district", N_("这个位置在%(district)s，不归您管。"), district=_district_name(district))


def _placed(wanted: Wanted, by: Person) -> Placed:
    whole = access.require(by.role, Right.SITE_EDIT) is Scope.ALL
    atlas, said = geography.current_atlas(), wanted.district
    if not whole and not said and wanted.point and placing.around(atlas, wanted.point).doubtful:
        said = by.district_code or ""
    placed = placing.place(atlas, wanted.point, district=said, street=wanted.street)
    require_own(by, placed.district_code)
    return placed


def _check(wanted: Wanted, placed: Placed) -> None:
    if wanted.type_code not in site_types():
        raise Invalid("type", N_("请选类型。"))
    if not wanted.name:
        raise Invalid("name", EMPTY["name"])
    for name, most in LONGEST.items():
        text: str = getattr(wanted, name)
        if len(text) > most:
            raise Invalid(name, N_("太长，最多 %(most)s 个字。"), most=most)
        if not text.isprintable():
            raise Invalid(name, N_("里面有看不见的字符。"))
    unit = db.session.get(Unit, wanted.unit) if wanted.unit else None
    if wanted.unit and (unit is None or unit.district_code != placed.district_code):
        raise Invalid("unit", N_("请选这个区的单位。"))


def _values(wanted: Wanted, placed: Placed) -> dict[str, Any]:
    return {
        "number": wanted.number,
        "type_code": wanted.type_code,
        "name": wanted.name,
        "address": wanted.address,
        "district_code": placed.district_code,
        "street_code": placed.street_code,
        "lat": placed.lat,
        "lng": placed.lng,
        "cell": placed.cell,
        "unit_id": wanted.unit,
        "note": wanted.note,
    }


def pass_by(numbers: Iterable[str]) -> None:
    """Let our own numbers go on behind those that were given by others."""
    last: dict[str, int] = {}
    for number in numbers:
        if ours := OURS.fullmatch(number):
            last[ours[1]] = max(last.get(ours[1], 0), int(ours[2]))
    for letters, one in sorted(last.items()):
        pass_over(_series(letters), one)


def hold_numbers(district: str) -> None:
    """Let nobody else give a number in the district until this transaction ends."""
    pass_over(_series(_letters(district)), 0)


def _next(district: str) -> str:
    letters = _letters(district)
    return f"{letters}-{next_number(_series(letters)):04d}"


def _letters(district: str) -> str:
    return geography.current_atlas().district(district).letters


def _series(letters: str) -> str:
    return f"site:{letters}"


def _require_free(district: str, number: str, besides: uuid.UUID | None) -> None:
    hold_numbers(district)
    there = db.session.scalar(select(Site.id).where(Site.district_code == district, Site.number == number))
    if there is not None and there != besides:
        raise Invalid("number", N_("这个区已经有编号 %(number)s。"), number=number)


def _set_active(site: Site, active: bool, by: Person, now: datetime) -> None:
    if site.active is active:
        return
    site.active, site.changed_at = active, now
    db.session.flush()
    audit.record("site.restored" if active else "site.retired", site, by=by, at=now)


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the chain keeps of a change."""
    return {name: value for name, value in values.items() if name != "cell"}


def _district_name(code: str) -> str:
    return geography.current_atlas().district(code).name
