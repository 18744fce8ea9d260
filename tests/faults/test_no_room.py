"""H03, H04: a full disk, a disk that fails: told in plain words, nothing acknowledged, and mended without a restart."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from inspection.kernel.db import db
from tests.faults.conftest import Mount
from tests.faults.house import Answer, House, Program, Sent, large
from tests.make import jpeg

pytestmark = pytest.mark.fault

FAR, NEAR = jpeg(1), jpeg(2)
BIG = large(3)
LEFT_FREE = 60_000
WORDS_FULL = "服务器存满了，这次没有收下；您手机里的还在，请稍后再发。"


def must_say_full(answer: Answer) -> None:
    """507, as problem+json, with words for the person who holds the phone."""
    assert (answer.status, answer.headers["content-type"]) == (507, "application/problem+json"), answer
    assert (answer.json["code"], answer.json["detail"]) == ("storage_full", WORDS_FULL)


def fill(disk: Path, leaving: int = 0) -> Path:
    """A file that takes all room on a small disk but for so many bytes."""
    file = disk / "filler"
    room = shutil.disk_usage(disk).free - leaving
    file.write_bytes(b"x" * max(room, 0))
    return file


def must_be_readable(program: Program, *reports: Sent) -> None:
    """Reading goes on."""
    assert [program.ask("GET", sent.path).status for sent in reports] == [200] * len(reports)
    assert len(program.ask("GET", "/api/v1/reports").json["items"]) == len(reports)


@pytest.mark.parametrize("point", ["blob.before_fsync", "blob.linked", "intake.before_row"])
def test_a_disk_that_is_full_once_is_told_and_the_same_request_passes_later(sqlite_house: House, point: str) -> None:
    sent = Sent((FAR, NEAR))
    program = sqlite_house.program(sqlite_house.serve(f"{point}=enospc"))
    program.announce(sent)

    refused = program.upload(sent, FAR)
    must_be_readable(program, sent)
    sqlite_house.must_be_whole()
    receipt = program.send(sent)

    must_say_full(refused)
    assert sqlite_house.parts() == []
    sqlite_house.must_be_whole((sent, receipt))


@pytest.mark.parametrize("point", ["blob.before_fsync", "blob.after_fsync", "blob.linked"])
def test_a_disk_that_fails_to_sync_acknowledges_nothing(sqlite_house: House, point: str) -> None:
    sent = Sent((FAR,))
    program = sqlite_house.program(sqlite_house.serve(f"{point}=eio"))
    program.announce(sent)

    refused = program.upload(sent, FAR)
    missing = program.ask("GET", sent.path).json["missing"]

    assert (refused.status, refused.json["code"]) == (503, "storage_failed")
    assert int(refused.headers["retry-after"]) > 0
    assert len(missing) == 1
    sqlite_house.must_be_whole((sent, program.send(sent)))


def test_a_really_full_photo_disk_is_told_and_mended_without_a_restart(
    sqlite_url: str, tmp_path: Path, small_disk: Mount
) -> None:
    disk = small_disk(tmp_path / "data" / "photos", "3m")
    for house in _house(sqlite_url, tmp_path):
        program = house.program(house.serve())
        before, sent = Sent((FAR,)), Sent((BIG,))
        receipt = program.send(before)
        filler = fill(disk, leaving=LEFT_FREE)

        program.announce(sent)
        refused = [program.upload(sent, BIG) for _ in range(3)]
        must_be_readable(program, before, sent)
        left = house.parts()
        filler.unlink()
        late = program.send(sent)

        for answer in refused:
            must_say_full(answer)
        assert left == []
        house.must_be_whole((before, receipt), (sent, late))


def test_a_really_full_database_disk_is_told_and_mended_without_a_restart(
    sqlite_template: Path, tmp_path: Path, small_disk: Mount
) -> None:
    disk = small_disk(tmp_path / "disk", "24m")
    shutil.copyfile(sqlite_template, disk / "mingcha.db")
    for house in _house(f"sqlite:///{disk / 'mingcha.db'}", tmp_path):
        program = house.program(house.serve())
        before, half, new = Sent((FAR,)), Sent((NEAR,)), Sent((FAR, NEAR))
        receipt = program.send(before)
        program.announce(half)
        filler = fill(disk)

        refused = [*_until_full(program), program.upload(half, NEAR), program.announce(new)]
        read = program.ask("GET", before.path)
        filler.unlink()
        late = program.send(half), program.send(new)

        for answer in refused:
            must_say_full(answer)
        assert read.status == 200
        house.must_be_whole((before, receipt), (half, late[0]), (new, late[1]))


def test_a_database_that_may_not_grow_is_told_and_mended_without_a_restart(sqlite_house: House) -> None:
    house, new = sqlite_house, Sent((FAR,))
    client, headers = house.app.test_client(), {"Authorization": f"Bearer {house.token}"}

    with no_growth(house):
        answers = [client.put(f"{new.path[:-36]}{uuid.uuid4()}", json=new.manifest, headers=headers) for _ in range(30)]
        read = client.get("/api/v1/reports", headers=headers)
    later = client.put(new.path, json=new.manifest, headers=headers)
    done = client.put(new.photo_path(FAR), data=FAR, headers=headers)

    refused = answers[-1]
    assert (refused.status_code, refused.json["code"], refused.json["detail"]) == (507, "storage_full", WORDS_FULL)
    assert {answer.status_code for answer in answers} <= {201, 507}
    assert (read.status_code, later.status_code, done.status_code) == (200, 201, 200)
    house.must_be_whole((new, done.json["receipt"]))


@contextmanager
def no_growth(house: House) -> Iterator[None]:
    """The database keeps the pages that it has, and one more."""

    def limit(connection: Any, _record: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 1}")

    with house.inside():
        engine = db.engine
        engine.dispose()
        event.listen(engine, "connect", limit)
    yield
    event.remove(engine, "connect", limit)
    with house.inside():
        pass


def _until_full(program: Program) -> list[Answer]:
    """Announce until the pages that the database had in hand are used up; the answer that says so."""
    for _ in range(200):
        answer = program.announce(Sent((FAR,)))
        if answer.status != 201:
            return [answer]
    raise AssertionError("the disk is not full")


def _house(url: str, folder: Path) -> Iterator[House]:
    house = House(url, folder)
    try:
        yield house
    finally:
        house.close()
