"""The right that a route needs, said at the route. A route that says nothing is refused, and a test finds it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from inspection.kernel.errors import NotAllowed, Refusal
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right
from inspection.web.session import SignedIn, person

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

POLICY = "__policy__"
PUBLIC = "public"
ANYONE_SIGNED_IN = "signed in"


class NotSignedIn(Refusal):
    """Nobody is signed in: pages go to the sign-in form, programs get 401 and keep what they have."""

    status = 401

    def __init__(self) -> None:
        super().__init__(N_("请先登录。"), code="not_signed_in")


def requires(*rights: Right, scope: str | None = None) -> Callable[[View], View]:
    """Let in whoever has one of the rights (anyone signed in, if none is named).

    Raises NotSignedIn, and NotAllowed for the wrong role or for an API token without ``scope``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            check(rights, scope)
            return view(*args, **kwargs)

        setattr(checked, POLICY, rights or ANYONE_SIGNED_IN)
        return cast(View, checked)

    return decorate


def public(view: View) -> View:
    """Let everyone in."""
    setattr(view, POLICY, PUBLIC)
    return view


def check(rights: tuple[Right, ...], scope: str | None) -> None:
    """Raise unless whoever asks may."""
    if not current_user.is_authenticated:
        raise NotSignedIn
    scopes = cast(SignedIn, current_user).scopes
    if scopes is not None and (scope is None or scope not in scopes):
        raise NotAllowed(N_("这个令牌没有“%(scope)s”权限。"), scope=scope or request.path)
    if rights and not any(access.scope(person().role, right) for right in rights):
        access.require(person().role, rights[0])
