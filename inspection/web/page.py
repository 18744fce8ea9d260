"""What every page is given: the reader's language and look, who they are, and how moments are written."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from flask import Flask, g, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from inspection.geography import service as geography
from inspection.kernel.calendar import BEIJING, WorkCalendar, day_of, now
from inspection.kernel.holidays import NOT_ENTERED
from inspection.kernel.text import N_
from inspection.people.access import ROLE_NAMES, Role
from inspection.people.models import Person
from inspection.photos.models import Photo
from inspection.reports.catalogue import short_name
from inspection.reports.models import Category
from inspection.web import session
from inspection.web.tools import tools

TEXT_SIZES = ("large", "xlarge")
THEMES = ("dark", "contrast")
WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
NOON = 12
KILOMETRE = 1000


def ready(app: Flask) -> None:
    """Attach to every template."""
    app.context_processor(_common)
    app.jinja_env.filters.update(day=day_words, day_of_week=weekday_words, half_day=half_day_words)


def day_words(moment: datetime | date | None) -> str:
    """11月23日, in Beijing; with the year when it is another one. Nothing for nothing."""
    if moment is None:
        return ""
    day = day_of(moment) if isinstance(moment, datetime) else moment
    return _written(day, _("M月d日") if day.year == day_of(now()).year else _("y年M月d日"))


def short_day(moment: datetime | date) -> str:
    """11-09, for tables; with the year when it is another one."""
    day = day_of(moment) if isinstance(moment, datetime) else moment
    return _written(day, _("MM-dd") if day.year == day_of(now()).year else _("y-MM-dd"))


def month_words(day: date) -> str:
    """11月, as the head of a calendar's month."""
    return _written(day, _("M月"))


def weekday_initial(day: date) -> str:
    """一, M: the shortest that a weekday is called, for the head of a column."""
    return format_date(day, "ccccc", locale=get_locale() or "zh")


def weekday_words(moment: datetime | date) -> str:
    """周二."""
    return _(WEEKDAYS[(day_of(moment) if isinstance(moment, datetime) else moment).weekday()])


def dated_weekday_words(moment: datetime | date) -> str:
    """11月23日 周一."""
    return _("%(day)s %(weekday)s", day=day_words(moment), weekday=weekday_words(moment))


def half_day_words(moment: datetime | None) -> str:
    """11月23日 上午: as exactly as the inspected side may know (control D03)."""
    return _("%(day)s %(half)s", day=day_words(moment), half=_half(moment)) if moment else ""


def recent_half_day_words(moment: datetime | None) -> str:
    """今天 上午, 昨天 下午, else 11月20日 上午: for a queue, where the newest matter most."""
    return _("%(day)s %(half)s", day=recent_day_words(moment), half=_half(moment)) if moment else ""


def minute_words(moment: datetime) -> str:
    """11月23日 上午 9:42: for one's own receipt only."""
    clock = moment.astimezone(BEIJING)
    hour = clock.hour if clock.hour <= NOON else clock.hour - NOON
    return _(
        "%(day)s %(half)s %(hour)s:%(minute)s",
        day=day_words(moment),
        half=_half(moment),
        hour=hour,
        minute=f"{clock:%M}",
    )


def recent_day_words(moment: datetime | date) -> str:
    """今天, 昨天, else 11月20日."""
    day = day_of(moment) if isinstance(moment, datetime) else moment
    ago = (day_of(now()) - day).days
    return {0: _("今天"), 1: _("昨天")}.get(ago) or day_words(day)


def estimate_words(calendar: WorkCalendar, *moments: datetime | None) -> list[str]:
    """2027年节假日安排尚未录入，按周一至周五估算: for each year of these deadlines that nobody has entered."""
    years = {day_of(moment).year for moment in moments if moment is not None}
    return [_(NOT_ENTERED, year=year) for year in sorted(years) if not calendar.is_entered(year)]


def distance_words(metres: float) -> str:
    """约 30 米, 约 6.3 公里, 约 6340 公里."""
    if metres < KILOMETRE:
        return _("%(number)s 米", number=round(metres))
    kilometres = metres / KILOMETRE
    return _("%(number)s 公里", number=round(kilometres, 1) if kilometres < 10 else round(kilometres))


def category_name(category: Category, *, short: bool = False) -> str:
    """A category's name in the reader's language; it is a row that the office edits, so not in the catalogue."""
    if str(get_locale()) == "en":
        return category.english
    return short_name(category) if short else category.name


def picture_url(photo: Photo | None, size: str = "thumb") -> str | None:
    """Where a photo's copy is shown; None while it is being made."""
    ready = photo is not None and photo.copied_at is not None
    return url_for("pictures.picture", photo_id=photo.id, size=size) if photo is not None and ready else None


def look() -> Mapping[str, str]:
    """Text size and theme, as chosen on this device; ``text:large theme:dark`` in the cookie."""
    chosen = dict(part.partition(":")[::2] for part in request.cookies.get("look", "").split())
    return {
        "text": chosen.get("text", "") if chosen.get("text") in TEXT_SIZES else "",
        "theme": chosen.get("theme", "") if chosen.get("theme") in THEMES else "",
    }


def who() -> dict[str, str] | None:
    """Name, role and place of whoever is signed in."""
    if not current_user.is_authenticated:
        return None
    if "who" not in g:
        g.who = _described(session.person())
    return dict(g.who)


def _written(day: date, pattern: str) -> str:
    """The day by a pattern of the Unicode locale data, with the month's name where the language uses it."""
    return format_date(day, pattern, locale=get_locale() or "zh")


def _half(moment: datetime) -> str:
    return _("上午") if moment.astimezone(BEIJING).hour < NOON else _("下午")


def _described(person: Person) -> dict[str, str]:
    return {
        "name": person.name,
        "role": person.role.value,
        "place": _workplace(person),
    }


def _workplace(person: Person) -> str:
    if person.unit:
        return person.unit.name
    if person.role is Role.DISTRICT and person.district_code:
        district = geography.current_atlas().district(person.district_code).short
        return _("%(district)s%(office)s", district=district, office=_(ROLE_NAMES[person.role]))
    return _(ROLE_NAMES[person.role])


def _common() -> dict[str, Any]:
    settings = tools().settings
    return {"settings": settings, "look": look(), "locale": str(get_locale() or settings.locale), "who": who()}
