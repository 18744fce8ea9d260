"""Voice notes, for their author and the city office alone: a voice tells who is speaking (control D01)."""

import uuid

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from inspection.kernel import audit
from inspection.kernel.calendar import now
from inspection.kernel.db import db, end_reading, writing
from inspection.kernel.errors import NotFound
from inspection.kernel.text import N_
from inspection.people import identities
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.photos.models import Recording
from inspection.web import session
from inspection.web.requires import requires
from inspection.web.tools import tools

blueprint = Blueprint("recordings", __name__)


@blueprint.get("/recordings/<uuid:recording_id>")
@requires()
def recording(recording_id: uuid.UUID) -> ResponseReturnValue:
    """The sound as it was recorded; 404 for everyone else. That the office listened is written down."""
    person, note = session.person(), db.session.get(Recording, recording_id)
    if note is None or note.arrived_at is None or not may_hear(person, note):
        raise NotFound(N_("没有这段语音，或您不能听它。"))
    key, kind, heard = note.sealed_key, note.content_type, person.role is Role.CITY
    end_reading()
    if heard:
        with writing():
            audit.record("recording.heard", f"recording:{recording_id}", by=session.person(), at=now())
    response = Response(tools().storage.read(key), mimetype=kind)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def may_hear(person: Person, note: Recording) -> bool:
    """Whether the person may hear the note."""
    return person.role is Role.CITY or identities.is_author(person, note.manifest_id)
