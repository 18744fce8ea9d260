"""What the manifest of a visit's record is, and that somebody cannot go, as JSON. Unknown fields are refused."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, post_load, validate

from inspection.checks.answering import LARGEST, MOST_COUNTED
from inspection.checks.content import Answer, Grade
from inspection.checks.models import Outcome
from inspection.checks.records import NewRecord
from inspection.checks.visits import Decline
from inspection.kernel.text import N_
from inspection.web.manifests import (
    LONGEST_CODE,
    LONGEST_LINE,
    LONGEST_TEXT,
    MESSAGES,
    TEXT_MESSAGES,
    TOO_LONG,
    PhotoIn,
    PlaceIn,
    RecordingIn,
    Strict,
    code,
    moment,
    number,
    text,
    words,
)

MOST_LISTED, MOST_ANSWERS = 200, 500
NONE: Any = {"load_default": None, "allow_none": True}


def flag(**more: Any) -> fields.Boolean:
    """True or false, not written as a text."""
    return fields.Boolean(truthy={True}, falsy={False}, error_messages=words(), **more)


def positions() -> Any:
    """Positions in the manifest's list of photos or recordings."""
    one = number(fields.Integer, 0, MOST_LISTED, required=True, strict=True)
    return fields.List(
        one, load_default=list, validate=validate.Length(max=MOST_LISTED, error=TOO_LONG), error_messages=words()
    )


class VisitAnswerIn(Strict):
    """What was answered to one item; of the values only the one that the item's kind asks for."""

    key = fields.String(
        required=True,
        validate=[validate.Length(1, error=MESSAGES["null"]), validate.Length(max=LONGEST_CODE, error=TOO_LONG)],
        error_messages=TEXT_MESSAGES,
    )
    skipped = flag(load_default=False)
    yes = flag(**NONE)
    grade = code(Grade, **NONE)
    observed = number(fields.Integer, 0, MOST_COUNTED, strict=True, **NONE)
    violations = number(fields.Integer, 0, MOST_COUNTED, strict=True, **NONE)
    note = text(LONGEST_TEXT)
    photos = positions()
    voice = positions()
    number = number(fields.Float, -LARGEST, LARGEST, **NONE)
    text = text(LONGEST_TEXT)

    @post_load
    def make(self, data: Mapping[str, Any], **_: Any) -> Answer:
        """As the service takes it."""
        return Answer(**{**data, "photos": tuple(data["photos"]), "voice": tuple(data["voice"])})


class VisitRecordIn(Strict):
    """What was found on a visit."""

    visit = fields.UUID(
        required=True, error_messages=words(invalid_uuid=MESSAGES["invalid"], invalid=MESSAGES["invalid"])
    )
    outcome = code(Outcome)
    answers = fields.List(
        fields.Nested(VisitAnswerIn, error_messages=words()),
        required=True,
        validate=validate.Length(max=MOST_ANSWERS, error=TOO_LONG),
        error_messages=words(invalid=N_("答案应是一个列表。")),
    )
    note = text(LONGEST_TEXT)
    arrived_at = moment(required=True)
    place = fields.Nested(PlaceIn, allow_none=True, load_default=None, error_messages=words())
    far_reason = text(LONGEST_TEXT)
    finished_at = moment(required=True)
    photos = fields.List(
        fields.Nested(PhotoIn, error_messages=words()),
        load_default=list,
        error_messages=words(invalid=N_("照片应是一个列表。")),
    )
    recordings = fields.List(
        fields.Nested(RecordingIn, error_messages=words()), load_default=list, error_messages=words()
    )

    @post_load
    def make(self, data: Mapping[str, Any], **_: Any) -> NewRecord:
        """As the service takes it."""
        return NewRecord(**{**data, **{name: tuple(data[name]) for name in ("answers", "photos", "recordings")}})


class DeclineIn(Strict):
    """Why somebody cannot go."""

    reason = code(Decline)
    text = text(LONGEST_LINE)
