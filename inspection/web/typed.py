"""What was typed into a form that came too late, in words, so that nobody types it again (您填的)."""

import uuid
from collections.abc import Mapping

from flask_babel import gettext as _

from inspection.geography import service as geography
from inspection.kernel.errors import Conflict, NotFound
from inspection.people import service as people
from inspection.web import language


def overtaken(refusal: Conflict, typed: Mapping[str, str]) -> dict[str, str]:
    """Someone else was first: why it could not be done any more, and what was typed, by the labels of its fields."""
    parts = [_("%(label)s：%(value)s", label=label, value=value) for label, value in typed.items() if value]
    text = _("您填的：%(typed)s", typed=" · ".join(parts)) if parts else ""
    return {"title": language.words(refusal), "text": text}


def unit_named(text: str) -> str:
    """The name of the unit that a form chose by its id; nothing for none."""
    try:
        return people.unit(uuid.UUID(text)).name
    except (ValueError, NotFound):
        return ""


def district_named(code: str) -> str:
    """The name of the district that a form chose by its code; nothing for none."""
    return next((one.name for one in geography.current_atlas().districts if one.code == code), "")
