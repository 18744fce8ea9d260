"""Keys with which programs use the API (令牌): scoped, expiring, kept only as a hash (E10)."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import select, update

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Invalid
from inspection.kernel.phrases import Listing
from inspection.kernel.text import N_
from inspection.people.models import ApiToken, Person
from inspection.people.sessions import SEEN_STEP, hash_of

SCOPES = ("reports:read", "reports:write")
MARK = "mc"
PREFIX_BYTES = 6


def create(
    person: Person, *, scopes: Iterable[str], label: str, valid: timedelta, by: Person | str, now: datetime
) -> str:
    """Make a key for ``person`` and return it, for the only time. Raises Invalid("scopes") for an unknown scope."""
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(SCOPES):
        raise Invalid("scopes", N_("权限范围只能是：%(scopes)s。"), scopes=Listing(SCOPES))
    prefix, secret = secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(32)
    token = ApiToken(
        person_id=person.id,
        prefix=prefix,
        secret_hash=hash_of(secret),
        scopes=" ".join(wanted),
        label=label,
        created_at=now,
        expires_at=now + valid,
    )
    db.session.add(token)
    db.session.flush()
    audit.record("token.created", f"token:{token.id}", by=by, at=now, scopes=wanted)
    return f"{MARK}_{prefix}_{secret}"


def find(text: str, *, now: datetime) -> ApiToken | None:
    """The key that ``text`` is, if it still counts."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if mark != MARK or not secret:
        return None
    token = db.session.scalar(select(ApiToken).where(ApiToken.prefix == prefix))
    if token is None or not compare_digest(token.secret_hash, hash_of(secret)):
        return None
    live = token.revoked_at is None and now < token.expires_at and token.person.disabled_at is None
    return token if live else None


def needs_touch(token: ApiToken, now: datetime) -> bool:
    """Whether it is time to write down that the key was used."""
    return token.used_at is None or now - token.used_at > SEEN_STEP


def touch(token_id: object, now: datetime) -> None:
    """Write down that the key was used."""
    db.session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=now))


def revoke(token: ApiToken, *, by: Person | str, now: datetime) -> None:
    """Make the key worthless."""
    token.revoked_at = now
    db.session.flush()
    audit.record("token.revoked", f"token:{token.id}", by=by, at=now)
