"""Databases and an application that stand for a whole run and are put back as they were before every test.

To make a database or an application takes longer than most tests; to put one back takes a few milliseconds.
"""

import os
import shutil
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from psycopg import sql

from inspection.kernel.db import db

AS_BEFORE = "SELECT count(*) FROM as_before.touched"
SHAPE = """
SELECT md5(string_agg(shape, ' ' ORDER BY shape)) FROM (
    SELECT concat('c', oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat('t', oid, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
) AS shapes (shape)
"""
"""Changes with every table, index, sequence and trigger that comes, goes, or is switched off."""
END_OTHERS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
LARGE = 1_000
"""Tables with more rows than these are put back only after they were written to."""


class StandingFile:
    """A SQLite database at one place, copied anew from its template for each test."""

    def __init__(self, template: Path, file: Path) -> None:
        self.template, self.file = template, file
        self.url = f"sqlite:///{file}"

    def put_back(self) -> None:
        """As the template is."""
        for kind in ("-wal", "-shm"):
            Path(f"{self.file}{kind}").unlink(missing_ok=True)
        shutil.copyfile(self.template, self.file)

    def close(self) -> None:
        """Nothing stays open."""


class StandingPostgres:
    """A PostgreSQL database made once; its rows are put back, or it is made anew where its shape changed."""

    def __init__(self, server: str, name: str, template: str) -> None:
        self.server, self.name, self.template = server, name, template
        self.url = f"{server.rpartition('/')[0]}/{name}"
        self.fresh = True
        self._make()

    def put_back(self) -> None:
        """As the template is, whatever the test before did or left open."""
        if self.fresh:
            self.fresh = False
            return
        self._ask(END_OTHERS)
        if self._ask(SHAPE) != self._shape:
            self.close()
            self._make()
            return
        large = self._large if self._ask(AS_BEFORE) else []
        with self._connection.transaction():
            self._connection.execute("SET LOCAL session_replication_role = replica")  # no trigger, no foreign key
            for table in [*self._all_but_large, *large, "as_before.touched"]:
                self._connection.execute(f"DELETE FROM {table}")
            for table in [*self._small, *large]:
                self._connection.execute(f"INSERT INTO {table} SELECT * FROM as_before.{table}")
            for sequence in self._sequences:
                self._connection.execute(f"ALTER SEQUENCE {sequence} RESTART")

    def close(self) -> None:
        """Gone."""
        self._connection.close()
        self._at_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)

    def _make(self) -> None:
        self._at_server("CREATE DATABASE {} TEMPLATE {}", self.name, self.template)
        self._connection = psycopg.connect(self.url, autocommit=True, prepare_threshold=1)
        self._connection.execute("SET synchronous_commit = off")
        names = [
            name for (name,) in self._connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        rows = {name: self._ask(f"SELECT count(*) FROM {name}") for name in sorted(names)}
        self._sequences = [f"{name}" for (name,) in self._connection.execute("SELECT sequencename FROM pg_sequences")]
        self._large = [name for name, count in rows.items() if count > LARGE]
        self._small = [name for name, count in rows.items() if 0 < count <= LARGE]
        self._all_but_large = [name for name in rows if name not in self._large]
        self._remember()
        self._shape = self._ask(SHAPE)

    def _remember(self) -> None:
        run = self._connection.execute
        run("CREATE SCHEMA as_before")
        run("CREATE TABLE as_before.touched (name text)")
        run(
            "CREATE FUNCTION as_before.touch() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN INSERT INTO as_before.touched VALUES (TG_TABLE_NAME); RETURN NULL; END$$"
        )
        for table in [*self._small, *self._large]:
            run(f"CREATE TABLE as_before.{table} AS TABLE public.{table}")
        for table in self._large:
            run(
                f"CREATE TRIGGER touched AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.{table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION as_before.touch()"
            )

    def _ask(self, question: str) -> Any:
        answer = self._connection.execute(question).fetchone()
        return answer[0] if answer else None

    def _at_server(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


Standing = StandingFile | StandingPostgres


class StandingApp:
    """An application over a standing database, with a data folder of its own."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder = app, folder
        self._config, self._extensions = dict(app.config), dict(app.extensions)

    def put_back(self) -> None:
        """Its settings as they were, no message in its queue, no file from before; folders stay where they are."""
        for kept, was in ((self.app.config, self._config), (self.app.extensions, self._extensions)):
            kept.clear()
            kept.update(was)
        self.app.extensions["huey"].flush()
        keys = {"secret_key", "receipt_key"}
        for at, _folders, names in os.walk(self.folder):
            for name in names:
                if name not in keys and not name.startswith("queue.db"):
                    (Path(at) / name).unlink()

    def leave(self) -> None:
        """Close what a test has open."""
        db.session.remove()
        db.engine.dispose()
