"""Which columns each person chose, the files that were made of the ledger, and the old ledgers that were taken over."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from inspection.kernel.db import Model, coded
from inspection.kernel.sheets import Kind


class Order(StrEnum):
    """What stands first: the newest filed, or the next due."""

    NEWEST = "newest"
    DUE = "due"


class ChosenColumns(Model):
    """The columns that a person wants to see, in their order (自选列); without a row the default ones."""

    __tablename__ = "ledger_columns"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    codes: Mapped[str] = mapped_column(Text)
    """Separated by spaces."""
    chosen_at: Mapped[datetime]


class Export(Model):
    """One file that was made of the ledger (导出): by whom, of what, how far it has come and how many rows it has."""

    __tablename__ = "ledger_export"
    __table_args__ = (Index("ix_ledger_export_person_id_asked_at_id", "person_id", "asked_at", "id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    """Whose it is: nobody else may have it."""
    kind: Mapped[Kind] = mapped_column(coded(Kind))
    query: Mapped[str] = mapped_column(Text)
    """The filters, as an address carries them."""
    order: Mapped[Order] = mapped_column("sorted_by", coded(Order))
    columns: Mapped[str] = mapped_column(Text)
    """The codes, separated by spaces."""
    asked_at: Mapped[datetime]
    written: Mapped[int] = mapped_column(default=0)
    """How many rows are written so far."""
    moved_at: Mapped[datetime]
    """When it came on for the last time."""
    finished_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(Text)
    """Of the file that is kept; none for one that was handed out at once, or is no longer kept."""

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"ledger_export:{self.id}"

    @property
    def file_key(self) -> str | None:
        """Where the file lies, as long as it is kept."""
        return file_key(self.id, self.kind, self.sha256) if self.sha256 else None


def file_key(export_id: uuid.UUID, kind: Kind, sha256: str) -> str:
    """Where an export's file with this content lies."""
    return f"exports/{export_id.hex[:2]}/{export_id.hex}-{sha256[:16]}.{kind.value}"


class Import(Model):
    """A file that was looked at and found in order, and whether it has been taken over since (旧台账导入)."""

    __tablename__ = "ledger_import"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text, index=True)
    rows: Mapped[int]
    looked_at: Mapped[datetime]
    imported_at: Mapped[datetime | None]

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"ledger_import:{self.id}"

    @property
    def file_key(self) -> str:
        """Where the file lies."""
        return f"imports/{self.id.hex[:2]}/{self.id.hex}-{self.sha256[:16]}"
