"""What is to be opened when somebody asks who is behind a report in form 暗访, or a visit (查看身份)."""

import uuid

from sqlalchemy import select

from inspection.checks.models import Visit, VisitFinding
from inspection.kernel.db import db
from inspection.kernel.errors import NotFound
from inspection.kernel.text import N_
from inspection.reports.models import Form, Report


def of_visit(visit_id: uuid.UUID) -> str:
    """The visit, as the audit chain names it; raises NotFound."""
    visit = db.session.get(Visit, visit_id)
    if visit is None:
        raise NotFound(N_("没有这次走访，或者不归您看。"))
    return visit.audit_ref


def of_report(report: Report) -> str:
    """The visit that found it, else the report itself; raises NotFound for one that is no mystery check's."""
    visit_id = db.session.scalar(select(VisitFinding.visit_id).where(VisitFinding.report_id == report.id))
    if visit_id is not None:
        return f"visit:{visit_id}"
    if report.form is not Form.MYSTERY:
        raise NotFound(N_("没有这次走访，或者不归您看。"))
    return report.audit_ref
