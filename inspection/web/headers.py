"""The same strict headers on every answer, errors and static files too (controls F01, F02, E04, E08)."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest, Forbidden

from inspection.settings import Settings
from inspection.web.session import bearer_of

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}
YEAR_SECONDS = 31_536_000
PHONE = ("/phone", "/static/phone")

csrf = CSRFProtect()


def ready(app: Flask, settings: Settings) -> None:
    """Attach the checks before and the headers after each request."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_SSL_STRICT"] = (
        False  # it wants a Referer, which no-referrer forbids; ``_check_origin`` instead
    )
    csrf.init_app(app)
    app.before_request(_refuse_forgery)
    app.before_request(_refuse_zeros)
    policy = content_policy(settings)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _headers(policy, settings).items():
            response.headers.setdefault(name, value)
        if not request.path.startswith("/static/") and (
            "Cache-Control" not in response.headers or "Content-Disposition" in response.headers
        ):
            response.headers["Cache-Control"] = "no-store"  # a file that is handed out is nobody else's
            response.headers.pop("Expires", None)
        return response


def content_policy(settings: Settings) -> str:
    """The content security policy of a page: our own host and nothing else, but for the map's tiles if set."""
    tiles = f" {'{0.scheme}://{0.netloc}'.format(urlsplit(settings.tile_url))}" if settings.tile_url else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' blob: data:{tiles}",
            "font-src 'self'",
            "connect-src 'self'",
            "media-src 'self' blob:",
            "manifest-src 'self'",
            "worker-src 'self'",
            "frame-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    )


def _headers(policy: str, settings: Settings) -> dict[str, str]:
    phone = request.path.startswith(PHONE) or request.path == "/"
    own = "self" if phone else ""
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": f"camera=({own}), geolocation=({own}), microphone=({own})",
    }
    if settings.https:
        headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}; includeSubDomains"
    return headers


def _refuse_forgery() -> None:
    if request.method in SAFE_METHODS or bearer_of(request):
        return
    _check_origin()
    csrf.protect()


def _refuse_zeros() -> None:
    """No text has a NUL in it, and PostgreSQL can keep none. Programs' JSON is looked at by its schemas."""
    given = [request.args, request.form] if request.mimetype in FORMS else [request.args]
    if any("\x00" in text for values in given for _name, texts in values.lists() for text in texts):
        raise BadRequest


def _check_origin() -> None:
    """A browser says where a form was filled in; another site's is refused even with a token."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        if site not in {"same-origin", "none"}:
            raise Forbidden
        return
    origin = request.headers.get("Origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.host:
        raise Forbidden
