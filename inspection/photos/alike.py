"""Whether a picture, or one that is near-same, was handed in before, anywhere (几乎相同的照片).

Pictures of visits are compared only where that is asked for: whoever is inspected must not learn from an answer's
checks that somebody was there. Once their findings are released, the same pictures are a report's too.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from inspection.kernel.db import db
from inspection.photos.bands import BANDS, NEAR_SAME_BITS
from inspection.photos.images import phash_distance, phash_tells
from inspection.photos.models import Manifest, ManifestKind, Photo

MOST_COMPARED = 10_000
"""So many that share a band are compared with a picture; among thirty million some two thousand do by chance."""
BY_BAND = (Photo.phash_first, Photo.phash_middle, Photo.phash_last)


@dataclass(frozen=True)
class Search:
    """The photo that is the most alike, if one is near-same, in how many bits it differs, and whether all that could
    be near-same were compared.
    """

    nearest: Photo | None
    bits: int = 0
    whole: bool = True


def search(phash: str, *, besides: Collection[uuid.UUID], visits: bool = False) -> Search:
    """The nearest of all near-same photos but those ``besides``, and those of visits only where that is said.

    A hash that tells nothing is like no other.
    """
    if not phash_tells(phash):
        return Search(None)
    found: dict[uuid.UUID, int] = {}
    whole = True
    for column, band in zip(BY_BAND, BANDS, strict=True):
        shared = select(Photo.id, Photo.phash).where(column.in_(band.around(phash))).limit(MOST_COMPARED + 1)
        rows = db.session.execute(shared).all()
        whole &= len(rows) <= MOST_COMPARED
        found |= {one: bits for one, other in rows if (bits := phash_distance(phash, other or "0")) <= NEAR_SAME_BITS}
    others = _without_visits(set(found) - set(besides)) if not visits else set(found) - set(besides)
    if not others:
        return Search(None, whole=whole)
    nearest = min(others, key=lambda one: (found[one], one))
    return Search(db.session.get_one(Photo, nearest), found[nearest], whole)


def used_again(photo: Photo, *, besides: Collection[uuid.UUID], visits: bool = False) -> bool:
    """Whether the same bytes were handed in under another manifest, by a photo that is none of those ``besides``."""
    same = select(Photo.id).where(Photo.sha256 == photo.sha256, Photo.manifest_id != photo.manifest_id)
    if not visits:
        same = same.join(Manifest, Manifest.id == Photo.manifest_id).where(Manifest.kind != ManifestKind.VISIT)
    return not set(db.session.scalars(same.limit(len(besides) + 1))) <= set(besides)


def _without_visits(photo_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    of_others = select(Photo.id).join(Manifest, Manifest.id == Photo.manifest_id)
    kept = of_others.where(Photo.id.in_(photo_ids), Manifest.kind != ManifestKind.VISIT)
    return set(db.session.scalars(kept)) if photo_ids else set()
