"""What the digest is told by a real store, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from domain.outlet import Group
from domain.times import Precision
from publish.diff.model import difference
from publish.digest.build import build_digest
from publish.digest.day import read_day
from publish.digest.keep import published_digest
from publish.digest.model import Digest
from storage import Session, Store
from storage.digest_queries import StoredFacts
from storage.gaps import put_gap
from storage.kept_digests import StoredDigests
from storage.show_queries import find_article
from storage.tables import ArticleRow, OutletGroupRow, TargetRow, TodoRow
from tests.unit.publish.hand_made import BAKU, DAY, END, MADE_AT, START, at
from tests.unit.publish.written import LONG_AGO, Writer

WINDOW = (START, END)


def write(store: Store, work: Callable[[Writer], None]) -> None:
    store.write(lambda session: work(Writer(session)))


def test_the_group_of_the_day_is_the_one_recorded_last(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one", "exile")
        writer.outlet("two", None)
        writer.outlet("off", enabled=False)
        for group, recorded, valid_to in (("official", 2, None), ("independent", 3, DAY)):
            writer.session.add(
                OutletGroupRow(
                    scheme="parallax", outlet="one", group_name=group, reason="moved",
                    recorded_at=LONG_AGO + timedelta(days=recorded), valid_to=valid_to,
                )
            )  # fmt: skip

    write(store, work)
    with store.read() as session:
        found = {outlet.slug: (outlet.group, outlet.is_enabled) for outlet in StoredFacts(session).outlets(DAY)}
    assert found == {
        "one": (Group.OFFICIAL, True),
        "two": (Group.UNKNOWN, True),
        "off": (Group.INDEPENDENT, False),
    }


def test_looks_are_counted_and_the_longest_pause_reaches_to_the_edges_of_the_window(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one")
        channel = writer.channel("one")
        writer.poll(channel, "one", at("02:00"), at("03:00"), at("20:00"))
        writer.poll(channel, "one", at("04:00"), outcome="not_modified", reading=None)
        writer.poll(channel, "one", at("05:00"), reading="challenge")
        writer.poll(channel, "one", at("06:00"), outcome="redirected", reading=None)
        writer.poll(channel, "one", at("23:00", day=-1), at("01:00", day=1))
        writer.channel("one", "tg", kind="telegram", not_crawled="no way to poll it")
        writer.channel("one", "hand", kind="manual")

    write(store, work)
    with store.read() as session:
        feed, telegram = StoredFacts(session).channels(WINDOW)
    assert (feed.looks_done, feed.looks_good, feed.last_outcome) == (5, 4, "challenge")
    assert (feed.blind_started_at, feed.blind_ended_at, feed.longest_pause_s) == (at("04:00"), at("20:00"), 16 * 3600)
    assert (telegram.is_enabled, telegram.note, telegram.longest_pause_s) == (False, "no way to poll it", None)


def test_gaps_that_touch_the_window_are_told_whole(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one")
        channel = writer.channel("one")
        writer.gap(channel, at("20:00", day=-1), at("01:00"))
        writer.gap(channel, at("23:00"), None, "challenge")
        writer.gap(channel, at("10:00", day=-1), START)
        writer.gap(channel, END, None)

    write(store, work)
    with store.read() as session:
        gaps = StoredFacts(session).gaps(WINDOW)
    assert [(gap.started_at, gap.ended_at, gap.cause) for gap in gaps] == [
        (at("20:00", day=-1), at("01:00"), "timeout"),
        (at("23:00"), None, "challenge"),
    ]


def test_an_article_comes_with_its_latest_revision_and_the_time_its_outlet_states(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one")
        known = {
            "published_at": at("20:00", day=-1), "published_offset_min": 240, "published_precision": "day",
            "published_source": "meta",
        }  # fmt: skip
        article = writer.article("one", "a", at("08:04"), absent=at("07:52"), **known)
        writer.revision(article, "Old", "old", at("08:04"))
        writer.revision(article, "New", "new", at("09:00"))
        writer.article("one", "before", START - timedelta(seconds=1))
        writer.article("one", "after", END)
        writer.article("one", "merged", at("10:00"), merged_into=article)

    write(store, work)
    with store.read() as session:
        (article,) = StoredFacts(session).articles(WINDOW)
    assert (article.title, article.revision, article.absent_at) == ("New", 2, at("07:52"))
    assert article.stated is not None
    assert (article.stated.precision, article.stated.isoformat()) == (Precision.DAY, "2026-11-18")


def test_the_excerpt_holds_the_match_wherever_it_stands_in_the_text(store: Store) -> None:
    text = "Söz. " * 500 + "Göldə balıq öldü. " + "Söz. " * 500
    start = text.index("balıq")

    def work(writer: Writer) -> None:
        writer.outlet("one")
        old, new = writer.topic("fish"), writer.topic("fish", version=2)
        article = writer.article("one", "a", at("08:00"))
        first = writer.revision(article, "Başlıq", "qısa", at("08:00"))
        second = writer.revision(article, "Balıq başlığı", text, at("09:00"))
        writer.mention(old, second, 0, 3)
        writer.mention(new, first, 0, 3)
        writer.mention(new, second, start, start + 5)
        writer.mention(new, second, 0, 5, field="title")
        only_title = writer.article("one", "b", at("08:30"))
        third = writer.revision(only_title, "Yenə balıq", "başqa", at("08:30"))
        writer.mention(new, third, 5, 10, field="title")

    write(store, work)
    with store.read() as session:
        in_text, in_title = StoredFacts(session).mentions(WINDOW)
        digest = build_digest(StoredFacts(session), day=DAY, zone=BAKU, now=MADE_AT)
    assert [in_text.excerpt[span.start : span.end] for span in in_text.spans] == ["balıq"]
    assert (in_text.cut_before, in_text.cut_after, in_text.is_title) == (True, True, False)
    assert in_title.is_title
    assert [in_title.excerpt[span.start : span.end] for span in in_title.spans] == ["balıq"]
    matches = [article.match for article in digest.topics[0].articles]
    assert [match.sentence for match in matches if match] == ["Göldə balıq öldü.", "Yenə balıq"]


def test_a_change_is_compared_under_one_extractor(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one")
        for path, reads in (("edited", (("x/2", "Başlıq", "Qiymət 5 manatdır."),)), ("unknown", ())):
            article = writer.article("one", path, at("08:00", day=-1))
            writer.revision(article, "Başlıq", "Menyu. Qiymət 5 manatdır.", at("08:00", day=-1), reads=reads)
            writer.revision(article, "Başlıq", "Qiymət 6 manatdır.", at("10:00"), extractor="x/2", absent=at("09:50"))

    write(store, work)
    with store.read() as session:
        edited, unknown = StoredFacts(session).edits(WINDOW)
    assert (edited.old_text, edited.new_text, edited.is_ours) == ("Qiymət 5 manatdır.", "Qiymət 6 manatdır.", False)
    assert (edited.last_old_at, edited.first_new_at) == (at("09:50"), at("10:00"))
    assert (unknown.old_text, unknown.is_ours) == ("Menyu. Qiymət 5 manatdır.", True)


def test_two_revisions_are_compared_as_a_list_of_changes_compares_them(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one")
        for path, reads in (("edited", (("x/2", "Başlıq", "Qiymət 5 manatdır."),)), ("unknown", ())):
            article = writer.article("one", path, at("08:00", day=-1))
            writer.revision(article, "Başlıq", "Menyu. Qiymət 5 manatdır.", at("08:00", day=-1), reads=reads)
            writer.revision(article, "Başlıq", "Qiymət 6 manatdır.", at("10:00"), extractor="x/2")

    write(store, work)
    with store.read() as session:
        edited, unknown = (find_article(session, article_id=number) for number in (1, 2))
    assert edited is not None
    assert unknown is not None
    found = difference(*edited.revisions, language="az")
    assert ([change.before for change in found.changes], found.is_reread, found.is_ours) == (["5"], True, False)
    assert difference(*unknown.revisions, language="az").is_ours


def test_a_suspected_removal_counts_the_looks_since_and_keeps_the_last_text(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one")
        article = writer.article(
            "one", "gone", at("08:00", day=-1), state="suspected", state_at=at("21:15"), state_status=410
        )
        writer.revision(article, "Başlıq", "Mətn", at("08:00", day=-1))
        writer.session.get_one(ArticleRow, article).last_seen_at = at("21:05")
        target = writer.target("one", "gone", at("08:00", day=-1), outcome="gone")
        for looks, clock in enumerate(("21:15", "22:05", "23:10"), 1):
            fetch = writer.fetch(target, "one", at(clock), outcome="gone", status=410)
            writer.step(article, "suspected", at(clock), "gone", fetch=fetch, seen=at("21:05"), looks=looks)
        writer.article("one", "back", at("08:00", day=-1), state="live", state_at=at("12:00"))

    write(store, work)
    with store.read() as session:
        (gone,) = StoredFacts(session).removals(WINDOW)
    assert (gone.status, gone.looks_gone, gone.revision) == (410, 3, 1)
    assert (gone.last_served_at, gone.first_gone_at, gone.last_gone_at) == (at("21:05"), at("21:15"), at("23:10"))


def test_a_window_tells_what_its_last_step_says_of_each_article(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one")
        steps = {
            "confirmed": [("suspected", -3, 1), ("suspected", -2, 2), ("removed", 0, 3)],
            "missed before": [("suspected", -1, 1), ("suspected", 0, 2)],
            "missed now": [("suspected", 0, 1)],
            "missed later": [("suspected", 1, 1)],
            "back": [("suspected", -4, 1), ("suspected", -2, 2), ("removed", -1, 3), ("back", 0, 1)],
            "back and missed": [("suspected", -4, 1), ("suspected", -3, 2), ("back", -2, 1), ("suspected", 0, 1)],
            "withdrawn": [("withdrawn", 0, 2)],
            "listed again": [("withdrawn", -1, 2), ("listed", 0, 1)],
        }
        for name, rows in steps.items():
            state = {"confirmed": "removed", "back": "live", "withdrawn": "live"}.get(name, "suspected")
            article = writer.article("one", name.replace(" ", "-"), at("08:00", day=-9), title=name, state=state)
            for kind, day, looks in rows:
                how = {"back": "served", "withdrawn": "dropped", "listed": "listed"}.get(kind, "soft_404")
                writer.step(article, kind, at("12:00", day=day), how, seen=at("08:00", day=-5), looks=looks)
        served = writer.article("one", "served-since", at("08:00", day=-9), state="live")
        writer.step(served, "suspected", at("12:00"), "not_found")

    write(store, work)
    with store.read() as session:
        told = {fact.title: fact for fact in StoredFacts(session).removals(WINDOW)}
    assert {title: (fact.state, fact.how, fact.looks_gone) for title, fact in told.items()} == {
        "confirmed": ("removed", "soft_404", 3),
        "missed now": ("suspected", "soft_404", 1),
        "back": ("back", "soft_404", 3),
        "back and missed": ("suspected", "soft_404", 1),
        "withdrawn": ("withdrawn", "dropped", 2),
    }
    confirmed, back = told["confirmed"], told["back"]
    assert (confirmed.first_missed_at, confirmed.confirmed_at) == (at("12:00", day=-3), at("12:00"))
    assert (back.first_missed_at, back.confirmed_at, back.back_at) == (
        at("12:00", day=-4), at("12:00", day=-1), at("12:00"),
    )  # fmt: skip
    assert told["back and missed"].first_missed_at == at("12:00")


def test_what_was_missed_before_the_window_is_told_as_it_stood_at_its_end(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one")
        rows: dict[str, tuple[tuple[str, datetime], list[tuple[str, datetime, int]]]] = {
            "still": (("suspected", at("12:00", day=-3)), [("suspected", at("12:00", day=-3), 1)]),
            "confirmed since": (
                ("removed", at("12:00", day=2)),
                [("suspected", at("12:00", day=-1), 1), ("removed", at("12:00", day=2), 3)],
            ),
            "passed": (("live", at("09:00")), [("suspected", at("12:00", day=-1), 1)]),
            "passed that day": (("live", at("15:00")), [("suspected", at("12:00"), 1)]),
            "served after": (("live", at("09:00", day=1)), [("suspected", at("12:00"), 1)]),
            "back after": (
                ("live", at("09:00", day=1)),
                [("suspected", at("12:00", day=-1), 1), ("suspected", at("12:00"), 2), ("back", at("09:00", day=1), 1)],
            ),
            "served and missed anew": (
                ("suspected", at("12:00", day=3)),
                [("suspected", at("12:00", day=-1), 1), ("suspected", at("12:00", day=3), 1)],
            ),
        }
        for name, ((state, since), steps) in rows.items():
            article = writer.article(
                "one", name.replace(" ", "-"), at("08:00", day=-9), title=name, state=state, state_at=since
            )
            for kind, moment, looks in steps:
                seen = at("10:00") if moment == at("12:00", day=3) else at("08:00", day=-5)
                writer.step(article, kind, moment, "served" if kind == "back" else "not_found", seen=seen, looks=looks)

    write(store, work)
    with store.read() as session:
        facts = StoredFacts(session)
        told = {fact.title: (fact.state, fact.back_at) for fact in facts.removals(WINDOW)}
        still = {fact.title: fact.looks_gone for fact in facts.still_missing(WINDOW)}
        passed = {fact.title: (fact.state, fact.back_at) for fact in facts.passed(WINDOW)}
    assert told == {"served after": ("suspected", at("09:00", day=1))}
    assert still == {"still": 1, "confirmed since": 1, "back after": 2}
    assert passed == {
        "passed": ("passed", at("09:00")),
        "passed that day": ("passed", at("15:00")),
        "served and missed anew": ("passed", at("10:00")),
    }


def test_links_that_could_not_be_read_are_counted_and_articles_are_not_among_them(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one")
        writer.target("one", "waiting", at("10:00"))
        writer.target("one", "refused", at("10:00"), outcome="refused")
        writer.target("one", "no-article", at("10:00"), outcome="ok")
        writer.target("one", "old", at("10:00", day=-1))
        writer.session.get_one(TargetRow, writer.target("one", "backfill", at("10:00"))).reason = "backfill"
        writer.article("one", "from-the-feed", at("10:00"))
        writer.target("one", "from-the-feed", at("10:00"), outcome="refused")
        writer.session.add(TodoRow(kind="mentions", subject_id=1, created_at=at("10:00"), attempts=0))

    write(store, work)
    with store.read() as session:
        facts = StoredFacts(session)
        assert [(one.outlet, one.links) for one in facts.unread(WINDOW)] == [("one", 2)]
        assert facts.waiting_texts() == 1


def test_days_without_a_look_do_not_count_in_the_mean(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one")
        channel = writer.channel("one")
        fish = writer.topic("fish")
        for back, articles in ((1, 4), (3, 2)):
            writer.poll(channel, "one", at("12:00", day=-back))
            for number in range(articles):
                article = writer.article("one", f"{back}-{number}", at("12:00", day=-back))
                revision = writer.revision(article, "Başlıq", f"Mətn {back} {number}", at("12:00", day=-back))
                if number == 0:
                    writer.mention(fish, revision, 0, 4)
                    writer.mention(fish, revision, 0, 4, field="title")
        writer.article("one", "not-looked", at("12:00", day=-5))

    write(store, work)
    with store.read() as session:
        facts = read_day(StoredFacts(session), day=DAY, zone=BAKU, now=MADE_AT)
    mean, days = facts.mean({"one"})
    assert (mean.value, mean.days, days) == (3.0, 2, (2, 4))
    assert facts.mean({"one"}, topic="fish")[0].value == 1.0


def test_the_number_of_queries_does_not_grow_with_the_number_of_articles(store: Store) -> None:
    def counted(articles: int) -> int:
        def work(writer: Writer) -> None:
            slug = f"outlet-{articles}"
            writer.outlet(slug)
            version = writer.topic(f"topic-{articles}")
            for number in range(articles):
                article = writer.article(slug, str(number), at("10:00"))
                revision = writer.revision(article, "Başlıq", f"Mətn {number}", at("10:00"))
                writer.mention(version, revision, 0, 4)

        write(store, work)
        asked: list[str] = []
        with store.read() as session:
            connection = session.connection()
            event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2]))
            build_digest(StoredFacts(session), day=DAY, zone=BAKU, now=MADE_AT)
        return len(asked)

    assert counted(1) == counted(25)


def test_a_published_digest_is_given_again_as_it_was_and_later_knowledge_is_a_note(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one")
        writer.poll(writer.channel("one"), "one", at("12:00"))
        writer.article("one", "a", at("12:00"))

    def publish(*, looks_again: bool = False) -> tuple[Digest, bool]:
        def keep(session: object) -> tuple[Digest, bool]:
            def make(edition: int | None) -> Digest:
                return build_digest(StoredFacts(session), day=DAY, zone=BAKU, now=MADE_AT, edition=edition)  # type: ignore[arg-type]

            done = published_digest(StoredDigests(session), make, day=DAY, looks_again=looks_again)  # type: ignore[arg-type]
            return done.digest, done.is_new

        return store.write(keep)

    write(store, work)
    first, is_new = publish()
    assert (is_new, first.edition) == (True, 1)
    write(store, lambda writer: writer.article("one", "late", at("13:00")) and None)
    assert publish() == (first, False)
    noted, _ = publish(looks_again=True)
    assert publish(looks_again=True)[0] == noted
    assert [note.text for note in noted.notes] == ["Known later, the figures above stand as published: articles 1 → 2."]
    assert noted.glance == first.glance


@pytest.mark.parametrize("hours", [1, 23])
def test_the_digest_of_a_day_that_is_not_over_is_shown_and_not_kept(store: Store, hours: int) -> None:
    def keep(session: object) -> bool:
        def make(edition: int | None) -> Digest:
            now = START + timedelta(hours=hours)
            return build_digest(StoredFacts(session), day=DAY, zone=BAKU, now=now, edition=edition)  # type: ignore[arg-type]

        done = published_digest(StoredDigests(session), make, day=DAY)  # type: ignore[arg-type]
        assert done.digest.is_open
        assert not done.is_new
        return StoredDigests(session).find("daily", DAY) is None  # type: ignore[arg-type]

    assert store.write(keep)


@pytest.mark.parametrize(("is_gap", "is_kept"), [(False, False), (True, True)])
def test_a_day_before_the_first_look_is_not_kept_but_one_on_which_we_stood_still_is(
    store: Store, is_gap: bool, is_kept: bool
) -> None:
    def keep(session: Session) -> bool:
        writer = Writer(session)
        writer.outlet("one")
        channel = writer.channel("one")
        if is_gap:
            put_gap(session, channel, since=START - timedelta(days=1), reason="not_running")

        def make(edition: int | None) -> Digest:
            return build_digest(StoredFacts(session), day=DAY, zone=BAKU, now=MADE_AT, edition=edition)

        return published_digest(StoredDigests(session), make, day=DAY).is_new

    assert store.write(keep) is is_kept


def test_hours_that_are_still_to_come_are_no_pause(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one")
        writer.poll(writer.channel("one"), "one", *(START + timedelta(hours=hour) for hour in range(1, 9)))

    write(store, work)
    with store.read() as session:
        digest = build_digest(StoredFacts(session), day=DAY, zone=BAKU, now=START + timedelta(hours=8, minutes=10))
    assert digest.unseen == ()
    assert digest.coverage[0].gaps == 0


def test_a_link_behind_a_wall_is_one_that_was_not_read(store: Store) -> None:
    def work(writer: Writer) -> None:
        writer.outlet("one")
        for reading in ("challenge", "login", "partial", "crashed", "no_article"):
            target = writer.target("one", reading, at("10:00"), outcome="ok")
            writer.fetch(target, "one", at("10:00"), reading=reading)
        late = writer.target("one", "late", at("10:00"), outcome="ok")
        writer.fetch(late, "one", at("10:00"), reading="challenge")
        writer.fetch(late, "one", at("11:00"), reading="no_article")

    write(store, work)
    with store.read() as session:
        assert [(one.outlet, one.links) for one in StoredFacts(session).unread(WINDOW)] == [("one", 4)]
