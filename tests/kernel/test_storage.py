"""The store: whole or not at all, never overwritten, never outside of its root; on files and on S3."""

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from inspection.kernel import faults
from inspection.kernel.storage import (
    STALE_SECONDS,
    FileStorage,
    NotThere,
    OtherContent,
    S3Storage,
    Storage,
    StorageFailed,
    StorageFull,
    open_storage,
)
from tests.kernel.lying_store import Answers, Behaviour, lying_store

KEY = "sealed/ab/abcdef"


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def files(tmp_path: Path) -> FileStorage:
    return FileStorage(tmp_path / "store")


@pytest.fixture
def bucket(s3_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> S3Storage:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    name = f"photos-{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:12]}"
    boto3.client("s3", endpoint_url=s3_address, region_name="us-east-1").create_bucket(Bucket=name)
    storage = open_storage(f"s3://{name}?endpoint={s3_address}", tmp_path / "spool")
    assert isinstance(storage, S3Storage)
    return storage


@pytest.fixture(params=["files", "bucket"])
def store(request: pytest.FixtureRequest) -> Storage:
    storage: Storage = request.getfixturevalue(request.param)
    return storage


def spooled(store: Storage) -> list[Path]:
    assert isinstance(store, FileStorage | S3Storage)
    return list(store._spool.iterdir())


@pytest.fixture
def answers() -> Iterator[Answers]:
    with lying_store() as answers:
        yield answers


@pytest.fixture
def liar(answers: Answers, tmp_path: Path) -> S3Storage:
    """A store at a server that does not keep its word: asked once, for at most half a second."""
    client = boto3.client(
        "s3",
        endpoint_url=answers.address,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(read_timeout=0.5, retries={"max_attempts": 0}),
    )
    return S3Storage("photos", client, tmp_path / "spool")


def noted_syncs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of what is synced from now on, in order."""
    synced: list[str] = []
    fsync = os.fsync

    def noting(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noting)
    return synced


def seal(store: Storage, data: bytes, key: str = KEY) -> None:
    with store.incoming() as incoming:
        incoming.write(data)
        incoming.seal(key)


def test_what_was_put_is_read_again(store: Storage) -> None:
    store.put_bytes(KEY, b"a photo")

    assert store.exists(KEY)
    assert (store.read(KEY), store.size(KEY)) == (b"a photo", 7)
    with store.open(KEY) as file:
        assert file.read() == b"a photo"
    assert spooled(store) == []


def test_a_file_is_put_and_stays_where_it_was(store: Storage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"a photo" * 300_000)

    store.put(KEY, source)

    assert store.read(KEY) == source.read_bytes()
    assert spooled(store) == []


@pytest.mark.parametrize("other", [b"other", b"a longer one"])
def test_a_second_put_changes_nothing(store: Storage, other: bytes) -> None:
    store.put_bytes(KEY, b"first")

    store.put_bytes(KEY, other)

    assert store.read(KEY) == b"first"


def test_the_same_upload_again_is_kept_once(store: Storage) -> None:
    seal(store, b"a photo")

    seal(store, b"a photo")

    assert store.read(KEY) == b"a photo"
    assert spooled(store) == []


@pytest.mark.parametrize("damaged", [b"a phot\x00", b"a pho"], ids=["changed", "shortened"])
def test_an_upload_onto_other_bytes_is_not_taken_for_kept(store: Storage, damaged: bytes) -> None:
    store.put_bytes(KEY, damaged)

    with pytest.raises(OtherContent):
        seal(store, b"a photo")

    assert store.read(KEY) == damaged
    assert spooled(store) == []


def test_what_is_sealed_cannot_be_written_any_more(store: Storage) -> None:
    with store.incoming() as incoming:
        incoming.write(b"a photo")
        incoming.seal(KEY)
        with pytest.raises(ValueError, match="closed file"):
            incoming.write(b" and more")

    assert store.read(KEY) == b"a photo"


def test_pieces_become_one_file_with_its_length_and_hash(store: Storage) -> None:
    with store.incoming() as incoming:
        incoming.write(b"one, ")
        incoming.write(b"two")
        told = incoming.size, incoming.sha256
        incoming.seal(KEY)

    assert told == (8, hashlib.sha256(b"one, two").hexdigest())
    assert store.read(KEY) == b"one, two"
    assert spooled(store) == []


def test_what_is_not_sealed_is_gone(store: Storage) -> None:
    with pytest.raises(RuntimeError, match="cut off"), store.incoming() as incoming:
        incoming.write(b"half a pho")
        raise RuntimeError("cut off")

    assert not store.exists(KEY)
    assert spooled(store) == []


def test_what_is_deleted_is_gone_and_may_be_deleted_again(store: Storage) -> None:
    store.put_bytes(KEY, b"a photo")

    store.delete(KEY)
    store.delete(KEY)

    assert not store.exists(KEY)


@pytest.mark.parametrize("ask", ["read", "size", "open"])
def test_asking_for_what_is_not_there_fails(store: Storage, ask: str) -> None:
    with pytest.raises(StorageFailed):
        getattr(store, ask)(KEY)


@pytest.mark.parametrize(
    "key",
    [
        "../outside",
        "sealed/../../outside",
        "sealed/..",
        "/etc/passwd",
        "sealed//x",
        "sealed/a\x00b",
        "sealed/a\nb",
        "sealed/x\n",
        "sealed/\u202egpj.exe",
        "sealed/" + "a" * 300,
        "sealed/.hidden",
        "Sealed/ab",
        "sealed",
        "sealed/a/b/c/d",
        "sealed\\ab",
        "sealed/照片",
        "",
    ],
)
@pytest.mark.parametrize("ask", ["read", "size", "open", "exists", "delete", "put"])
def test_a_key_that_the_program_could_not_have_made_is_refused(files: FileStorage, ask: str, key: str) -> None:
    before = set(files.root.parent.rglob("*"))

    with pytest.raises(ValueError, match="not a storage key"):
        files.put_bytes(key, b"x") if ask == "put" else getattr(files, ask)(key)

    assert set(files.root.parent.rglob("*")) == before


def test_a_bucket_checks_its_keys_too(bucket: S3Storage) -> None:
    with pytest.raises(ValueError, match="not a storage key"):
        bucket.put_bytes("../outside", b"x")


def test_a_folder_that_leads_out_of_the_store_is_not_written_into(files: FileStorage, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (files.root / "sealed").symlink_to(outside)

    with pytest.raises(StorageFailed):
        files.put_bytes(KEY, b"x")

    assert list(outside.rglob("*")) == []


def test_a_folder_that_leads_out_of_the_store_is_not_read_from(files: FileStorage, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "ab").mkdir(parents=True)
    (outside / "ab" / "abcdef").write_bytes(b"not yours")
    (files.root / "sealed").symlink_to(outside)

    for ask in (files.read, files.size, files.exists, files.delete):
        with pytest.raises(StorageFailed):
            ask(KEY)

    assert (outside / "ab" / "abcdef").read_bytes() == b"not yours"


def test_a_link_under_a_key_is_neither_read_nor_taken_for_a_photo(files: FileStorage, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"not yours")
    (files.root / "sealed" / "ab").mkdir(parents=True)
    (files.root / KEY).symlink_to(secret)

    assert not files.exists(KEY)
    with pytest.raises(StorageFailed):
        files.read(KEY)
    with pytest.raises(StorageFailed):
        files.size(KEY)
    with pytest.raises(StorageFailed):
        files.put_bytes(KEY, b"x")
    assert secret.read_bytes() == b"not yours"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("blob.temp_written=enospc", StorageFull),
        ("blob.temp_written=edquot", StorageFull),
        ("blob.before_fsync=eio", StorageFailed),
        ("blob.after_fsync=eio", StorageFailed),
    ],
)
def test_a_disk_that_fails_before_the_link_leaves_nothing(
    files: FileStorage, fault: str, kind: type[StorageFailed]
) -> None:
    with faults.plan(fault), pytest.raises(StorageFailed) as failed:
        files.put_bytes(KEY, b"a photo")

    assert type(failed.value) is kind
    assert not files.exists(KEY)
    assert spooled(files) == []


def test_a_folder_that_cannot_be_synced_is_not_acknowledged_and_the_retry_is(files: FileStorage) -> None:
    with faults.plan("blob.linked=eio"), pytest.raises(StorageFailed):
        files.put_bytes(KEY, b"a photo")
    files.put_bytes(KEY, b"a photo")

    assert files.read(KEY) == b"a photo"


def test_a_full_disk_is_said_and_leaves_nothing(files: FileStorage) -> None:
    """The kernel's own ENOSPC: the file under the open handle is exchanged for /dev/full."""
    with pytest.raises(StorageFull), files.incoming() as incoming:
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, incoming._file.fileno())
        os.close(full)
        incoming.write(b"a photo")
        incoming.seal(KEY)

    assert not files.exists(KEY)
    assert spooled(files) == []


def test_file_then_link_then_folder_become_durable_in_this_order(
    files: FileStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.put_bytes("sealed/ab/earlier", b"so that the folders are there")
    happened: list[tuple[str, str]] = []
    fsync, link = os.fsync, os.link

    def noting_fsync(handle: int) -> None:
        happened.append(("fsync", str(Path(f"/proc/self/fd/{handle}").readlink())))
        fsync(handle)

    def noting_link(source: str | Path, target: str | Path, **more: object) -> None:
        happened.append(("link", str(target)))
        link(source, target)

    monkeypatch.setattr(os, "fsync", noting_fsync)
    monkeypatch.setattr(os, "link", noting_link)
    with files.incoming() as incoming:
        incoming.write(b"a photo")
        part = str(incoming.path)
        incoming.seal(KEY)

    assert happened == [
        ("fsync", part),
        ("link", str(files.root / KEY)),
        ("fsync", str((files.root / KEY).parent)),
    ]


def test_new_folders_are_made_durable_in_the_folder_above(files: FileStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = noted_syncs(monkeypatch)

    files.put_bytes(KEY, b"a photo")

    root = files.root
    assert synced[1:] == [str(root), str(root / "sealed"), str(root / "sealed/ab")]


def test_folders_that_a_killed_program_left_are_made_durable_too(
    files: FileStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files.root / KEY).parent.mkdir(parents=True)
    synced = noted_syncs(monkeypatch)

    files.put_bytes(KEY, b"a photo")

    assert synced[1:] == [str(files.root), str(files.root / "sealed"), str(files.root / "sealed/ab")]


def test_the_root_is_made_durable_and_is_not_open_to_every_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = noted_syncs(monkeypatch)
    root = tmp_path / "data" / "store"

    FileStorage(root)

    assert synced == [str(tmp_path), str(tmp_path / "data"), str(root)]
    for folder in (root.parent, root, root / "incoming"):
        assert stat.S_IMODE(folder.stat().st_mode) & 0o007 == 0


def test_files_are_not_open_to_every_user(files: FileStorage) -> None:
    files.put_bytes(KEY, b"a photo")

    assert (files.root / KEY).stat().st_mode & 0o007 == 0
    assert (files.root / "sealed").stat().st_mode & 0o007 == 0


def test_what_is_deleted_stays_deleted_after_a_power_cut(files: FileStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    files.put_bytes(KEY, b"a photo")
    synced = noted_syncs(monkeypatch)

    files.delete(KEY)

    assert synced == [str((files.root / KEY).parent)]


def test_sweeping_removes_what_killed_uploads_left_and_nothing_younger(store: Storage, tmp_path: Path) -> None:
    store.put_bytes(KEY, b"kept")
    spool = store.incoming().path.parent
    old, young = spool / "old.part", spool / "young.part"
    old.write_bytes(b"x")
    young.write_bytes(b"x")
    long_ago = time.time() - STALE_SECONDS - 60
    os.utime(old, (long_ago, long_ago))

    swept = store.sweep()

    assert swept == 1
    assert (old.exists(), young.exists(), store.exists(KEY)) == (False, True, True)


def test_a_store_that_does_not_answer_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    nobody = open_storage("s3://photos?endpoint=http://127.0.0.1:9", tmp_path / "spool")

    with pytest.raises(StorageFailed):
        nobody.put_bytes(KEY, b"x")


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (Behaviour(put=(403, "AccessDenied")), StorageFailed),
        (Behaviour(put=(500, "InternalError")), StorageFailed),
        (Behaviour(put=(400, "BadDigest")), StorageFailed),
        (Behaviour(put=(409, "ConditionalRequestConflict")), StorageFailed),
        (Behaviour(put=(403, "QuotaExceeded")), StorageFull),
        (Behaviour(put=(507, "XMinioStorageFull")), StorageFull),
        (Behaviour(put=(507, "")), StorageFull),
        (Behaviour(forgets=True), StorageFailed),
        (Behaviour(keeps=3), StorageFailed),
        (Behaviour(keeps=3, checksums=False), StorageFailed),
        (Behaviour(flips=True), StorageFailed),
        (Behaviour(silent=True), StorageFailed),
    ],
    ids=lambda given: given.__name__ if isinstance(given, type) else str(given),
)
@pytest.mark.parametrize("way", ["put_bytes", "seal"])
def test_a_store_that_refuses_or_lies_is_not_believed(
    liar: S3Storage, answers: Answers, behaviour: Behaviour, kind: type[StorageFailed], way: str
) -> None:
    answers.behaviour = behaviour

    with pytest.raises(StorageFailed) as failed:
        liar.put_bytes(KEY, b"a photo") if way == "put_bytes" else seal(liar, b"a photo")

    assert type(failed.value) is kind
    assert spooled(liar) == []


def test_a_store_that_gives_less_than_it_promised_fails(liar: S3Storage, answers: Answers) -> None:
    liar.put_bytes(KEY, b"a photo")
    answers.behaviour = Behaviour(gives=3)

    with pytest.raises(StorageFailed):
        liar.read(KEY)


def test_a_store_without_conditions_is_asked_before(liar: S3Storage, answers: Answers) -> None:
    answers.behaviour = Behaviour(conditions=False)

    seal(liar, b"a photo")
    liar.put_bytes(KEY, b"other")

    assert liar.read(KEY) == b"a photo"
    with pytest.raises(OtherContent):
        seal(liar, b"another")


def test_what_is_not_there_is_told_from_what_fails(store: Storage, bucket: S3Storage) -> None:
    assert not store.exists(KEY)
    with pytest.raises(NotThere):
        bucket.size(KEY)


def test_an_address_names_its_folder(tmp_path: Path) -> None:
    storage = open_storage((tmp_path / "my photos").as_uri(), tmp_path / "spool")

    assert isinstance(storage, FileStorage)
    assert storage.root == tmp_path / "my photos"


def test_an_address_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="s3://"):
        open_storage("ftp://photos", tmp_path)
