"""Serves the field app: its page, its files, its service worker, and how it is installed. All of it is public."""

import json

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from inspection.kernel.errors import NotFound
from inspection.kernel.text import N_
from inspection.phone import shell
from inspection.web.compression import compressor
from inspection.web.requires import public
from inspection.web.tools import tools

YEAR_SECONDS = 31_536_000
PACKED = "br"
PAPER, BAR = "#F5F3ED", "#0A2B3C"
"""The colours of the paper and of the bar on top, as in ``look/tokens.css``."""


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/", "home", home)
    blueprint.add_url_rule("/shell/<version>/<path:path>", "shell", shell_file)
    blueprint.add_url_rule("/sw.js", "worker", worker)
    blueprint.add_url_rule("/manifest.webmanifest", "manifest", manifest)


@public
@compressor.compressed()
def home() -> ResponseReturnValue:
    """The app's page: the same for everyone, and a plain home for browsers that cannot run the app."""
    return Response(page(), mimetype="text/html", headers={"Cache-Control": "no-cache"})


@public
@compressor.compressed()
def shell_file(version: str, path: str) -> ResponseReturnValue:
    """One file of the shell; another version's is not here any more."""
    kept = shell.current()
    file = kept.files.get(path)
    if version != kept.version or file is None:
        raise NotFound(N_("没有这个文件，请把页面重新打开。"))
    headers = {"Cache-Control": f"public, max-age={YEAR_SECONDS}, immutable"}
    if not request.accept_encodings.quality(PACKED):
        return Response(file.content, mimetype=file.type, headers=headers)
    headers |= {"Content-Encoding": PACKED, "Vary": "Accept-Encoding"}
    return Response(file.packed, mimetype=file.type, headers=headers)


@public
@compressor.compressed()
def worker() -> ResponseReturnValue:
    """The service worker with its list of files; switched off, one that takes itself and the kept files away."""
    source = (shell.STATIC / "phone" / "sw.js").read_text("utf-8")
    listed = shell.listing(shell.current(), page()) if tools().settings.phone_worker == "on" else "null"
    caching = {"Cache-Control": "no-cache"}
    return Response(f"const SHELL = {listed};\n{source}", mimetype="text/javascript", headers=caching)


@public
@compressor.compressed()
def manifest() -> ResponseReturnValue:
    """What a phone needs to put the app on its first screen."""
    icons = [
        {"src": f"/static/look/app-{side}.png", "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
        for side in (192, 512)
        for purpose in ("any", "maskable")
    ]
    with force_locale("zh"):
        told = {
            "id": "/phone/",
            "name": _("明察"),
            "short_name": _("明察"),
            "description": _("看见问题，拍下来就行"),
            "lang": "zh-CN",
            "start_url": "/phone/",
            "scope": "/phone/",
            "display": "standalone",
            "orientation": "any",
            "background_color": PAPER,
            "theme_color": BAR,
            "icons": icons,
        }
    response = Response(mimetype="application/manifest+json", headers={"Cache-Control": "no-cache"})
    response.set_data(_json(told))
    return response


def page() -> bytes:
    """The page's bytes: no name, no token, no choice of anybody's in it."""
    settings = tools().settings
    with force_locale("zh"):
        drawn = render_template(
            "phone/app.html",
            shell=shell.current(),
            icons_url=shell.current().address(shell.ICONS),
            worker=settings.phone_worker == "on",
            hotline=settings.hotline,
        )
    return drawn.encode()


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False)
