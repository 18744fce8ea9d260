"""The look: strict templates, a complete sprite, defined properties, and contrast that tired eyes can read."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = ROOT / "inspection" / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
SHEETS = [
    STATIC / "look/tokens.css",
    STATIC / "look/components.css",
    STATIC / "phone/phone.css",
    STATIC / "desk/desk.css",
]
THEMES = ["light", "dark", "contrast"]
READABLE = 7.0
"""WCAG 2.2, 1.4.6 (AAA)."""

CHINESE = re.compile(r"[㐀-鿿]")
SYMBOLS = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "look/icons.svg").read_text(encoding="utf-8")))
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"])

PAIRS = [
    *[
        (text, ground)
        for text in ("--text", "--text-soft", "--link")
        for ground in ("--bg", "--surface", "--surface-sunk")
    ],
    *[(f"--st-{state}-fg", f"--st-{state}-bg") for state in ("local", "new", "work", "check", "done", "late", "soon")],
    *[(f"--st-{state}-fg", "--surface") for state in ("work", "check", "done", "late", "soon", "off")],
    *[("--st-off-fg", "--bg"), ("--st-late-fg", "--bg"), ("--st-soon-fg", "--bg")],
    ("--on-action", "--action"),
    ("--on-action", "--action-press"),
    ("--on-bar", "--bar"),
    ("--bar-soft", "--bar"),
    ("--bar-soft", "--bar-line"),
    ("--surface", "--st-done-fg"),
    *[("--on-shade", f"--shade-{step}") for step in (1, 2, 3)],
    *[("--on-deep-shade", f"--shade-{step}") for step in (4, 5)],
]
"""Text on ground, as the components put them together."""


def tree(page):
    return ENVIRONMENT.parse(page.read_text(encoding="utf-8"))


MARKS = {"_", "gettext", "pgettext"}
"""What marks a text for the catalogue in a template."""


def strings_outside_gettext(node):
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
        return
    if isinstance(node, nodes.TemplateData):
        yield node.data
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        yield from strings_outside_gettext(child)


def icons_named(page):
    for call in tree(page).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "icon" and call.args:
            yield from possible(call.args[0])


def possible(node):
    """The names that an expression can come to, as far as they are written out."""
    match node:
        case nodes.Const():
            yield node.value
        case nodes.CondExpr():
            yield from possible(node.expr1)
            yield from possible(node.expr2)
        case nodes.Call(node=nodes.Getattr(node=nodes.Dict(items=pairs))):
            for value in [*(pair.value for pair in pairs), *node.args[1:]]:
                yield from possible(value)


def moons_named(text):
    return set(re.findall(r"moon\('(\w+)'", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_a_template_has_no_inline_style_script_or_handler(page):
    text = re.sub(r"\{#.*?#\}", "", page.read_text(encoding="utf-8"), flags=re.S)

    assert not re.search(r"\sstyle\s*=|<style|javascript:|\son[a-z]+\s*=", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_every_chinese_text_is_marked_for_the_catalogue(page):
    bare = [text.strip() for text in strings_outside_gettext(tree(page)) if CHINESE.search(text)]

    assert bare == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_every_icon_and_moon_that_a_template_names_is_in_the_sprite(page):
    moons = {f"moon-{state}" for state in moons_named(page.read_text(encoding="utf-8"))}

    assert {*icons_named(page), *moons} - SYMBOLS == set()


def test_every_category_of_the_catalogue_and_every_state_has_its_drawing():
    rows = (ROOT / "inspection/reports/data/categories.csv").read_text(encoding="utf-8").splitlines()[1:]
    words = (TEMPLATES / "macros/look.html").read_text(encoding="utf-8")
    states = set(re.findall(r"'(\w+)': _\(", words)) - {"incomplete", "lookback", "soon"}

    assert {f"cat-{row.partition(',')[0]}" for row in rows} <= SYMBOLS
    assert {f"moon-{state}" for state in states} <= SYMBOLS and len(states) >= 15


def test_every_custom_property_that_is_used_is_defined_somewhere():
    text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in [*SHEETS, STATIC / "look/icons.svg"])
    used = set(re.findall(r"var\((--[\w-]+)", text))

    assert used - set(re.findall(r"(--[\w-]+)\s*:", text)) == set()


def test_what_the_device_asks_for_is_the_same_as_what_one_chooses():
    text = SHEETS[0].read_text(encoding="utf-8")

    for theme, wish in (("dark", "prefers-color-scheme: dark"), ("contrast", "prefers-contrast: more")):
        chosen = re.search(rf':root\[data-theme="{theme}"\] \{{(.*?)\}}', text, re.S).group(1)
        wished = re.search(rf"@media \({wish}\) \{{\s*:root:not\(\[data-theme\]\) \{{(.*?)\}}", text, re.S).group(1)
        assert declarations(chosen) == declarations(wished)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("text, ground", PAIRS)
def test_text_stands_out_from_its_ground_seven_to_one(theme, text, ground):
    values = palette(theme)

    assert contrast(values[text], values[ground]) >= READABLE


def test_the_contrast_formula_gives_the_known_cases():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def declarations(block):
    block = re.sub(r"/\*.*?\*/", "", block, flags=re.S)
    return {name: value.strip() for name, value in re.findall(r"(--[\w-]+|color-scheme):\s*([^;]+);", block)}


def palette(theme):
    text = SHEETS[0].read_text(encoding="utf-8")
    values = declarations(re.search(r":root \{(.*?)\n\}", text, re.S).group(1))
    if theme != "light":
        values |= declarations(re.search(rf':root\[data-theme="{theme}"\] \{{(.*?)\}}', text, re.S).group(1))
    return {name: resolved(value, values) for name, value in values.items()}


def resolved(value, values):
    while found := re.fullmatch(r"var\((--[\w-]+)\)", value):
        value = values[found.group(1)]
    return value


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
