"""Which columns each person chose, the files that were made of the ledger, and the old ledgers that were taken over."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from inspection.kernel.db import Model


class ChosenColumns(Model):
    """The columns that a person wants to see, in their order (自选列); without a row the default ones."""

    __tablename__ = "ledger_columns"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    codes: Mapped[str] = mapped_column(Text)
    """Separated by spaces."""
    chosen_at: Mapped[datetime]
