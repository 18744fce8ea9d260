"""Finding fonts, and saying which signs none of them has."""

from pathlib import Path

from inspection.notices.fonts import ROLES, STAND_IN, found

RARE = "漷沄牤㎡"


def test_every_role_is_played_by_a_font_that_is_there(fonts):
    assert set(fonts.families) == set(ROLES)
    assert all(families and set(families) <= set(fonts.book.families()) for families in fonts.families.values())


def test_the_offices_own_fonts_come_first(fonts):
    expected = "FandolFang R" if fonts.folder else "Noto Serif SC"

    assert fonts.families["fang"][0] == expected
    assert fonts.families["fang"][-1] in ("Noto Sans SC", "DejaVu Sans")


def test_rare_signs_of_beijings_places_are_not_missing(fonts):
    assert fonts.missing_glyphs(f"漷县镇、沄水、牤牛河，12㎡{RARE} \n　") == ()


def test_signs_that_no_font_has_are_named_once_each_in_order(fonts):
    assert fonts.missing_glyphs("村𠮷𠀀村𠀀名") == tuple(sign for sign in "𠮷𠀀" if ord(sign) not in fonts._known)
    assert "𠀀" in fonts.missing_glyphs("村𠀀")


def test_a_missing_sign_is_replaced_and_nothing_else(fonts):
    assert fonts.printable("村𠀀名") == f"村{STAND_IN}名"
    assert fonts.missing_glyphs(STAND_IN) == ()


def test_a_folder_that_is_not_there_is_no_error(tmp_path: Path):
    assert found(tmp_path / "none", system=False).families == found(None, system=False).families
