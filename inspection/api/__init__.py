"""JSON for programs and for the field app: one module per noun, marshmallow schemas, OpenAPI 3.1, problem+json."""

from typing import Any

from flask import Flask
from flask_smorest import Api

from inspection.api import answers, areas, categories, field, receipts, rechecks, reports, tasks, visits
from inspection.web.requires import PUBLIC

VERSION = "v1"
PREFIX = f"/api/{VERSION}"


class MingchaApi(Api):  # type: ignore[misc]
    """flask-smorest without its own error answers: ours are mapped in ``web.errors``."""

    def _register_error_handlers(self) -> None:
        """Leave the errors to ``web.errors``."""


def ready(app: Flask) -> None:
    """Attach the API and its description at ``/api/v1/openapi.json``."""
    app.config.update(
        API_TITLE="明察 Mingcha",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS=_description(),
    )
    api = MingchaApi(app)
    for module in (reports, receipts, categories, areas, field, tasks, rechecks, answers, visits):
        api.register_blueprint(module.blueprint, url_prefix=PREFIX)
    app.view_functions["api-docs.openapi_json"].__dict__["__policy__"] = PUBLIC


def _description() -> dict[str, Any]:
    return {
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "device": {"type": "apiKey", "in": "cookie", "name": "mingcha"},
            }
        },
        "security": [{"token": []}, {"device": []}],
    }
