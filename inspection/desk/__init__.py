"""Staff pages (办公端): one module per noun, each parse → call → commit → render."""

from flask import Blueprint

from inspection.desk import (
    deliveries,
    home,
    invitations,
    messages,
    notices,
    outboxes,
    outlines,
    reminders,
    tickets,
    triage,
)

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
for module in (home, triage, tickets, messages, notices, outboxes, outlines, invitations, reminders, deliveries):
    module.attach(blueprint)
