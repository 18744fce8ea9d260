"""What the program suggests for a report, for a person to decide on."""

import uuid
from datetime import datetime

from sqlalchemy import Float, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.kernel.db import Model, coded
from inspection.people.models import Unit
from inspection.tickets.deadlines import Unit as TimeUnit


class Proposal(Model):
    """Unit, limit and severity as the routing suggests them (派遣建议)."""

    __tablename__ = "proposal"

    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("report.id"), primary_key=True)
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    limit_amount: Mapped[int]
    limit_unit: Mapped[TimeUnit] = mapped_column(coded(TimeUnit))
    severity: Mapped[str] = mapped_column(Text)
    border_m: Mapped[float | None] = mapped_column(Float)
    """How far the district's border is, in metres, where it leaves a doubt."""
    exif_distance_m: Mapped[float | None] = mapped_column(Float)
    """How far the picture's own position is from the reported one."""
    made_at: Mapped[datetime]

    unit: Mapped[Unit | None] = relationship()
