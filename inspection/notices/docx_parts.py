"""The parts of WordprocessingML that python-docx has no words for (ECMA-376, part 1, 17)."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

_BORDERS = {"w:pPr": "w:pBdr", "w:tcPr": "w:tcBorders"}
_AFTER_BORDERS = {
    "w:pBdr": ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr"),
    "w:tcBorders": ("w:shd", "w:noWrap", "w:tcMar", "w:vAlign"),
}


def element(name: str, **attributes: object) -> Any:
    """An element with these attributes, all in the namespace ``w``."""
    made = OxmlElement(name)
    for attribute, value in attributes.items():
        made.set(qn(f"w:{attribute}"), str(value))
    return made


def face(properties: Any, family: str) -> None:
    """Set text in ``family``, Chinese and Latin alike."""
    fonts = properties.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), family)
    fonts.set(qn("w:hint"), "eastAsia")


def field(run: Any, code: str) -> None:
    """Have the run show a field, such as PAGE."""
    for part in (
        element("w:fldChar", fldCharType="begin"),
        element("w:instrText"),
        element("w:fldChar", fldCharType="separate"),
        element("w:t"),
        element("w:fldChar", fldCharType="end"),
    ):
        run._r.append(part)
    run._r.find(qn("w:instrText")).text = code
    run._r.find(qn("w:t")).text = "1"


def border(properties: Any, side: str, *, eighths: int, color: str = "000000", space: int = 0) -> None:
    """A line on one side of a paragraph or cell: ``eighths`` of a point thick, ``space`` points away."""
    holder_name = next(holder for owner, holder in _BORDERS.items() if properties.tag == qn(owner))
    holder = properties.find(qn(holder_name))
    if holder is None:
        holder = OxmlElement(holder_name)
        properties.insert_element_before(holder, *_AFTER_BORDERS[holder_name])
    holder.append(element(f"w:{side}", val="single", sz=eighths, space=space, color=color))


def outline_level(paragraph: Any, level: int) -> None:
    """Let the paragraph stand in the document's outline, 0 the highest."""
    paragraph.get_or_add_pPr().insert_element_before(element("w:outlineLvl", val=level), "w:divId", "w:rPr", "w:sectPr")


def whole_row(row: Any) -> None:
    """Do not let a row break between two pages."""
    row.get_or_add_trPr().append(element("w:cantSplit"))


def repeat_as_head(row: Any) -> None:
    """Repeat a row at the top of every page that its table runs over."""
    row.get_or_add_trPr().append(element("w:tblHeader"))


def cell_margins(table: Any, twips: int) -> None:
    """What stays empty at the left and right of every cell."""
    margins = OxmlElement("w:tblCellMar")
    margins.append(element("w:left", w=twips, type="dxa"))
    margins.append(element("w:right", w=twips, type="dxa"))
    table.tblPr.insert_element_before(margins, "w:tblLook")


def float_to_bottom(table: Any) -> None:
    """Put a table on the lower edge of the type area of the page that it comes to stand on."""
    place = element("w:tblpPr", horzAnchor="margin", vertAnchor="margin", tblpXSpec="center", tblpYSpec="bottom")
    table.tblPr.insert_element_before(place, "w:tblOverlap", "w:tblW", "w:jc", "w:tblLayout", "w:tblLook")
