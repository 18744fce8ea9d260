"""What goes into a draw and what comes out of it, and how both are written down (签表). Pure.

There is one way to write each: JSON with sorted keys and lists, without blanks and without a broken number. The same
content is the same bytes, in whatever order it was put together, and its SHA-256 can be made known before it is used.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, NoReturn

METHOD = "mingcha-draw-1"
"""Another way to draw gets another name, so that old draws can still be repeated."""

Position = tuple[int, int]
"""Latitude and longitude in hundredths of a degree (WGS-84): about a kilometre."""
Stand = tuple[str, str]
"""Which stratum: the codes of its district and its type."""


@dataclass(frozen=True)
class Site:
    """A place that may be drawn; ``unit`` is responsible for it."""

    id: str
    at: Position
    unit: str | None = None


@dataclass(frozen=True)
class Stratum:
    """So many ``quota`` of these sites are wanted (层), each visited ``visits`` times by different people."""

    district: str
    type: str
    quota: int
    visits: int
    sites: tuple[Site, ...]

    @property
    def key(self) -> Stand:
        """By what it is told from the others."""
        return self.district, self.type


@dataclass(frozen=True)
class Lot:
    """An inspector without a name (签): where they live and work, and how many visits they can take on."""

    id: str
    capacity: int
    home: str | None = None
    employer: str | None = None
    unit: str | None = None
    at: Position | None = None


@dataclass(frozen=True)
class Given:
    """All that a draw rests on, beside the seed.

    ``excluded`` names by site the lots that were there too lately, ``windows`` the positions of the windows in their
    order, and ``double_percent`` how many sites in a hundred are visited by a second inspector for comparison.
    """

    strata: tuple[Stratum, ...]
    lots: tuple[Lot, ...]
    windows: tuple[int, ...]
    excluded: Mapping[str, frozenset[str]] = field(default_factory=dict)
    double_percent: int = 0

    def __post_init__(self) -> None:
        """Refuse with ValueError what cannot be drawn from."""
        _require_given(self)


@dataclass(frozen=True)
class Assignment:
    """That a lot goes to a site in a window: its ``turn`` counts from 1, ``second`` goes apart for comparison."""

    site: str
    turn: int
    second: bool
    lot: str
    window: int


class Lacking(StrEnum):
    """What is lacking: sites, anyone who may go there, their time, or a second inspector for comparison."""

    SITES = "sites"
    INSPECTORS = "inspectors"
    CAPACITY = "capacity"
    SECONDS = "seconds"


class Rule(StrEnum):
    """Why an inspector may not go to a site: they live or work there, their employer answers for it, were there."""

    HOME = "home"
    EMPLOYER = "employer"
    UNIT = "unit"
    REST = "rest"


@dataclass(frozen=True)
class Lack:
    """Why a stratum is not full: ``found`` of ``wanted`` sites out of ``sites`` that there are.

    Of ``lots`` inspectors in all ``fell`` counts who may go to none of the sites that are left, each by the first rule;
    ``left`` may go to one at least, and ``each`` different ones are needed for a site. Together they can take on
    ``capacity`` visits, which the strata in ``shared`` want as well. Of seconds, district and type are empty.
    """

    kind: Lacking
    district: str
    type: str
    wanted: int
    found: int
    sites: int
    lots: int
    fell: Mapping[str, int]
    left: int
    each: int
    capacity: int
    shared: tuple[Stand, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """What a draw came to: who goes where, and what is lacking (nothing, one hopes)."""

    assignments: tuple[Assignment, ...]
    lacking: tuple[Lack, ...] = ()


def dump(given: Given) -> str:
    """The one way to write a draw's input down."""
    document = {
        "method": METHOD,
        "double_percent": given.double_percent,
        "excluded": {site: sorted(lots) for site, lots in given.excluded.items() if lots},
        "lots": [asdict(lot) for lot in sorted(given.lots, key=lambda one: one.id)],
        "strata": [_plain(stratum) for stratum in sorted(given.strata, key=lambda one: one.key)],
        "windows": sorted(given.windows),
    }
    return _written(document)


def load(text: str) -> Given:
    """The input that ``dump`` wrote down; raises ValueError for anything else."""
    try:
        raw = json.loads(text, parse_float=_refuse, parse_constant=_refuse)
        if raw["method"] != METHOD:
            raise ValueError(f"drawn by a method that this program does not know: {raw['method']}")
        return Given(
            strata=tuple(_stratum(one) for one in raw["strata"]),
            lots=tuple(Lot(**{**one, "at": _position(one["at"])}) for one in raw["lots"]),
            windows=tuple(raw["windows"]),
            excluded={site: frozenset(lots) for site, lots in raw["excluded"].items()},
            double_percent=raw["double_percent"],
        )
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError("this is not the input of a draw") from wrong


def dump_drawn(drawn: Drawn) -> str:
    """The one way to write a draw's result down."""
    order = sorted(drawn.assignments, key=lambda one: (one.site, one.turn, one.second))
    return _written({"assignments": [asdict(one) for one in order], "lacking": [asdict(one) for one in drawn.lacking]})


def load_drawn(text: str) -> Drawn:
    """The result that ``dump_drawn`` wrote down; raises ValueError for anything else."""
    try:
        raw = json.loads(text, parse_float=_refuse, parse_constant=_refuse)
        lacking = tuple(_lack(one) for one in raw["lacking"])
        return Drawn(tuple(Assignment(**one) for one in raw["assignments"]), lacking)
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError("this is not the result of a draw") from wrong


def _written(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(stratum: Stratum) -> dict[str, Any]:
    return asdict(replace(stratum, sites=tuple(sorted(stratum.sites, key=lambda one: one.id))))


def _stratum(raw: Mapping[str, Any]) -> Stratum:
    sites = tuple(Site(**{**one, "at": _position(one["at"])}) for one in raw["sites"])
    return Stratum(**{**raw, "sites": sites})


def _position(raw: list[int] | None) -> Any:
    return None if raw is None else (raw[0], raw[1])


def _lack(raw: Mapping[str, Any]) -> Lack:
    shared = tuple((one[0], one[1]) for one in raw["shared"])
    return Lack(**{**raw, "kind": Lacking(raw["kind"]), "shared": shared})


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"a draw has whole numbers only: {text}")


def _require_given(given: Given) -> None:
    sites = [site.id for stratum in given.strata for site in stratum.sites]
    _require_single("stratum", [f"{one.district}/{one.type}" for one in given.strata])
    _require_single("site", sites)
    _require_single("lot", [lot.id for lot in given.lots])
    _require_single("window", [str(window) for window in given.windows])
    if any("|" in one for one in (*sites, *(lot.id for lot in given.lots))):
        raise ValueError("an id must not hold the character that parts a line")
    if not given.windows or not 0 <= given.double_percent <= 100:
        raise ValueError("there must be a window, and at most a hundred sites in a hundred are seen twice")
    if any(one.quota < 0 or one.visits < 1 for one in given.strata) or any(lot.capacity < 0 for lot in given.lots):
        raise ValueError("quotas and capacities are not less than nothing, and a site is visited at least once")


def _require_single(what: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise ValueError(f"the {what} {one} is there twice")
        seen.add(one)
