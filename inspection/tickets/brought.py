"""What somebody on the spot brings in two steps, a manifest and then photos: a unit's answer, an inspector's look."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.photos import service as photos
from inspection.photos.service import Announced
from inspection.reports.service import Place

A_DAY = timedelta(days=1)
SHORTEST_NOTE, LONGEST_NOTE = 2, 2000


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What its manifest announces, whatever it is."""

    note: str
    captured_at: datetime
    place: Place | None
    photos: tuple[Announced, ...]

    def content(self) -> dict[str, Any]:
        """As plain JSON values: moments in UTC, so that the same moment is the same text."""
        return {name: photos.plain(value) for name, value in asdict(self).items()}

    def check(self, now: datetime) -> None:
        """Raise Invalid for a moment or a note that cannot be."""
        if self.captured_at > now + A_DAY:
            raise Invalid("captured_at", N_("拍摄时间在将来，请检查手机的日期。"))
        if len(self.note) > LONGEST_NOTE:
            raise Invalid("note", N_("太长了。"))
        if "\x00" in self.note:
            raise Invalid("note", N_("里面有看不见的字符。"))


class Announcing(Protocol):
    """What rests on a manifest."""

    id: Any
    manifest: Any


One = TypeVar("One", bound=Announcing)


@dataclass(frozen=True)
class Progress(Generic[One]):
    """How far it has come in: which photos are missing."""

    one: One
    missing: tuple[str, ...]
    created: bool = False


def progress(one: One, *, created: bool = False) -> Progress[One]:
    """How far it has come in by now."""
    return Progress(one, tuple(photos.missing(one.manifest)), created)
