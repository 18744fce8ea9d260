"""The DOCX, opened again and looked into."""

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import datetime

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from PIL import Image

from inspection.notices.compose import compose
from inspection.notices.content import Heading, Paragraph, Picture, Pictures
from inspection.notices.render_docx import docx
from tests.notices.weeks import DRAFT, SIGNED, busy_week, photo, photos_for, week, words


@pytest.fixture(scope="module")
def busy():
    """A full week: content, bytes, and the document as read again."""
    content = compose(busy_week(), SIGNED)
    data = docx(content, photos_for(content))
    return content, data, Document(io.BytesIO(data))


def everything(document) -> str:
    return "".join(node.text or "" for node in document.element.body.iter(qn("w:t")))


def run_of(document, text: str):
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]
    return next(run for run in runs if text in run.text)


def faces(run) -> set[str]:
    fonts = run._r.rPr.rFonts
    return {fonts.get(qn(f"w:{kind}")) for kind in ("ascii", "hAnsi", "eastAsia")}


def test_page_and_margins_are_those_of_the_standard(busy):
    section = busy[2].sections[0]

    sizes = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(size.mm, 1) for size in sizes] == [210, 297, 37, 28]
    assert [round(size.mm, 1) for size in (section.right_margin, section.bottom_margin)] == [26, 35]


def test_the_grid_has_22_lines_of_28_characters(busy):
    (grid,) = busy[2].sections[0]._sectPr.findall(qn("w:docGrid"))
    line, closer = int(grid.get(qn("w:linePitch"))) / 20, int(grid.get(qn("w:charSpace"))) / 4096

    assert grid.get(qn("w:type")) == "linesAndChars"
    assert int(225 / 25.4 * 72 / line) == 22
    assert int(156 / 25.4 * 72 / (16 + closer)) == 28


def test_faces_are_named_for_chinese_and_latin_alike(busy):
    _, _, document = busy

    assert faces(run_of(document, "首都文明督查通报")) == {"方正小标宋简体"}
    assert faces(run_of(document, "11月第三周督查情况通报")) == {"方正小标宋简体"}
    assert faces(run_of(document, "一、前期问题整改情况")) == {"黑体"}
    assert faces(run_of(document, "（一）东城区")) == {"楷体_GB2312"}
    assert faces(run_of(document, "11月16日至22日")) == {"仿宋_GB2312"}


def test_the_masthead_and_its_rule_are_red(busy):
    _, _, document = busy

    assert str(run_of(document, "首都文明督查通报").font.color.rgb) == "D0101B"
    by = next(p for p in document.paragraphs if "2026年11月27日" in p.text)
    (rule,) = by._p.pPr.find(qn("w:pBdr"))
    assert (rule.tag, rule.get(qn("w:color")), rule.get(qn("w:sz")), rule.get(qn("w:space"))) == (
        qn("w:bottom"), "D0101B", "16", "11",
    )  # fmt: skip


def test_page_numbers_are_fields_on_the_outer_side(busy):
    section = busy[2].sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]

    assert busy[2].settings.odd_and_even_pages_header_footer
    for paragraph, side in ((odd, "right"), (even, "left")):
        assert [node.text for node in paragraph._p.iter(qn("w:instrText"))] == ["PAGE"]
        assert paragraph.text == "— 1 —"
        assert paragraph._p.pPr.jc.get(qn("w:val")) == side


def test_everything_that_the_notice_says_is_there(busy):
    content, _, document = busy
    text = everything(document)

    for part in content.texts():
        assert part in text
    assert all(line.left in text for line in content.masthead.imprint)


def test_headings_stand_in_the_outline(busy):
    content, _, document = busy
    levels = {p.text: p._p.pPr.find(qn("w:outlineLvl")) for p in document.paragraphs}

    for block in content.blocks:
        if isinstance(block, Heading):
            assert levels[block.text].get(qn("w:val")) == str(block.level)


def test_the_imprint_is_a_table_at_the_foot_of_the_page(busy):
    table = busy[2].tables[-1]
    place = table._tbl.tblPr.find(qn("w:tblpPr"))
    borders = [
        (
            cell._tc.tcPr.find(qn("w:tcBorders")).find(qn("w:top")),
            cell._tc.tcPr.find(qn("w:tcBorders")).find(qn("w:bottom")),
        )
        for cell in (row.cells[0] for row in table.rows)
    ]

    assert next(row.cells[0].text for row in table.rows) == "报：首都精神文明建设委员会领导同志。"
    assert place.get(qn("w:tblpYSpec")) == "bottom" and place.get(qn("w:vertAnchor")) == "margin"
    assert borders[0][0].get(qn("w:sz")) == "8" and borders[-1][1].get(qn("w:sz")) == "8"
    assert borders[1][0].get(qn("w:sz")) == "6"


def test_photos_are_inside_small_and_described(busy):
    content, data, document = busy
    shapes = document.inline_shapes

    assert len(shapes) == 20
    assert all(abs(shape.width - Mm(76)) < Mm(0.2) and abs(shape.height - Mm(57)) < Mm(0.2) for shape in shapes)
    assert shapes[0]._inline.docPr.get("descr") == content.blocks[_first(content)].pictures[0].caption
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        media = [name for name in packed.namelist() if name.startswith("word/media/")]
        sizes = {Image.open(io.BytesIO(packed.read(name))).size for name in media}
    assert len(media) == 20 and sizes == {(800, 600)}


def _first(content) -> int:
    return next(at for at, block in enumerate(content.blocks) if isinstance(block, Pictures))


def test_photo_numbers_are_given_once_each(busy):
    numbers = [shape._inline.docPr.get("id") for shape in busy[2].inline_shapes]

    assert len(set(numbers)) == 20


def test_table_heads_are_repeated(busy):
    heads = [table.rows[0]._tr for table in busy[2].tables if table.rows[0].cells[0].text in ("工单号", "位次")]

    assert len(heads) == 2
    assert all(head.trPr.find(qn("w:tblHeader")) is not None for head in heads)


def test_the_same_content_gives_the_same_bytes():
    content = compose(busy_week(6, 4), SIGNED)

    first, second = (hashlib.sha256(docx(content, photos_for(content))).hexdigest() for _ in "12")

    assert first == second


def test_the_file_tells_nothing_of_who_or_what_made_it(busy):
    _, data, document = busy
    kept = document.core_properties

    assert (kept.author, kept.last_modified_by, kept.comments) == ("", "", "")
    assert kept.created == kept.modified == datetime.fromisoformat("2026-11-27T00:00:00+00:00")
    assert kept.title == "11月第三周督查情况通报"
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert {member.date_time for member in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in packed.namelist() if "thumbnail" in name]
        whole = b"".join(packed.read(name) for name in packed.namelist())
    assert b"python-docx" not in whole and b"/tmp" not in whole


def test_what_people_write_is_never_a_field_or_markup():
    hostile = '</w:t><w:fldSimple w:instr="INCLUDETEXT /etc/passwd"/> &amp; {PAGE} MERGEFIELD x'

    document = Document(io.BytesIO(docx(words(hostile, masthead=replace(SIGNED, name=hostile)), {})))

    assert hostile in everything(document)
    assert not list(document.element.body.iter(qn("w:fldSimple")))
    assert not list(document.element.body.iter(qn("w:instrText")))


def test_signs_that_xml_cannot_hold_do_not_break_it():
    document = Document(io.BytesIO(docx(words("灰\x00色\x0b轿\ufffe车"), {})))

    assert "灰色 轿车" in everything(document)


@pytest.mark.parametrize("data", [None, b"broken"])
def test_a_missing_photo_is_said(data):
    content = replace(words(), blocks=(Pictures((Picture("p", "远景"), Picture("q", "近景"))), Paragraph("后")))
    handed = {"q": photo()} | ({} if data is None else {"p": data})

    document = Document(io.BytesIO(docx(content, handed)))

    assert "照片缺失" in everything(document) and len(document.inline_shapes) == 1


def test_a_draft_has_blanks_and_is_marked():
    document = Document(io.BytesIO(docx(compose(week(), DRAFT), {})))
    section = document.sections[0]

    assert "第 \u3000 期" in everything(document)
    assert section.header.paragraphs[0].text == section.even_page_header.paragraphs[0].text == "样稿"


def test_a_signed_one_is_not_marked(busy):
    assert "样稿" not in "".join(p.text for p in busy[2].sections[0].header.paragraphs)
