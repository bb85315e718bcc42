"""The service: leaderships, calendar jobs, alerts and folded polls; when a channel is due, and what a host last showed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("name", sa.Text(), nullable=False, comment="digest, watch, backup or tidy"),
        sa.Column("schedule", sa.Text(), nullable=False, comment="when it is due, as the settings say"),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True, comment="its next due time; null: not planned"),
        sa.Column(
            "last_succeeded_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="end of its last good run; null: none yet",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
        comment="Calendar jobs of the service, and when each runs next.",
    )
    op.create_table(
        "shift",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("owner", sa.Text(), nullable=False, comment="the process: boot, process namespace, process, start"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="when it began to lead"),
        sa.Column("last_tick_at", sa.DateTime(timezone=True), nullable=False, comment="its last sign of life"),
        sa.Column(
            "last_tick_real_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="the same by the system's clock, whatever the plan's",
        ),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it ended; null: it leads, or its process vanished",
        ),
        sa.Column("outcome", sa.Text(), nullable=True, comment="stopped, lost or failed; null: under way"),
        sa.Column("ticks", BIG, nullable=False, comment="times it asked the plan"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        comment="One stretch in which one scheduler led: from when it held the lock until it gave it up or was gone. Between two shifts nothing was looked at.",
    )
    op.create_index("ix_shift_started_at", "shift", ["started_at"], unique=False)
    op.create_table(
        "job_run",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("job", sa.Text(), nullable=False, comment="the job"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, comment="the due time it answers"),
        sa.Column("owner", sa.Text(), nullable=False, comment="the process that ran it"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="start"),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="end; null: under way, or its process vanished",
        ),
        sa.Column("outcome", sa.Text(), nullable=True, comment="done, failed or lost; null: under way"),
        sa.Column(
            "detail", sa.Text(), nullable=True, comment="what it made, or its error, one line; null: nothing to say"
        ),
        sa.ForeignKeyConstraint(["job"], ["job.name"], name=op.f("fk_job_run_job_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("job", "due_at", name=op.f("uq_job_run_job_due_at")),
        comment="One run of a calendar job. A due time has one run, whoever leads.",
    )
    op.create_table(
        "alert",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("kind", sa.Text(), nullable=False, comment="what was noticed; see docs/GLOSSARY.md"),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=False,
            comment="whom it is about: `outlet`, `outlet/channel`, a host, or `store`",
        ),
        sa.Column("outlet", sa.Text(), nullable=True, comment="the outlet; null: none in particular"),
        sa.Column("channel_id", BIG, nullable=True, comment="the channel; null: not one alone"),
        sa.Column("severity", sa.Text(), nullable=False, comment="now, today or note: how soon a person should look"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False, comment="when it was noticed"),
        sa.Column(
            "since_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="since when it is so, as far as is known; null: not known",
        ),
        sa.Column(
            "last_seen_at", sa.DateTime(timezone=True), nullable=False, comment="when it was last found to be so"
        ),
        sa.Column(
            "closed_at", sa.DateTime(timezone=True), nullable=True, comment="when it was over; null: it is still so"
        ),
        sa.Column("summary", sa.Text(), nullable=False, comment="one sentence for a person; no secrets"),
        sa.Column(
            "detail", sa.Text(), nullable=True, comment="what it costs and what can be done; null: nothing more to say"
        ),
        sa.Column("figures", JSON, nullable=False, comment="the figures that it rests on, by name"),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_alert_channel_id_channel")),
        sa.ForeignKeyConstraint(["outlet"], ["outlet.slug"], name=op.f("fk_alert_outlet_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        comment="Something a person should know: one row an episode, closed when it is over.",
    )
    op.create_index("ix_alert_closed_at", "alert", ["closed_at"], unique=False)
    op.create_index("ix_alert_outlet", "alert", ["outlet"], unique=False)
    op.create_table(
        "channel_hour",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("channel_id", BIG, nullable=False, comment="the channel"),
        sa.Column("hour_at", sa.DateTime(timezone=True), nullable=False, comment="start of the hour, UTC"),
        sa.Column("outcome", sa.Text(), nullable=False, comment="how these polls ended; see docs/GLOSSARY.md"),
        sa.Column("polls", BIG, nullable=False, comment="how many"),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_channel_hour_channel_id_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_hour")),
        sa.UniqueConstraint(
            "channel_id", "hour_at", "outcome", name=op.f("uq_channel_hour_channel_id_hour_at_outcome")
        ),
        comment="Polls of an hour that no entry or revision cites, folded by outcome after 30 days.",
    )
    op.create_table(
        "alert_delivery",
        sa.Column("id", BIG, autoincrement=True, nullable=False, comment="surrogate key; says nothing, never reused"),
        sa.Column("alert_id", BIG, nullable=False, comment="the alert"),
        sa.Column("event", sa.Text(), nullable=False, comment="opened or cleared"),
        sa.Column("route", sa.Text(), nullable=False, comment="webhook or mail"),
        sa.Column("attempts", BIG, nullable=False, comment="times it was tried"),
        sa.Column(
            "next_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when to try next; null: delivered or given up",
        ),
        sa.Column(
            "delivered_at", sa.DateTime(timezone=True), nullable=True, comment="when it was taken; null: not yet"
        ),
        sa.Column("error", sa.Text(), nullable=True, comment="what failed last, one line, no secrets; null: nothing"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_delivery_alert_id_alert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_delivery")),
        sa.UniqueConstraint("alert_id", "event", "route", name=op.f("uq_alert_delivery_alert_id_event_route")),
        comment="A message about an alert on its way to people. Tried again until it is delivered or given up.",
    )
    op.create_index("ix_alert_delivery_delivered_at", "alert_delivery", ["delivered_at"], unique=False)
    op.add_column(
        "channel",
        sa.Column(
            "next_poll_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the service polls it next; null: to be planned, or not polled by the service",
        ),
    )
    op.add_column(
        "channel",
        sa.Column(
            "interval_s", BIG, nullable=True, comment="seconds between polls as last planned; null: never planned"
        ),
    )
    op.add_column(
        "channel",
        sa.Column(
            "setback",
            sa.Float(),
            nullable=True,
            comment="failures in a row, each weighed by its kind (1, 0.5 or 0.25); null: none",
        ),
    )
    op.add_column(
        "channel",
        sa.Column(
            "ttl_s",
            BIG,
            nullable=True,
            comment="seconds its last answer called itself fresh for (Cache-Control, ttl, sy:updatePeriod); null: unsaid",
        ),
    )
    op.add_column(
        "channel",
        sa.Column(
            "depth_s",
            BIG,
            nullable=True,
            comment="seconds that the entries of its last listing reach back, by their own dates; null: undated",
        ),
    )
    op.create_index("ix_channel_next_poll_at", "channel", ["next_poll_at"], unique=False)
    op.add_column(
        "fetch",
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the look was due: requested_at less this is the lag; null: adopted, or not noted",
        ),
    )
    op.add_column(
        "fetch", sa.Column("max_age_s", BIG, nullable=True, comment="seconds of Cache-Control: max-age; null: not said")
    )
    _comment_on_gap_reason(
        "outcome of the first look that failed; rollover (a list without any entry of the one before); not_running (nobody looked)",
        "outcome of the first look that failed",
    )
    op.add_column(
        "host",
        sa.Column(
            "robots_changed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when its text or outcome last differed from the one before; null: never seen to change",
        ),
    )
    op.add_column(
        "host",
        sa.Column(
            "certificate_sha256", sa.Text(), nullable=True, comment="digest of its TLS certificate; null: none seen"
        ),
    )
    op.add_column(
        "host",
        sa.Column(
            "certificate_changed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it last showed another certificate than before; null: never seen to change",
        ),
    )
    op.add_column(
        "host",
        sa.Column(
            "certificate_expires_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="end of its validity; null: none seen",
        ),
    )


def downgrade() -> None:
    op.drop_column("host", "certificate_expires_at")
    op.drop_column("host", "certificate_changed_at")
    op.drop_column("host", "certificate_sha256")
    op.drop_column("host", "robots_changed_at")
    _comment_on_gap_reason(
        "outcome of the first look that failed",
        "outcome of the first look that failed; rollover (a list without any entry of the one before); not_running (nobody looked)",
    )
    op.drop_column("fetch", "max_age_s")
    op.drop_column("fetch", "due_at")
    op.drop_index("ix_channel_next_poll_at", table_name="channel")
    op.drop_column("channel", "depth_s")
    op.drop_column("channel", "ttl_s")
    op.drop_column("channel", "setback")
    op.drop_column("channel", "interval_s")
    op.drop_column("channel", "next_poll_at")
    op.drop_index("ix_alert_delivery_delivered_at", table_name="alert_delivery")
    op.drop_table("alert_delivery")
    op.drop_table("channel_hour")
    op.drop_index("ix_alert_outlet", table_name="alert")
    op.drop_index("ix_alert_closed_at", table_name="alert")
    op.drop_table("alert")
    op.drop_table("job_run")
    op.drop_index("ix_shift_started_at", table_name="shift")
    op.drop_table("shift")
    op.drop_table("job")


def _comment_on_gap_reason(comment: str, existing: str) -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.alter_column(
            "gap",
            "reason",
            existing_type=sa.Text(),
            comment=comment,
            existing_comment=existing,
            existing_nullable=False,
        )
