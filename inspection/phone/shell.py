"""The field app's shell (外壳): its page, modules, looks and words, under one version that their content decides.

Everything in it is the same bytes for everybody and holds nobody's data, so that a phone may keep it and open it
without a network. A file's address holds the version: a new version is a new set of addresses, and a phone goes on
with the old one, whole, until the new one is whole too.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from posixpath import dirname, normpath

import brotli

from inspection.geography.pocket import pocket_map
from inspection.phone import words

STATIC = words.ROOT / "static"
LOOKS = ("look/tokens.css", "look/components.css", "phone/phone.css", "phone/capture.css", "phone/pages.css")
LATER_LOOKS = ("phone/visit.css",)
"""What some screens bring along when they are opened."""
ICONS, CATEGORIES, MARK = "look/icons.svg", "look/cats.svg", "look/mark.svg"
DRAWING = re.compile(r'<symbol id="(cat-)?.*?</symbol>\n?', re.DOTALL)
"""One drawing of the sprite; a category's is wanted only once one chooses a category, and so are apart here."""
VENDORED = (
    "vendor/lit-html/lit-html.js",
    "vendor/idb/index.js",
    "vendor/client-zip/index.js",
    "vendor/exifr/mini.esm.mjs",
)
PLAIN = {f"phone/{name}.js" for name in ("early", "report", "photos", "sw")}
"""Modules of the pages that the server draws, and the service worker itself: no part of the shell."""
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
APP = "phone/app.js"
IMPORTED = re.compile(r"""^(?:import|export)\s[^;]*?from\s+"(\.[^"]+)"|^import\s+"(\.[^"]+)";""", re.MULTILINE)
"""What a module cannot run without; what it fetches later (``import("…")``) is not meant."""
WORDS, AREAS = "phone/words-en.json", "phone/areas.json"


@dataclass(frozen=True)
class File:
    """One file of the shell."""

    content: bytes
    type: str

    @cached_property
    def packed(self) -> bytes:
        """As small as Brotli can make it: it is packed once and sent for a year."""
        return brotli.compress(self.content, quality=11)

    @property
    def integrity(self) -> str:
        """Its SHA-256 as browsers compare it (Subresource Integrity)."""
        return f"sha256-{base64.b64encode(hashlib.sha256(self.content).digest()).decode()}"


@dataclass(frozen=True)
class Shell:
    """All files by their path under ``static/``, and the version that they make."""

    files: Mapping[str, File]
    version: str

    def address(self, path: str) -> str:
        """Where a file of this version is."""
        return f"/phone/shell/{self.version}/{path}"

    def first_modules(self) -> list[str]:
        """Where the modules are that the first screen stands on, for fetching them side by side."""
        found = [APP]
        for path in found:
            for match in IMPORTED.finditer(self.files[path].content.decode()):
                imported = normpath(f"{dirname(path)}/{match[1] or match[2]}")
                if imported not in found:
                    found.append(imported)
        return [self.address(path) for path in found]

    def looks(self) -> list[str]:
        """Where the style sheets are, in their order."""
        return [self.address(path) for path in LOOKS]


@lru_cache(maxsize=1)
def current() -> Shell:
    """The shell of this process, read once."""
    files = dict(sorted(_files()))
    digest = hashlib.sha256()
    for path, file in files.items():
        digest.update(f"{path} {file.integrity}\n".encode())
    return Shell(files, digest.hexdigest()[:16])


def listing(shell: Shell, page: bytes) -> str:
    """What the service worker is told: JSON of version, page and files with their hashes."""
    files = [{"path": shell.address(path), "integrity": file.integrity} for path, file in shell.files.items()]
    files.append({"path": "/phone/", "integrity": File(page, "text/html").integrity})
    version = hashlib.sha256(shell.version.encode() + page).hexdigest()[:16]
    return json.dumps({"version": version, "files": files}, separators=(",", ":"))


def _files() -> Iterator[tuple[str, File]]:
    for path in (*LOOKS, *LATER_LOOKS, MARK, *VENDORED):
        yield _read(STATIC / path)
    yield ICONS, _sprite(of_categories=False)
    yield CATEGORIES, _sprite(of_categories=True)
    for module in words.modules():
        if module.relative_to(STATIC).as_posix() not in PLAIN:
            yield _read(module)
    yield WORDS, File(words.english(), TYPES[".json"])
    yield AREAS, File(pocket_map(), TYPES[".json"])


def _sprite(*, of_categories: bool) -> File:
    """The drawings of the categories, or all the others."""
    sprite = (STATIC / ICONS).read_text("utf-8")
    kept = DRAWING.sub(lambda found: found[0] if bool(found[1]) is of_categories else "", sprite)
    return File(kept.encode(), TYPES[".svg"])


def _read(file: Path) -> tuple[str, File]:
    return file.relative_to(STATIC).as_posix(), File(file.read_bytes(), TYPES[file.suffix])
