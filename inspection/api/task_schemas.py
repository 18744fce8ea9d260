"""What an inspector is asked to look at, and what they bring, as JSON."""

from marshmallow import Schema, fields


class TaskOut(Schema):
    """What an inspector is asked to look at: where, until when, and the pictures to compare with.

    ``before`` has 1600 pixels; ``thumb``, the same in 320, is for a phone to keep.
    """

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    category = fields.String(required=True)
    place = fields.String(required=True)
    lat = fields.Float(required=True)
    lng = fields.Float(required=True)
    due_on = fields.Date(required=True)
    before = fields.String(allow_none=True)
    thumb = fields.String(allow_none=True)
    after = fields.String(allow_none=True)


class QuestionOut(Schema):
    """What an office asks about one of one's own reports; ``url`` is the page that takes the answer."""

    office = fields.String(required=True)
    text = fields.String(required=True)
    category = fields.String(required=True)
    place = fields.String(required=True)
    due_on = fields.Date(required=True)
    wants_photo = fields.Boolean(required=True)
    url = fields.String(required=True)


class TasksOut(Schema):
    """The tasks and the questions that wait, the most urgent first."""

    items = fields.List(fields.Nested(TaskOut), required=True)
    questions = fields.List(fields.Nested(QuestionOut), required=True)
