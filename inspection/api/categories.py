"""``/categories``: what a report can be about."""

from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from inspection.api.schemas import CategoriesOut
from inspection.reports import categories
from inspection.web.requires import requires

blueprint = Blueprint("api_categories", __name__, description="The catalogue of problems")


@blueprint.get("/categories")
@requires(scope="reports:read")
@blueprint.response(200, CategoriesOut)
def list_categories() -> ResponseReturnValue:
    """The categories that can be chosen, in the catalogue's order."""
    return {"items": categories.offered()}
