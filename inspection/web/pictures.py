"""Pictures, only for those who may see the case: re-encoded copies, never the sealed original (A13)."""

import uuid

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from inspection.checks import examples, sites, visits
from inspection.kernel.calendar import now
from inspection.kernel.db import db, end_reading
from inspection.kernel.errors import NotFound
from inspection.kernel.text import N_
from inspection.notices import service as notices
from inspection.people.access import Right, Role
from inspection.people.models import Person
from inspection.photos.models import ManifestKind, Photo
from inspection.tickets import visibility
from inspection.triage import nearby
from inspection.web import session
from inspection.web.requires import requires
from inspection.web.tools import tools, visit_grace

SIZES = ("web", "thumb")
KEPT_SECONDS = 3600

blueprint = Blueprint("pictures", __name__)


@blueprint.get("/pictures/<uuid:photo_id>/<size>.jpg")
@requires()
def picture(photo_id: uuid.UUID, size: str) -> ResponseReturnValue:
    """One copy of a photo; 404 for whoever may not see it, for an unknown one, and while the copy is being made."""
    photo = db.session.get(Photo, photo_id, options=[joinedload(Photo.manifest)])
    if size not in SIZES or photo is None or not _may_see(session.person(), photo, size):
        raise NotFound(N_("没有这张照片，或您不能看它。"))
    if photo.copied_at is None:
        raise NotFound(N_("照片正在处理，请稍等一会儿。"))
    key = photo.copy_key(size)
    end_reading()
    response = Response(tools().storage.read(key), mimetype="image/jpeg")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}, immutable"
    return response


@blueprint.get("/pictures/examples/<sha256>.jpg")
@requires(Right.CHECKLIST_READ, Right.LESSON_EDIT, Right.REPORT_SEND)
def example(sha256: str) -> ResponseReturnValue:
    """A picture of a checklist or lesson: for who writes or reads them, and for who walks or learns by them."""
    end_reading()
    response = Response(examples.read(tools().storage, sha256), mimetype="image/jpeg")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}, immutable"
    return response


def _may_see(person: Person, photo: Photo, size: str) -> bool:
    """Whether they may; a visit's picture, which is no notice's, is refused without a further question (D06)."""
    if photo.manifest.kind is ManifestKind.VISIT:
        return visibility.may_see(person, photo)
    if photo.manifest.kind is ManifestKind.SITE:
        return sites.shows(person, photo) or _of_visit(person, photo)
    known = size == "thumb" and person.role is Role.INSPECTOR and nearby.shows(photo)
    return known or visibility.may_see(person, photo) or notices.shows(person, photo.id)


def _of_visit(person: Person, photo: Photo) -> bool:
    grace = visit_grace(tools().settings)
    return person.role is Role.INSPECTOR and visits.shows_picture(person, photo.id, now=now(), grace=grace)
