"""``/rechecks``: what was seen where one was asked to look, in the same two steps as a report."""

import json
import uuid
from http import HTTPStatus
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from inspection.api.reports import WRITE, body
from inspection.api.task_schemas import RecheckOut
from inspection.kernel.calendar import now
from inspection.kernel.db import end_reading, writing
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.people.access import Right
from inspection.photos import service as photos
from inspection.tickets import opinions
from inspection.tickets.models import Opinion
from inspection.tickets.opinions import NewOpinion, Progress
from inspection.web import session
from inspection.web.manifests import RecheckIn
from inspection.web.requires import requires
from inspection.web.tools import photo_limits, tools

blueprint = Blueprint("api_rechecks", __name__, description="What inspectors who were asked have seen")


@blueprint.put("/rechecks/<uuid:recheck_id>")
@requires(Right.REPORT_SEND, scope=WRITE)
@blueprint.arguments(RecheckIn)
@blueprint.response(200, RecheckOut)
@blueprint.alt_response(201, schema=RecheckOut)
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
@blueprint.response(200, RecheckOut)
def put_photo(recheck_id: uuid.UUID, sha256: str) -> ResponseReturnValue:
    """Send one photo's raw bytes. It is durable before the answer; the last one's answer carries the receipt."""
    kit = tools()
    opinion = opinions.own(session.person(), recheck_id)
    photo = photos.expected(recheck_id, sha256)
    if photo.arrived_at is not None:
        return as_json(opinions.progress(opinion))
    size = photo.bytes
    if request.content_length is not None and request.content_length != size:
        raise Invalid("photo", N_("照片没有传完整，长度或指纹不一致，请再传一次。"), code="digest_mismatch")
    end_reading()
    facts = photos.store(kit.storage, sha256, size, body(), photo_limits(kit.settings))
    with writing():
        progress = opinions.photo_arrived(recheck_id, sha256, facts, by=session.person(), signer=kit.signer, now=now())
    return as_json(progress)


def as_json(progress: Progress) -> dict[str, Any]:
    """How far it has come in."""
    opinion = progress.opinion
    return {
        "id": opinion.id,
        "state": "received" if opinion.received_at else "incomplete",
        "missing": list(progress.missing),
        "receipt": receipt_json(opinion) if opinion.document else None,
    }


def receipt_json(opinion: Opinion) -> dict[str, Any]:
    """The receipt, in the same form as a report's."""
    return {
        "number": opinion.number,
        "issued_at": opinion.received_at,
        "photos": json.loads(opinion.document or "{}")["photos"],
        "document": opinion.document,
        "signature": opinion.signature,
    }
