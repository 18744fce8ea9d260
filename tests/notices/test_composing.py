"""Composing: a frozen week in an officer's words, with its real numbers and no empty sections."""

from dataclasses import replace
from datetime import date

import pytest

from inspection.notices.compose import compose, numeral, title_of
from inspection.notices.content import Content, Heading, Paragraph, Pictures, Table, day, plain, span
from inspection.notices.snapshot import Outcome, PhotoRef, Praise, Progress
from tests.notices.weeks import CODES, SIGNED, busy_week, case, district, earlier, week, week_of_cases


def texts(content: Content) -> str:
    return "\n".join(content.texts())


def headings(content: Content, level: int = 1) -> list[str]:
    return [block.text for block in content.blocks if isinstance(block, Heading) and block.level == level]


def paragraphs(content: Content) -> list[str]:
    return [block.lead + block.text for block in content.blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize(
    ("monday", "title"),
    [
        (date(2026, 11, 16), "11月第三周督查情况通报"),
        (date(2026, 11, 2), "11月第一周督查情况通报"),
        (date(2026, 11, 30), "12月第一周督查情况通报"),  # its Thursday is 3 December
        (date(2026, 10, 26), "10月第五周督查情况通报"),  # Thursdays 1, 8, 15, 22, 29 October
        (date(2025, 12, 29), "1月第一周督查情况通报"),  # its Thursday is 1 January 2026
    ],
)
def test_a_week_is_counted_in_the_month_of_its_thursday(monday, title):
    assert title_of(monday) == title


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (17, "十七"), (20, "二十"), (35, "三十五")]
)
def test_numerals(number, text):
    assert numeral(number) == text


@pytest.mark.parametrize("number", [0, 100])
def test_there_is_no_numeral_beyond(number):
    with pytest.raises(ValueError, match=str(number)):
        numeral(number)


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 11, 16), date(2026, 11, 22), "11月16日至22日"),
        (date(2026, 11, 30), date(2026, 12, 6), "11月30日至12月6日"),
        (date(2026, 12, 28), date(2027, 1, 3), "12月28日至2027年1月3日"),
    ],
)
def test_a_span_says_month_and_year_once(first, last, text):
    assert span(first, last) == text


def test_days_have_no_leading_zeros():
    assert day(date(2026, 3, 5)) == "3月5日"


def test_the_opening_says_what_was_found_and_what_became_of_it():
    cases = [
        case(1, progress=Progress.CLOSED),
        case(2, progress=Progress.HANDLED),
        case(3),
        case(4, progress=Progress.SUSPENDED),
    ]
    frozen = week(district(found=6, filed=4, visits=320, hours=485.6), cases=tuple(cases))

    opening = paragraphs(compose(frozen, SIGNED))[0]

    assert opening == (
        "11月16日至22日，共检查点位320个，督查486小时，发现问题6处，立案4件。"
        "截至11月25日，已整改2件，未整改2件。现将有关情况通报如下。"
    )


def test_a_week_without_anything_is_a_short_notice():
    content = compose(week(district("东城区"), district("朝阳区")), SIGNED)

    assert paragraphs(content) == ["11月16日至22日，未发现需要立案整改的问题。现将有关情况通报如下。"]
    assert headings(content) == []
    assert content.title == "11月第三周督查情况通报"


def test_sections_follow_the_order_of_real_notices_and_are_numbered_through():
    assert headings(compose(busy_week(), SIGNED)) == [
        "一、前期问题整改情况",
        "二、本周督查情况",
        "三、存在问题",
        "四、超期未整改问题",
        "五、各区整改情况",
        "六、有关要求",
    ]


def test_a_section_with_nothing_to_say_is_left_out():
    content = compose(week_of_cases(case()), SIGNED)

    assert headings(content) == ["一、本周督查情况", "二、存在问题", "三、有关要求"]


def test_earlier_cases_are_told_by_what_became_of_them():
    frozen = week(
        district("东城区"),
        district("朝阳区"),
        earlier=(
            earlier("东城区", place="流水巷", category="乱堆乱放", looked_back=True),
            earlier("朝阳区", outcome=Outcome.OPEN, handled_on=None, days_late=7, supervised=True),
            earlier("朝阳区", place="呼家楼南里", category="私装地锁", outcome=Outcome.REBOUND),
        ),
    )

    told = paragraphs(compose(frozen, SIGNED))

    assert told[1:] == [
        "（一）整改较好。上期通报的3件问题，已整改到位1件。东城区流水巷乱堆乱放问题，11月17日整改完毕，经回头看未反弹。",
        "（二）整改未落实。上期通报的问题仍有2件未整改到位。朝阳区团结湖北三条僵尸车问题，11月18日到期，"
        "超期7天仍未整改，列为督办；呼家楼南里私装地锁问题，整改后反弹。",
    ]


def test_only_good_news_is_the_first_point():
    told = paragraphs(compose(week(district(), earlier=(earlier(),)), SIGNED))

    assert told[1].startswith("（一）整改较好。") and len(told) == 2


def test_problems_stand_by_district_and_place():
    frozen = week_of_cases(
        case(1, days_late=2, supervised=True),
        case(2, category="乱堆乱放", description="楼前堆放废旧家具。", progress=Progress.HANDLED),
        case(3, "海淀区", street="中关村街道", place="知春里小区12号楼", category="飞线充电", description="", round=2),
    )

    content = compose(frozen, SIGNED)

    assert headings(content, 2) == ["（一）朝阳区（立案2件，已整改1件）", "（二）海淀区（立案1件，已整改0件）"]
    assert [text for text in paragraphs(content) if text[0].isdigit() and text[1] == "."] == [
        "1. 团结湖街道团结湖北三条7号楼。（1）僵尸车：灰色轿车长期停放，两轮失气，车身积尘（超期2天未整改，督办）；"
        "（2）乱堆乱放：楼前堆放废旧家具（已整改，待核查）。",
        "1. 中关村街道知春里小区12号楼。（1）飞线充电（正在整改，第1次返工）。",
    ]


def test_a_street_or_district_that_the_place_names_already_is_not_said_twice():
    content = compose(week_of_cases(case(place="朝阳区团结湖街道北三条7号楼")), SIGNED)

    assert "1. 团结湖街道北三条7号楼。" in texts(content)


def test_a_before_stands_beside_its_after():
    before = (PhotoRef("b1", "", date(2026, 11, 9)), PhotoRef("b2", "远景", date(2026, 11, 9)))
    after = (PhotoRef("a1", "", date(2026, 11, 24)),)

    content = compose(week_of_cases(case(before=before, after=after)), SIGNED)

    rows = [
        [(p.photo_id, p.caption) for p in block.pictures] for block in content.blocks if isinstance(block, Pictures)
    ]
    assert rows == [
        [("b1", "团结湖北三条7号楼整改前，11月9日"), ("a1", "团结湖北三条7号楼整改后，11月24日")],
        [("b2", "远景整改前，11月9日")],
    ]


def test_districts_with_too_few_cases_are_listed_and_not_ranked():
    counts = {"due": 20, "handled": 20}
    frozen = week(
        district("东城区", **counts, handled_in_time=15),
        district("西城区", **counts, handled_in_time=18, visits=7),
        district("朝阳区", **counts, handled_in_time=18),
        district("延庆区", due=9, handled=9, handled_in_time=9),
        district("经开区"),
    )

    content = compose(frozen, SIGNED)

    table = next(block for block in content.blocks if isinstance(block, Table))
    assert [row[:6] for row in table.rows] == [
        ("1", "西城区", "20", "20", "18", "90.0%"),
        ("1", "朝阳区", "20", "20", "18", "90.0%"),
        ("3", "东城区", "20", "20", "15", "75.0%"),
        ("—", "延庆区", "9", "9", "9", "100.0%"),
    ]
    assert [row[-1] for row in table.rows] == ["7", "—", "—", "—"]
    assert "应处置不足10件的延庆区，样本不足，本期不排名。经开区本周无到期问题。" in texts(content)


def test_the_threshold_is_the_one_that_was_frozen():
    frozen = replace(week(district(due=4, handled=4, handled_in_time=3)), least_to_rank=4)

    table = next(block for block in compose(frozen, SIGNED).blocks if isinstance(block, Table))

    assert table.rows[0][0] == "1"


def test_the_overdue_list_starts_with_the_longest():
    late = [case(n, days_late=days) for n, days in ((1, 2), (2, 9), (3, 4))]

    content = compose(week(district(), overdue=tuple(late)), SIGNED)

    table = next(block for block in content.blocks if isinstance(block, Table))
    assert [(row[0], row[5]) for row in table.rows] == [
        ("DC-2611-0002", "9"),
        ("DC-2611-0003", "4"),
        ("DC-2611-0001", "2"),
    ]
    assert "超期未整改3件：朝阳区3件。" in texts(content)


def test_praise_and_progress_are_told_in_numbers():
    frozen = week(
        district("东城区", due=12, handled=10, handled_in_time=9, overdue=1, closed=8, looked_back=3, rebounds=1),
        praise=(Praise(CODES["东城区"], "景山街道连续三周零投诉。"),),
    )

    told = paragraphs(compose(frozen, SIGNED))

    assert told[1:3] == [
        "（一）整改进展。本周到期应处置12件，已处置10件，其中按期处置9件；超期未处置1件。本周核查结案8件，回头看3件，反弹1件。",
        "（二）工作亮点。东城区景山街道连续三周零投诉。",
    ]


def test_requests_name_the_day_and_the_districts():
    frozen = week(
        district("朝阳区"), district("海淀区"), overdue=(case(1, days_late=2), case(2, "海淀区", days_late=1))
    )

    told = paragraphs(compose(frozen, replace(SIGNED, requests=("请各区举一反三。",))))

    assert told[-2:] == [
        "请相关区于12月4日前报送整改情况。请朝阳区、海淀区对超期未整改的问题逐件说明原因，明确完成时限。",
        "请各区举一反三。",
    ]


def test_the_notice_carries_the_head_of_the_audit_chain_in_beijing_time():
    assert compose(week(), SIGNED).note == f"数据截至2026年11月25日18时05分；审计链校验值{'9f' * 32}"


def test_a_title_of_ones_own_takes_the_place_of_the_weeks():
    assert compose(week(), replace(SIGNED, title="专项督查情况通报")).title == "专项督查情况通报"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("一\n二\t三", "一 二 三"),
        ("a\x00b\x1bc", "abc"),
        ("停\u202e车\u200b位\ufeff", "停车位"),
        ("　周敏　核稿　", "周敏　核稿"),
        ("坏\ud800字", "坏字"),
    ],
)
def test_text_is_made_plain(written, kept):
    assert plain(written) == kept


def test_every_part_of_a_notice_is_made_plain():
    content = compose(week_of_cases(case(description="灰\x00色\n轿车")), replace(SIGNED, editor="周\x07敏"))

    assert "灰色 轿车" in texts(content)
    assert content.masthead.editor == "周敏"
