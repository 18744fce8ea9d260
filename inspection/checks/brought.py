"""What a visit brought, of its record and of the second one that answered what was asked back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from inspection.checks.content import Answer, Content, load, load_answers
from inspection.checks.models import ChecklistVersion, Outcome, Visit, VisitRecord
from inspection.checks.scoring import Score, score
from inspection.kernel.calendar import day_of
from inspection.photos.models import Photo


@dataclass(frozen=True)
class Given:
    """The answer to an item that counts, and its pictures."""

    answer: Answer
    photos: tuple[Photo, ...]


def records(visit: Visit) -> list[VisitRecord]:
    """The records that came in whole and count, in their order."""
    received = [(one.received_at, one.id, one) for one in visit.records if one.received_at is not None and one.used]
    return [one for _, _, one in sorted(received, key=lambda told: told[:2])]


def given(visit: Visit) -> dict[str, Given]:
    """By item what was answered last, with the pictures of it; of an earlier answer where the last one has none."""
    found: dict[str, Given] = {}
    for record in records(visit):
        for answer in load_answers(record.answers):
            photos = _pictures(record, answer)
            before = found[answer.key].photos if answer.key in found else ()
            found[answer.key] = Given(answer, photos or before)
    return found


def answers(visit: Visit) -> list[Answer]:
    """The answers that count."""
    return [one.answer for one in given(visit).values()]


def content(visit: Visit) -> Content:
    """The version of the checklist that it was done with."""
    return content_of(visit.checklist_version)


def content_of(version: ChecklistVersion) -> Content:
    """What a version of a checklist asks."""
    return load(version.content)


def outcome(visit: Visit) -> Outcome | None:
    """What came of going there, as it was said last; None before anything came in."""
    brought = records(visit)
    return brought[-1].outcome if brought else None


def scored(visit: Visit) -> Score:
    """Its score by the answers that count."""
    return score(content(visit), answers(visit))


def arrived_at(visit: Visit) -> datetime:
    """When they got there; of a visit that brought nothing, when it could begin."""
    brought = records(visit)
    return brought[0].arrived_at if brought else visit.opens_at


def day(visit: Visit) -> date:
    """The day on which they were there."""
    return day_of(arrived_at(visit))


def _pictures(record: VisitRecord, answer: Answer) -> tuple[Photo, ...]:
    by_position: dict[int, Photo] = {photo.position: photo for photo in record.manifest.photos}
    wanted: Sequence[int] = answer.photos
    return tuple(by_position[position] for position in wanted if position in by_position)
