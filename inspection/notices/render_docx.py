"""A notice as DOCX, to be worked on in an office program, in the layout of GB/T 9704-2012.

The office's own fonts are named (仿宋_GB2312, 方正小标宋简体, 黑体, 楷体_GB2312), and the grid of 22 lines and 28
characters is the document's. Where a page ends is decided by the program that opens it, so the 版记 stands at the foot
of the last page, whichever that is; only the PDF puts it on an even one.
"""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Mm, Pt, RGBColor, Twips

from inspection.notices.content import Block, Content, Heading, Line, Paragraph, Pictures, Table
from inspection.notices.docx_parts import (
    border,
    cell_margins,
    element,
    face,
    field,
    float_to_bottom,
    outline_level,
    repeat_as_head,
    whole_row,
)
from inspection.notices.render import (
    PICTURE_MM,
    Copy,
    Photos,
    Row,
    copies,
    in_rows,
    made_at,
)

FANG, KAI, HEI, TITLE, SONG = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"
FACES = {1: HEI, 2: KAI, 3: FANG, 4: FANG}
RED = RGBColor(0xD0, 0x10, 0x1B)
GREY = RGBColor(0x90, 0x90, 0x90)
WIDTH = Mm(156)
LINE = Twips(579)
"""28.95 pt: the largest whole number of twips of which 22 fit into 225 mm."""
CHARACTERS = -849
"""What a sign of 16 pt is set closer, in 4096ths of a point: so 28 fit into 156 mm, as whole twips allow."""
INDENT = Pt(32)
STANDARD = 16
ONE_SIGN = Pt(STANDARD)
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def docx(content: Content, photos: Photos) -> bytes:
    """The notice as DOCX. The same content and photos give the same bytes; they do not tell who or what made them."""
    document = Document()
    _set_up(document, content)
    _masthead(document, content)
    prints = copies(content, photos)
    for block in content.blocks:
        _block(document, block, prints)
    _close(document, content)
    _properties(document, content)
    return _fixed(document)


def _set_up(document: Any, content: Content) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(23)
    grid = element("w:docGrid", type="linesAndChars", linePitch=LINE.twips, charSpace=CHARACTERS)
    for old in section._sectPr.findall(grid.tag):
        section._sectPr.remove(old)
    section._sectPr.append(grid)
    normal = document.styles["Normal"]
    normal.font.size = Pt(STANDARD)
    face(normal.element.get_or_add_rPr(), FANG)
    shape = normal.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    shape.widow_control = False
    document.settings.odd_and_even_pages_header_footer = True
    for odd, footer, header in (
        (True, section.footer, section.header),
        (False, section.even_page_footer, section.even_page_header),
    ):
        _page_number(footer.paragraphs[0], odd=odd)
        if content.draft:
            _draft_mark(header.paragraphs[0])


def _page_number(paragraph: Any, *, odd: bool) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if odd else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    if odd:
        paragraph.paragraph_format.right_indent = Pt(14)
    else:
        paragraph.paragraph_format.left_indent = Pt(14)
    _write(paragraph, "— ", SONG, 14)
    field(_write(paragraph, "", SONG, 14), "PAGE")
    _write(paragraph, " —", SONG, 14)


def _draft_mark(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _write(paragraph, "样稿", HEI, 22).font.color.rgb = GREY


def _masthead(document: Any, content: Content) -> None:
    masthead = content.masthead
    name = _centred(document)
    name.paragraph_format.space_before = Mm(35)
    name.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    size = min(49, int(WIDTH.pt / (max(len(masthead.name), 1) * 1.06)))
    _write(name, masthead.name, TITLE, max(size, 26)).font.color.rgb = RED
    for text in (masthead.issue_line, masthead.total_line):
        _write(_centred(document), text)
    by = document.add_paragraph()
    by.paragraph_format.left_indent = by.paragraph_format.right_indent = Pt(0)
    by.paragraph_format.tab_stops.add_tab_stop(WIDTH - ONE_SIGN, WD_TAB_ALIGNMENT.RIGHT)
    by.paragraph_format.first_line_indent = ONE_SIGN
    _write(by, f"{masthead.unit}\t{content.masthead.date_line}")
    border(by._p.get_or_add_pPr(), "bottom", eighths=16, color=str(RED), space=11)
    title = _centred(document)
    title.paragraph_format.space_before, title.paragraph_format.space_after = 2 * LINE, LINE
    title.paragraph_format.line_spacing = Pt(33)
    _write(title, content.title, TITLE, 22)
    outline_level(title._p, 0)
    if content.subtitle:
        title.paragraph_format.space_after = Pt(0)
        under = _centred(document)
        under.paragraph_format.space_after = LINE
        _write(under, f"——{content.subtitle}", KAI)


def _block(document: Any, block: Block, prints: dict[str, Copy]) -> None:
    match block:
        case Heading():
            paragraph = _text(document)
            paragraph.paragraph_format.keep_with_next = True
            outline_level(paragraph._p, block.level)
            _write(paragraph, block.text, FACES[block.level])
        case Paragraph():
            paragraph = _text(document)
            if block.lead:
                _write(paragraph, block.lead, FACES[block.level])
            _write(paragraph, block.text)
        case Pictures():
            for row in in_rows(block, prints):
                _pictures(document, row, prints)
        case Table():
            _table(document, block)


def _pictures(document: Any, row: Row, prints: dict[str, Copy]) -> None:
    table = document.add_table(rows=2, cols=len(row.pictures))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for tr in table.rows:
        whole_row(tr._tr)
    for column, picture in enumerate(row.pictures):
        there, under = table.cell(0, column), table.cell(1, column)
        there.width = under.width = Mm(PICTURE_MM + 2)
        place = _cell(there)
        place.paragraph_format.keep_with_next = True
        if copy := prints.get(picture.photo_id):
            _picture(place, copy, row.height_mm, picture.caption)
        else:
            _write(place, "照片缺失", KAI, 12)
        _write(_cell(under), picture.caption, KAI, 12)
    _space_after(document)


def _picture(paragraph: Any, copy: Copy, height_mm: float, caption: str) -> None:
    scale = min(PICTURE_MM / copy.width, height_mm / copy.height)
    shape = paragraph.add_run().add_picture(io.BytesIO(copy.data), width=Mm(copy.width * scale))
    shape._inline.docPr.set("descr", caption)


def _table(document: Any, block: Table) -> None:
    title = _centred(document)
    title.paragraph_format.keep_with_next = True
    _write(title, block.title, HEI, 12)
    table = document.add_table(rows=1 + len(block.rows), cols=len(block.columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    cell_margins(table._tbl, Mm(0.5).twips)
    repeat_as_head(table.rows[0]._tr)
    for number, tr in enumerate(table.rows):
        whole_row(tr._tr)
        texts = block.rows[number - 1] if number else [column.head for column in block.columns]
        for cell, column, text in zip(tr.cells, block.columns, texts, strict=True):
            cell.width = Mm(156 * column.share)
            paragraph = _cell(cell, centred=not number or column.number)
            _write(paragraph, text, FANG if number else HEI, 10.5)
    _space_after(document)


def _close(document: Any, content: Content) -> None:
    if content.masthead.office:
        office = document.add_paragraph()
        office.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        office.paragraph_format.right_indent = INDENT
        _write(office, f"（{content.masthead.office}）")
    if content.note:
        note = document.add_paragraph()
        note.paragraph_format.line_spacing = Pt(16)
        note.paragraph_format.space_before = LINE
        _write(note, f"（{content.note}）", KAI, 10.5)
    if lines := content.masthead.imprint:
        _imprint(document, lines)


def _imprint(document: Any, lines: Sequence[Line]) -> None:
    table = document.add_table(rows=len(lines), cols=1)
    table.autofit = False
    float_to_bottom(table._tbl)
    for number, (tr, line) in enumerate(zip(table.rows, lines, strict=True)):
        whole_row(tr._tr)
        cell = tr.cells[0]
        cell.width = WIDTH
        sides = cell._tc.get_or_add_tcPr()
        border(sides, "top", eighths=6 if number else 8)
        border(sides, "bottom", eighths=8 if number == len(lines) - 1 else 6)
        _imprint_line(cell.paragraphs[0], line)
    _space_after(document)


def _imprint_line(paragraph: Any, line: Line) -> None:
    shape = paragraph.paragraph_format
    shape.line_spacing = Pt(26)
    hanging = Pt(28) if line.label else Pt(0)
    shape.left_indent, shape.first_line_indent = Pt(14) + hanging - Mm(1.9), -hanging
    shape.tab_stops.add_tab_stop(WIDTH - Pt(14) - Mm(1.9), WD_TAB_ALIGNMENT.RIGHT)
    _write(paragraph, f"{line.label}{line.left}" + (f"\t{line.right}" if line.right else ""), FANG, 14)


def _text(document: Any) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = INDENT
    return paragraph


def _centred(document: Any) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def _cell(cell: Any, *, centred: bool = True) -> Any:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    return paragraph


def _space_after(document: Any) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing = Pt(8)


def _write(paragraph: Any, text: str, family: str = FANG, size: float = STANDARD) -> Any:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    face(run._r.get_or_add_rPr(), family)
    return run


def _properties(document: Any, content: Content) -> None:
    kept = document.core_properties
    kept.title, kept.author, kept.last_modified_by = content.title, "", ""
    kept.comments, kept.keywords, kept.subject = "", "", content.masthead.name
    kept.created = kept.modified = made_at(content).replace(tzinfo=None)
    kept.revision, kept.language = 1, "zh-CN"
    links = document.part.package.rels
    for name in [name for name, link in links.items() if link.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del links[name]


def _fixed(document: Any) -> bytes:
    """The file's bytes with its members in order and without the moment of packing."""
    packed, out = io.BytesIO(), io.BytesIO()
    document.save(packed)
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            target.writestr(zipfile.ZipInfo(name, ZIP_DATE), source.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
