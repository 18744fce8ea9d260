"""Puts the application together: the one module that knows everything."""

import logging
import os
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from huey import Huey, RedisHuey, SqliteHuey
from werkzeug.middleware.proxy_fix import ProxyFix

import inspection.checks.models
import inspection.roster.models
import inspection.training.models  # noqa: F401 - their tables belong to the schema
from inspection import api, cli, jobs, settings
from inspection.desk import blueprint as desk
from inspection.jobs import Tools
from inspection.kernel import db as database
from inspection.kernel import faults, queue
from inspection.kernel.calendar import now
from inspection.kernel.holidays import work_calendar
from inspection.kernel.storage import open_storage
from inspection.phone import blueprint as phone
from inspection.reports.receipts import Signer
from inspection.settings import Settings, WrongSettings
from inspection.web import (
    compression,
    digests,
    errors,
    headers,
    join,
    language,
    page,
    pictures,
    recordings,
    session,
    sign_in,
)
from inspection.web.tools import KEY

ROOT = Path(__file__).resolve().parent.parent
FORM_MEMORY_BYTES = 2 * settings.MIB
FORM_PARTS = 200


def create_app(chosen: Settings | None = None) -> Flask:
    """The whole application for ``chosen`` settings, or for those of the environment. Raises WrongSettings."""
    knobs = chosen or settings.read(os.environ)
    if knobs.production and faults.planned():
        raise WrongSettings({faults.VARIABLE: "is for tests and must not be set in production"})
    logging.basicConfig(level=knobs.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = Flask("inspection", root_path=str(ROOT / "inspection"), static_folder=str(ROOT / "static"))
    _configure(app, knobs)
    database.connect(app, knobs)
    Migrate(app, database.db, directory=str(ROOT / "migrations"), render_as_batch=True)
    tools = Tools(knobs, open_storage(knobs.storage_url, knobs.data_dir / "spool"), Signer(knobs.receipt_key))
    app.extensions[KEY] = tools
    _attach_queue(app, tools)
    _attach_web(app, knobs)
    cli.ready(app)
    return app


def _configure(app: Flask, knobs: Settings) -> None:
    app.config.update(
        SECRET_KEY=knobs.secret_key,
        MAX_CONTENT_LENGTH=knobs.max_photos * knobs.max_photo_bytes + FORM_MEMORY_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_MEMORY_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
        SESSION_COOKIE_NAME="__Host-csrf" if knobs.https else "csrf",
        SESSION_COOKIE_SECURE=knobs.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=list(knobs.trusted_hosts) or None,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
        BABEL_DEFAULT_LOCALE="zh",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
    )
    if knobs.proxy_hops:
        hops = knobs.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _attach_queue(app: Flask, tools: Tools) -> None:
    huey = open_queue(tools.settings.queue_url)
    functions = jobs.functions(tools)
    lease = timedelta(seconds=tools.settings.job_lease_seconds)

    @huey.task(name="run")
    def run(job_id: int) -> None:
        with app.app_context():
            queue.run(job_id, functions, lease=lease)

    @huey.periodic_task(lambda _moment: True, name="sweep")
    def sweep() -> None:
        with app.app_context():
            queue.keep_time(jobs.TIMETABLE, now=now(), calendar=work_calendar())
            queue.work_off(functions, lease=lease)
            tools.storage.sweep()

    def wake(job_id: int) -> None:
        try:
            run(job_id)
        except Exception:
            logging.getLogger(__name__).exception("the queue is away; job %s waits for the sweep", job_id)

    app.extensions["huey"] = huey
    app.extensions[queue.WAKER] = wake


def open_queue(url: str) -> Huey:
    """The huey queue at a URL: ``sqlite:///file`` or ``redis://…``. It carries wake-up calls, never the truth."""
    if url.startswith("redis"):
        return RedisHuey("mingcha", url=url, results=False)
    return SqliteHuey("mingcha", filename=url.removeprefix("sqlite:///"), results=False)


def _attach_web(app: Flask, knobs: Settings) -> None:
    language.babel.init_app(app, locale_selector=language.chosen)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.before_request(session.touch)
    session.login_manager.init_app(app)
    headers.ready(app, knobs)
    app.before_request(session.require_whom_they_say)
    app.before_request(digests.require_what_was_sent)
    errors.ready(app)
    page.ready(app)
    compression.ready(app)
    for blueprint in (sign_in.blueprint, join.blueprint, pictures.blueprint, recordings.blueprint, phone, desk):
        app.register_blueprint(blueprint)
    api.ready(app)
