"""The field app (手机端): its shell, and the server's own pages, which work without scripts."""

from flask import Blueprint

from inspection.phone import app, lessons, look, report_form, reports

blueprint = Blueprint("phone", __name__, url_prefix="/phone")
for module in (app, report_form, reports, lessons, look):
    module.attach(blueprint)
