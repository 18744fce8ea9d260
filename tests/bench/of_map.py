"""What the city map asks: the whole city, a part of it, from near, by state, category and time, and each district."""

from datetime import timedelta
from typing import Any

from inspection.citymap import service as citymap
from inspection.citymap.sight import Box, Mode, Sight
from inspection.kernel.calendar import day_of
from inspection.tickets import lists
from inspection.tickets.filters import NOTHING, Filters

MAP_MS = 15
"""design.md §6: the city map at a million tickets."""
CENTRE = (39.915, 116.404)


def sight(zoom: float, height: float, mode: Mode = Mode.CLUSTERS) -> Sight:
    """A desk's map around the centre, so many degrees high."""
    lat, lng = CENTRE
    return Sight(Box(lat - height / 2, lng - height, lat + height / 2, lng + height), zoom, mode)


def figures(office: Any) -> list[Any]:
    """Its measures; ``office`` is the bench's."""
    today = day_of(office.moment)
    city, part, near, close = sight(9, 2, Mode.HEAT), sight(12, 0.2), sight(14, 0.05), sight(16, 0.0125)
    month = {"filed_from": today - timedelta(days=29), "filed_to": today}
    asked = {
        "全市，全部": (city, NOTHING),
        "全市，在办": (city, Filters(state=lists.OPEN)),
        "全市，超期": (city, Filters(overdue=True)),
        "全市，一类、近一年": (city, Filters(category="street_clutter", filed_from=today - timedelta(days=365))),
        "全市，近 30 天": (city, Filters(**month)),
        "全市，一类、近 30 天": (city, Filters(category="street_clutter", **month)),
        "一片（12 级），全部": (part, NOTHING),
        "一片（12 级），近一年": (part, Filters(filed_from=today - timedelta(days=365))),
        "一片（12 级），近 30 天": (part, Filters(**month)),
        "近处（14 级），超期": (near, Filters(overdue=True)),
        "近处（14 级），待派遣": (near, Filters(state=(lists.OPEN[0],))),
        "近处（14 级），一类、在办": (near, Filters(category="street_clutter", state=lists.OPEN)),
        "跟前（16 级），全部": (close, NOTHING),
        "跟前（16 级），一类": (close, Filters(category="street_clutter")),
        "跟前（16 级），一个领域、近一年": (close, Filters(field="环境", filed_from=today - timedelta(days=365))),
    }
    looks = [
        office.figure(f"地图：{name}", office.ask(citymap.look, office.chief, filters, there), MAP_MS)
        for name, (there, filters) in asked.items()
    ]
    other = office.ask(citymap.look, office.chief, Filters(severity="urgent"), city)
    return [
        *looks,
        office.figure("地图：各区，全部", office.ask(citymap.overview, office.chief, NOTHING), MAP_MS),
        office.figure("地图：计数没有的条件（最多看 5,000 件）", other),
    ]
