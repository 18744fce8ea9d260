"""A receipt is proof: whoever has the key can check it, and nothing in it can be changed."""

import base64
import json
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.db import db
from inspection.kernel.errors import Invalid
from inspection.reports import receipts
from inspection.reports.models import Receipt
from inspection.reports.receipts import Signed, Signer
from inspection.web.tools import tools
from tests.make import NOW, Make

SEED = base64.b64encode(bytes(range(32))).decode()
SIGNER = Signer(SEED)
REPORT = uuid.UUID("6f2f0a5e-3d38-4f4b-9d2c-1b6a2f0f6c11")


def issued() -> Signed:
    return receipts.issue(
        SIGNER,
        number="731906482",
        report_id=REPORT,
        received_at=NOW,
        content_hash="c" * 64,
        photos=["a" * 64, "b" * 64],
    )


def checked(document: str, signature: str, key: str = SIGNER.public_key) -> dict[str, object]:
    return receipts.verify({"document": document, "signature": signature}, key)


def test_a_receipt_says_what_was_received_when() -> None:
    signed = issued()

    content = checked(signed.document, signed.signature)

    assert content == {
        "number": "731906482",
        "report": str(REPORT),
        "received_at": "2026-11-23T01:42:00+00:00",
        "content_sha256": "c" * 64,
        "photos": ["a" * 64, "b" * 64],
        "key": SIGNER.public_key,
    }


def test_the_same_facts_give_the_same_receipt() -> None:
    """Ed25519 is deterministic (RFC 8032, 5.1.6)."""
    assert issued() == issued()


def test_the_public_key_is_the_one_of_rfc_8032() -> None:
    """RFC 8032, 7.1, test 1."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")

    key = Signer(base64.b64encode(seed).decode()).public_key

    assert base64.b64decode(key).hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def test_every_single_changed_byte_shows() -> None:
    signed = issued()

    for at in range(len(signed.document)):
        other = "x" if signed.document[at] != "x" else "y"
        with pytest.raises(Invalid):
            checked(signed.document[:at] + other + signed.document[at + 1 :], signed.signature)


@given(at=st.integers(0, 63), bit=st.integers(0, 7))
def test_every_changed_bit_of_the_signature_shows(at: int, bit: int) -> None:
    signed = issued()
    raw = bytearray(base64.b64decode(signed.signature))
    raw[at] ^= 1 << bit

    with pytest.raises(Invalid) as refusal:
        checked(signed.document, base64.b64encode(raw).decode())

    assert refusal.value.field == "signature"


@pytest.mark.parametrize("longer", [" ", "\n", "\x00"])
def test_something_added_shows(longer: str) -> None:
    signed = issued()

    for document in (signed.document + longer, longer + signed.document):
        with pytest.raises(Invalid):
            checked(document, signed.signature)


def test_a_receipt_under_another_key_is_none_of_ours() -> None:
    other = Signer(base64.b64encode(bytes(32)).decode())
    signed = issued()

    with pytest.raises(Invalid):
        checked(signed.document, signed.signature, other.public_key)
    with pytest.raises(Invalid):
        checked(signed.document, other.sign(signed.document))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "document"),
        ({"document": 5, "signature": "x"}, "document"),
        ({"document": "{}"}, "signature"),
        ({"document": "{}", "signature": None}, "signature"),
        ({"document": "{}", "signature": "not base64!"}, "signature"),
        ({"document": "{}", "signature": ""}, "signature"),
        ({"document": "{}", "signature": "签名"}, "signature"),
    ],
)
def test_what_is_no_receipt_is_refused_at_its_field(given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        receipts.verify(given, SIGNER.public_key)

    assert refusal.value.field == field


@pytest.mark.parametrize("key", ["", "short", base64.b64encode(b"x" * 31).decode(), "密钥"])
def test_a_key_that_is_none_verifies_nothing(key: str) -> None:
    signed = issued()

    with pytest.raises(Invalid):
        checked(signed.document, signed.signature, key)


@pytest.mark.parametrize("seed", ["", "AAAA", base64.b64encode(bytes(33)).decode(), "no base64"])
def test_a_seed_of_another_length_makes_no_signer(seed: str) -> None:
    with pytest.raises(ValueError):
        Signer(seed)


def test_a_number_is_spoken_in_threes() -> None:
    assert receipts.spoken("731906482") == "731 906 482"
    assert receipts.spoken("000000007") == "000 000 007"


def test_the_receipt_of_a_report_lists_its_photos_and_verifies(make: Make) -> None:
    report = make.report()

    receipt = db.session.get_one(Receipt, report.id)
    content = checked(receipt.document, receipt.signature, tools().signer.public_key)

    assert (content["number"], content["report"]) == (receipt.number, str(report.id))
    assert content["photos"] == [photo.sha256 for photo in report.manifest.photos]
    assert content["content_sha256"] == report.manifest.content_hash
    assert datetime.fromisoformat(str(content["received_at"])) == NOW.astimezone(UTC) == receipt.issued_at


def test_numbers_have_nine_digits_and_tell_no_order(make: Make) -> None:
    author = make.inspector()

    numbers = [db.session.get_one(Receipt, make.report(author).id).number for _ in range(6)]

    assert all(len(number) == 9 and number.isdigit() for number in numbers)
    assert len(set(numbers)) == 6
    assert numbers != sorted(numbers) or int(numbers[-1]) - int(numbers[0]) > 6


def test_a_receipts_file_is_checked_at_the_command_line(app: Flask, tmp_path: Path) -> None:
    report = Make(app).report()
    receipt = db.session.get_one(Receipt, report.id)
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    kept = {"number": receipt.number, "document": receipt.document, "signature": receipt.signature}
    good.write_text(json.dumps(kept), encoding="utf-8")
    bad.write_text(json.dumps(kept | {"document": receipt.document.replace("report", "Report")}), encoding="utf-8")
    runner = app.test_cli_runner()

    told = runner.invoke(args=["inspection", "receipt", "verify", str(good)])
    refused = runner.invoke(args=["inspection", "receipt", "verify", str(bad)])

    assert told.exit_code == 0, told.output
    assert receipts.spoken(receipt.number) in told.output
    assert refused.exit_code == 1
    assert receipts.spoken(receipt.number) not in refused.output
