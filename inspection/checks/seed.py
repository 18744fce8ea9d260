"""Chance that anyone can repeat: numbers out of a seed by SHA-256 (种子). Pure; whole numbers only.

Every number is the digest of a line of its own, ``seed|label|part|…`` in UTF-8, the seed being 64 lower-case
hexadecimal digits. So a number depends on what it is for and never on how many were taken before it: another program,
in another language, comes to the same ones. ``docs/draw.md`` says which lines a draw asks for.
"""

import hashlib
import re
from collections.abc import Iterable

SEED = re.compile(r"[0-9a-f]{64}")


def number(seed: str, label: str, *parts: object) -> int:
    """The line's digest as a whole number of 256 bits, the first byte being the highest."""
    return int.from_bytes(_digest(seed, label, *parts))


def pick(seed: str, below: int, label: str, *parts: object) -> int:
    """The line's number from 0 to ``below`` - 1: the remainder, uneven by less than ``below`` in 2^256."""
    return number(seed, label, *parts) % below


def ordered(seed: str, label: str, ids: Iterable[str]) -> list[str]:
    """The ids in the order of their lines' digests: shuffled as the seed has it, whatever order they came in."""
    return sorted(ids, key=lambda one: _digest(seed, label, one))


def commitment(seed: str) -> str:
    """What is made known of a seed before the draw: the SHA-256 of its 32 bytes, in hexadecimal digits.

    Raises ValueError for what is no seed.
    """
    if not SEED.fullmatch(seed):
        raise ValueError("a seed has 64 lower-case hexadecimal digits")
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def fingerprint(text: str) -> str:
    """The SHA-256 of a document, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(seed: str, label: str, *parts: object) -> bytes:
    return hashlib.sha256("|".join((seed, label, *map(str, parts))).encode()).digest()
