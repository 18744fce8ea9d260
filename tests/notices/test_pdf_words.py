"""The PDF, opened again and read: what people wrote stays text, and the same content gives the same bytes."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from PIL import ImageChops

from inspection.notices.compose import compose
from inspection.notices.content import Content, Masthead, Paragraph, Picture, Pictures
from inspection.notices.fonts import Fonts
from inspection.notices.render_pdf import pdf
from tests.notices.printed import Printed, bare, pictures
from tests.notices.weeks import DRAFT, SIGNED, busy_week, case, district, photos_for, week, week_of_cases, words

RED = pytest.approx((0xD0 / 255, 0x10 / 255, 0x1B / 255), abs=0.002)
HOSTILE = '#read("/etc/passwd") $x$ *bold* _a_ @ref \\ <label> `raw` // gone #[ ] = 标题 ~ -- {{7*7}} %(x)s'

BRIEF = Masthead(
    name="首都精神文明建设情况简报",
    unit="首都精神文明办",
    year=2021,
    issue=3,
    total=2169,
    dated=date(2021, 1, 18),
    title="在落细落实中树牢首善文明这面旗帜",
    subtitle="首都文明办学习贯彻全国文明办主任会议精神",
    office="精神文明调查研究处",
    editor="梅雪峰",
    reviewer="田文松",
    phone="55569506",
    fax="55569505",
    email="jswmzhxyc@163.com",
    report_to="中央文明办，首都文明委主任、副主任，市委、市人大、市政府、市政协。",
    send_to="首都文明委委员，市委、市政府各部委办局，各总公司、高等院校，市级群众团体。",
    issue_to="各区委书记、区长、宣传部长，各区文明办，有关新闻单位。",
)


def near(value: float, within: float = 0.1) -> float:
    return pytest.approx(value, abs=within)


def test_what_people_write_is_never_markup(fonts):
    content = compose(
        week_of_cases(case(description=HOSTILE, place=HOSTILE)),
        replace(SIGNED, name="#通报", unit=HOSTILE, subtitle=HOSTILE),
    )

    printed = Printed(pdf(content, {}, fonts))

    assert bare(HOSTILE) in printed.said
    assert "root:" not in printed.said
    assert printed.said.startswith("#通报")


def test_only_the_handed_photos_can_be_shown(fonts):
    content = replace(
        words(), blocks=(Pictures((Picture("../../../etc/passwd", "x"), Picture("https://example.org/a.jpg", "y"))),)
    )

    printed = Printed(pdf(content, {}, fonts))

    assert printed.said.count("照片缺失") == 2


def test_a_sign_that_only_another_font_has_is_taken_from_there(fonts):
    printed = Printed(pdf(words("漷县镇沄水12㎡牤牛河"), {}, fonts))

    assert "漷县镇沄水12㎡牤牛河" in printed.said
    assert not [font for font, number in printed.glyph_numbers() if number == 0]
    assert len(printed.bases(0)) == len(Printed(pdf(words("普通文字十二平方米河"), {}, fonts)).bases(0))


def test_a_sign_that_no_font_has_leaves_the_printers_mark(fonts):
    printed = Printed(pdf(words("村名𠀀屯"), {}, fonts))

    assert "村名〓屯" in printed.said
    assert not [font for font, number in printed.glyph_numbers() if number == 0]


def test_the_same_content_gives_the_same_bytes(fonts):
    content = compose(busy_week(6, 4), SIGNED)
    photos = photos_for(content)

    first, second = (
        hashlib.sha256(pdf(content, dict(photos), Fonts(fonts.folder, fonts.system))).hexdigest() for _ in "12"
    )

    assert first == second


def test_one_changed_sign_changes_the_bytes(fonts):
    assert pdf(words("甲"), {}, fonts) != pdf(words("乙"), {}, fonts)


def test_a_draft_has_blanks_and_is_marked_on_every_page(fonts):
    printed = Printed(pdf(compose(busy_week(), DRAFT), {}, fonts))

    assert all("样稿" in printed.body(n) for n in range(len(printed.pages)))
    assert "第期（总第期）" in printed.said and "2026年月日" in printed.said
    assert "样稿" not in Printed(pdf(words("文"), {}, fonts)).said


def test_the_briefs_own_form_is_reproduced(fonts):
    content = Content(
        BRIEF, BRIEF.title, BRIEF.subtitle, (Paragraph("全国文明办主任会议明确了2021年精神文明建设工作总体要求。"),)
    )

    printed = Printed(pdf(content, {}, fonts))

    first, last = printed.body(0), printed.body(1)
    assert first.startswith(
        "首都精神文明建设情况简报第3期（总第2169期）首都精神文明办2021年1月18日在落细落实中树牢首善文明这面旗帜——首都文明办学习贯彻"
    )
    assert first.endswith("（精神文明调查研究处）")
    assert last == (
        "报：中央文明办，首都文明委主任、副主任，市委、市人大、市政府、市政协。"
        "送：首都文明委委员，市委、市政府各部委办局，各总公司、高等院校，市级群众团体。"
        "发：各区委书记、区长、宣传部长，各区文明办，有关新闻单位。"
        "责编：梅雪峰核稿：田文松电话：55569506传真：55569505邮箱：jswmzhxyc@163.com"
    )
    name = [s for s in printed.pages[0] if s.color == RED]
    assert name[0].left >= 28 and name[-1].right <= 184


@pytest.mark.parametrize("length", [1, 8, 12, 16, 17, 30])
def test_a_masthead_of_any_length_stays_inside_the_type_area(fonts, length):
    printed = Printed(pdf(words("文", masthead=replace(SIGNED, name="督" * length)), {}, fonts))

    name = [s for s in printed.pages[0] if s.color == RED]
    assert len(name) == length
    assert all(s.left > 27.9 and s.right < 184.1 for s in name)
    assert printed.ink(0, (28, 40, 184, 95))[0] == near(72, 0.5)


def test_long_names_stay_inside_the_type_area(fonts):
    long = "北京经济技术开发区荣华街道林肯公园社区居民委员会" * 4
    latin = "https://example.org/" + "a1" * 200
    cases = tuple(
        case(n, place=text, category=text, description=text, days_late=3) for n, text in enumerate((long, latin))
    )
    content = compose(
        week(district(filed=2, due=10), cases=cases, overdue=cases),
        replace(SIGNED, unit=long[:40], title=long, office=long[:24], editor=long, email=latin[:90], report_to=latin),
    )

    printed = Printed(pdf(content, {}, fonts))

    assert not [s for page in printed.pages for s in page if s.text.isalnum() and not 27.9 < s.left < s.right < 184.1]
    assert bare(latin) in printed.said


@pytest.mark.parametrize(
    "content", [compose(week(), SIGNED), compose(week_of_cases(case()), SIGNED)], ids=["none", "one"]
)
def test_a_short_notice_fits_on_two_pages(fonts, content):
    printed = Printed(pdf(content, {}, fonts))

    assert len(printed.pages) == 2
    assert bare(content.note) in printed.said


def test_a_draft_looks_different_and_a_page_is_not_empty(fonts):
    drawn, signed = (pictures(pdf(compose(week(), head), {}, fonts))[0].convert("L") for head in (DRAFT, SIGNED))

    assert ImageChops.difference(drawn, signed).getbbox()
    assert signed.getextrema() == (0, 255) or signed.getextrema()[0] < 60
