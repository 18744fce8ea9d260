"""Signing in on a phone with an invitation (邀请单): the link of its QR code, or phone number and code.

Showing a link's page changes nothing; the button on it does. No page tells more of an invitation than its holder
needs, and none tells why one does not count.
"""

import unicodedata
from http import HTTPStatus
from math import ceil

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from inspection.kernel.calendar import now
from inspection.kernel.db import end_reading, writing
from inspection.people import invitations
from inspection.people.invitations import CODE_DIGITS, Opened
from inspection.people.models import Person
from inspection.web import session
from inspection.web.requires import public
from inspection.web.sign_in import home_of
from inspection.web.tools import tools

PHONE_DIGITS = 11
COUNTRY = "86"
WECHAT = "MicroMessenger"
TELLING_DIGITS = 2

blueprint = Blueprint("join", __name__, url_prefix="/join")


@blueprint.get("/<token>")
@public
def invitation(token: str) -> ResponseReturnValue:
    """Whose invitation it is, in two hints, and the button; whoever is signed in here as that person goes on."""
    found = invitations.find(token, now=now())
    if found is None:
        return _gone()
    here = session.person() if current_user.is_authenticated else None
    if here is not None and here.id == found.person_id:
        return redirect(home_of(here))
    return render_template(
        "join/invitation.html",
        token=token,
        surname=_surname(found.person),
        tail=found.person.phone[-TELLING_DIGITS:],
        other=_surname(here) if here else "",
        wechat=WECHAT in request.headers.get("User-Agent", ""),
    )


@blueprint.post("/<token>")
@public
def accept(token: str) -> ResponseReturnValue:
    """Sign in with the invitation, which is used up by it."""
    with writing():
        opened = invitations.spend(
            token,
            label=request.headers.get("User-Agent", ""),
            lifetime=session.lifetime(tools().settings),
            now=now(),
            replacing=session.token_of(request),
        )
    return _signed_in(opened) if opened else _gone()


@blueprint.get("")
@public
def code() -> ResponseReturnValue:
    """The form for phone number and code."""
    return _form("", "")


@blueprint.post("")
@public
def accept_code() -> ResponseReturnValue:
    """Sign in with phone number and code; one answer for everything that is wrong with them."""
    phone, given = _phone(request.form.get("phone", "")), _digits(request.form.get("code", ""))
    if errors := _slips(phone, given):
        return _form(phone, given, errors=errors), HTTPStatus.UNPROCESSABLE_ENTITY
    moment = now()
    attempt = invitations.check_code(phone, given, network=session.network(), now=moment)
    end_reading()
    with writing():
        opened = invitations.spend_code(
            attempt,
            label=request.headers.get("User-Agent", ""),
            lifetime=session.lifetime(tools().settings),
            now=moment,
            replacing=session.token_of(request),
        )
    return _signed_in(opened) if opened else _refused(phone, given, ceil(attempt.wait.total_seconds()))


def _signed_in(opened: Opened) -> ResponseReturnValue:
    response = redirect(home_of(opened.person), HTTPStatus.SEE_OTHER)
    session.set_cookie(response, opened.token, tools().settings, opened.person.role)
    return response


def _gone() -> ResponseReturnValue:
    home = url_for("sign_in.start") if current_user.is_authenticated else ""
    return render_template("join/gone.html", home=home), HTTPStatus.NOT_FOUND


def _refused(phone: str, given: str, wait_seconds: int) -> ResponseReturnValue:
    if wait_seconds:
        error = _("连着输错了几次，请等 %(seconds)s 秒再试。", seconds=wait_seconds)
        return _form(phone, given, error=error), HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(wait_seconds)}
    error = _("手机号和验证码对不上，或者单子不能用了。请再看一看。")
    return _form(phone, given, error=error), HTTPStatus.UNAUTHORIZED


def _form(phone: str, given: str, *, error: str = "", errors: dict[str, str] | None = None) -> str:
    return render_template(
        "join/code.html", phone=phone, code=invitations.grouped(given), error=error, errors=errors or {}
    )


def _slips(phone: str, given: str) -> dict[str, str]:
    """What can be seen to be wrong without looking anything up, by field."""
    told = {}
    if len(phone) != PHONE_DIGITS:
        told["phone"] = _("手机号是 11 位数字，您写了 %(number)s 位。", number=len(phone))
    if len(given) != CODE_DIGITS:
        told["code"] = _("验证码是 8 位数字，您写了 %(number)s 位。", number=len(given))
    return told


def _phone(text: str) -> str:
    digits = _digits(text)
    return digits.removeprefix(COUNTRY) if len(digits) == PHONE_DIGITS + len(COUNTRY) else digits


def _digits(text: str) -> str:
    """The digits of what was typed, however they were spaced and however wide."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char in "0123456789")[:32]


def _surname(person: Person) -> str:
    return person.name[:1]
