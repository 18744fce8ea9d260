"""What waits for a unit, and what it hands in from a phone, as JSON. Nothing of who reported is in it."""

from marshmallow import Schema, fields


class PictureOut(Schema):
    """Where a picture's two copies are: 1600 and 320 pixels; ``role`` is ``far``, ``near`` or ``plate``."""

    role = fields.String(required=True)
    web = fields.String(required=True)
    thumb = fields.String(required=True)


class SentBackOut(Schema):
    """Why it is in another round: ``failed`` or ``rebound``, and the officer's words."""

    verdict = fields.String(required=True)
    note = fields.String(required=True)


class InHandOut(Schema):
    """A ticket that waits for the unit: what is to be put right, where, by when, and how it looked.

    ``what``, ``basis`` and ``left`` are in the reader's language; ``exact`` is false where only the street is known.
    """

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True)
    round = fields.Integer(required=True)
    category = fields.String(required=True)
    what = fields.String(required=True)
    basis = fields.String(required=True)
    place = fields.String(required=True)
    lat = fields.Float(required=True)
    lng = fields.Float(required=True)
    exact = fields.Boolean(required=True)
    due_at = fields.AwareDateTime(required=True)
    left = fields.String(required=True)
    overdue = fields.Boolean(required=True)
    supervised = fields.Boolean(required=True)
    sent_back = fields.Nested(SentBackOut, allow_none=True)
    before = fields.List(fields.Nested(PictureOut), required=True)
    url = fields.String(required=True)


class AllInHandOut(Schema):
    """The most urgent first; ``more`` says that there are others, which the desk lists."""

    items = fields.List(fields.Nested(InHandOut), required=True)
    more = fields.Boolean(required=True)
