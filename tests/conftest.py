"""A real application on a real database for every test: SQLite and PostgreSQL, both made by the migrations."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg import sql
from sqlalchemy import update

from inspection import settings as knobs
from inspection.factory import create_app
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.people.models import Person
from inspection.setup import load_reference
from inspection.tickets.annexes import SamplingStep
from tests.make import NOW, Make
from tests.web.browser import Browser

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://root@127.0.0.1:5432/postgres")

hypothesis_settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("house")


def settings_for(database_url: str, data_dir: Path, **more: str) -> knobs.Settings:
    """Settings as an operator would give them, for one test."""
    environ = {"DATABASE_URL": database_url, "DATA_DIR": str(data_dir), "SECRET_KEY": "a-key-for-tests-only-" * 3}
    return knobs.read(environ | {name.upper(): value for name, value in more.items()})


def postgres_answers() -> bool:
    """Whether there is a PostgreSQL to test on."""
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _prepare(url: str, folder: Path) -> None:
    app = create_app(settings_for(url, folder))
    with app.app_context():
        upgrade()
        with writing():
            load_reference(NOW)
            send_nobody()
        db.session.remove()
        db.engine.dispose()


def send_nobody() -> None:
    """Let no lot send anyone by chance: tests of the sampling say what they draw."""
    db.session.execute(update(SamplingStep).values(rechecks=0, lookbacks=0))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the areas, the catalogue and the calendar in it."""
    folder = tmp_path_factory.mktemp("template")
    _prepare(f"sqlite:///{folder / 'template.db'}", folder)
    with suppress(FileNotFoundError):
        (folder / "template.db-wal").unlink()
    return folder / "template.db"


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a migrated PostgreSQL database with the same in it."""
    if not postgres_answers():
        pytest.skip(f"no PostgreSQL answers at {POSTGRES}")
    name = f"mingcha_template_{uuid.uuid4().hex[:12]}"
    _create(name)
    _prepare(_url(name), tmp_path_factory.mktemp("template"))
    yield name
    _drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copyfile(template, tmp_path / "mingcha.db")
        yield f"sqlite:///{tmp_path / 'mingcha.db'}"
        return
    name = f"mingcha_{uuid.uuid4().hex[:12]}"
    _create(name, request.getfixturevalue("postgres_template"))
    yield _url(name)
    _drop(name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite database of the test's own, for what does not touch SQL's differences."""
    shutil.copyfile(sqlite_template, tmp_path / "mingcha.db")
    return f"sqlite:///{tmp_path / 'mingcha.db'}"


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application, inside its context."""
    yield from _running(database_url, tmp_path)


@pytest.fixture
def sqlite_app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on SQLite alone."""
    yield from _running(sqlite_url, tmp_path)


def _running(url: str, folder: Path) -> Iterator[Flask]:
    application = create_app(settings_for(url, folder / "data"))
    application.before_request_funcs.setdefault(None, []).insert(0, forget_the_last_request)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


def forget_the_last_request() -> None:
    """A test's requests share its application context; a server's do not."""
    for name in ("_login_user", "who", "request_id", "csrf_token", "_flashes", "_flask_babel"):
        g.pop(name, None)
    db.session.rollback()
    db.session.expire_all()


@pytest.fixture
def make(app: Flask) -> Make:
    """Builders that state only what matters."""
    return Make(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts."""
    return app.test_client()


@pytest.fixture
def browser(app: Flask) -> Callable[[Person | None], Browser]:
    """A browser that fills in real forms, signed in as someone or as nobody."""

    def opened(person: Person | None = None) -> Browser:
        return Browser(app, person)

    return opened


@pytest.fixture
def events(app: Flask) -> Callable[..., list[AuditEvent]]:
    """The audit events so far, by what their names start with."""

    def since(prefix: str = "") -> list[AuditEvent]:
        every = db.session.scalars(db.select(AuditEvent).order_by(AuditEvent.seq)).all()
        return [event for event in every if event.name.startswith(prefix)]

    return since


def _url(name: str) -> str:
    base, _, _ = POSTGRES.rpartition("/")
    return f"{base}/{name}"


def _create(name: str, template: str = "template0") -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


def _drop(name: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
