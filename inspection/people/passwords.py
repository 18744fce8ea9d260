"""Passwords: argon2id, with a cap before hashing and the same work for unknown accounts (E01, E02)."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

SHORTEST = 8
LONGEST = 128

_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """The argon2id hash to keep; raises Invalid("password") if too short, too long or one character repeated."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("password", N_("密码要有 %(least)s 到 %(most)s 个字符。"), least=str(SHORTEST), most=str(LONGEST))
    if len(set(password)) == 1:
        raise Invalid("password", N_("密码不能全是同一个字符。"))
    return _hasher.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether the password is the one that was hashed; without a hash the same work is done for nothing."""
    if len(password) > LONGEST:
        return False
    try:
        return _hasher.verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")
