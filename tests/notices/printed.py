"""A PDF opened again and measured: millimetres from the page's upper left corner."""

import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pdfplumber
import pypdfium2
from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from PIL import Image

MM = 72 / 25.4
PAGE_HEIGHT = 297 * MM
TYPE_BOTTOM = 262


@dataclass(frozen=True)
class Sign:
    """A character where it stands: edges of its advance and its base line in mm, its size in points."""

    text: str
    left: float
    right: float
    base: float
    size: float
    font: str
    color: Any


@dataclass(frozen=True)
class Rule:
    """A horizontal line: its middle, its ends and its thickness in mm."""

    y: float
    left: float
    right: float
    thick: float
    color: Any


class Printed:
    """What is on each page of a PDF."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        with pdfplumber.open(io.BytesIO(data)) as book:
            self.sizes = [(float(page.width) / MM, float(page.height) / MM) for page in book.pages]
            self.pages = [[_sign(char) for char in page.chars] for page in book.pages]
            self.rules = [[_rule(line) for line in page.lines if line["height"] < 0.1] for page in book.pages]
            self.images = [page.images for page in book.pages]
            self.metadata = dict(book.metadata)

    @cached_property
    def said(self) -> str:
        """All text inside the type areas, without spaces, in the order of reading."""
        return "".join(self.body(number) for number in range(len(self.pages)))

    def body(self, number: int) -> str:
        """The text inside one page's type area, without spaces."""
        return bare("".join(sign.text for sign in self.pages[number] if sign.base < TYPE_BOTTOM))

    def foot(self, number: int) -> list[Sign]:
        """The page number's signs."""
        return [sign for sign in self.pages[number] if sign.base > TYPE_BOTTOM and sign.text.strip()]

    def bases(self, number: int, size: float = 16) -> list[float]:
        """The base lines of the text of ``size`` on a page, from the top."""
        found = {round(sign.base, 2) for sign in self.pages[number] if abs(sign.size - size) < 0.1}
        return sorted(base for base in found if base < TYPE_BOTTOM)

    def line(self, number: int, base: float) -> list[Sign]:
        """The signs on one base line, from the left."""
        there = [s for s in self.pages[number] if abs(s.base - base) < 0.05 and s.text.strip()]
        return sorted(there, key=lambda sign: sign.left)

    def ink(self, number: int, box: tuple[float, float, float, float]) -> tuple[float, float]:
        """The first and last height at which something is printed inside ``box`` (left, top, right, bottom)."""
        scale = 20 / MM  # 20 pixels a millimetre
        with closing(pypdfium2.PdfDocument(self.data)) as book:
            picture = book[number].render(scale=scale).to_pil().convert("L")
        part = picture.crop(tuple(round(edge * 20) for edge in box)).point(lambda grey: 255 if grey < 200 else 0)
        _, top, _, bottom = part.getbbox()
        return box[1] + top / 20, box[1] + bottom / 20

    def glyph_numbers(self) -> Iterator[tuple[str, int]]:
        """The font and number of every glyph that is set; 0 is the empty box of a missing one."""
        device = _Glyphs(PDFResourceManager())
        interpreter = PDFPageInterpreter(device.rsrcmgr, device)
        for page in PDFPage.get_pages(io.BytesIO(self.data)):
            interpreter.process_page(page)
        return iter(device.seen)

    def embedded(self) -> dict[str, bool]:
        """The fonts and whether their files are inside."""
        resources, found = PDFResourceManager(), {}
        device = _Glyphs(resources)
        interpreter = PDFPageInterpreter(resources, device)
        for page in PDFPage.get_pages(io.BytesIO(self.data)):
            interpreter.process_page(page)
            for font in interpreter.fontmap.values():
                found[font.fontname] = any(f"FontFile{kind}" in font.descriptor for kind in ("", "2", "3"))
        return found


class _Glyphs(PDFLayoutAnalyzer):
    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.seen: list[tuple[str, int]] = []

    def render_char(
        self, matrix: Any, font: Any, fontsize: Any, scaling: Any, rise: Any, cid: int, *more: Any
    ) -> float:
        self.seen.append((font.fontname, cid))
        return super().render_char(matrix, font, fontsize, scaling, rise, cid, *more)

    def receive_layout(self, ltpage: Any) -> None:
        """Nothing is done with the page."""


def bare(text: str) -> str:
    """``text`` without any space."""
    return "".join(text.split())


def pictures(data: bytes) -> list[Image.Image]:
    """Every page, to be looked at."""
    with closing(pypdfium2.PdfDocument(data)) as book:
        return [page.render(scale=1.3).to_pil() for page in book]


def _sign(char: dict[str, Any]) -> Sign:
    base = (PAGE_HEIGHT - char["matrix"][5]) / MM
    return Sign(
        char["text"], char["x0"] / MM, char["x1"] / MM, base, char["size"], char["fontname"], char["non_stroking_color"]
    )


def _rule(line: dict[str, Any]) -> Rule:
    left, right = sorted((line["x0"] / MM, line["x1"] / MM))
    return Rule(line["top"] / MM, left, right, line["linewidth"] / MM, line["stroking_color"])
