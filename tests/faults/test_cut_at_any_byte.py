"""A submission that is cut at any byte is not acknowledged, and the whole of it can be sent again."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.faults.house import House, Program, Sent, large
from tests.make import sha256

pytestmark = pytest.mark.fault

FAR = large(1)
CUTS = 20


def status_of(said: bytes) -> int:
    """The status of a raw answer; 0 for none."""
    return int(said.split(b" ", 2)[1]) if said.startswith(b"HTTP/") else 0


def cut_of(request: bytes, share: float) -> int:
    """So many bytes of the request: at most all but the last of the body's own."""
    end = len(b"\r\n0\r\n\r\n") if request.endswith(b"\r\n0\r\n\r\n") else 0
    return int(share * (len(request) - end - 1))


def photo_request(program: Program, sent: Sent, *, chunked: bool) -> bytes:
    """The bytes of a photo's request."""
    return program.raw("PUT", sent.photo_path(FAR), FAR, chunked=chunked)


def test_a_photo_cut_at_any_byte_is_not_acknowledged_and_may_be_sent_again(sqlite_house: House) -> None:
    server = sqlite_house.serve()
    program = sqlite_house.program(server)
    done: list[tuple[Sent, dict[str, object]]] = []

    @given(share=st.floats(0, 1), chunked=st.booleans(), hang_up=st.booleans())
    @example(share=0.0, chunked=False, hang_up=True)
    @example(share=0.1, chunked=False, hang_up=False)
    @example(share=1.0, chunked=False, hang_up=True)
    @example(share=1.0, chunked=False, hang_up=False)
    @example(share=1.0, chunked=True, hang_up=True)
    @example(share=1.0, chunked=True, hang_up=False)
    @settings(max_examples=CUTS)
    def cut_and_send_again(share: float, chunked: bool, hang_up: bool) -> None:
        sent = Sent((FAR,))
        program.announce(sent)
        request = photo_request(program, sent, chunked=chunked)

        said = program.cut(request, cut_of(request, share), hang_up=hang_up)

        assert status_of(said) not in range(200, 300), said
        assert program.ask("GET", sent.path).json["missing"] == [sha256(FAR)]
        done.append((sent, program.send(sent)))

    cut_and_send_again()

    assert len(done) > CUTS / 2
    sqlite_house.must_be_whole(*done)
    assert sqlite_house.parts() == [], server.log


def test_a_manifest_cut_at_any_byte_leaves_nothing_and_may_be_sent_again(sqlite_house: House) -> None:
    program = sqlite_house.program(sqlite_house.serve())
    done: list[tuple[Sent, dict[str, object]]] = []

    @given(share=st.floats(0, 1), chunked=st.booleans(), hang_up=st.booleans())
    @example(share=1.0, chunked=False, hang_up=False)
    @example(share=1.0, chunked=True, hang_up=False)
    @settings(max_examples=CUTS)
    def cut_and_send_again(share: float, chunked: bool, hang_up: bool) -> None:
        sent = Sent((FAR,))
        body = json.dumps(sent.manifest).encode()
        request = program.raw("PUT", sent.path, body, chunked=chunked, kind="application/json")

        said = program.cut(request, cut_of(request, share), hang_up=hang_up)

        assert status_of(said) not in range(200, 300), said
        assert program.ask("GET", sent.path).status == 404
        done.append((sent, program.send(sent)))

    cut_and_send_again()

    sqlite_house.must_be_whole(*done)
    assert sqlite_house.counts()["Report"] == len(done)


def test_a_sender_that_goes_away_before_the_answer_finds_its_receipt_later(sqlite_house: House) -> None:
    program = sqlite_house.program(sqlite_house.serve())
    done = []

    for hang_up in (True, False):
        sent = Sent((FAR,))
        program.announce(sent)
        request = photo_request(program, sent, chunked=False)
        program.cut(request, len(request), hang_up=hang_up)
        first, again = program.upload(sent, FAR).json["receipt"], program.send(sent)
        assert first == again
        done.append((sent, again))

    sqlite_house.must_be_whole(*done)
