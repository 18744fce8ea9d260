"""A foreign table's rows while they are looked at: which column is which, what is wrong in a cell (逐行核对). Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

from inspection.kernel.cells import plain
from inspection.kernel.errors import Invalid
from inspection.kernel.phrases import Listing, Phrase
from inspection.kernel.reading import FIELD, LONGEST_CELL, Cell, Formula, Raw
from inspection.kernel.text import N_

Headings = Mapping[str, Sequence[str]]
"""Code → what its column may be called; the first is the one that our own files write."""

NOTHING = {"", "-", "—", "——", "/", "无"}
LOOKED_THROUGH = 10
"""In so many rows from the top the headings are looked for: a title may stand above them."""
LONGEST_HEADING = 40


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong: in which row, under which heading, and why."""

    row: int
    heading: str
    why: Phrase


@dataclass
class Row:
    """A row while it is looked at: its cells by code, and what was found wrong so far."""

    number: int
    cells: Mapping[str, Cell]
    headings: Headings
    _: KW_ONLY
    wrong: list[Wrong] = field(default_factory=list)

    def refuse(self, code: str, message: str, **params: object) -> None:
        """Note that something is wrong with a cell."""
        self.wrong.append(Wrong(self.number, self.headings[code][0], Phrase(message, params)))

    def refuse_formulas(self) -> None:
        """Note every cell that is a formula: what it would come to is not ours to say."""
        for code, cell in self.cells.items():
            if isinstance(cell, Formula):
                self.refuse(code, N_("是公式，请粘贴成数值再交。"))

    def text(self, code: str, most: int = LONGEST_CELL) -> str:
        """The cell as a text; nothing for what stands for nothing."""
        cell = self.cells.get(code)
        text = plain("" if cell is None else written(cell))
        if len(text) > most:
            self.refuse(code, N_("太长，最多 %(most)s 个字。"), most=most)
        if not text.isprintable():
            self.refuse(code, N_("里面有看不见的字符。"))
        return "" if text in NOTHING else text

    def has(self, code: str) -> bool:
        """Whether anything stands in the cell."""
        return written(self.cells.get(code) or "") not in NOTHING


def headed(
    rows: Sequence[Raw], headings: Headings, needed: Sequence[str]
) -> tuple[int, dict[str, int], tuple[str, ...]]:
    """The headings' row, the place of each column, and the headings that are not known.

    Raises Invalid("file") without the columns that are needed, and where one stands there twice.
    """
    names = {name: code for code, every in headings.items() for name in every}
    best: dict[str, int] = {}
    for row in rows[:LOOKED_THROUGH]:
        texts = ["".join(written(cell).split()) if cell is not None else "" for cell in row.cells]
        found = Counter(names[text] for text in texts if text in names)
        columns = {names[text]: place for place, text in enumerate(texts) if text in names}
        if columns.keys() >= set(needed):
            if double := [code for code, times in found.items() if times > 1]:
                raise Invalid(FIELD, N_("有两列都是“%(heading)s”，请留一列。"), heading=headings[double[0]][0])
            return row.number, columns, tuple(text[:LONGEST_HEADING] for text in texts if text and text not in names)
        best = max(best, columns, key=len)
    missing = Listing(headings[code][0] for code in needed if code not in best)
    raise Invalid(FIELD, N_("没有找到表头，缺少这些列：%(missing)s。"), missing=missing)


def written(cell: Cell) -> str:
    """A cell as one would type it: 7 for 7.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
