"""Exports: fixed columns, exact JSON Lines, CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.outlet import Group
from publish.exports import ROW_TYPES, ExportForm, ExportKind, columns_of, csv_cell, export
from storage.engine import Store
from storage.export_facts import ExportFilter, GapExport
from storage.export_queries import StoredExports
from storage.tables import FetchRow
from tests.unit.publish.hand_made import BAKU, DAY, END, HOSTILE_TITLES, START, at
from tests.unit.publish.written import Writer


class HandMadeExports:
    """An ExportSource with gaps alone."""

    def __init__(self, *rows: GapExport) -> None:
        self.rows = rows

    def outlets_of(self, group: Group, day: object) -> frozenset[str]:
        return frozenset()

    def gaps(self, wanted: ExportFilter) -> object:
        return iter(self.rows)

    articles = revisions = sections = footnotes = mentions = fetches = views = translations = gaps


def exported(source: object, kind: ExportKind, form: ExportForm, wanted: ExportFilter | None = None) -> str:
    out = io.StringIO(newline="")
    export(source, kind, wanted or ExportFilter(), form=form, out=out)  # type: ignore[arg-type]
    return out.getvalue()


def gap(detail: str | None) -> GapExport:
    return GapExport("one", "feed", at("10:00"), None, "timeout", detail, caught_up=None)


def test_an_export_without_rows_still_has_its_header() -> None:
    shown = exported(HandMadeExports(), ExportKind.GAPS, ExportForm.CSV)
    assert shown == "outlet,channel,from_at,to_at,reason,detail,caught_up\r\n"


def test_times_are_utc_and_absent_values_are_empty() -> None:
    shown = exported(HandMadeExports(gap(None)), ExportKind.GAPS, ExportForm.CSV)
    assert shown.splitlines()[1] == "one,feed,2026-11-19T06:00:00+00:00,,timeout,,"


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_json_lines_give_every_text_exactly_and_one_line_a_row(title: str) -> None:
    shown = exported(HandMadeExports(gap(title), gap("a\u2028b\u2029c\x85d")), ExportKind.GAPS, ExportForm.JSONL)
    assert len(shown.splitlines()) == 2
    assert json.loads(shown.splitlines()[0])["detail"] == title


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "  =1", "\r=1", "＝1", "=HYPERLINK(1)"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert csv_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["-5", "+3.5", "2026-11-19", "Başlıq", "a=b", "", "Цена: -5"])
def test_other_cells_are_left_as_they_are(text: str) -> None:
    assert csv_cell(text) == text


@given(st.text(max_size=40).filter(lambda text: "\x00" not in text))
def test_csv_reads_back_as_it_was_but_for_the_apostrophe(text: str) -> None:
    shown = exported(HandMadeExports(gap(text)), ExportKind.GAPS, ExportForm.CSV)
    _, row = list(csv.reader(io.StringIO(shown, newline="")))
    assert row[5] in {text, "'" + text}


def fill(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one", "official")
        writer.outlet("two", "exile")
        writer.outlet("silent", None)
        fish = writer.topic("fish")
        for number, outlet in enumerate(("one", "two", "one")):
            at_ = START + timedelta(hours=number + 1)
            writer.poll(writer.channel(outlet, f"feed-{number}"), outlet, at_)
            article = writer.article(outlet, f"a{number}", at_, absent=at_ - timedelta(minutes=5))
            revision = writer.revision(article, f"Başlıq {number}", f"Mətn {number}", at_)
            if number == 1:
                writer.mention(fish, revision, 0, 4)
        outside = writer.article("one", "outside", END)
        writer.revision(outside, "Sonra", "Sonra", END)
        writer.gap(writer.channel("one", "bad"), START, None, "challenge")
        telegram = writer.channel("two", "telegram", kind="telegram")
        writer.post(telegram, "two", END - timedelta(hours=2), views=(97, 120, 2650))

    store.write(lambda session: work(Writer(session)))


def rows(store: Store, kind: ExportKind, wanted: ExportFilter) -> list[dict[str, object]]:
    with store.read() as session:
        shown = exported(StoredExports(session), kind, ExportForm.JSONL, wanted)
    return [json.loads(line) for line in shown.splitlines()]


@pytest.mark.parametrize(("kind", "number"), list(zip(ExportKind, (3, 3, 0, 0, 1, 7, 1, 2, 0), strict=True)))
def test_each_kind_is_exported_from_the_store_with_its_fixed_columns(
    store: Store, kind: ExportKind, number: int
) -> None:
    fill(store)
    found = rows(store, kind, ExportFilter(START, END))
    assert len(found) == number
    assert all(tuple(row) == tuple(columns_of(ROW_TYPES[kind])) for row in found)


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (lambda: ExportFilter(START, END, outlets=frozenset({"two"})), ["Başlıq 1"]),
        (lambda: ExportFilter(START, END, outlets=frozenset()), []),
        (lambda: ExportFilter(START, END, topic="fish"), ["Başlıq 1"]),
        (lambda: ExportFilter(START, END, topic="any"), ["Başlıq 1"]),
        (lambda: ExportFilter(START, END, topic="none-such"), []),
        (lambda: ExportFilter(since=END), ["Sonra"]),
        (lambda: ExportFilter(until=START + timedelta(hours=2)), ["Başlıq 0"]),
        (ExportFilter, ["Başlıq 0", "Başlıq 1", "Başlıq 2", "Sonra"]),
    ],
)
def test_filters_narrow_articles(store: Store, wanted: Callable[[], ExportFilter], titles: list[str]) -> None:
    fill(store)
    assert [row["title"] for row in rows(store, ExportKind.ARTICLES, wanted())] == titles


def test_articles_are_narrowed_to_those_dated_before_a_day(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one", "official")
        for path, published, precision in (
            ("old", START - timedelta(minutes=1), "minute"),
            ("today", START, "minute"),
            ("old-day", START - timedelta(days=1), "day"),
            ("this-day", START, "day"),
        ):
            writer.article(
                "one", path, START, published_at=published, published_offset_min=240, published_precision=precision,
                published_source="feed",
            )  # fmt: skip
        writer.article("one", "undated", START)

    store.write(lambda session: work(Writer(session)))
    found = rows(store, ExportKind.ARTICLES, ExportFilter(dated_before=(DAY, BAKU)))
    assert [str(row["url"]).rpartition("/")[2] for row in found] == ["old", "old-day"]


def test_revisions_are_narrowed_to_edits_and_fetches_to_channels_and_outcomes(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one", "official")
        writer.poll(writer.channel("one"), "one", START)
        writer.poll(writer.channel("one", "moved"), "one", START, outcome="redirected", reading=None)
        writer.poll(writer.channel("one", "named"), "one", START, reading="resolved")
        writer.poll(part := writer.channel("one", "parts"), "one", START)
        writer.session.execute(update(FetchRow).where(FetchRow.channel_id == part).values(part_of=1))
        article = writer.article("one", "edited", START)
        for number in range(3):
            writer.revision(article, f"Dəyişdi {number}", f"Mətn {number}", START + timedelta(hours=number))
        writer.poll(writer.channel("one", "closed"), "one", START, outcome="timeout", reading=None)

    store.write(lambda session: work(Writer(session)))
    edits = rows(store, ExportKind.REVISIONS, ExportFilter(edits=True))
    assert [row["number"] for row in edits] == [2, 3]
    looks = rows(store, ExportKind.FETCHES, ExportFilter(channels=True))
    assert [row["channel"] for row in looks] == ["feed", "closed"]
    failed = rows(store, ExportKind.FETCHES, ExportFilter(outcomes=frozenset({"timeout", "gone"})))
    assert [row["channel"] for row in failed] == ["closed"]


def test_a_fetch_names_the_proxy_that_it_went_through(store: Store) -> None:
    def work(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("one", "official")
        for slug in ("direct", "far"):
            writer.poll(writer.channel("one", slug), "one", START)
        last = session.scalars(select(FetchRow).order_by(FetchRow.id.desc()).limit(1)).one()
        last.proxy = "tbilisi"

    store.write(work)
    looks = rows(store, ExportKind.FETCHES, ExportFilter())
    assert [(row["channel"], row["proxy"]) for row in looks] == [("direct", None), ("far", "tbilisi")]


def test_a_group_names_its_outlets(store: Store) -> None:
    fill(store)
    with store.read() as session:
        exports = StoredExports(session)
        assert exports.outlets_of(Group.EXILE, DAY) == frozenset({"two"})
        assert exports.outlets_of(Group.UNKNOWN, DAY) == frozenset({"silent"})
