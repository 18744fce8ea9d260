"""What the photos of a repair show by themselves (真伪核对): said to whoever rechecks, never a silent refusal."""

from dataclasses import dataclass
from datetime import timedelta

from inspection.geography.points import Point, distance_m
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_
from inspection.photos import alike
from inspection.photos.bands import NEAR_SAME_BITS
from inspection.photos.images import phash_distance
from inspection.photos.models import ManifestKind, Photo
from inspection.reports import supplements
from inspection.tickets import visibility
from inspection.tickets.models import Answer, Ticket

FAR_M = 200.0
"""[D] An after-photo that says it was taken farther away is pointed out."""
AT_THE_SHUTTER = timedelta(minutes=5)
"""A position that was found so shortly before or after a picture is where it was taken; phones keep one for two."""

USED = Phrase(N_("这张照片在别处或上一次反馈里用过"))

EDITORS = ("photoshop", "lightroom", "gimp", "snapseed", "picsart", "meitu", "美图", "醒图", "美颜", "faceu", "b612",
           "pixlr", "affinity", "vsco", "canva", "剪映", "capcut", "inshot", "camscanner", "扫描全能王")  # fmt: skip
"""[D] What names itself in EXIF's Software and changes pictures; phones name their own system there."""


@dataclass(frozen=True)
class Check:
    """One check: whether it found nothing, and the words."""

    ok: bool
    words: Phrase


def checks(ticket: Ticket, answer: Answer) -> list[Check]:
    """The checks of an answer's photos, in words."""
    before = [photo for link in ticket.reports for photo in link.report.manifest.photos]
    before += supplements.pictures_of([link.report_id for link in ticket.reports])
    after = answer.manifest.photos
    told = [_fresh(ticket, after), _near(ticket, after), _new(before, after), _untouched(after)]
    return [*told, _only_here(ticket, before, after)] if told[2].ok else told


def _fresh(ticket: Ticket, after: list[Photo]) -> Check:
    if all(photo.taken is not None and photo.taken > ticket.filed_at for photo in after):
        return Check(True, Phrase(N_("拍在立案之后")))
    return Check(False, Phrase(N_("有照片拍在立案之前，或没有拍摄时间")))


def _near(ticket: Ticket, after: list[Photo]) -> Check:
    place = Point(ticket.lat, ticket.lng)
    distances = [distance_m(place, Point(*photo.spot)) for photo in after if photo.spot is not None]
    if not distances:
        return Check(False, Phrase(N_("照片里没有位置，请看清是不是同一处")))
    farthest = round(max(distances))
    return Check(farthest <= FAR_M, Phrase(N_("离原点 %(metres)s 米"), {"metres": farthest}))


def _new(before: list[Photo], after: list[Photo]) -> Check:
    if any(_same(old, new) for old in before for new in after):
        return Check(False, Phrase(N_("和整改前的照片相同或几乎相同")))
    return Check(True, Phrase(N_("和整改前的照片不相同")))


def _only_here(ticket: Ticket, before: list[Photo], after: list[Photo]) -> Check:
    """Whether no other case, and no earlier answer of this one, has shown the same picture or nearly the same."""
    known = {photo.id for photo in (*before, *after)}
    if any(alike.used_again(photo, besides=known) for photo in after):
        return Check(False, USED)
    searches = [alike.search(photo.phash, besides=known) for photo in after if photo.phash]
    for found in searches:
        if found.nearest is not None:
            return Check(False, _almost(ticket, found.nearest) if found.bits else USED)
    if not all(found.whole for found in searches):
        return Check(False, Phrase(N_("和它相近的照片太多，没有逐一比完，请自己看清")))
    return Check(True, Phrase(N_("没有在别处用过")))


def _almost(ticket: Ticket, other: Photo) -> Phrase:
    """Which picture it is almost the same as: its case is named to those who may see that, too."""
    shown_in = visibility.ticket_with(other)
    if shown_in is None or shown_in.district_code != ticket.district_code:
        return Phrase(N_("和别处的一张照片几乎相同"))
    answered = other.manifest.kind is ManifestKind.ANSWER
    said = N_("和 %(number)s 反馈的照片几乎相同") if answered else N_("和 %(number)s 的照片几乎相同")
    return Phrase(said, {"number": shown_in.number})


def _untouched(after: list[Photo]) -> Check:
    """Whether the camera's own words are still in the files, and no editor's.

    The field app's own camera writes none: there the phone's position, found at the shutter, stands for them.
    """
    editors = [photo.software for photo in after if photo.software and _edits(photo.software)]
    if editors:
        return Check(False, Phrase(N_("用 %(program)s 处理过"), {"program": editors[0]}))
    if any(not (photo.exif_taken_at or photo.original_taken_at or _on_the_spot(photo)) for photo in after):
        return Check(False, Phrase(N_("照片里没有相机写的时间，可能是转发、截屏或另存的")))
    return Check(True, Phrase(N_("没有处理过的痕迹")))


def _on_the_spot(photo: Photo) -> bool:
    """Whether the phone found its position about when it says that the picture was taken: a saved one is older."""
    if photo.source != "live" or photo.taken_at is None or photo.fixed_at is None:
        return False
    return abs(photo.taken_at - photo.fixed_at) <= AT_THE_SHUTTER


def _edits(software: str) -> bool:
    return any(name in software.lower() for name in EDITORS)


def _same(one: Photo, other: Photo) -> bool:
    if one.sha256 == other.sha256:
        return True
    return bool(one.phash and other.phash) and phash_distance(one.phash or "", other.phash or "") <= NEAR_SAME_BITS
