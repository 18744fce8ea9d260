"""Keyset paging: a cursor is the last row's sort key, opaque to whoever carries it back."""

import base64
import binascii
import uuid
from datetime import UTC, datetime

from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

Key = tuple[datetime, uuid.UUID]


def cursor(moment: datetime, row_id: uuid.UUID) -> str:
    """The cursor of a row that is sorted by moment and id."""
    text = f"{moment.astimezone(UTC).isoformat()}|{row_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def key(text: str | None) -> Key | None:
    """The sort key that a cursor stands for; raises Invalid("cursor")."""
    if not text:
        return None
    try:
        moment, _, row_id = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("|")
        return datetime.fromisoformat(moment), uuid.UUID(row_id)
    except (ValueError, binascii.Error) as wrong:
        raise Invalid("cursor", N_("翻页的位置看不懂，请从头看起。")) from wrong
