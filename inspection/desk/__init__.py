"""Staff pages (办公端): one module per noun, each parse → call → commit → render."""

from flask import Blueprint

from inspection.desk import calendar, home, invitations, notices, outboxes, outlines, sheet, tickets, triage

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
for module in (home, triage, tickets, notices, outboxes, outlines, invitations, calendar, sheet):
    module.attach(blueprint)
