"""What the field app asks for beyond its reports: who is here, the catalogue, what is around, what waits."""

from marshmallow import Schema, fields

from inspection.api.schemas import Strict, moment, number, whole
from inspection.people.access import Role

MOST_UNSENT = 100_000


class PersonOut(Schema):
    """Whoever is signed in, to themselves."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    kind = fields.String(allow_none=True)


class KnobsOut(Schema):
    """What the phone must know of the settings: pixels, a share of one, seconds, metres, bytes."""

    max_photos = fields.Integer(required=True)
    max_photo_bytes = fields.Integer(required=True)
    photo_side = fields.Integer(required=True)
    photo_quality = fields.Float(required=True)
    voice_seconds = fields.Integer(required=True)
    same_within_m = fields.Integer(required=True)
    hotline = fields.String(required=True)


class SessionOut(Schema):
    """Who is signed in on this phone, the token for sending, and the server's clock."""

    person = fields.Nested(PersonOut, required=True)
    csrf = fields.String(required=True)
    now = fields.AwareDateTime(required=True)
    received_this_month = fields.Integer(required=True)
    lessons_waiting = fields.Integer(required=True)
    settings = fields.Nested(KnobsOut, required=True)


class KitCategoryOut(Schema):
    """A category as the phone shows it."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    short = fields.String(required=True)
    english = fields.String(required=True)
    record = fields.String(required=True)
    plate = fields.Boolean(required=True)
    photos_min = fields.Integer(required=True)


class RetiredCategoryOut(Schema):
    """A category that is out of use: what a draft in it is still called by."""

    code = fields.String(required=True)
    short = fields.String(required=True)
    english = fields.String(required=True)


class KitOut(Schema):
    """The catalogue in its order, which of it to show first, and the names of what is not offered any more."""

    categories = fields.List(fields.Nested(KitCategoryOut), required=True)
    retired = fields.List(fields.Nested(RetiredCategoryOut), required=True)
    last_used = fields.List(fields.String(), required=True)
    common = fields.List(fields.String(), required=True)


class PointIn(Strict):
    """Where the phone is, WGS-84."""

    lat = number(fields.Float, -90, 90)
    lng = number(fields.Float, -180, 180)


class KnownOut(Schema):
    """An open problem: nobody's name, no hour."""

    id = fields.UUID(required=True)
    category = fields.String(required=True)
    lat = fields.Float(required=True)
    lng = fields.Float(required=True)
    on = fields.Date(required=True)
    place = fields.String(required=True)
    thumb = fields.String(allow_none=True)


class NearbyOut(Schema):
    """What is known around a point."""

    lat = fields.Float(required=True)
    lng = fields.Float(required=True)
    radius_m = fields.Integer(required=True)
    items = fields.List(fields.Nested(KnownOut), required=True)


class OutboxIn(Strict):
    """How many reports the phone holds, and since when."""

    unsent = whole(0, MOST_UNSENT)
    oldest_at = moment()
