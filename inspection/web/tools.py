"""The running application's tools, and the clock."""

from typing import cast

from flask import current_app

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
