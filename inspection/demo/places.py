"""Where the demo's reports are made: addresses that exist, and points inside the right district and street (点位)."""

import csv
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from inspection.geography import areas, sources
from inspection.geography.areas import Location, Street
from inspection.geography.points import Point

PLACES = Path(__file__).with_name("data") / "places.csv"
AROUND_M = 420.0
"""So near to the street's office that it stays the nearest."""
ACCURACY_M = 8.0
ATTEMPTS = 60
BORDER_ACCURACY_M = 40.0
METRES_A_DEGREE = 111_320.0
ZONE_STREETS = ("110115012", "110115013")
"""经开区's own streets have no seat that is known; their communities stand for the zone's."""
UNUSABLE = ("虚拟", "开发区", "基地", "大学", "总院", "筹", "林场")
OFFICES = (
    "社区居委会",
    "社区居民委员会",
    "社区",
    "居委会",
    "居民委员会",
    "村村委会",
    "村村民委员会",
    "村委会",
    "村民委员会",
)

HOMES = ("里", "园", "苑", "区", "城", "院", "湾", "府", "庭", "寓", "郡", "居", "家园", "小镇", "嘉园")
"""How estates are called; a community of another name is called a community."""
SHORTEST_HOME = 2


@dataclass(frozen=True)
class Spot:
    """A place to report from: district, nearest street, kind of setting, WGS-84 point, address in words."""

    district_code: str
    street_code: str
    setting: str
    point: Point
    address: str
    accuracy_m: float = ACCURACY_M


class Places:
    """The addresses of ``data/places.csv``, and communities and villages of the same streets."""

    def __init__(self, rng: Random) -> None:
        """Read them; ``rng`` chooses."""
        self._rng = rng
        self._atlas = areas.atlas()
        self._communities = _communities()
        self._known: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        with PLACES.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                district = self._atlas.street(row["street"]).district_code
                self._known[district, row["setting"]].append((row["street"], row["place"]))

    @property
    def districts(self) -> tuple[areas.District, ...]:
        """All seventeen."""
        return self._atlas.districts

    def streets(self) -> list[Street]:
        """The streets that have places, by code."""
        codes = {street for known in self._known.values() for street, _ in known}
        return [self._atlas.street(code) for code in sorted(codes)]

    def settings(self, district_code: str, street_code: str | None = None) -> list[str]:
        """Which settings a district, or one of its streets, has."""
        return sorted(
            setting
            for (district, setting), known in self._known.items()
            if district == district_code and (street_code is None or street_code in dict(known))
        )

    def named(self, district_code: str, setting: str) -> list[tuple[str, str]]:
        """The streets of a district that have the setting, each with what a place there is called; every name once."""
        known = sorted(self._known[district_code, setting])
        if setting in {"estate", "village"}:
            known = [(street, home) for street, _ in known for home in sorted(set(self._communities[street, setting]))]
        return list({name: (street, name) for street, name in known}.values())

    def spot(self, district_code: str, setting: str, street_code: str | None = None) -> Spot:
        """A place in the setting, in the district or in one of its streets."""
        known = self._known[district_code, setting]
        street, place = self._rng.choice([one for one in known if street_code in (None, one[0])])
        return Spot(district_code, street, setting, self.point(street), self._address(street, setting, place))

    def border_spot(self, district_code: str, setting: str) -> Spot:
        """A place a few metres inside the district's border with another, so that whose it is stays in doubt."""
        start = self.spot(district_code, setting)
        for _ in range(ATTEMPTS):
            beyond = _moved(start.point, 30_000, self._rng.uniform(0, 2 * math.pi))
            point = self._last_inside(start.point, beyond, district_code)
            location = self._atlas.locate(point, BORDER_ACCURACY_M)
            if location.doubtful and _district(location) == district_code and location.streets:
                nearest = location.streets[0].street.code
                address = self._address(nearest, "road", f"{self._atlas.street(nearest).name}与邻区交界处路边")
                return Spot(district_code, nearest, setting, point, address, BORDER_ACCURACY_M)
        return start

    def _last_inside(self, inside: Point, outside: Point, district_code: str) -> Point:
        for _ in range(14):
            middle = Point((inside.lat + outside.lat) / 2, (inside.lng + outside.lng) / 2)
            if _district(self._atlas.locate(middle, 0.0)) == district_code:
                inside = middle
            else:
                outside = middle
        return inside

    def point(self, street_code: str) -> Point:
        """A point near the street's office, surely inside it."""
        street = self._atlas.street(street_code)
        if street.seat is None:
            raise ValueError(f"nobody knows where {street.name} is")
        for _ in range(ATTEMPTS):
            away = AROUND_M * math.sqrt(self._rng.random())
            point = _moved(street.seat, away, self._rng.uniform(0, 2 * math.pi))
            location = self._atlas.locate(point, ACCURACY_M)
            surely = location.estimated or not location.doubtful
            if _district(location) == street.district_code and surely and _nearest(location) == street_code:
                return point
        return street.seat

    def _address(self, street_code: str, setting: str, place: str) -> str:
        rng = self._rng
        if setting == "road":
            return place
        if setting == "lane":
            return place + rng.choice(
                (f"{rng.randint(1, 79)}号门前", f"{rng.randint(1, 79)}号院墙外", "西口", "东口内")
            )
        homes = self._communities[street_code, setting]
        home = rng.choice(homes)
        if setting == "village":
            return home + rng.choice(("村口公交站旁", f"{rng.randint(1, 120)}号院前", "村委会东侧路边", "文化广场北侧"))
        block = rng.randint(1, 24)
        return home + rng.choice(
            (f"{block}号楼{rng.randint(1, 5)}单元门口", f"{block}号楼北侧", f"{block}号楼东侧路边", "东门内")
        )


def _communities() -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for _, name, street_code in sources.communities():
        if any(word in name for word in UNUSABLE):
            continue
        setting = "village" if "村委会" in name or "村民委员会" in name else "estate"
        for code in (street_code, *_standing_for(street_code)):
            found[code, setting].append(_home(name, setting))
    return found


def _standing_for(street_code: str) -> Iterator[str]:
    if street_code in ZONE_STREETS:
        yield "110115403"


def _home(name: str, setting: str) -> str:
    for office in OFFICES:
        if name.endswith(office):
            name = name.removesuffix(office)
            break
    if setting == "estate":
        return name if len(name) > SHORTEST_HOME and name.endswith(HOMES) else f"{name}社区"
    return name if name.endswith(("村", "庄")) else f"{name}村"


def _district(location: Location) -> str | None:
    return location.district.code if location.district else None


def _nearest(location: Location) -> str | None:
    return location.streets[0].street.code if location.streets else None


def _moved(point: Point, metres: float, direction: float) -> Point:
    north, east = metres * math.cos(direction), metres * math.sin(direction)
    shrink = math.cos(math.radians(point.lat))
    return Point(point.lat + north / METRES_A_DEGREE, point.lng + east / (METRES_A_DEGREE * shrink))


def nearby(point: Point, metres: float, rng: Random) -> Point:
    """Another point so many metres away, in some direction."""
    return _moved(point, metres, rng.uniform(0, 2 * math.pi))
