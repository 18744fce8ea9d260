"""``flask inspection …`` as its own process would run it: with nothing read before."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from inspection.kernel.db import db


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    """Run ``flask inspection …``; ``typed`` is what is typed when it asks."""

    def command(*words: object, typed: str | None = None) -> Result:
        db.session.rollback()
        done = app.test_cli_runner().invoke(args=["inspection", *map(str, words)], input=typed)
        db.session.rollback()
        return done

    return command
