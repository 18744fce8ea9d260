"""H06, H07: many writers beside a long reader, and a write lock that another process does not let go of."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pysqlite3.dbapi2 as sqlite
import pytest

from tests.faults.house import House, Sent, together
from tests.make import jpeg

pytestmark = pytest.mark.fault

FAR = jpeg(1)
WRITERS, EACH = 8, 4


@pytest.fixture
def impatient(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house whose processes wait one second for the database."""
    house = House(database_url, tmp_path, DATABASE_WAIT_SECONDS="1")
    yield house
    house.close()


@contextmanager
def write_lock_of(house: House) -> Iterator[None]:
    """Hold the lock that every change needs, as a process that has stopped in its midst."""
    if house.url.startswith("sqlite"):
        with closing(sqlite.connect(house.url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    with psycopg.connect(house.url) as other:
        other.execute("SELECT * FROM audit_head FOR UPDATE")
        yield


def test_a_lock_held_too_long_is_503_with_retry_after_and_reads_go_on(impatient: House) -> None:
    sent, half = Sent((FAR,)), Sent((FAR,))
    program = impatient.program(impatient.serve())
    program.announce(half)

    with write_lock_of(impatient):
        refused = [program.announce(sent), program.upload(half, FAR)]
        read = program.ask("GET", half.path)
    later = program.send(sent), program.send(half)

    assert [(answer.status, answer.json["code"]) for answer in refused] == [(503, "busy")] * 2
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert (read.status, len(read.json["missing"])) == (200, 1)
    impatient.must_be_whole((sent, later[0]), (half, later[1]))


def test_a_first_use_that_cannot_be_noted_does_not_stop_a_reader(impatient: House) -> None:
    program = impatient.program(impatient.serve())

    with write_lock_of(impatient):
        read = program.ask("GET", "/api/v1/reports")

    assert (read.status, read.json["items"]) == (200, [])


def test_many_writers_beside_a_long_reader_all_get_through(house: House) -> None:
    server = house.serve()
    program = house.program(server)
    reports = [[Sent((jpeg(writer * EACH + n),)) for n in range(EACH)] for writer in range(WRITERS)]
    program.send(reports[0][0])

    with long_reader_of(house) as seen:
        receipts = together(lambda writer: [program.send(sent) for sent in reports[writer]], WRITERS)

    assert seen == [1, 1]
    assert "locked" not in server.log
    pairs = [pair for own, given in zip(reports, receipts, strict=True) for pair in zip(own, given, strict=True)]
    house.must_be_whole(*pairs)
    assert house.counts()["Report"] == WRITERS * EACH


@contextmanager
def long_reader_of(house: House) -> Iterator[list[int]]:
    """A snapshot that stays open all the while; what it saw at first and, once it is left, at last."""
    seen: list[int] = []
    count = "SELECT count(*) FROM report"
    if house.url.startswith("sqlite"):
        with closing(sqlite.connect(house.url.removeprefix("sqlite:///"), isolation_level=None)) as reader:
            reader.execute("BEGIN")
            seen.append(reader.execute(count).fetchone()[0])
            yield seen
            seen.append(reader.execute(count).fetchone()[0])
        return
    with psycopg.connect(house.url) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        seen.append(reader.execute(count).fetchone()[0])  # type: ignore[index]
        yield seen
        seen.append(reader.execute(count).fetchone()[0])  # type: ignore[index]
