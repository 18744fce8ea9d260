"""Messages, what goes out of the house, the table of reminders, and the timetable's slots."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CHANNELS, STATES = ("email", "sms", "wecom"), ("waiting", "sent", "failed")
AUDIENCES = ("unit", "chief", "district", "city", "publisher")


def coded(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, length=16)


def upgrade() -> None:
    op.add_column("job", sa.Column("slot", sa.Text(), nullable=True))
    op.create_index("ix_job_slot", "job", ["slot"], unique=True)
    op.add_column("person", sa.Column("chief", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("email", sa.Text(), nullable=True))
    _create_messages()
    _create_deliveries()
    op.create_table(
        "reminder_row",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", coded("kind", "reminder", "escalation"), nullable=False),
        sa.Column("audience", coded("audience", *AUDIENCES), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_row")),
    )
    op.create_table(
        "preference",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Boolean(), nullable=False),
        sa.Column("sms", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_until", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_preference_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_preference")),
    )
    reading = op.create_table(
        "reading",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reading")),
    )
    head = sa.table("audit_head", sa.column("seq"))
    known = sa.select(sa.literal("events"), head.c.seq)
    op.execute(reading.insert().from_select(["name", "seq"], known))  # nobody is told of what is long past


def downgrade() -> None:
    op.drop_table("reading")
    op.drop_table("preference")
    op.drop_table("reminder_row")
    op.drop_index("ix_delivery_state_created_at_id", table_name="delivery")
    op.drop_table("delivery")
    op.drop_index("ix_message_unread_person_id", table_name="message")
    op.drop_index("ix_message_person_id_at_id", table_name="message")
    op.drop_table("message")
    op.drop_column("person", "email")
    op.drop_column("person", "chief")
    op.drop_index("ix_job_slot", table_name="job")
    op.drop_column("job", "slot")


def _create_messages() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id_person")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_message_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_message_person_id_key")),
    )
    op.create_index("ix_message_person_id_at_id", "message", ["person_id", "at", "id"], unique=False)
    op.create_index(
        "ix_message_unread_person_id",
        "message",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )


def _create_deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", coded("channel", *CHANNELS), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", coded("deliverystate", *STATES), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delivery_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", "channel", "recipient", name=op.f("uq_delivery_key_channel_recipient")),
    )
    op.create_index("ix_delivery_state_created_at_id", "delivery", ["state", "created_at", "id"], unique=False)
