"""A plan's draws as a file that proves itself, and the proof (核对). Pure: no database is needed for it.

The file holds what was frozen and what came of it word for word, with the hashes that the audit chain holds, and the
seeds once they are known. Inspectors are lots in it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from inspection.checks import ballot
from inspection.checks import seed as chance
from inspection.checks.draw import draw

KIND = "mingcha-draw-file-1"


@dataclass(frozen=True)
class Record:
    """One draw as it is kept; ``seed`` is None until it is known, ``drawn`` until it is drawn."""

    number: int
    replaces: str | None
    seed: str | None
    seed_hash: str
    given: str
    given_hash: str
    drawn: str | None
    drawn_hash: str | None
    sealed_at: str
    drawn_at: str | None
    revealed_at: str | None


@dataclass(frozen=True)
class Dossier:
    """A plan with all its draws."""

    plan: str
    name: str
    draws: tuple[Record, ...]


class Point(StrEnum):
    """What is compared: three hashes, the draw made again; and in the chain three events and their order."""

    GIVEN = "given"
    SEED = "seed"
    RESULT = "result"
    REPEATED = "repeated"
    CHAIN = "chain"


@dataclass(frozen=True)
class Finding:
    """Whether a point of a draw is as it should be; None: it cannot be told yet."""

    number: int
    point: Point
    holds: bool | None


def dump(dossier: Dossier) -> str:
    """The file."""
    document = {"kind": KIND, **asdict(dossier)}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def load(text: str) -> Dossier:
    """The dossier in a file; raises ValueError for anything else."""
    try:
        raw: dict[str, Any] = json.loads(text)
        if raw.pop("kind") != KIND:
            raise ValueError("this is not a file of draws")
        return Dossier(**{**raw, "draws": tuple(_record(one) for one in raw["draws"])})
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError("this is not a file of draws") from wrong


def with_seed(dossier: Dossier, seed: str) -> Dossier:
    """The dossier with a seed from elsewhere in the draw whose hash it has; raises ValueError if it is of none."""
    commitment = chance.commitment(seed)
    if all(one.seed_hash != commitment for one in dossier.draws):
        raise ValueError("the seed is of none of these draws")
    draws = (replace(one, seed=seed) if one.seed_hash == commitment else one for one in dossier.draws)
    return replace(dossier, draws=tuple(draws))


def examined(dossier: Dossier) -> Sequence[Finding]:
    """Every draw looked through, and made again where the seed is known."""
    return [finding for one in dossier.draws for finding in _examined(one)]


def _examined(one: Record) -> Sequence[Finding]:
    return [
        Finding(one.number, Point.GIVEN, chance.fingerprint(one.given) == one.given_hash),
        Finding(one.number, Point.SEED, None if one.seed is None else _commits(one)),
        Finding(one.number, Point.RESULT, None if one.drawn is None else _sealed(one.drawn, one.drawn_hash)),
        Finding(one.number, Point.REPEATED, None if one.seed is None or one.drawn is None else _repeats(one)),
    ]


def _commits(one: Record) -> bool:
    try:
        return chance.commitment(one.seed or "") == one.seed_hash
    except ValueError:
        return False


def _sealed(text: str, fingerprint: str | None) -> bool:
    return chance.fingerprint(text) == fingerprint


def _repeats(one: Record) -> bool:
    try:
        return ballot.dump_drawn(draw(ballot.load(one.given), one.seed or "")) == one.drawn
    except ValueError:
        return False


def _record(raw: dict[str, Any]) -> Record:
    texts = ("seed_hash", "given", "given_hash")
    maybe = ("seed", "drawn", "drawn_hash")
    if not all(isinstance(raw[name], str) for name in texts):
        raise TypeError("a text is not a text")
    if not all(raw[name] is None or isinstance(raw[name], str) for name in maybe):
        raise TypeError("a text is neither a text nor missing")
    return Record(**raw)
