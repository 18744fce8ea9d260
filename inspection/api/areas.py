"""``/areas/locate``: which district and which streets a point is in or near."""

from collections.abc import Mapping
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_smorest import Blueprint

from inspection.api.schemas import LocateIn, LocationOut
from inspection.geography import points
from inspection.geography import service as geography
from inspection.web.requires import requires

blueprint = Blueprint("api_areas", __name__, description="Districts and streets")


@blueprint.get("/areas/locate")
@requires(scope="reports:read")
@blueprint.arguments(LocateIn, location="query")
@blueprint.response(200, LocationOut)
def locate(asked: Mapping[str, Any]) -> ResponseReturnValue:
    """The district that holds a point, the nearest streets, and whether the border is too near to be sure."""
    point = points.to_wgs84(asked["lat"], asked["lng"], asked["datum"])
    found = geography.locate(point, asked["accuracy_m"])
    inside = found.district is not None
    return {
        "inside": inside,
        "district": found.district,
        "streets": [
            {"code": near.street.code, "name": near.street.name, "distance_m": round(near.distance_m)}
            for near in found.streets
        ],
        "doubtful": found.doubtful,
        "border_m": round(found.border_m) if inside else None,
        "lat": round(point.lat, 7),
        "lng": round(point.lng, 7),
        "message": None if inside else _("这个位置不在北京市内。"),
    }
