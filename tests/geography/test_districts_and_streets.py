"""The lists: seventeen districts, their streets, and the names that people call these by."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.geography import sources
from inspection.geography.areas import DEFAULT_OVERRIDES, DEVELOPMENT_ZONE, atlas

LETTERS = "DC XC CY FT SJ HD MT FS TZ SY CP DX HR PG MY YQ JK"
SHORT = "东城 西城 朝阳 丰台 石景山 海淀 门头沟 房山 通州 顺义 昌平 大兴 怀柔 平谷 密云 延庆 经开区"


def test_there_are_seventeen_districts_with_names_and_letters():
    districts = atlas().districts

    assert [district.letters for district in districts] == LETTERS.split()
    assert [district.short for district in districts] == SHORT.split()
    assert atlas().district(DEVELOPMENT_ZONE).name == "北京经济技术开发区"
    assert all(d.name == d.short + "区" for d in districts if d.code != DEVELOPMENT_ZONE)


def test_sixteen_of_them_have_an_outline():
    shown = {feature["properties"]["adcode"] for feature in json.loads(atlas().outlines())["features"]}

    assert shown == {district.code for district in atlas().districts} - {DEVELOPMENT_ZONE}


def test_every_street_is_held_by_one_district():
    held = [street.code for district in atlas().districts for street in atlas().streets(district.code)]

    assert len(held) == len(set(held)) == 349


def test_the_development_zone_holds_its_streets_and_daxing_no_longer_does():
    zone = atlas().streets(DEVELOPMENT_ZONE)

    assert [street.name for street in zone] == ["荣华街道", "博兴街道", "北京经济技术开发区"]
    assert not {street.code for street in zone} & {street.code for street in atlas().streets("110115")}
    assert atlas().street("110115012").district_code == DEVELOPMENT_ZONE


def test_without_overrides_every_street_is_where_its_code_says():
    streets = [s for d in atlas(frozenset()).districts for s in atlas(frozenset()).streets(d.code)]

    assert all(street.code.startswith(street.district_code) for street in streets)
    assert atlas(frozenset()).streets(DEVELOPMENT_ZONE) == ()


@pytest.mark.parametrize("override", [("110115999", DEVELOPMENT_ZONE), ("110115012", "110120")])
def test_an_override_of_what_does_not_exist_is_an_error(override):
    with pytest.raises(ValueError, match=r"110115999|110120"):
        atlas(frozenset({override}))


def test_an_atlas_is_made_once():
    assert atlas() is atlas(frozenset(set(DEFAULT_OVERRIDES)))


def test_a_seat_whose_code_is_out_of_use_goes_to_the_street_of_its_name():
    assert atlas().find_street("110112", "永顺镇").seat.lat == pytest.approx(39.916734)
    assert sum(s.seat is not None for d in atlas().districts for s in atlas().streets(d.code)) == 254


@pytest.mark.parametrize(
    ("district", "text", "code"),
    [
        ("110101", "东华门街道", "110101001"),
        ("110101", "东华门", "110101001"),
        ("110101", " 东华门 街道 ", "110101001"),
        ("110108", "海淀街道", "110108012"),
        ("110108", "海淀", "110108012"),  # not 海淀镇, which is 万柳地区 by now
        ("110108", "海淀镇", "110108023"),
        ("110108", "万柳", "110108023"),
        ("110105", "常营", "110105033"),
        ("110105", "常营回族乡", "110105033"),
        ("110113", "杨镇", "110113006"),
        ("110117", "平谷镇", "110117003"),
        (DEVELOPMENT_ZONE, "荣华", "110115012"),
    ],
)
def test_a_street_is_found_by_any_of_its_names(district, text, code):
    assert atlas().find_street(district, text).code == code


@pytest.mark.parametrize(
    ("district", "text"),
    [("110102", "东华门街道"), ("110115", "荣华街道"), ("110101", ""), ("110101", "街道"), ("130000", "东华门街道")],
)
def test_a_name_that_the_district_does_not_have_finds_nothing(district, text):
    assert atlas().find_street(district, text) is None


@given(st.sampled_from(sorted(sources.streets())))
def test_every_street_is_found_by_its_full_name(row):
    code, name, district = row

    assert atlas(frozenset()).find_street(district, name).code == code
