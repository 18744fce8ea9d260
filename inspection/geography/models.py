"""The tables of areas: what stands on the official list, and which streets another district holds."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from inspection.kernel.db import Model, coded


class AreaLevel(StrEnum):
    """How large an area is: 区, 街道 (乡镇), 社区 (村)."""

    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"


class Area(Model):
    """A district, street or community by its statistics code (6, 9 or 12 digits), under the one that its code names."""

    __tablename__ = "area"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    level: Mapped[AreaLevel] = mapped_column(coded(AreaLevel))
    name: Mapped[str] = mapped_column(Text)
    parent_code: Mapped[str | None] = mapped_column(Text, ForeignKey("area.code"), index=True)


class AreaOverride(Model):
    """A street that another district holds than the one its code names, such as 荣华街道 by 经开区."""

    __tablename__ = "area_override"

    street_code: Mapped[str] = mapped_column(Text, ForeignKey("area.code"), primary_key=True)
    district_code: Mapped[str] = mapped_column(Text, ForeignKey("area.code"), index=True)
