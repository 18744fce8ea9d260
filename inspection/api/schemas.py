"""What goes in and out as JSON beside the manifests. Unknown fields are refused; every message is a catalogue text."""

from marshmallow import Schema, fields

from inspection.geography.points import Datum
from inspection.kernel.text import N_
from inspection.web.manifests import (
    FARTHEST_M,
    TEXT_MESSAGES,
    ReportIn,
    Strict,
    code,
    moment,
    number,
    whole,
)

__all__ = ["ReportIn", "Strict", "code", "moment", "number", "whole"]


class ReceiptOut(Schema):
    """A receipt: the signed text, word for word, its signature, and what it says."""

    number = fields.String(required=True)
    issued_at = fields.AwareDateTime(required=True)
    photos = fields.List(fields.String(), required=True)
    recordings = fields.List(fields.String(), required=True)
    document = fields.String(required=True)
    signature = fields.String(required=True)


class ProgressOut(Schema):
    """How far something has come in, and the receipt once it is complete."""

    id = fields.UUID(required=True)
    state = fields.String(required=True)
    missing = fields.List(fields.String(), required=True)
    receipt = fields.Nested(ReceiptOut, allow_none=True)


class ReportOut(Schema):
    """A report as its author sees it."""

    id = fields.UUID(required=True)
    state = fields.String(required=True)
    state_words = fields.String(required=True)
    category = fields.String(required=True)
    form = fields.String(required=True)
    description = fields.String(required=True)
    address = fields.String(required=True)
    district = fields.String(required=True)
    captured_at = fields.AwareDateTime(required=True)
    received_at = fields.AwareDateTime(allow_none=True)
    doubtful = fields.Boolean(required=True)
    missing = fields.List(fields.String(), required=True)
    mark = fields.String(required=True)
    place = fields.String(required=True)
    thumb = fields.String(allow_none=True)
    url = fields.String(required=True)
    declined = fields.String(allow_none=True)
    ticket = fields.Dict(allow_none=True)
    receipt = fields.Nested(ReceiptOut, allow_none=True)


class PageIn(Strict):
    """Where to go on, and how many at once."""

    cursor = fields.String(load_default=None, error_messages=TEXT_MESSAGES)
    limit = number(fields.Integer, 1, 200, load_default=50, error=N_("一次最多 200 条。"))


class ReportsOut(Schema):
    """One page of a list; ``next`` continues it."""

    items = fields.List(fields.Nested(ReportOut), required=True)
    next = fields.String(allow_none=True)


class CategoryOut(Schema):
    """One row of the catalogue."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    english = fields.String(required=True)
    field = fields.String(required=True)
    record = fields.String(required=True)
    photos_min = fields.Integer(required=True)
    plate = fields.Boolean(required=True)
    repeat_days = fields.Integer(allow_none=True)


class CategoriesOut(Schema):
    """The catalogue."""

    items = fields.List(fields.Nested(CategoryOut), required=True)


class LocateIn(Strict):
    """A point to be placed."""

    lat = number(fields.Float, -90, 90)
    lng = number(fields.Float, -180, 180)
    accuracy_m = number(fields.Float, 0, FARTHEST_M, load_default=0.0)
    datum = code(Datum, load_default=Datum.WGS84)


class StreetOut(Schema):
    """A street near the point."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    distance_m = fields.Integer(required=True)


class DistrictOut(Schema):
    """A district."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class LocationOut(Schema):
    """Where a point lies. ``district`` is null outside Beijing, and ``message`` says so."""

    inside = fields.Boolean(required=True)
    district = fields.Nested(DistrictOut, allow_none=True)
    streets = fields.List(fields.Nested(StreetOut), required=True)
    doubtful = fields.Boolean(required=True)
    border_m = fields.Integer(allow_none=True)
    lat = fields.Float(required=True)
    lng = fields.Float(required=True)
    message = fields.String(allow_none=True)


class ReceiptKeyOut(Schema):
    """The public key that receipts are checked with: Ed25519, 32 bytes, base64."""

    algorithm = fields.String(required=True)
    key = fields.String(required=True)
