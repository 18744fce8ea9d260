"""Near-same pictures anywhere: none that differs in at most six bits is missed, and nothing else is found."""

import uuid
from random import Random

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from inspection.kernel.db import db, writing
from inspection.photos import alike
from inspection.photos.bands import BANDS, NEAR_SAME_BITS
from inspection.photos.images import phash_distance
from inspection.photos.models import Manifest, ManifestKind, Photo, PhotoRole
from tests.make import NOW

HASH = "5a5a5a5a5a5a5a5a"

hashes = st.integers(0, 2**64 - 1)
flips = st.sets(st.integers(0, 63), max_size=NEAR_SAME_BITS)


def flipped(phash: str, places: set[int]) -> str:
    return f"{int(phash, 16) ^ sum(1 << place for place in places):016x}"


@given(hashes, flips)
def test_whatever_differs_in_six_bits_shares_a_band_with_one_of_those_around(number: int, places: set[int]) -> None:
    phash = f"{number:016x}"

    assert any(band.of(flipped(phash, places)) in band.around(phash) for band in BANDS)


def test_the_bands_are_the_whole_hash_and_the_values_around_are_few() -> None:
    assert "".join(band.of("0123456789abcdef") for band in BANDS) == "0123456789abcdef"
    assert [len(set(band.around(HASH))) for band in BANDS] == [21, 21, 301]
    assert [len(value) for value in BANDS[2].around("0" * 16)] == [6] * 301
    assert {"00000", "00001", "80000"} <= set(BANDS[0].around("0" * 16)) and "00003" not in BANDS[0].around("0" * 16)


def keep(phashes: list[str]) -> list[Photo]:
    """Photos with these hashes, each under a manifest of its own."""
    photos = []
    with writing():
        for phash in phashes:
            manifest_id = uuid.uuid4()
            known = {"kind": ManifestKind.REPORT, "content": "{}", "content_hash": "", "created_at": NOW}
            db.session.execute(insert(Manifest).values(id=manifest_id, **known))
            known = {"position": 0, "sha256": manifest_id.hex * 2, "bytes": 1, "role": PhotoRole.FAR}
            photos.append(Photo(id=uuid.uuid4(), manifest_id=manifest_id, **known))
            photos[-1].hashed(phash)
        db.session.add_all(photos)
    return photos


def test_the_nearest_is_the_one_that_looking_at_every_photo_would_find(app: Flask) -> None:
    chance = Random(5)
    wanted = [f"{chance.getrandbits(64):016x}" for _ in range(40)]
    near = [flipped(phash, set(chance.sample(range(64), chance.randrange(11)))) for phash in wanted for _ in range(3)]
    photos = keep([*near, *(f"{chance.getrandbits(64):016x}" for _ in range(200))])

    found = [alike.search(phash, besides=()) for phash in wanted]

    least = [min(phash_distance(phash, photo.phash or "") for photo in photos) for phash in wanted]
    assert [one.bits if one.nearest else None for one in found] == [
        bits if bits <= NEAR_SAME_BITS else None for bits in least
    ]
    assert None in {one.nearest for one in found} and {one.bits for one in found} >= {0, 3, 6}
    assert all(one.whole for one in found)


def test_what_is_known_already_is_passed_over(app: Flask) -> None:
    own, other = keep([HASH, flipped(HASH, {1, 2, 30})])

    assert alike.search(HASH, besides=[own.id]).nearest == other
    assert alike.search(HASH, besides=[own.id, other.id]).nearest is None


def test_a_picture_with_nothing_in_it_is_like_no_other(app: Flask) -> None:
    keep(["8000000000000000"] * 2)

    assert alike.search("8000000000000000", besides=()).nearest is None


def test_it_is_told_when_too_many_are_alike_to_be_compared(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "MOST_COMPARED", 2)
    keep([HASH[:5] + "fffffffffff"] * 3)

    assert not alike.search(HASH, besides=()).whole
    assert alike.search(flipped(HASH, {62, 61}), besides=()).whole


def test_photos_of_earlier_steps_get_their_bands(app: Flask) -> None:
    [photo] = keep([HASH])
    photo_id = photo.id
    db.session.remove()

    downgrade(revision="0015")
    upgrade()

    nearest = alike.search(flipped(HASH, {0, 63}), besides=()).nearest
    assert nearest and nearest.id == photo_id
