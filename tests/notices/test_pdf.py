"""The PDF, opened again and measured against GB/T 9704-2012."""

import io
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from PIL import Image

from inspection.notices.compose import compose
from inspection.notices.content import Column, Content, Heading, Masthead, Paragraph, Picture, Pictures, Table
from inspection.notices.fonts import Fonts
from inspection.notices.render_pdf import pdf
from tests.notices.printed import Printed, bare
from tests.notices.weeks import SIGNED, busy_week, photo, photos_for, words

LONG = "文明" * 900
ONE_SIGN = 14 * 25.4 / 72
PITCH = 225 / 22
RED = pytest.approx((0xD0 / 255, 0x10 / 255, 0x1B / 255), abs=0.002)


def near(value: float, within: float = 0.1) -> float:
    return pytest.approx(value, abs=within)


@pytest.fixture(scope="session")
def long_one(fonts: Fonts) -> Printed:
    """A notice of one long paragraph."""
    return Printed(pdf(words(LONG), {}, fonts))


@pytest.fixture(scope="session")
def busy(fonts: Fonts) -> tuple[Content, Printed]:
    """A full week: 40 cases, 20 photos, all sections."""
    content = compose(busy_week(), SIGNED)
    return content, Printed(pdf(content, photos_for(content), fonts))


def test_every_page_is_a4(long_one):
    assert long_one.sizes == [(near(210), near(297))] * 4


def test_a_full_page_has_22_lines_that_fill_the_type_area(long_one):
    bases = long_one.bases(1)

    assert len(bases) == 22
    assert all(lower - upper == near(PITCH, 0.02) for upper, lower in pairwise(bases))
    first, last = bases[0], bases[-1]
    assert 37 < first < 37 + PITCH and first - 37 == near(PITCH - (262 - last), 0.02)


def test_a_full_line_has_28_signs_from_edge_to_edge(long_one):
    line = long_one.line(1, long_one.bases(1)[7])

    assert len(line) == 28
    assert line[0].left == near(28, 0.05)
    assert line[-1].right == near(184)
    assert all(sign.size == near(16, 0.01) for sign in line)


def test_a_paragraph_starts_two_signs_in(long_one):
    first = long_one.line(0, long_one.bases(0)[-1])
    (rule,) = long_one.rules[0]
    opening = next(s for s in long_one.pages[0] if s.base > rule.y and abs(s.size - 16) < 0.1)

    assert opening.left == near(28 + 2 * 156 / 28, 0.05)
    assert first[0].left == near(28, 0.05)


def test_the_masthead_is_red_and_35_mm_below_the_type_areas_top(long_one):
    name = [sign for sign in long_one.pages[0] if sign.size > 40]

    assert "".join(sign.text for sign in name) == "首都文明督查通报"
    assert all(sign.color == RED for sign in name)
    assert long_one.ink(0, (28, 40, 184, 95))[0] == near(72, 0.5)
    assert name[0].left - 28 == near(184 - name[-1].right, 1.2)


def test_the_red_rule_is_as_wide_as_the_type_area_and_4_mm_below_unit_and_date(long_one):
    (rule,) = long_one.rules[0]

    assert rule.color == RED
    assert (rule.left, rule.right) == (near(28), near(184))
    by = [s for s in long_one.pages[0] if rule.y - 10 < s.base < rule.y]
    assert "".join(s.text for s in by) == "首都文明办督查处2026年11月27日"
    lower_edge_of_signs = by[0].base + 0.12 * 16 * 25.4 / 72
    assert rule.y - lower_edge_of_signs == near(4)
    assert by[0].left == near(28 + 156 / 28, 0.2) and by[-1].right == near(184 - 156 / 28, 0.4)


def test_the_title_stands_two_lines_below_the_rule_in_the_middle(long_one):
    title = [sign for sign in long_one.pages[0] if abs(sign.size - 22) < 0.1]
    (rule,) = long_one.rules[0]

    upper_edge = title[0].base - 0.88 * 22 * 25.4 / 72
    assert upper_edge - rule.y == near(2 * PITCH + (33 - 22) / 2 * 25.4 / 72, 0.2)
    assert (title[0].left + title[-1].right) / 2 == near(106, 0.2)


def test_page_numbers_stand_outside_one_sign_in_and_7_mm_below(long_one):
    for number in range(3):
        foot = long_one.foot(number)
        assert "".join(s.text for s in foot) == f"—{number + 1}—"
        assert all(s.size == near(14, 0.01) for s in foot)
        if number % 2:
            assert foot[0].left == near(28 + ONE_SIGN)
        else:
            assert foot[-1].right == near(184 - ONE_SIGN)
        dash = foot[0]
        assert long_one.ink(number, (dash.left, 263, dash.right, 280))[0] == near(269, 0.15)


def test_the_imprint_is_at_the_foot_of_the_last_even_page(long_one):
    rules = long_one.rules[-1]

    assert len(long_one.pages) % 2 == 0
    assert [rule.thick for rule in rules] == [near(t, 0.01) for t in (0.35, 0.25, 0.25, 0.25, 0.25, 0.35)]
    assert all((rule.left, rule.right) == (near(28), near(184)) for rule in rules)
    assert rules[-1].y == near(262, 0.2)
    inside = [s for s in long_one.pages[-1] if rules[0].y < s.base < 262 and s.text.strip()]
    assert inside and all(s.size == near(14, 0.01) for s in inside)
    assert min(s.left for s in inside) == near(28 + ONE_SIGN)
    assert max(s.right for s in inside) <= 184 - ONE_SIGN + 0.1


@pytest.mark.parametrize("lines", range(1, 50, 4))
def test_the_imprint_is_on_an_even_page_however_long_the_text_is(fonts, lines):
    printed = Printed(pdf(words(*["一行"] * lines), {}, fonts))

    last = len(printed.pages)
    assert last % 2 == 0
    assert printed.rules[-1][-1].y == near(262, 0.2)
    assert printed.said.count("一行") == lines
    assert sum(len(rules) for rules in printed.rules) == 7
    empty = [not body for body in (printed.body(n) for n in range(last))]
    numbered = ["".join(s.text for s in printed.foot(n)) for n in range(last)]
    bare_from = empty.index(True) if True in empty else last
    assert numbered == [f"—{n + 1}—" if n < bare_from else "" for n in range(last)]


def test_an_imprint_with_nothing_to_say_is_left_out(fonts):
    printed = Printed(pdf(words("一行", masthead=Masthead("通报", "处", 2026, 1, 1, date(2026, 1, 5))), {}, fonts))

    assert len(printed.pages) == 1 and len(printed.rules[0]) == 1


def test_everything_that_the_notice_says_is_on_its_pages_in_order(busy):
    content, printed = busy
    at = 0

    for text in content.texts():
        found = printed.said.find(bare(text), 0)
        assert found >= 0, text
    paragraphs = [block.lead + block.text for block in content.blocks if isinstance(block, Paragraph)]
    for text in paragraphs:
        at = printed.said.index(bare(text), at)


def test_headings_have_their_faces(busy):
    content, printed = busy
    by_level = {level: _fonts_of(printed, content, level) for level in (1, 2)}

    assert all("Hei" in font or "Sans" in font for font in by_level[1])
    assert all("Kai" in font or "Serif" in font or "Fang" in font for font in by_level[2])


def _fonts_of(printed: Printed, content: Content, level: int) -> set[str]:
    signs = [s for n in range(len(printed.pages)) for s in printed.pages[n] if s.base < 262 and s.text.strip()]
    text = "".join(s.text for s in signs)
    heading = bare(next(b.text for b in content.blocks if isinstance(b, Heading) and b.level == level))
    at = text.index(heading)
    return {s.font for s in signs[at : at + 4]}


def test_every_font_is_embedded_and_no_glyph_is_missing(busy):
    _, printed = busy

    fonts_used = printed.embedded()
    assert fonts_used and all(fonts_used.values())
    assert not [font for font, number in printed.glyph_numbers() if number == 0]


def test_20_photos_stand_two_a_row_whole_and_aligned(busy):
    _, printed = busy
    rows = [list(images) for images in printed.images if images]

    placed = [(image["x0"] * 25.4 / 72, image["x1"] * 25.4 / 72) for images in rows for image in images]
    assert len(placed) == 20
    assert {(round(a), round(b)) for a, b in placed} == {(28, 104), (108, 184)}
    assert all(image["width"] / image["height"] == near(4 / 3, 0.01) for images in rows for image in images)
    assert all(image["bottom"] * 25.4 / 72 < 262 for images in rows for image in images)


def test_text_below_photos_stands_on_the_same_lines(busy):
    _content, printed = busy
    page = next(n for n in range(1, len(printed.pages)) if printed.images[n] and not printed.rules[n])

    ground = {round((base - 37) % PITCH, 1) for base in printed.bases(page)}
    assert len(ground) == 1


def test_a_table_repeats_its_head_on_every_page(fonts):
    table = Table(
        "清单", (Column("工单号", 0.5), Column("区", 0.5)), tuple((f"DC-{n:04}", "东城区") for n in range(90))
    )

    printed = Printed(pdf(replace(words(), blocks=(table,)), {}, fonts))

    pages = [n for n in range(len(printed.pages)) if "DC-" in printed.body(n)]
    assert len(pages) >= 3
    assert all("工单号区" in printed.body(n) for n in pages)
    assert printed.said.count("DC-") == 90


def test_a_portrait_photo_is_shown_whole(fonts):
    content = replace(words(), blocks=(Pictures((Picture("p", "远景"), Picture("q", "近景"))),))

    printed = Printed(pdf(content, {"p": photo(900, 1200), "q": photo(1600, 900)}, fonts))

    first, second = printed.images[0]
    assert first["width"] / first["height"] == near(0.75, 0.01)
    assert first["height"] * 25.4 / 72 == near(57, 0.2)
    assert second["width"] * 25.4 / 72 == near(76, 0.2)


def test_a_photo_that_lies_on_its_side_is_set_upright(fonts):
    turned = Image.Exif()
    turned[0x0112] = 6
    content = replace(words(), blocks=(Pictures((Picture("p", "远景"),)),))

    printed = Printed(pdf(content, {"p": _with_exif(photo(1600, 1200), turned)}, fonts))

    assert printed.images[0][0]["width"] / printed.images[0][0]["height"] == near(0.75, 0.01)


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\xff\xd8\xff\xe0broken", None])
def test_a_photo_that_is_missing_or_broken_leaves_a_frame(fonts, data):
    content = replace(words("前"), blocks=(Pictures((Picture("p", "远景"),)), Paragraph("后")))

    printed = Printed(pdf(content, {} if data is None else {"p": data}, fonts))

    assert "照片缺失远景后" in printed.said and not printed.images[0]


def test_the_file_tells_nothing_but_its_title_and_day(busy):
    _, printed = busy

    assert printed.metadata["Title"] == "11月第三周督查情况通报"
    assert printed.metadata["CreationDate"] == printed.metadata["ModDate"] == "D:20261127000000Z"
    assert set(printed.metadata) == {"Title", "Creator", "CreationDate", "ModDate"}
    assert b"/tmp" not in printed.data


def test_photos_carry_no_metadata_into_the_file(fonts):
    exif = Image.Exif()
    exif[0x010F] = "Secret-Maker"
    with_exif = _with_exif(photo(), exif)
    assert b"Secret-Maker" in with_exif

    made = pdf(replace(words(), blocks=(Pictures((Picture("p", "远景"),)),)), {"p": with_exif}, fonts)

    assert b"Secret-Maker" not in made and Printed(made).images[0]


def _with_exif(data: bytes, exif: Image.Exif) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(data)).save(out, "JPEG", exif=exif)
    return out.getvalue()
