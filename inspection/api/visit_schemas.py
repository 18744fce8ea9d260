"""What whoever was drawn sees of a visit, and how far what they bring has come in, as JSON."""

from marshmallow import Schema, fields

from inspection.api.schemas import ReceiptOut


class WindowOut(Schema):
    """When it may be made: between two days, on some weekdays (1 is Monday), between two hours of Beijing."""

    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    weekdays = fields.List(fields.Integer(), required=True)
    opens = fields.Time(format="%H:%M", required=True)
    closes = fields.Time(format="%H:%M", required=True)


class AskedOut(Schema):
    """What the office asks back, in its words; no items for all of them."""

    items = fields.List(fields.String(), required=True)
    text = fields.String(required=True)


class VisitOut(Schema):
    """A visit with everything that is needed on the way and there, for a phone that has no network."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    type = fields.String(required=True)
    address = fields.String(required=True)
    district = fields.String(required=True)
    lat = fields.Float(required=True)
    lng = fields.Float(required=True)
    route = fields.String(allow_none=True)
    photo = fields.String(allow_none=True)
    opens_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)
    window = fields.Nested(WindowOut, required=True)
    checklist = fields.String(required=True)
    content = fields.Dict(required=True)
    far_m = fields.Integer(required=True)
    score_shown = fields.Boolean(required=True)
    max_photos = fields.Integer(required=True)
    asked = fields.Nested(AskedOut, allow_none=True)


class VisitsOut(Schema):
    """The visits that wait and show already, the most urgent first."""

    items = fields.List(fields.Nested(VisitOut), required=True)


class DeclinedOut(Schema):
    """That somebody else is sent."""

    id = fields.UUID(required=True)
    state = fields.String(required=True)


class VisitRecordOut(Schema):
    """How far it has come in, and the receipt once it is complete; ``unused`` says why it does not count, if so."""

    id = fields.UUID(required=True)
    state = fields.String(required=True)
    missing = fields.List(fields.String(), required=True)
    unused = fields.String(required=True)
    receipt = fields.Nested(ReceiptOut, allow_none=True)
