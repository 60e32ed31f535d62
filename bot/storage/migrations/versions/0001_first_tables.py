"""First tables: people, conversations, questions, updates, model usage."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _people()
    _conversations()
    _questions()
    _updates()
    _usage()


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("user", sa.String(128), primary_key=True),
        sa.Column("lang", sa.String(8)),
        sa.Column("seen_at", _TIME, nullable=False),
    )
    op.create_index("ix_people_seen_at", "people", ["seen_at"])


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(),
            primary_key=True,
        ),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("user", sa.String(128), nullable=False),
        sa.Column("as_of", sa.Date()),
        sa.Column("began_at", _TIME, nullable=False),
        sa.Column("active_at", _TIME, nullable=False),
        sa.UniqueConstraint("channel", "chat", "user", name="uq_conversations_channel"),
    )
    op.create_index("ix_conversations_active_at", "conversations", ["active_at"])


def _questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column(
            "conversation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey(
                "conversations.id",
                name="fk_questions_conversation_id_conversations",
                ondelete="CASCADE",
            ),
            nullable=False,
        ),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(8)),
        sa.Column("outcome", sa.String(16)),
        sa.Column("answer", sa.Text()),
        sa.Column("more", sa.Text()),
        sa.Column("programme_ids", sa.JSON()),
        sa.Column("citations", sa.JSON()),
        sa.Column("suggestions", sa.JSON()),
        sa.Column("ai_generated", sa.Boolean(), nullable=False),
        sa.Column("generation", sa.String(64)),
        sa.Column("ms", sa.Double()),
        sa.Column("feedback", sa.String(8)),
        sa.Column("feedback_reason", sa.String(16)),
    )
    op.create_index("ix_questions_asked_at", "questions", ["asked_at"])
    op.create_index("ix_questions_conversation_asked", "questions", ["conversation_id", "asked_at"])


def _updates() -> None:
    op.create_table(
        "updates",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("update_id", sa.String(64), primary_key=True),
        sa.Column("taken_at", _TIME, nullable=False),
        sa.Column("done_at", _TIME),
        sa.Column("payload", sa.JSON()),
    )
    op.create_index("ix_updates_taken_at", "updates", ["taken_at"])


def _usage() -> None:
    op.create_table(
        "model_usage",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("user", sa.String(192), primary_key=True),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    for table in ("model_usage", "updates", "questions", "conversations", "people"):
        op.drop_table(table)
