"""What an inspector is asked to look at, and what they bring, as JSON."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, post_load

from inspection.api.schemas import ReceiptOut
from inspection.kernel.text import N_
from inspection.tickets.models import Finding
from inspection.tickets.opinions import NewOpinion
from inspection.web.manifests import LONGEST_TEXT, MESSAGES, PhotoIn, PlaceIn, Strict, code, moment, text, words


class RecheckIn(Strict):
    """What an inspector who was asked has seen."""

    task = fields.UUID(
        required=True, error_messages=words(invalid_uuid=MESSAGES["invalid"], invalid=MESSAGES["invalid"])
    )
    verdict = code(Finding)
    note = text(LONGEST_TEXT)
    captured_at = moment(required=True)
    place = fields.Nested(PlaceIn, allow_none=True, load_default=None, error_messages=words())
    photos = fields.List(
        fields.Nested(PhotoIn, error_messages=words()),
        load_default=list,
        error_messages=words(invalid=N_("照片应是一个列表。")),
    )

    @post_load
    def make(self, data: Mapping[str, Any], **_: Any) -> NewOpinion:
        """As the service takes it."""
        return NewOpinion(**{**data, "photos": tuple(data["photos"])})


class RecheckOut(Schema):
    """How far it has come in, and the receipt once it is complete."""

    id = fields.UUID(required=True)
    state = fields.String(required=True)
    missing = fields.List(fields.String(), required=True)
    receipt = fields.Nested(ReceiptOut, allow_none=True)


class TaskOut(Schema):
    """What an inspector is asked to look at: where, until when, and the pictures to compare with."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    category = fields.String(required=True)
    place = fields.String(required=True)
    lat = fields.Float(required=True)
    lng = fields.Float(required=True)
    due_on = fields.Date(required=True)
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)


class TasksOut(Schema):
    """The tasks that wait, the most urgent first."""

    items = fields.List(fields.Nested(TaskOut), required=True)
