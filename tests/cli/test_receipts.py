"""A receipt's file checked at the command line."""

import base64
import json

import pytest

from inspection.reports import service as reports
from inspection.reports.receipts import Signer


@pytest.fixture
def file(make, tmp_path):
    """The receipt of a received report, as its author keeps it."""
    kept = reports.receipt_of(make.report())
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps({"document": kept.document, "signature": kept.signature}), "utf-8")
    return path


@pytest.fixture
def verify(run):
    """Run ``flask inspection receipt verify``."""
    return lambda *words: run("receipt", "verify", *words)


def test_a_true_receipt_is_told_with_what_it_says(file, verify):
    content = json.loads(json.loads(file.read_text("utf-8"))["document"])

    done = verify(file)

    assert done.exit_code == 0, done.output
    assert content["photos"][0] in done.output and content["received_at"] in done.output


def test_a_changed_receipt_is_refused(file, verify):
    signed = json.loads(file.read_text("utf-8"))
    content = json.loads(signed["document"])
    content["received_at"] = "2026-11-01T00:00:00+00:00"
    file.write_text(json.dumps(signed | {"document": json.dumps(content)}), "utf-8")

    done = verify(file)

    assert done.exit_code == 1
    assert done.output.startswith("签名不符")


def test_a_receipt_of_another_system_is_true_only_with_that_systems_key(file, verify):
    other = Signer(base64.b64encode(b"another system's seed, 32 bytes.").decode())
    document = json.loads(file.read_text("utf-8"))["document"]
    file.write_text(json.dumps({"document": document, "signature": other.sign(document)}), "utf-8")

    with_ours, with_theirs = verify(file), verify(file, "--key", other.public_key)

    assert (with_ours.exit_code, with_theirs.exit_code) == (1, 0)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"document": "x"}', "\u0000"])
def test_what_is_no_receipt_is_refused_in_words(verify, tmp_path, content):
    path = tmp_path / "other.json"
    path.write_text(content, "utf-8")

    done = verify(path)

    assert done.exit_code == 1
    assert "回执" in done.output
