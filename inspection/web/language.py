"""In which language an answer is written: what the person chose, else what the browser asks for, else the setting."""

from flask import request
from flask_babel import Babel, get_domain, gettext

from inspection.kernel.errors import Refusal
from inspection.kernel.phrases import Phrase
from inspection.web.tools import tools

LANGUAGES = ("zh", "en")
COOKIE = "lang"
ONE, SEVERAL = 1, 2

babel = Babel()


def chosen() -> str:
    """The language of this answer."""
    cookie = request.cookies.get(COOKIE)
    if cookie in LANGUAGES:
        return cookie
    return request.accept_languages.best_match(LANGUAGES) or tools().settings.locale


def words(refusal: Refusal) -> str:
    """What a refusal says, in the reader's language."""
    params = {name: _told(value) for name, value in refusal.params.items()}
    text = gettext(refusal.message)
    return text % params if params else text


def told(phrase: Phrase) -> str:
    """A phrase in the reader's language."""
    return str(_told(phrase))


def sentence(text: object) -> str:
    """A text or a phrase, as a form's checks hand it out, in the reader's language."""
    return str(_told(text))


def _told(value: object) -> object:
    if isinstance(value, Phrase):
        text = _text(value)
        return text % {name: _told(part) for name, part in value.params.items()} if value.params else text
    if isinstance(value, str):
        return gettext(value) if value else value
    if isinstance(value, tuple | list):
        return gettext("、").join(str(_told(part)) for part in value)
    return value


def _text(phrase: Phrase) -> str:
    """The phrase's text in the form that fits how many it counts."""
    if "count" not in phrase.params:
        return gettext(phrase.message)
    number = ONE if phrase.params["count"] == ONE else SEVERAL
    return str(get_domain().get_translations().ungettext(phrase.message, phrase.message, number))
