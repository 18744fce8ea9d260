"""Staff pages (办公端): one module per noun, each parse → call → commit → render."""

from flask import Blueprint

from inspection.desk import (
    assisting,
    bulk,
    calendar,
    catalogue,
    deliveries,
    disputing,
    home,
    invitations,
    ledger,
    ledger_files,
    ledger_import,
    messages,
    notices,
    outboxes,
    outlines,
    reminders,
    routing,
    sampling,
    sheet,
    sightings,
    talk,
    tickets,
    triage,
    units,
)

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
for module in (
    home,
    bulk,
    triage,
    tickets,
    ledger,
    ledger_files,
    ledger_import,
    notices,
    outboxes,
    outlines,
    invitations,
    routing,
    catalogue,
    sampling,
    sightings,
    calendar,
    sheet,
    assisting,
    deliveries,
    disputing,
    messages,
    reminders,
    talk,
    units,
):
    module.attach(blueprint)
