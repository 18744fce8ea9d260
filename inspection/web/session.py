"""Who is asking: a device's cookie or a program's bearer token, through Flask-Login.

The cookie holds an opaque 256-bit token; the row behind it can be ended at any moment, so a withdrawn role or a
signed-out device ends with the next request (controls C05, E05–E07).
"""

import logging
import uuid
from datetime import datetime, timedelta
from typing import cast

from flask import Request, request
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict
from inspection.kernel.text import N_
from inspection.people import sessions, tokens
from inspection.people.models import ApiToken, Device, Person
from inspection.people.sessions import Lifetime
from inspection.settings import Settings
from inspection.web.tools import tools

WHOM = "Mingcha-Person"
"""The header in which a phone says whose the thing is that it sends."""

_log = logging.getLogger(__name__)

login_manager = LoginManager()
login_manager.session_protection = None  # the device's row is the session; Flask's cookie carries only the CSRF secret


class SignedIn(UserMixin):  # type: ignore[misc]
    """Flask-Login's view of a person: who, and by which device or token."""

    def __init__(self, person: Person, device: Device | None, token: ApiToken | None) -> None:
        self.person_id = person.id
        self.device_id = device.id if device else None
        self.scopes = frozenset(token.scopes.split()) if token else None
        """What the token is for; None for a browser, which may do all that its person may."""

    def get_id(self) -> str:
        """The person's id."""
        return str(self.person_id)


@login_manager.request_loader
def load(incoming: Request) -> SignedIn | None:
    """Who sent the request, if they are signed in."""
    if bearer := bearer_of(incoming):
        token = tokens.find(bearer, now=now())
        return SignedIn(token.person, None, token) if token else None
    cookie = incoming.cookies.get(cookie_name(tools().settings))
    device = sessions.device_of(cookie, lifetime=lifetime(tools().settings), now=now()) if cookie else None
    return SignedIn(device.person, device, None) if device else None


def person() -> Person:
    """The person who is asking; only for routes that require a right."""
    asking = cast(SignedIn, current_user)
    return db.session.get_one(Person, asking.person_id)


def person_id() -> uuid.UUID:
    """The id of whoever is asking."""
    return cast(SignedIn, current_user).person_id


def touch() -> None:
    """Write down, now and then and before anything else, that the device or token is in use.

    A database that cannot take the note just now stops nobody: reading goes on, and a change is refused by itself.
    """
    if not current_user.is_authenticated:
        return
    try:
        _note_use(cast(SignedIn, current_user), now())
    except OperationalError as away:
        _log.warning("use not noted: %s", type(away.orig).__name__)


def _note_use(asking: SignedIn, moment: datetime) -> None:
    if asking.device_id:
        device = db.session.get_one(Device, asking.device_id)
        if sessions.needs_touch(device, moment):
            with writing():
                sessions.touch(asking.device_id, moment)
        return
    token = tokens.find(bearer_of(request) or "", now=moment)
    if token and tokens.needs_touch(token, moment):
        token_id = token.id
        with writing():
            tokens.touch(token_id, moment)


def require_whom_they_say() -> None:
    """A phone that sends says for whom: what one person took is never taken in as another's.

    Raises Conflict where somebody else has signed in on the phone since.
    """
    told = request.headers.get(WHOM)
    if told and current_user.is_authenticated and told != str(person_id()):
        raise Conflict(N_("这部手机上现在登录的是另一个人。"), code="another_person")


def bearer_of(incoming: Request) -> str | None:
    """The bearer token of a request, if it has one."""
    kind, _, value = incoming.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else None


def lifetime(settings: Settings) -> Lifetime:
    """How long a sign-in lasts, as set."""
    return Lifetime(timedelta(days=settings.session_days), timedelta(days=settings.session_idle_days))


def cookie_name(settings: Settings) -> str:
    """The device cookie's name: bound to the host over TLS, a plain one on a development machine."""
    return "__Host-mingcha" if settings.https else "mingcha"


def set_cookie(response: Response, token: str, settings: Settings) -> None:
    """Give the browser its token."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=settings.session_days * 86400,
        secure=settings.https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def clear_cookie(response: Response, settings: Settings) -> None:
    """Take the token away."""
    response.delete_cookie(cookie_name(settings), path="/", secure=settings.https, httponly=True, samesite="Lax")


def network() -> str:
    """The address that counts for delays; behind a proxy only as far as it is configured."""
    return request.remote_addr or "unknown"
