"""Example pictures of checklists (示例图): kept once by the hash of what is shown, without any metadata."""

import hashlib
import re
from collections.abc import Iterable

from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.storage import Storage
from inspection.kernel.text import N_
from inspection.photos import images
from inspection.photos.service import PhotoLimits

MIB = 1024 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}")


def key_of(sha256: str) -> str:
    """Where an example lies in the store."""
    return f"examples/{sha256[:2]}/{sha256}.jpg"


def take_in(storage: Storage, chunks: Iterable[bytes], limits: PhotoLimits) -> str:
    """Keep a copy of a picture as it is shown, 1600 px at most; its SHA-256. No transaction may be open.

    Raises Invalid("photo") if it is none or too large.
    """
    with storage.incoming() as incoming:
        for chunk in chunks:
            if incoming.size + len(chunk) > limits.bytes:
                most = str(limits.bytes // MIB)
                raise Invalid("photo", N_("照片太大，最多 %(most)s 兆。"), code="too_large", most=most)
            incoming.write(chunk)
        path = incoming.flush()
        images.inspect(path, images.Limits(megapixels=limits.megapixels))
        with path.open("rb") as file:
            shown = images.derive(file).web
    digest = hashlib.sha256(shown).hexdigest()
    storage.put_bytes(key_of(digest), shown)
    return digest


def read(storage: Storage, sha256: str) -> bytes:
    """The JPEG; raises NotFound."""
    if not (SHA256.fullmatch(sha256) and storage.exists(key_of(sha256))):
        raise NotFound(N_("没有这张示例图。"))
    return storage.read(key_of(sha256))
