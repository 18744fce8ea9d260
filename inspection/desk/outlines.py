"""The districts' outlines, for the map: no outside host is asked."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from inspection.geography import service as geography
from inspection.web.compression import compressor
from inspection.web.requires import requires

KEPT_SECONDS = 86_400


def attach(blueprint: Blueprint) -> None:
    """Add the route."""
    blueprint.add_url_rule("/outlines.json", "outlines", outlines)


@requires()
@compressor.compressed()
def outlines() -> ResponseReturnValue:
    """GeoJSON in WGS-84."""
    response = Response(geography.current_atlas().outlines(), mimetype="application/geo+json")
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return response
