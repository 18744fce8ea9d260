"""H08: the same report in sequence, in parallel, through two servers, after a restart, and with another body."""

from typing import Any

import pytest

from tests.faults.house import Answer, House, Program, Sent, together
from tests.make import jpeg, sha256

pytestmark = pytest.mark.fault

THREADS = 8
FAR, NEAR = jpeg(1), jpeg(2)


def receipts_in(answers: list[Answer]) -> set[str]:
    """The receipts that were given, word for word."""
    return {str(answer.json["receipt"]) for answer in answers if answer.json["receipt"]}


def test_eight_at_once_through_two_servers_are_one_report_with_one_receipt(house: House) -> None:
    sent = Sent((FAR, NEAR))
    programs = [house.program(house.serve()) for _ in range(2)]

    announced = together(lambda place: programs[place % 2].announce(sent), THREADS)
    uploaded = together(
        lambda place: [programs[place % 2].upload(sent, picture) for picture in (FAR, NEAR)[:: 1 - place // 4 * 2]],
        THREADS,
    )
    whole_again = together(lambda place: programs[place % 2].send(sent), THREADS)

    assert sorted(answer.status for answer in announced) == [200] * (THREADS - 1) + [201]
    every = [answer for pair in uploaded for answer in pair]
    assert {answer.status for answer in every} == {200}
    assert receipts_in(every) == {str(receipt) for receipt in whole_again}
    assert len(receipts_in(every)) == 1
    house.must_be_whole((sent, whole_again[0]))
    assert house.counts() == {"Report": 1, "Manifest": 1, "Photo": 2, "Receipt": 1, "Authorship": 1}


def test_the_last_photo_eight_times_at_once_completes_the_report_once(house: House) -> None:
    program = house.program(house.serve())
    reports = [Sent((FAR,)) for _ in range(3)]
    receipts = []

    for sent in reports:
        program.announce(sent)
        answers: list[Any] = together(lambda _place, sent=sent: program.upload(sent, FAR), THREADS)
        assert [answer.status for answer in answers] == [200] * THREADS
        receipts.append(receipts_in(answers))

    assert [len(given) for given in receipts] == [1, 1, 1]
    house.must_be_whole(*((sent, program.announce(sent).json["receipt"]) for sent in reports))


def test_the_same_again_after_a_restart_is_the_same_and_another_body_is_refused(house: House) -> None:
    sent = Sent((FAR,))
    before = house.serve()
    first, second = house.program(before).send(sent), house.program(before).send(sent)
    before.kill()
    other = Sent((FAR,), id=sent.id, more={"description": "别的", "place.lat": 39.93})

    program = house.program(house.serve())
    third, refused = program.send(sent), program.announce(other)

    assert first == second == third
    assert (refused.status, refused.json["code"]) == (409, "different_content")
    assert refused.json["differs"] == ["description", "place.lat"]
    house.must_be_whole((sent, first))
    assert house.counts()["Report"] == 1


def test_two_bodies_under_one_id_at_once_leave_one_whole_and_the_other_told(house: House) -> None:
    mine = Sent((FAR,))
    other = Sent((NEAR,), id=mine.id, more={"description": "别的"})
    program = house.program(house.serve())

    answers = together(lambda place: program.announce((mine, other)[place % 2]), THREADS)

    statuses = [answer.status for answer in answers]
    kept = (mine, other)[statuses.index(201) % 2]
    assert sorted(statuses) == [200] * 3 + [201] + [409] * 4
    house.must_be_whole((kept, program.send(kept)))


def test_photos_partial_out_of_order_repeated_and_twice_in_one_report(sqlite_house: House) -> None:
    sent = Sent((FAR, NEAR, FAR))
    program = sqlite_house.program(sqlite_house.serve())
    program.announce(sent)

    steps = [
        program.upload(sent, NEAR),
        program.upload(sent, NEAR),
        _empty(program, sent),
        program.announce(sent),
        program.upload(sent, FAR),
        program.upload(sent, FAR),
    ]

    assert [step.status for step in steps] == [200, 200, 422, 200, 200, 200]
    assert steps[2].json["code"] == "digest_mismatch"
    assert [step.json.get("missing") for step in steps] == [[sha256(FAR)]] * 2 + [None, [sha256(FAR)], [], []]
    assert steps[4].json["receipt"] == steps[5].json["receipt"]
    sqlite_house.must_be_whole((sent, steps[4].json["receipt"]))
    assert sqlite_house.counts()["Photo"] == 3


@pytest.mark.parametrize("headers", [{}, {"Transfer-Encoding": "chunked"}], ids=["length 0", "chunked"])
def test_an_empty_body_with_a_valid_request_is_no_photo(sqlite_house: House, headers: dict[str, str]) -> None:
    sent = Sent((FAR,))
    program = sqlite_house.program(sqlite_house.serve())
    program.announce(sent)

    refused = _empty(program, sent, **headers)

    assert (refused.status, refused.json["code"]) == (422, "digest_mismatch")
    assert not (sqlite_house.photos / "sealed").exists()
    sqlite_house.must_be_whole((sent, program.send(sent)))


def _empty(program: Program, sent: Sent, **headers: str) -> Answer:
    body = b"0\r\n\r\n" if headers else b""
    return program.ask("PUT", sent.photo_path(FAR), body, **{"Content-Type": "image/jpeg"} | headers)
