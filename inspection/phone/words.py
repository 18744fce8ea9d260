"""The field app's texts: found in its modules, translated from the same catalogue as every other text."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "inspection" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
MODULES = ROOT / "static" / "phone"
SAID = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*")""")
"""A text of the app: ``_("…")``, always a literal in double quotes."""


def texts(source: str) -> Iterator[tuple[int, str]]:
    """The line and the words of each text in a module."""
    for found in SAID.finditer(source):
        yield source.count("\n", 0, found.start()) + 1, json.loads(found[1])


def extract(fileobj: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[tuple[int, str, str, list[str]]]:
    """Babel's extraction method for the app's modules."""
    for line, text in texts(fileobj.read().decode("utf-8")):
        yield line, "_", text, []


def modules() -> list[Path]:
    """The app's own modules, without their tests."""
    return sorted(
        file for file in MODULES.rglob("*.js") if not file.name.endswith(".test.js") and "test" not in file.parts
    )


@lru_cache(maxsize=1)
def english() -> bytes:
    """JSON: Chinese → English for every text of the app that has one."""
    with CATALOGUE.open("rb") as file:
        catalogue = {message.id: message.string for message in read_po(file, locale="en")}
    wanted = {text for module in modules() for _line, text in texts(module.read_text("utf-8"))}
    told = {text: catalogue[text] for text in sorted(wanted) if catalogue.get(text)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
