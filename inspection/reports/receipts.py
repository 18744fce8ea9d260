"""The receipt (回执): that these photos were received then, signed so that anyone can check it later.

Ed25519 (RFC 8032) over the UTF-8 bytes of canonical JSON. Pure: keys and facts in, text out.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

SEED_BYTES = 32
NUMBER_DIGITS = 9


@dataclass(frozen=True)
class Signed:
    """A receipt as it is kept: the exact text that was signed, and the signature in base64."""

    document: str
    signature: str


class Signer:
    """Signs receipts with one key; ``public_key`` is what others need to check them."""

    def __init__(self, seed_base64: str) -> None:
        """Take the 32-byte seed in base64; raises ValueError for anything else."""
        seed = base64.b64decode(seed_base64, validate=True)
        if len(seed) != SEED_BYTES:
            raise ValueError(f"a receipt key has {SEED_BYTES} bytes, not {len(seed)}")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def sign(self, document: str) -> str:
        """The signature of a text, base64."""
        return base64.b64encode(self._key.sign(document.encode())).decode()


def issue(
    signer: Signer,
    *,
    number: str,
    report_id: object,
    received_at: datetime,
    content_hash: str,
    photos: Sequence[str],
    recordings: Sequence[str] = (),
    about: str = "report",
) -> Signed:
    """A receipt for what is complete: its number, time, the manifest's hash and the evidence's, in order.

    ``about`` says what it is for: ``report``, ``recheck`` for what an inspector who was asked has seen, ``answer`` for
    a unit's repair, or ``visit`` for what was brought from one.
    """
    document = json.dumps(
        ({"recordings": list(recordings)} if recordings else {})
        | {
            "content_sha256": content_hash,
            "key": signer.public_key,
            "number": number,
            "photos": list(photos),
            "received_at": received_at.astimezone(UTC).isoformat(),
            about: str(report_id),
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return Signed(document, signer.sign(document))


def verify(signed: Mapping[str, Any], public_key: str) -> dict[str, Any]:
    """What a receipt says, if it is signed with ``public_key`` and unchanged.

    ``signed`` has ``document`` and ``signature`` as the receipt's file does. Raises Invalid naming what is wrong.
    """
    document, signature = signed.get("document"), signed.get("signature")
    if not isinstance(document, str):
        raise Invalid("document", N_("这不是回执文件。"))
    if not isinstance(signature, str):
        raise Invalid("signature", N_("回执上没有签名。"))
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), document.encode())
    except (InvalidSignature, binascii.Error, ValueError) as wrong:
        raise Invalid("signature", N_("签名不符：回执被改过，或不是这个系统发出的。")) from wrong
    content = json.loads(document)
    return dict(content)


def spoken(number: str) -> str:
    """A number in groups of three, as it is read over the telephone: ``731 906 482``; a ticket's stays as it is."""
    if not number.isdigit():
        return number
    return " ".join(number[start : start + 3] for start in range(0, len(number), 3))
