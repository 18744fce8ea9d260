"""Signing in and out (登录). Whoever signs in lands on the page of their role."""

from http import HTTPStatus
from math import ceil
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from inspection.kernel.calendar import now
from inspection.kernel.db import db, end_reading, writing
from inspection.people import sessions
from inspection.people.access import Role
from inspection.people.models import Device, Person
from inspection.web import session
from inspection.web.requires import public, requires
from inspection.web.tools import tools

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    """To the page of one's role, or to the sign-in form."""
    if not current_user.is_authenticated:
        return redirect(url_for("sign_in.form"))
    return redirect(home_of(session.person()))


@blueprint.get("/sign-in")
@public
def form() -> ResponseReturnValue:
    """The form."""
    return render_template("sign_in.html", phone="", next=request.args.get("next", ""), error=None)


@blueprint.post("/sign-in")
@public
def submit() -> ResponseReturnValue:
    """Check phone number and password; one answer for everything that is wrong with them."""
    settings, moment = tools().settings, now()
    phone, password = request.form.get("phone", ""), request.form.get("password", "")
    attempt = sessions.check(phone, password, network=session.network(), now=moment)
    end_reading()
    label = request.headers.get("User-Agent", "")
    with writing():
        token = sessions.open_device(
            attempt,
            label=label,
            lifetime=session.lifetime(settings),
            now=moment,
            replacing=session.token_of(request),
        )
    if token is None or attempt.person is None:
        return _refused(phone, ceil(attempt.wait.total_seconds()))
    person = db.session.get_one(Person, attempt.person.id)
    response = redirect(_inside(request.form.get("next", "")) or home_of(person))
    session.set_cookie(response, token, settings, person.role)
    return response


@blueprint.post("/sign-out")
@requires()
def sign_out() -> ResponseReturnValue:
    """End this device's sign-in."""
    device_id = current_user.device_id
    with writing():
        if device := db.session.get(Device, device_id):
            sessions.close_device(device, by=device.person, now=now())
    response = redirect(url_for("sign_in.form"))
    session.clear_cookie(response, tools().settings)
    return response


def home_of(person: Person) -> str:
    """Where someone of this role begins."""
    if person.role is Role.INSPECTOR:
        return url_for("phone.home")
    return url_for("desk.home")


def _refused(phone: str, wait_seconds: int) -> ResponseReturnValue:
    if wait_seconds:
        error = _("连着输错了几次，请等 %(seconds)s 秒再试。", seconds=wait_seconds)
        status = HTTPStatus.TOO_MANY_REQUESTS
    else:
        error, status = _("手机号或密码不对，请再看一看。"), HTTPStatus.UNAUTHORIZED
    page = render_template("sign_in.html", phone=phone, next=request.form.get("next", ""), error=error)
    return page, status, {"Retry-After": str(wait_seconds)} if wait_seconds else {}


def _inside(target: str) -> str | None:
    """The target if it is a path on this host: nobody is sent elsewhere after signing in."""
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return target if inside else None
