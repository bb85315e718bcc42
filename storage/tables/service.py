"""What the service did and found: leaderships, calendar jobs, alerts, and looks folded into hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Table, identity


class ShiftRow(Table):
    __tablename__ = "shift"
    __table_args__ = (
        Index("ix_shift_started_at", "started_at"),
        {
            "comment": "One stretch in which one scheduler led: from when it held the lock until it gave it up or was "
            "gone. Between two shifts nothing was looked at."
        },
    )
    id: Mapped[int] = identity()
    owner: Mapped[str] = mapped_column(comment="the process: boot, process namespace, process, start")
    started_at: Mapped[datetime] = mapped_column(comment="when it began to lead")
    last_tick_at: Mapped[datetime] = mapped_column(comment="its last sign of life")
    last_tick_real_at: Mapped[datetime] = mapped_column(comment="the same by the system's clock, whatever the plan's")
    ended_at: Mapped[datetime | None] = mapped_column(comment="when it ended; null: it leads, or its process vanished")
    outcome: Mapped[str | None] = mapped_column(comment="stopped, lost or failed; null: under way")
    ticks: Mapped[int] = mapped_column(comment="times it asked the plan")


class JobRow(Table):
    __tablename__ = "job"
    __table_args__ = ({"comment": "Calendar jobs of the service, and when each runs next."},)
    name: Mapped[str] = mapped_column(primary_key=True, comment="digest, watch, backup or tidy")
    schedule: Mapped[str] = mapped_column(comment="when it is due, as the settings say")
    next_at: Mapped[datetime | None] = mapped_column(comment="its next due time; null: not planned")
    last_succeeded_at: Mapped[datetime | None] = mapped_column(comment="end of its last good run; null: none yet")


class JobRunRow(Table):
    __tablename__ = "job_run"
    __table_args__ = (
        UniqueConstraint("job", "due_at"),
        {"comment": "One run of a calendar job. A due time has one run, whoever leads."},
    )
    id: Mapped[int] = identity()
    job: Mapped[str] = mapped_column(ForeignKey("job.name"), comment="the job")
    due_at: Mapped[datetime] = mapped_column(comment="the due time it answers")
    owner: Mapped[str] = mapped_column(comment="the process that ran it")
    started_at: Mapped[datetime] = mapped_column(comment="start")
    ended_at: Mapped[datetime | None] = mapped_column(comment="end; null: under way, or its process vanished")
    outcome: Mapped[str | None] = mapped_column(comment="done, failed or lost; null: under way")
    detail: Mapped[str | None] = mapped_column(comment="what it made, or its error, one line; null: nothing to say")


class AlertRow(Table):
    __tablename__ = "alert"
    __table_args__ = (
        Index("ix_alert_closed_at", "closed_at"),
        Index("ix_alert_outlet", "outlet"),
        {"comment": "Something a person should know: one row an episode, closed when it is over."},
    )
    id: Mapped[int] = identity()
    kind: Mapped[str] = mapped_column(comment="what was noticed; see docs/GLOSSARY.md")
    subject: Mapped[str] = mapped_column(comment="whom it is about: `outlet`, `outlet/channel`, a host, or `store`")
    outlet: Mapped[str | None] = mapped_column(
        ForeignKey("outlet.slug"), comment="the outlet; null: none in particular"
    )
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channel.id"), comment="the channel; null: not one alone")
    severity: Mapped[str] = mapped_column(comment="now, today or note: how soon a person should look")
    opened_at: Mapped[datetime] = mapped_column(comment="when it was noticed")
    since_at: Mapped[datetime | None] = mapped_column(
        comment="since when it is so, as far as is known; null: not known"
    )
    last_seen_at: Mapped[datetime] = mapped_column(comment="when it was last found to be so")
    closed_at: Mapped[datetime | None] = mapped_column(comment="when it was over; null: it is still so")
    summary: Mapped[str] = mapped_column(comment="one sentence for a person; no secrets")
    detail: Mapped[str | None] = mapped_column(comment="what it costs and what can be done; null: nothing more to say")
    figures: Mapped[Mapping[str, str]] = mapped_column(comment="the figures that it rests on, by name")


class AlertDeliveryRow(Table):
    __tablename__ = "alert_delivery"
    __table_args__ = (
        UniqueConstraint("alert_id", "event", "route"),
        Index("ix_alert_delivery_delivered_at", "delivered_at"),
        {"comment": "A message about an alert on its way to people. Tried again until it is delivered or given up."},
    )
    id: Mapped[int] = identity()
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), comment="the alert")
    event: Mapped[str] = mapped_column(comment="opened or cleared")
    route: Mapped[str] = mapped_column(comment="webhook or mail")
    attempts: Mapped[int] = mapped_column(comment="times it was tried")
    next_at: Mapped[datetime | None] = mapped_column(comment="when to try next; null: delivered or given up")
    delivered_at: Mapped[datetime | None] = mapped_column(comment="when it was taken; null: not yet")
    error: Mapped[str | None] = mapped_column(comment="what failed last, one line, no secrets; null: nothing")


class ChannelHourRow(Table):
    __tablename__ = "channel_hour"
    __table_args__ = (
        UniqueConstraint("channel_id", "hour_at", "outcome"),
        {"comment": "Polls of an hour that no entry or revision cites, folded by outcome after 30 days."},
    )
    id: Mapped[int] = identity()
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"), comment="the channel")
    hour_at: Mapped[datetime] = mapped_column(comment="start of the hour, UTC")
    outcome: Mapped[str] = mapped_column(comment="how these polls ended; see docs/GLOSSARY.md")
    polls: Mapped[int] = mapped_column(comment="how many")
