"""``/rechecks``: what was seen where one was asked to look, in the same two steps as a report."""

import uuid
from http import HTTPStatus
from typing import Any

from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from inspection.api import intake
from inspection.api.reports import WRITE
from inspection.api.schemas import ProgressOut
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.people.access import Right
from inspection.tickets import brought, opinions
from inspection.tickets.brought import Progress
from inspection.tickets.models import Opinion
from inspection.tickets.opinions import NewOpinion
from inspection.web import session
from inspection.web.manifests import RecheckIn
from inspection.web.requires import requires
from inspection.web.tools import photo_limits, tools

blueprint = Blueprint("api_rechecks", __name__, description="What inspectors who were asked have seen")


@blueprint.put("/rechecks/<uuid:recheck_id>")
@requires(Right.REPORT_SEND, scope=WRITE)
@blueprint.arguments(RecheckIn)
@blueprint.response(200, ProgressOut)
@blueprint.alt_response(201, schema=ProgressOut)
def put_recheck(new: NewOpinion, recheck_id: uuid.UUID) -> ResponseReturnValue:
    """Announce it. 201 with what is missing; the same again 200; another content, or a task that is over, 409."""
    kit = tools()
    with writing():
        progress = opinions.receive(
            recheck_id, new, by=session.person(), limits=photo_limits(kit.settings), signer=kit.signer, now=now()
        )
    return as_json(progress), HTTPStatus.CREATED if progress.created else HTTPStatus.OK


@blueprint.put("/rechecks/<uuid:recheck_id>/photos/<sha256>")
@requires(Right.REPORT_SEND, scope=WRITE)
@blueprint.response(200, ProgressOut)
def put_photo(recheck_id: uuid.UUID, sha256: str) -> ResponseReturnValue:
    """Send one photo's raw bytes. It is durable before the answer; the last one's answer carries the receipt."""
    opinion = opinions.own(session.person(), recheck_id)
    facts = intake.photo(recheck_id, sha256)
    if facts is None:
        return as_json(brought.progress(opinion))
    with writing():
        progress = opinions.photo_arrived(
            recheck_id, sha256, facts, by=session.person(), signer=tools().signer, now=now()
        )
    return as_json(progress)


def as_json(progress: Progress[Opinion]) -> dict[str, Any]:
    """How far it has come in."""
    opinion = progress.one
    return intake.progress(progress, opinion.received_at, receipt_json(opinion) if opinion.document else None)


def receipt_json(opinion: Opinion) -> dict[str, Any]:
    """The receipt, in the same form as a report's."""
    return intake.receipt(opinion.number, opinion.received_at, opinion.document or "{}", opinion.signature)
