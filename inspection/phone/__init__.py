"""The field app's pages (手机端): they work without scripts; the modules in ``static/phone`` make them quicker."""

from flask import Blueprint

from inspection.phone import home, look, report_form, reports

blueprint = Blueprint("phone", __name__, url_prefix="/phone")
for module in (home, report_form, reports, look):
    module.attach(blueprint)
