"""H01, H09: the server is killed at every step of an upload; the phone sends the same again."""

from contextlib import suppress

import pytest

from tests.faults.house import House, Lost, Sent
from tests.make import jpeg

pytestmark = pytest.mark.fault

BLOB = ("blob.temp_written", "blob.before_fsync", "blob.after_fsync", "blob.linked", "blob.dir_synced")
MANIFEST, LAST_PHOTO = 1, 3
FAR, NEAR = jpeg(1), jpeg(2)


def killed_and_sent_again(house: House, fault: str) -> None:
    """Send to a server that is killed on the way, then the same to one that is started after it."""
    sent = Sent((FAR, NEAR))
    server = house.serve(fault)
    with pytest.raises(Lost):
        house.program(server).send(sent)
    server.must_die()
    server.kill()
    house.must_be_whole()

    receipt = house.program(house.serve()).send(sent)

    house.must_be_whole((sent, receipt))
    assert house.counts() == {"Report": 1, "Manifest": 1, "Photo": 2, "Receipt": 1, "Authorship": 1}


@pytest.mark.parametrize("fault", [*BLOB, "intake.before_row"])
def test_a_server_killed_before_the_row_loses_nothing_that_was_acknowledged(sqlite_house: House, fault: str) -> None:
    killed_and_sent_again(sqlite_house, fault)


@pytest.mark.parametrize("request_number", [MANIFEST, LAST_PHOTO])
@pytest.mark.parametrize("step", ["before", "after"])
def test_a_server_killed_around_the_commit_loses_nothing_and_doubles_nothing(
    house: House, step: str, request_number: int
) -> None:
    killed_and_sent_again(house, f"intake.{step}_commit:{request_number}")


def test_an_answer_lost_after_the_commit_is_given_again_word_for_word(house: House) -> None:
    sent = Sent((FAR,))
    first = house.serve("intake.after_commit:2")
    with pytest.raises(Lost):
        house.program(first).send(sent)
    first.must_die()

    program = house.program(house.serve())
    again, photo_again = program.announce(sent), program.upload(sent, FAR)
    fetched = program.ask("GET", f"{sent.path}/receipt")

    assert (again.status, photo_again.status) == (200, 200)
    assert again.json["receipt"] == photo_again.json["receipt"] == fetched.json is not None
    house.must_be_whole((sent, again.json["receipt"]))


def test_what_a_killed_upload_leaves_is_no_photo_and_is_swept_away(sqlite_house: House) -> None:
    sent = Sent((FAR,))
    server = sqlite_house.serve("blob.temp_written")
    with suppress(Lost):
        sqlite_house.program(server).send(sent)
    server.must_die()

    left = [part.read_bytes() for part in sqlite_house.parts()]
    with sqlite_house.inside() as app:
        swept = app.extensions["mingcha.tools"].storage.sweep(older_than_seconds=-1)

    assert left == [FAR]
    assert not (sqlite_house.photos / "sealed").exists()
    assert (swept, sqlite_house.parts()) == (1, [])
