"""A real application on a real database for every test: SQLite and PostgreSQL, both made by the migrations."""

import os
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
from inspection.training.models import Lesson
from tests.make import NOW, Make
from tests.standing import Standing, StandingApp, StandingFile, StandingPostgres
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
            need_no_lesson()
        db.session.remove()
        db.engine.dispose()


def send_nobody() -> None:
    """Let no lot send anyone by chance: tests of the sampling say what they draw."""
    db.session.execute(update(SamplingStep).values(rechecks=0, lookbacks=0))


def need_no_lesson() -> None:
    """Let nobody wait for a lesson of the starter set: tests of the training say which they need."""
    db.session.execute(update(Lesson).values(needed=False))


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


@pytest.fixture(scope="session")
def standing_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> StandingFile:
    """The SQLite database of this run."""
    return StandingFile(sqlite_template, tmp_path_factory.mktemp("standing") / "mingcha.db")


@pytest.fixture(scope="session")
def standing_postgres(postgres_template: str) -> Iterator[StandingPostgres]:
    """The PostgreSQL database of this run."""
    database = StandingPostgres(POSTGRES, f"mingcha_{uuid.uuid4().hex[:12]}", postgres_template)
    yield database
    database.close()


@pytest.fixture(scope="session")
def standing_apps() -> dict[str, StandingApp]:
    """The applications of this run, by the URL of their database."""
    return {}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database as good as the test's own."""
    database: Standing = request.getfixturevalue("standing_file" if request.param == "sqlite" else "standing_postgres")
    database.put_back()
    return database.url


@pytest.fixture
def sqlite_url(standing_file: StandingFile) -> str:
    """A SQLite database as good as the test's own, for what does not touch SQL's differences."""
    standing_file.put_back()
    return standing_file.url


@pytest.fixture
def app(
    database_url: str, standing_apps: dict[str, StandingApp], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application, inside its context."""
    yield from _running(database_url, standing_apps, tmp_path_factory)


@pytest.fixture
def sqlite_app(
    sqlite_url: str, standing_apps: dict[str, StandingApp], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application on SQLite alone."""
    yield from _running(sqlite_url, standing_apps, tmp_path_factory)


def _running(url: str, standing: dict[str, StandingApp], folders: pytest.TempPathFactory) -> Iterator[Flask]:
    if url not in standing:
        folder = folders.mktemp("data")
        folder.chmod(0o750)
        made = create_app(settings_for(url, folder))
        made.before_request_funcs.setdefault(None, []).insert(0, forget_the_last_request)
        standing[url] = StandingApp(made, folder)
    house = standing[url]
    house.put_back()
    with house.app.app_context():
        yield house.app
        house.leave()


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
