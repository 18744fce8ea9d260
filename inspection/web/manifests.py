"""What the manifests of a report, of a recheck and of a unit's answer are, as JSON.

Unknown fields are refused; every message is a catalogue text.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, fields, post_load, validate

from inspection.geography import points
from inspection.geography.points import Datum
from inspection.kernel.phrases import Listing, Phrase
from inspection.kernel.text import N_
from inspection.photos.models import PhotoRole
from inspection.photos.recordings import Spoken
from inspection.photos.service import Announced, Original, Spot
from inspection.reports.models import Form, Source
from inspection.reports.service import Count, NewReport, Place
from inspection.tickets.answers import NewAnswer
from inspection.tickets.brought import Brought
from inspection.tickets.models import Finding
from inspection.tickets.opinions import NewOpinion

OUT_OF_RANGE, TOO_LONG, NO_TEXT = N_("这个数超出了可能的范围。"), N_("太长了。"), N_("这一项应是文字。")
SHA256 = validate.Regexp(r"^[0-9a-f]{64}$", error=N_("指纹应是 64 位小写十六进制。"))
LONGEST_TEXT = 2000
LONGEST_LINE = 300
LONGEST_CODE = 64
LONGEST_PLATE = 16
MOST_MINUTES = 24 * 60
MOST_COUNTED = 1_000_000
FARTHEST_M = 100_000
MOST_ROUNDS = 1_000

MESSAGES: Any = {
    "required": N_("这一项不能少。"),
    "null": N_("这一项不能是空的。"),
    "invalid": N_("这一项填得不对。"),
    "validator_failed": N_("这一项填得不对。"),
    "type": N_("这里应是一组带名字的值。"),
}
TEXT_MESSAGES: Any = MESSAGES | {"invalid": NO_TEXT, "invalid_utf8": N_("这一项的文字编码不对。")}


class Strict(Schema):
    """A schema that refuses what it does not know, in words of ours."""

    error_messages = {
        "unknown": N_("没有这一项。"),
        "type": MESSAGES["type"],
    }

    class Meta:
        """Refuse unknown fields."""

        unknown = RAISE


def words(**more: object) -> Any:
    """Our messages for a field."""
    return MESSAGES | more


def text(most: int) -> fields.String:
    """A text of at most so many characters, without NUL; empty if it is left out."""
    return fields.String(
        load_default="",
        validate=[
            validate.Length(max=most, error=TOO_LONG),
            validate.ContainsNoneOf("\x00", error=N_("里面有看不见的字符。")),
        ],
        error_messages=TEXT_MESSAGES,
    )


def moment(*, required: bool = False) -> fields.AwareDateTime:
    """A moment in ISO 8601 with its offset."""
    more: dict[str, Any] = {"required": True} if required else {"load_default": None, "allow_none": True}
    return fields.AwareDateTime(
        format="iso",
        error_messages=words(
            invalid=N_("时间应写成 2026-11-23T09:42:00+08:00 这样。"),
            invalid_awareness=N_("时间要带时区，如 +08:00。"),
            format=N_("时间的格式不对。"),
        ),
        **more,
    )


def number(kind: type[Any], low: float, high: float, *, error: str = OUT_OF_RANGE, **more: Any) -> Any:
    """A number within bounds; NaN and infinity are refused."""
    return kind(
        validate=validate.Range(low, high, error=error),
        error_messages=words(invalid=N_("这一项应是数。"), special=N_("这一项应是数。"), too_large=OUT_OF_RANGE),
        **more or {"required": True},
    )


def whole(low: int, high: int) -> Any:
    """A whole number within bounds, not written as a text."""
    return number(fields.Integer, low, high, required=True, strict=True)


def identity() -> fields.UUID:
    """The id of what it is about."""
    wrong = MESSAGES["invalid"]
    return fields.UUID(required=True, error_messages=words(invalid_uuid=wrong, invalid=wrong))


def code(kind: type[StrEnum], **more: Any) -> Any:
    """One of the codes of an enum."""
    # A list of a phrase: marshmallow leaves it as it is, so that it is translated before the codes are put in.
    unknown = [Phrase(N_("只能是：%(choices)s。"), {"choices": Listing(one.value for one in kind)})]
    return fields.Enum(kind, by_value=True, error_messages=words(unknown=unknown), **more or {"required": True})


class PlaceIn(Strict):
    """Where, as the phone says."""

    lat = number(fields.Float, -90, 90)
    lng = number(fields.Float, -180, 180)
    datum = code(Datum)
    accuracy_m = number(fields.Float, 0, FARTHEST_M, load_default=None, allow_none=True)
    source = code(Source)
    fixed_at = moment()

    @post_load
    def make(self, data: Mapping[str, Any], **_: Any) -> Place:
        """As the service takes it."""
        return Place(**data)


class OriginalIn(Strict):
    """What the phone had before it shrank a picture, and what the camera had written into that."""

    sha256 = fields.String(required=True, validate=SHA256, error_messages=TEXT_MESSAGES)
    bytes = whole(0, 2**40)
    exif_taken_at = moment()
    exif_lat = number(fields.Float, -90, 90, load_default=None, allow_none=True)
    exif_lng = number(fields.Float, -180, 180, load_default=None, allow_none=True)

    @post_load
    def make(self, data: Mapping[str, Any], **_: Any) -> Original:
        """As the service takes it."""
        return Original(**data)


class PhotoIn(Strict):
    """One photo of the manifest."""

    sha256 = fields.String(required=True, validate=SHA256, error_messages=TEXT_MESSAGES)
    bytes = whole(0, 2**40)
    role = code(PhotoRole)
    taken_at = moment()
    place = fields.Nested(PlaceIn, load_default=None, allow_none=True, error_messages=MESSAGES)
    original = fields.Nested(OriginalIn, load_default=None, allow_none=True, error_messages=MESSAGES)

    @post_load
    def make(self, data: Mapping[str, Any], **_: Any) -> Announced:
        """As the service takes it, its place in WGS-84."""
        place: Place | None = data["place"]
        return Announced(**{**data, "place": _spot(place) if place else None})


def pictures(**more: Any) -> Any:
    """The photos of a manifest."""
    wrong = words(invalid=N_("照片应是一个列表。"))
    return fields.List(fields.Nested(PhotoIn, error_messages=words()), error_messages=wrong, **more)


def _spot(place: Place) -> Spot:
    point = points.to_wgs84(place.lat, place.lng, place.datum)
    return Spot(point.lat, point.lng, place.accuracy_m, place.source.value, place.fixed_at)


class RecordingIn(Strict):
    """One voice note of the manifest."""

    sha256 = fields.String(required=True, validate=SHA256, error_messages=TEXT_MESSAGES)
    bytes = whole(0, 2**40)
    seconds = whole(0, 86_400)
    taken_at = moment()

    @post_load
    def make(self, data: Mapping[str, Any], **_: Any) -> Spoken:
        """As the service takes it."""
        return Spoken(**data)


class CountIn(Strict):
    """So many violations among so many observed in so many minutes."""

    observed = whole(0, MOST_COUNTED)
    violations = whole(0, MOST_COUNTED)
    minutes = whole(1, MOST_MINUTES)

    @post_load
    def make(self, data: Mapping[str, Any], **_: Any) -> Count:
        """As the service takes it."""
        return Count(**data)


class ReportIn(Strict):
    """A report's manifest."""

    category = fields.String(
        required=True,
        validate=[validate.Length(1, error=MESSAGES["null"]), validate.Length(max=LONGEST_CODE, error=TOO_LONG)],
        error_messages=TEXT_MESSAGES,
    )
    form = code(Form)
    description = text(LONGEST_TEXT)
    address = text(LONGEST_LINE)
    captured_at = moment(required=True)
    place = fields.Nested(PlaceIn, required=True, error_messages=words())
    photos = pictures(required=True)
    count = fields.Nested(CountIn, allow_none=True, load_default=None, error_messages=words())
    plate = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.Length(max=LONGEST_PLATE, error=TOO_LONG),
        error_messages=TEXT_MESSAGES,
    )
    recordings = fields.List(
        fields.Nested(RecordingIn, error_messages=words()), load_default=list, error_messages=words()
    )
    same_as = fields.UUID(allow_none=True, load_default=None, error_messages=words(invalid_uuid=N_("编号看不懂。")))

    @post_load
    def make(self, data: Mapping[str, Any], **_: Any) -> NewReport:
        """As the service takes it."""
        return NewReport(**{**data, "photos": tuple(data["photos"]), "recordings": tuple(data["recordings"])})


class BroughtIn(Strict):
    """What somebody on the spot brings, whatever it is."""

    brings: ClassVar[type[Brought]]

    note = text(LONGEST_TEXT)
    captured_at = moment(required=True)
    place = fields.Nested(PlaceIn, allow_none=True, load_default=None, error_messages=words())
    photos = pictures(required=True)

    @post_load
    def make(self, data: Mapping[str, Any], **_: Any) -> Brought:
        """As the service takes it."""
        return self.brings(**{**data, "photos": tuple(data["photos"])})


class RecheckIn(BroughtIn):
    """What an inspector who was asked has seen."""

    brings = NewOpinion

    task = identity()
    verdict = code(Finding)
    photos = pictures(load_default=list)


class AnswerIn(BroughtIn):
    """What a unit hands in from a phone on site; a photo's role is ``far`` or ``near``, else ``after``."""

    brings = NewAnswer

    ticket = identity()
    round = whole(1, MOST_ROUNDS)
