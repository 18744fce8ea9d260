"""Pages do not touch the differences between the databases: SQLite alone."""

from collections.abc import Callable

import pytest
from flask import Flask

from inspection.people.models import Person
from tests.web.browser import Browser


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


@pytest.fixture
def browser(app: Flask) -> Callable[[Person | None], Browser]:
    """A browser, signed in as someone or as nobody."""

    def opened(person: Person | None = None) -> Browser:
        return Browser(app, person)

    return opened
