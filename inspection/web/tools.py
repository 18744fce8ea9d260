"""The running application's tools, and the clock."""

from datetime import timedelta
from typing import cast

from flask import current_app

from inspection.checks.records import Terms
from inspection.checks.visits import Grace
from inspection.jobs import Tools
from inspection.photos.service import PhotoLimits
from inspection.reports.service import IntakeLimits
from inspection.settings import Settings

KEY = "mingcha.tools"


def tools() -> Tools:
    """What this process was started with."""
    return cast(Tools, current_app.extensions[KEY])


def intake_limits(settings: Settings) -> IntakeLimits:
    """What one report and one person a day may bring, as set."""
    return IntakeLimits(photo_limits(settings), settings.daily_photos)


def photo_limits(settings: Settings) -> PhotoLimits:
    """How many photos a manifest may have and how large each may be, as set."""
    return PhotoLimits(settings.max_photos, settings.max_photo_bytes, settings.max_photo_megapixels)


def visit_terms(kit: Tools) -> Terms:
    """What a visit's record may bring and how long it may take, as set, and who signs its receipt."""
    settings = kit.settings
    limits = PhotoLimits(settings.visit_photos, settings.max_photo_bytes, settings.max_photo_megapixels)
    return Terms(limits, visit_grace(settings), kit.signer)


def visit_grace(settings: Settings) -> Grace:
    """How long a visit's record and what was asked back may take, as set."""
    return Grace(timedelta(days=settings.visit_late_days), timedelta(days=settings.visit_asked_days))
