"""我的: text size and theme, kept on this device; signing out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.people.access import KIND_NAMES, Right
from inspection.training import service as training
from inspection.web import session
from inspection.web.page import TEXT_SIZES, THEMES
from inspection.web.requires import requires
from inspection.web.tools import tools

YEAR_SECONDS = 31_536_000


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/me", "me", me)
    blueprint.add_url_rule("/me", "look", choose, methods=["POST"])


@requires(Right.REPORT_SEND)
def me() -> ResponseReturnValue:
    """Settings of this device."""
    person = session.person()
    kind = _(KIND_NAMES[person.kind]) if person.kind else ""
    waiting = training.waiting(person)
    return render_template("phone/me.html", person={"name": person.name, "kind": kind}, lessons_waiting=waiting)


@requires(Right.REPORT_SEND)
def choose() -> ResponseReturnValue:
    """Keep text size, theme and language on this device."""
    text, theme = request.form.get("text", ""), request.form.get("theme", "")
    kept = " ".join(
        part for part in (f"text:{text}" * (text in TEXT_SIZES), f"theme:{theme}" * (theme in THEMES)) if part
    )
    response = redirect(url_for("phone.me"))
    secure = tools().settings.https
    response.set_cookie("look", kept, max_age=YEAR_SECONDS, samesite="Lax", secure=secure, path="/")
    if request.form.get("lang") in {"zh", "en"}:
        response.set_cookie("lang", request.form["lang"], max_age=YEAR_SECONDS, samesite="Lax", secure=secure, path="/")
    return response
