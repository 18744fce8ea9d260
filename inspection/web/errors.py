"""Refusals and failures as answers: a page for people, RFC 9457 problem+json for programs. Mapped only here."""

import logging
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from inspection.kernel.errors import Conflict, Invalid, Refusal
from inspection.kernel.storage import FULL, StorageFailed, StorageFull
from inspection.kernel.text import N_
from inspection.photos.service import Different
from inspection.web.language import sentence, words
from inspection.web.requires import NotSignedIn

RETRY_AFTER_SECONDS = 5
API = "/api/"
UNSUPPORTED_MEDIA = "unsupported_media"
TOO_LARGE = "too_large"
CSRF = "csrf"
"""Tells a phone that its token is no longer known, so that it fetches another and sends again."""

_log = logging.getLogger(__name__)

HTTP_WORDS: Mapping[int, str] = {
    400: N_("请求的内容看不懂。"),
    403: N_("不能这样做。"),
    404: N_("没有这个页面，或您不能看它。"),
    405: N_("这个地址不接受这种操作。"),
    413: N_("内容太大，没有收下。请一次少传几张，或传小一点的照片。"),
    415: N_("这种格式收不了。"),
    422: N_("有的内容填得不对。"),
    429: N_("太频繁了，请稍等一会儿再试。"),
}


def ready(app: Flask) -> None:
    """Attach the handlers."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(StaleDataError, changed_meanwhile)
    app.register_error_handler(OperationalError, database_busy)
    app.register_error_handler(PoolTimeout, database_busy)
    app.register_error_handler(StorageFull, storage_full)
    app.register_error_handler(StorageFailed, storage_failed)
    app.register_error_handler(OSError, disk_failed)
    app.register_error_handler(Exception, unexpected)


def refused(refusal: Refusal) -> ResponseReturnValue:
    """One of our own refusals, in the reader's language."""
    if isinstance(refusal, NotSignedIn) and not for_program():
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("sign_in.form", next=target))
    more: dict[str, Any] = {}
    if isinstance(refusal, Invalid):
        more["errors"] = {refusal.field: [words(refusal)]}
    if isinstance(refusal, Different):
        more["differs"] = list(refusal.fields)
    return answer(status_of(refusal), refusal.code, words(refusal), **more)


def status_of(refusal: Refusal) -> int:
    """The status of a refusal; what is no photo is 415, what is too large 413."""
    by_code = {UNSUPPORTED_MEDIA: HTTPStatus.UNSUPPORTED_MEDIA_TYPE, TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
    return int(by_code.get(refusal.code, refusal.status))


def http_error(error: HTTPException) -> ResponseReturnValue:
    """What Flask, Werkzeug and the extensions refuse."""
    status = error.code or 500
    if error.response is not None and status < HTTPStatus.BAD_REQUEST:
        return error.response
    messages = getattr(error, "data", {}).get("messages", {}) if status == HTTPStatus.UNPROCESSABLE_ENTITY else {}
    detail = _(HTTP_WORDS[status]) if status in HTTP_WORDS else _("没有做成，请再试一次。")
    more = {"errors": {name: texts for part in messages.values() for name, texts in flat(part).items()}}
    code = CSRF if isinstance(error, CSRFError) else HTTPStatus(status).phrase.lower().replace(" ", "_")
    response = answer(status, code, detail, **(more if messages else {}))
    if retry := error.get_headers() and dict(error.get_headers()).get("Retry-After"):
        response.headers["Retry-After"] = retry
    return response


def changed_meanwhile(_error: StaleDataError) -> ResponseReturnValue:
    """Two people at once: the second is told, nothing of the first is lost."""
    return refused(Conflict(N_("刚才已有别人改过这一件，请看过最新情况再办。"), code="changed_meanwhile"))


def database_busy(error: OperationalError | PoolTimeout) -> ResponseReturnValue:
    """The database is locked too long, full or away: try again, nothing was half done."""
    if "disk is full" in str(error) or "No space left" in str(error):
        return storage_full(StorageFull(str(error)))
    _log.error("database not available: %s", type(error).__name__)
    response = answer(503, "busy", _("系统正忙，没有存下，请过几秒再试。"))
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def storage_full(_error: StorageFull) -> Response:
    """No room on the disk: nothing was acknowledged."""
    _log.error("storage is full")
    return answer(507, "storage_full", _("服务器存满了，这次没有收下；您手机里的还在，请稍后再发。"))


def storage_failed(_error: StorageFailed) -> Response:
    """The store does not answer or refuses: nothing was acknowledged."""
    _log.error("storage failed")
    response = answer(503, "storage_failed", _("照片暂时存不进去，没有收下，请过一会儿再发。"))
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def disk_failed(error: OSError) -> ResponseReturnValue:
    """The machine refuses something outside of the store, such as a temporary file on a full disk."""
    return storage_full(StorageFull(str(error))) if error.errno in FULL else unexpected(error)


def unexpected(error: Exception) -> ResponseReturnValue:
    """A mistake of ours: logged with the request's id, told without a word of what went on inside."""
    _log.exception("request %s failed: %s", request_id(), type(error).__name__)
    return answer(500, "internal", _("系统出了错，已经记下。请再试一次，还不行请打电话给联络员。"))


def answer(status: int, code: str, detail: str, **more: Any) -> Response:
    """A problem+json for a program, a page for a person."""
    if for_program():
        problem = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code}
        response = jsonify(problem | {"detail": detail, "request_id": request_id()} | more)
        response.mimetype = "application/problem+json"
    else:
        page = render_template("error.html", status=status, detail=detail, request_id=request_id(), **more)
        response = Response(page, mimetype="text/html")
    response.status_code = status
    return response


def for_program() -> bool:
    """Whether the answer goes to a program."""
    return request.path.startswith(API)


def request_id() -> str:
    """A random name for this request, for finding it in the log."""
    if "request_id" not in g:
        g.request_id = uuid.uuid4().hex[:12]
    return str(g.request_id)


def flat(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Marshmallow's nested messages as ``{"place.lat": [...]}``."""
    if isinstance(messages, Mapping):
        named = [flat(inner, f"{path}.{key}".strip(".")) for key, inner in messages.items()]
        return {name: texts for part in named for name, texts in part.items()}
    return {path or "body": [sentence(text) for text in messages]}
