"""Photos come in by manifest and hash; copies are made in a job that may run twice."""

import dataclasses
import io
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.queue import Job
from inspection.kernel.storage import StorageFailed
from inspection.photos import service as photos
from inspection.photos.models import Manifest, ManifestKind, Photo, PhotoRole, sealed_key
from inspection.photos.service import Announced, Different, PhotoLimits
from inspection.web.tools import tools
from tests.make import NOW, Make, announced, jpeg, sha256

LIMITS = PhotoLimits(count=3, bytes=5_000_000, megapixels=64)


def announce(*pictures: bytes, manifest_id: uuid.UUID | None = None, note: str = "") -> tuple[uuid.UUID, bool]:
    shown = announced(pictures, NOW)
    content = {"note": note, "photos": [photo.sha256 for photo in shown]}
    with writing():
        manifest, created = photos.announce(manifest_id or uuid.uuid4(), ManifestKind.RECHECK, content, shown, now=NOW)
        return manifest.id, created


def store(picture: bytes, digest: str | None = None, size: int | None = None) -> None:
    photos.store(tools().storage, digest or sha256(picture), size or len(picture), [picture], LIMITS)


def arrive(manifest_id: uuid.UUID, picture: bytes) -> None:
    facts = photos.store(tools().storage, sha256(picture), len(picture), [picture], LIMITS)
    with writing():
        photos.arrived(manifest_id, sha256(picture), facts, now=NOW)


def files() -> list[Path]:
    root = tools().settings.data_dir / "photos"
    return [file for file in root.rglob("*") if file.is_file()]


def test_the_same_manifest_again_changes_nothing(make: Make) -> None:
    picture = jpeg(1)
    first, created = announce(picture)

    second, again = announce(picture, manifest_id=first)

    assert (first, created, again) == (second, True, False)
    assert len(db.session.scalars(db.select(Photo)).all()) == 1


def test_another_content_under_the_same_id_is_refused_and_named(make: Make) -> None:
    picture = jpeg(1)
    first, _ = announce(picture)

    with pytest.raises(Different) as refusal:
        announce(picture, manifest_id=first, note="changed")

    assert refusal.value.fields == ("note",)


def test_what_is_missing_is_told_until_all_is_there(make: Make) -> None:
    far, near = jpeg(1), jpeg(2)
    manifest_id, _ = announce(far, near, far)

    before = photos.missing(db.session.get_one(Manifest, manifest_id))
    arrive(manifest_id, far)
    manifest = db.session.get_one(Manifest, manifest_id)
    middle, done = photos.missing(manifest), manifest.completed_at
    arrive(manifest_id, near)
    manifest = db.session.get_one(Manifest, manifest_id)

    assert before == [sha256(far), sha256(near)]
    assert (middle, done) == ([sha256(near)], None)
    assert (photos.missing(manifest), manifest.completed_at) == ([], NOW)


def test_a_photo_that_no_manifest_lists_is_not_expected(make: Make) -> None:
    manifest_id, _ = announce(jpeg(1))

    with pytest.raises(NotFound):
        photos.expected(manifest_id, sha256(jpeg(2)))


@pytest.mark.parametrize(
    "sent",
    [b"", b"\xff", jpeg(1)[:-1], jpeg(1) + b"x", jpeg(2)],
    ids=["nothing", "one byte", "one less", "one more", "another"],
)
def test_bytes_that_are_not_those_announced_leave_nothing(make: Make, sent: bytes) -> None:
    picture = jpeg(1)

    with pytest.raises(Invalid) as refusal:
        photos.store(tools().storage, sha256(picture), len(picture), [sent], LIMITS)

    assert (refusal.value.field, refusal.value.code) == ("photo", "digest_mismatch")
    assert files() == []


@pytest.mark.parametrize("sent", [b"<svg/>", b"garbage", jpeg(1)[:300]], ids=["svg", "garbage", "half"])
def test_what_is_no_photo_leaves_nothing(make: Make, sent: bytes) -> None:
    with pytest.raises(Invalid):
        store(sent)

    assert files() == []


def test_a_photo_is_stored_once_under_its_hash(make: Make) -> None:
    picture = jpeg(1)

    store(picture)
    store(picture)

    assert [file.read_bytes() for file in files()] == [picture]
    assert tools().storage.read(sealed_key(sha256(picture))) == picture


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"bytes": 0}, "photos.1.bytes"),
        ({"bytes": LIMITS.bytes + 1}, "photos.1.bytes"),
        ({"taken_at": NOW + timedelta(days=1, seconds=1)}, "photos.1.taken_at"),
    ],
)
def test_a_manifest_that_cannot_be_taken_in_is_refused_at_its_photo(change: dict[str, object], field: str) -> None:
    good = Announced("a" * 64, 100, PhotoRole.FAR, NOW + timedelta(hours=23))

    with pytest.raises(Invalid) as refusal:
        photos.check_announced([good, dataclasses.replace(good, **change)], limits=LIMITS, now=NOW)

    assert refusal.value.field == field


def test_a_manifest_has_only_so_many_photos() -> None:
    one = Announced("a" * 64, LIMITS.bytes, PhotoRole.FAR, None)

    photos.check_announced([one] * 3, limits=LIMITS, now=NOW)
    with pytest.raises(Invalid) as refusal:
        photos.check_announced([one] * 4, limits=LIMITS, now=NOW)
    assert refusal.value.field == "photos"


def test_copies_are_made_once_and_making_them_again_changes_nothing(make: Make) -> None:
    manifest_id, _ = announce(jpeg(1, size=(2000, 1500)))
    arrive(manifest_id, jpeg(1, size=(2000, 1500)))
    photo_id = db.session.scalars(db.select(Photo.id)).one()
    db.session.rollback()

    photos.derive(photo_id, storage=tools().storage, now=NOW)
    before = {file: file.stat().st_mtime_ns for file in files()}
    photos.derive(photo_id, storage=tools().storage, now=NOW + timedelta(hours=1))

    photo = db.session.get_one(Photo, photo_id)
    assert photo.copied_at == NOW and photo.phash is not None and len(photo.phash) == 16
    assert {file: file.stat().st_mtime_ns for file in files()} == before
    with Image.open(io.BytesIO(tools().storage.read(photo.copy_key("web")))) as web:
        assert web.size == (1600, 1200)
    with Image.open(io.BytesIO(tools().storage.read(photo.copy_key("thumb")))) as thumb:
        assert thumb.size == (320, 240)


def test_copies_after_a_crash_between_files_and_row_are_finished_by_the_next_run(make: Make) -> None:
    manifest_id, _ = announce(jpeg(1))
    arrive(manifest_id, jpeg(1))
    photo = db.session.scalars(db.select(Photo)).one()
    with tools().storage.open(photo.sealed_key) as original:
        made = photos.images.derive(original)
    tools().storage.put_bytes(photo.copy_key("web"), made.web)
    photo_id = photo.id
    db.session.rollback()

    photos.derive(photo_id, storage=tools().storage, now=NOW)

    assert db.session.get_one(Photo, photo_id).copied_at == NOW
    assert tools().storage.read(db.session.get_one(Photo, photo_id).copy_key("thumb")) == made.thumb


def test_nothing_is_derived_from_what_has_not_arrived_or_does_not_exist(make: Make) -> None:
    announce(jpeg(1))
    photo_id = db.session.scalars(db.select(Photo.id)).one()
    db.session.rollback()

    photos.derive(photo_id, storage=tools().storage, now=NOW)
    photos.derive(uuid.uuid4(), storage=tools().storage, now=NOW)

    assert db.session.get_one(Photo, photo_id).copied_at is None
    assert files() == []


def test_an_original_that_is_lost_fails_the_job_and_is_not_forgotten(make: Make) -> None:
    manifest_id, _ = announce(jpeg(1))
    arrive(manifest_id, jpeg(1))
    photo = db.session.scalars(db.select(Photo)).one()
    tools().storage.delete(photo.sealed_key)
    photo_id = photo.id
    db.session.rollback()

    with pytest.raises(StorageFailed):
        photos.derive(photo_id, storage=tools().storage, now=NOW)

    assert db.session.get_one(Photo, photo_id).copied_at is None


def test_each_photo_that_arrives_gets_one_job(make: Make) -> None:
    far, near = jpeg(1), jpeg(2)
    manifest_id, _ = announce(far, near)

    arrive(manifest_id, far)
    arrive(manifest_id, far)
    arrive(manifest_id, near)

    subjects = db.session.scalars(db.select(Job.subject).where(Job.name == "photos.derive")).all()
    assert sorted(subjects) == sorted(str(photo_id) for photo_id in db.session.scalars(db.select(Photo.id)))


def test_the_key_of_a_copy_tells_nothing_of_the_original(make: Make) -> None:
    announce(jpeg(1))
    photo = db.session.scalars(db.select(Photo)).one()

    assert sha256(jpeg(1))[:8] not in photo.copy_key("web")
    assert str(photo.manifest_id) not in photo.copy_key("web")
