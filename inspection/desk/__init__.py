"""Staff pages (办公端): one module per noun, each parse → call → commit → render."""

from flask import Blueprint

from inspection.desk import (
    assisting,
    bulk,
    disputing,
    home,
    invitations,
    notices,
    outboxes,
    outlines,
    routing,
    sightings,
    tickets,
    triage,
)

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
for module in (
    home,
    bulk,
    triage,
    tickets,
    notices,
    outboxes,
    outlines,
    invitations,
    routing,
    sightings,
    assisting,
    disputing,
):
    module.attach(blueprint)
