"""The files that lists of inspectors came in."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from inspection.kernel.db import Model


class RosterImport(Model):
    """A list of inspectors that was looked at and found in order, and when it was taken in."""

    __tablename__ = "roster_import"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    fresh: Mapped[int]
    changed: Mapped[int]
    plan_hash: Mapped[str] = mapped_column(Text)
    """Of what was looked at: every row with whom it changes, as they then were."""
    looked_at: Mapped[datetime]
    imported_at: Mapped[datetime | None]
    """Also the moment at which its new people's accounts were opened: by it they are found again."""

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"roster_import:{self.id}"

    @property
    def file_key(self) -> str:
        """Where the file lies until it is taken in."""
        return f"imports/{self.id.hex[:2]}/{self.id.hex}-{self.sha256[:16]}"
