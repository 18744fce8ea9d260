"""That what arrived is what was sent (RFC 9530): some phones lose a body on the way and keep its heads (H10)."""

import hashlib
import re
from base64 import b64decode
from binascii import Error

from flask import request

from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

HEAD = "Content-Digest"
SHA256 = re.compile(r"\bsha-256=:([A-Za-z0-9+/=]+):")


def require_what_was_sent() -> None:
    """Raise Invalid("body") with ``digest_mismatch`` for a body that is not the one its Content-Digest tells of."""
    told = SHA256.search(request.headers.get(HEAD, ""))
    if told is None:
        return
    try:
        wanted = b64decode(told[1], validate=True)
    except Error:
        wanted = b""
    if hashlib.sha256(request.get_data(cache=True)).digest() != wanted:
        raise Invalid("body", N_("内容没有传完整，请再传一次。"), code="digest_mismatch")
