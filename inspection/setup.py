"""Brings an empty database up: schema, then areas, catalogue, calendar, checklists and lessons. Safe to run again."""

from datetime import datetime

from flask_migrate import upgrade

from inspection.checks import starters
from inspection.geography.service import load_areas
from inspection.kernel.db import writing
from inspection.kernel.holidays import load_known_years
from inspection.notifications.table import load_defaults as load_reminders
from inspection.reports.catalogue import load_categories
from inspection.tickets.samples import load_steps
from inspection.training import starters as lessons


def prepare(now: datetime) -> None:
    """Migrate to the newest schema and load what every office starts with."""
    upgrade()
    with writing():
        load_reference(now)


def load_reference(now: datetime) -> None:
    """Areas, categories, calendar, reminders, samples, checklists, lessons; nothing that was edited is overwritten."""
    load_areas()
    load_categories()
    load_known_years(now)
    load_steps()
    load_reminders()
    starters.load(now)
    lessons.load(now)
