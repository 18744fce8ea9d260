"""The catalogue: every text is in it, every text has its English, and a reader is answered in their language."""

import ast
import gettext
import io
import re
import string
from datetime import date, datetime
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from marshmallow import Schema, fields

from inspection.api import schemas
from inspection.geography import service as geography
from inspection.kernel.calendar import BEIJING
from inspection.kernel.db import db, writing
from inspection.kernel.phrases import Phrase
from inspection.notifications import service as messages
from inspection.notifications.channels import Ways
from inspection.people import service as people
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.tickets import deadlines
from inspection.tickets.deadlines import Unit
from inspection.tickets.workflow import State
from inspection.web import language, page
from tests.make import NOW, PASSWORD, Make

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "inspection" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
CHINESE = re.compile(r"[⺀-〿㐀-鿿豈-﫿＀-￯]")
NAMED_IN_CHINESE = {"中文"}
"""What stays Chinese in English: the language calls itself so."""
FORMS = 2
"""English has a form for one and a form for more."""
MARKS = {"_", "N_", "Nn_", "gettext", "pgettext"}
HEADERS = {"Project-Id-Version", "Plural-Forms", "Content-Type"}


def texts_in_the_code() -> set[str]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    keywords = DEFAULT_KEYWORDS | parse_keywords(["N_", "Nn_:1,1"])
    found = extract_from_dir(ROOT, methods, options, keywords, directory_filter=_is_ours)
    return {named(text, context) for _, _, text, _, context in found}


def _is_ours(folder: str) -> bool:
    """Neither what others wrote nor what is hidden."""
    return not any(part in {"node_modules", "vendor"} or part.startswith(".") for part in Path(folder).parts)


def one_of(text: Any) -> str:
    return text if isinstance(text, str) else text[0]


def named(text: Any, context: str | None) -> str:
    """A text as the compiled catalogue names it."""
    return f"{context}\x04{one_of(text)}" if context else one_of(text)


def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def translated() -> dict[str, tuple[str, ...]]:
    """Text → its English, in every form it has."""
    return {
        named(message.id, message.context): message.string if isinstance(message.string, tuple) else (message.string,)
        for message in catalogue()
        if message.id
    }


ENGLISH = translated()


def places(text: str) -> list[str]:
    braced = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None] if "{" in text else []
    return sorted(re.findall(r"%(?:\(\w+\))?[a-zA-Z]|%%", text)) + sorted(braced)


def test_the_catalogue_holds_the_texts_of_the_code_and_no_others() -> None:
    found = texts_in_the_code()

    assert (sorted(found - set(ENGLISH)), sorted(set(ENGLISH) - found)) == ([], [])
    assert len(found) > 500


def unmarked(module: Path) -> list[str]:
    """The Chinese strings of a module that are neither documentation nor marked for the catalogue."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    said |= {id(given) for call in calls if call.func.id in MARKS for given in call.args}
    strings = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [node.value for node in strings if id(node) not in said and CHINESE.search(node.value)]


@pytest.mark.parametrize("edge", ["web", "phone", "desk", "api"])
def test_no_edge_says_anything_that_is_not_in_the_catalogue(edge: str) -> None:
    modules = sorted((ROOT / "inspection" / edge).rglob("*.py"))

    assert [text for module in modules for text in unmarked(module)] == (["明察 Mingcha"] if edge == "api" else [])


@pytest.mark.parametrize("text", ENGLISH)
def test_every_text_has_its_english_with_the_same_places_and_no_chinese(text: str) -> None:
    for english in ENGLISH[text]:
        assert english.strip()
        assert places(english) == places(text)
        assert english in NAMED_IN_CHINESE or not CHINESE.search(english)
        assert "!" not in english


def test_a_text_that_says_how_many_has_a_form_for_one_and_only_such_a_text() -> None:
    assert [text for text, forms in ENGLISH.items() if (len(forms) == FORMS) is not ("%(count)s" in text)] == []


def test_nothing_in_the_catalogue_is_guessed_left_over_or_dated() -> None:
    head = CATALOGUE.read_text(encoding="utf-8").partition("\n\n")[0]

    assert [message.id for message in catalogue() if message.id and message.fuzzy] == []
    assert not catalogue().obsolete
    assert set(re.findall(r'^"([\w-]+):', head, re.M)) == HEADERS


def test_the_catalogue_compiles_and_reads_back() -> None:
    compiled = io.BytesIO()

    write_mo(compiled, catalogue())
    compiled.seek(0)
    read = gettext.GNUTranslations(compiled)

    assert read.gettext("待派遣") == "To dispatch"
    days = "%(count)s 个工作日"
    assert [read.ngettext(days, days, n) for n in (1, 5)] == ["%(count)s working day", "%(count)s working days"]


class Words(HTMLParser):
    """The words of a page that a reader sees or hears; not what is said to be in another language."""

    SPOKEN = ("alt", "aria-label", "placeholder", "title")

    def __init__(self) -> None:
        super().__init__()
        self.lang = ""
        self.said: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.lang = given.get("lang") or ""
        foreign = "lang" in given and tag != "html"
        if tag not in {"meta", "link", "input", "img", "br", "use", "path"}:
            self._open.append(foreign)
        if not any(self._open):
            self.said += [given[name] or "" for name in self.SPOKEN if name in given]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said += [value or "" for name, value in attrs if name in self.SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag not in {"meta", "link", "input", "img", "br", "use", "path"}:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._open):
            self.said.append(data)


def read(client: FlaskClient, url: str, **headers: str) -> Words:
    answer = client.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    words = Words()
    words.feed(answer.text)
    assert answer.status_code == 200
    return words


def chinese_in(words: Words, *names: str) -> list[str]:
    """What is left of the page in Chinese once the names are taken out."""
    left = " ".join(words.said)
    for name in sorted(names, key=len, reverse=True):
        left = left.replace(name, "")
    return re.findall(rf"\S*{CHINESE.pattern}\S*", left)


def sign_in(client: FlaskClient, person: Person) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    form = {"phone": person.phone, "password": PASSWORD, "csrf_token": token.group(1) if token else ""}
    assert client.post("/sign-in", data=form).status_code == HTTPStatus.FOUND


@pytest.fixture
def made(app: Flask) -> Make:
    return Make(app)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def test_the_sign_in_page_is_english_for_whoever_asks_for_english(browser: FlaskClient) -> None:
    words = read(browser, "/sign-in", Accept_Language="en-GB,en;q=0.9")

    assert words.lang == "en"
    assert "Phone number" in words.said
    assert chinese_in(words) == []


@pytest.mark.parametrize("asked", ["zh-CN,zh;q=0.9,en;q=0.8", "fr", ""])
def test_the_sign_in_page_is_chinese_for_everyone_else(browser: FlaskClient, asked: str) -> None:
    words = read(browser, "/sign-in", Accept_Language=asked)

    assert words.lang == "zh-CN"
    assert "手机号" in words.said


@pytest.mark.parametrize(
    ("chosen", "asked", "lang"), [("zh", "en", "zh-CN"), ("en", "zh-CN", "en"), ("tlh", "en", "en")]
)
def test_what_the_person_chose_wins_over_what_the_browser_asks(
    browser: FlaskClient, chosen: str, asked: str, lang: str
) -> None:
    browser.set_cookie("lang", chosen)

    assert read(browser, "/sign-in", Accept_Language=asked).lang == lang


@pytest.mark.parametrize("url", ["/phone/report", "/phone/reports", "/phone/reports/{report}", "/phone/me"])
def test_a_phone_page_is_english_but_for_names(made: Make, browser: FlaskClient, url: str) -> None:
    person = made.inspector()
    report = made.report(person)
    sign_in(browser, person)

    words = read(browser, url.format(report=report.id), Accept_Language="en")

    assert words.lang == "en"
    assert chinese_in(words, person.name, person.name[0], report.address, *names_of_places()) == []


@pytest.mark.parametrize("state", [State.FILED, State.DISPATCHED, State.HANDLING, State.HANDLED, State.CLOSED])
def test_a_ticket_in_every_state_is_english_but_for_names(made: Make, browser: FlaskClient, state: State) -> None:
    officer, unit = made.officer(), made.unit()
    ticket = made.ticket(state, officer=officer, unit=unit)
    sign_in(browser, officer)
    names = [
        "陈立",
        "赵刚",
        unit.name,
        "到现场看过",
        "已清走",
        ticket.place,
        ticket.category.basis,
        ticket.reports[0].report.alias,
    ]

    for url in (f"/desk/tickets/{ticket.id}", "/desk/tickets?view=all"):
        words = read(browser, url, Accept_Language="en")
        assert words.lang == "en"
        assert chinese_in(words, *names, *names_of_places()) == []


def test_triage_notices_and_a_refusal_are_english_but_for_names(made: Make, browser: FlaskClient) -> None:
    officer, unit, report = made.officer(), made.unit(), made.report()
    sign_in(browser, officer)
    names = [officer.name, unit.name, report.address, report.description, report.alias, report.category.basis]

    for url in ("/desk/triage", "/desk/notices"):
        assert chinese_in(read(browser, url, Accept_Language="en"), *names, *names_of_places()) == []
    refused = browser.get("/phone/me", headers={"Accept-Language": "en"})
    assert (refused.status_code, "Your role may not do this. Who may: Inspector." in refused.text) == (403, True)


def test_messages_and_the_pages_about_them_are_english_but_for_names(made: Make, browser: FlaskClient) -> None:
    admin, unit = made.person(Role.ADMIN), made.unit()
    made.ticket(State.HANDLED, unit=unit)
    handler = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one()
    with writing():
        people.set_email(db.session.get_one(Person, handler.id), "zhao@example.cn", by="test", now=NOW)
    messages.read_events(ways=Ways(email=True), now=NOW)
    names = [handler.name, unit.name, admin.name]
    inside = {
        handler: ["/desk/messages", "/desk/messages/preferences"],
        admin: ["/desk/messages", "/desk/reminders", "/desk/deliveries", "/desk/deliveries?state=waiting"],
    }

    for person, urls in inside.items():
        browser.delete_cookie("mingcha")
        sign_in(browser, person)
        for url in urls:
            words = read(browser, url, Accept_Language="en")
            assert words.lang == "en"
            assert chinese_in(words, *names, *names_of_places()) == []


def names_of_places() -> list[str]:
    atlas = geography.current_atlas()
    districts = [name for one in atlas.districts for name in (one.name, one.short)]
    return [*districts, *(street.name for one in atlas.districts for street in atlas.streets(one.code))]


@pytest.mark.parametrize(
    ("phrase", "chinese", "english"),
    [
        (deadlines.told(1, Unit.WORKDAY), "1 个工作日", "1 working day"),
        (deadlines.told(5, Unit.WORKDAY), "5 个工作日", "5 working days"),
        (deadlines.told(1.5, Unit.HOUR), "1.5 个工作时", "1.5 working hours"),
        (Phrase(deadlines.OVER, {"amount": deadlines.told(1, Unit.DAY)}), "超 1 天", "1 day over"),
    ],
)
def test_an_amount_has_the_form_that_fits_it(app: Flask, phrase: Phrase, chinese: str, english: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh"}), force_locale("zh"):
        assert language.told(phrase) == chinese
    with app.test_request_context(headers={"Accept-Language": "en"}), force_locale("en"):
        assert language.told(phrase) == english


def test_a_day_is_written_as_the_language_writes_it(app: Flask) -> None:
    day, moment = date(2019, 3, 4), datetime(2019, 3, 4, 15, 5, tzinfo=BEIJING)
    written = {}

    for code in ("zh", "en"):
        with app.test_request_context(), force_locale(code):
            written[code] = (page.day_words(day), page.short_day(day), page.minute_words(moment))

    assert written["zh"] == ("2019年3月4日", "2019-03-04", "2019年3月4日 下午 3:05")
    assert written["en"] == ("4 March 2019", "4 Mar 2019", "4 March 2019, 3:05 pm")


def strict_schemas() -> list[type[Schema]]:
    return [one for one in vars(schemas).values() if isinstance(one, type) and issubclass(one, schemas.Strict)]


def inner(field: fields.Field[Any]) -> list[fields.Field[Any]]:
    return [field, *(inner(field.inner) if isinstance(field, fields.List) else [])]


@pytest.mark.parametrize("schema", strict_schemas(), ids=lambda schema: schema.__name__)
def test_whatever_is_wrong_with_json_is_told_in_texts_of_the_catalogue(schema: type[Schema]) -> None:
    every = [field for outer in schema().fields.values() for field in inner(outer)]
    told = [(field.name, text) for field in every for text in field.error_messages.values()]
    told += [(field.name, one.error) for field in every for one in field.validators]
    told += [("", schema().error_messages[name]) for name in ("unknown", "type")]

    assert [(name, text) for name, text in told if not in_catalogue(text)] == []


def in_catalogue(text: object) -> bool:
    if isinstance(text, list):
        return all(in_catalogue(one) for one in text)
    return (text.message if isinstance(text, Phrase) else text) in ENGLISH


def test_a_wrong_code_is_answered_with_the_right_ones_in_both_languages(made: Make, browser: FlaskClient) -> None:
    sign_in(browser, made.inspector())
    url = "/api/v1/areas/locate?lat=39.9&lng=116.4&datum=mars"

    said = {code: browser.get(url, headers={"Accept-Language": code}).json["errors"]["datum"] for code in ("zh", "en")}

    assert said == {
        "zh": ["只能是：wgs84、gcj02、bd09、cgcs2000。"],
        "en": ["Must be one of: wgs84, gcj02, bd09, cgcs2000."],
    }
