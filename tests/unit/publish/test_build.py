"""What the digest claims, and what it does not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.outlet import Group
from domain.times import Precision, StatedTime, TimeSource
from publish.digest.articles import Interval
from publish.digest.build import build_digest
from publish.digest.lines import Wording, coverage_words
from publish.digest.model import SHOWN_GROUPS, Digest, Silence, UnseenKind
from publish.digest.summary import summary
from publish.digest.words import between_words, day_words
from storage.digest_facts import ArticleFact, DayCount, DayLooks, GapFact, OutletFact, UnreadFact
from tests.unit.publish.hand_made import BAKU, DAY, MADE_AT, START, HandMadeSource, at, empty_digest, full_source


def built(source: HandMadeSource) -> Digest:
    return build_digest(source, day=DAY, zone=BAKU, now=MADE_AT)


def official_silence(source: HandMadeSource) -> Silence:
    section = next(one for one in built(source).topics if one.slug == "environment")
    silence = section.columns[0].silence
    assert silence is not None
    return silence


def said(digest: Digest) -> list[str]:
    return ["".join(part.text for part in sentence) for sentence in summary(digest)]


def test_the_groups_stand_in_their_fixed_order_everywhere() -> None:
    digest = built(full_source())
    order = [Group.OFFICIAL, Group.PRO_GOVERNMENT, Group.INDEPENDENT, Group.EXILE, Group.INTERNATIONAL]
    assert [row.group for row in digest.glance] == order
    for section in digest.topics:
        assert [column.group for column in section.columns] == order


def test_outlets_whose_intervals_overlap_are_both_named_and_the_order_is_not_known() -> None:
    digest = built(full_source())
    section = next(one for one in digest.topics if one.slug == "environment")
    assert section.first is not None
    assert not section.first.is_known
    line = Wording(digest).first_line(section.first)
    assert "Uzaq Sahil (07:52–08:04) or Açıq Səhifə (07:58–08:09)" in line
    assert "order is not known" in line


def test_one_outlet_is_first_where_its_interval_ends_before_all_others_begin() -> None:
    source = full_source()
    source.article_facts = [
        replace(fact, absent_at=at("07:50"), seen_at=at("07:55")) if fact.article_id == 1 else fact
        for fact in source.article_facts
    ]
    section = next(one for one in built(source).topics if one.slug == "environment")
    assert section.first is not None
    assert [article.outlet for article in section.first.candidates] == ["uzaq-sahil"]


def test_an_article_of_the_day_before_that_came_to_light_today_was_first() -> None:
    source = full_source()
    yesterday = StatedTime(at("14:50", day=-1), Precision.MINUTE, TimeSource.FEED, "raw")
    source.article_facts = [
        replace(fact, absent_at=at("09:00", day=-1), seen_at=at("07:00"), stated=yesterday)
        if fact.article_id == 8
        else fact
        for fact in source.article_facts
    ]
    digest = built(source)
    section = next(one for one in digest.topics if one.slug == "environment")
    assert section.first is not None
    assert [article.outlet for article in section.first.candidates] == ["kaspi-vestnik"]
    assert re.fullmatch(r".+ \(dated \d+ \w+ 14:50\)\.", Wording(digest).first_line(section.first))


def test_an_article_dated_back_against_our_looks_may_have_been_first_and_is_not_alone() -> None:
    source = full_source()
    yesterday = StatedTime(at("14:50", day=-1), Precision.MINUTE, TimeSource.FEED, "raw")
    source.article_facts = [
        replace(fact, stated=yesterday) if fact.article_id == 8 else fact for fact in source.article_facts
    ]
    section = next(one for one in built(source).topics if one.slug == "environment")
    assert section.first is not None
    assert {"kaspi-vestnik", "uzaq-sahil"} <= {article.outlet for article in section.first.candidates}


def test_an_article_that_was_there_at_the_first_look_may_have_been_first() -> None:
    source = full_source()
    source.article_facts = [
        replace(fact, absent_at=None) if fact.article_id == 8 else fact for fact in source.article_facts
    ]
    section = next(one for one in built(source).topics if one.slug == "environment")
    assert section.first is not None
    assert "kaspi-vestnik" in {article.outlet for article in section.first.candidates}


def test_a_stated_time_inside_the_interval_narrows_it_and_one_outside_is_only_told() -> None:
    digest = built(full_source())
    articles = {a.article_id: a for section in digest.topics for a in section.articles}
    assert Wording(digest).time(articles[5]) == "13:48"
    assert articles[100].agreed_at is None
    assert articles[100].is_older


def test_silence_of_a_group_that_was_seen_all_day_is_claimed_with_its_proof() -> None:
    silence = official_silence(full_source())
    assert silence.is_claimed
    assert (silence.checks.value, silence.checks_due, silence.longest_pause_s) == (192, 192, 960)
    assert silence.other_articles.value == 4
    assert silence.until == at("23:57")


def test_a_claim_of_silence_names_the_times_that_its_length_lies_between() -> None:
    digest = built(full_source())
    silence = official_silence(full_source())
    wording = Wording(digest)
    assert silence.since is not None
    assert wording.silence_body(silence).startswith(f"since {silence.since.astimezone(BAKU):%H:%M}, when the day")
    assert wording.silence_body(silence).endswith("until the last look at 23:57.")


@pytest.mark.parametrize("trouble", ["gap", "late", "failed", "no articles", "unread", "waiting", "language"])
def test_silence_is_not_claimed_without_proof(trouble: str) -> None:
    source = full_source()
    channel = source.channel_facts[0]
    match trouble:
        case "gap":
            source.gap_facts.append(GapFact("dag-xeber", "feed", at("03:00"), at("03:30"), "timeout"))
        case "late":
            source.channel_facts[0] = replace(channel, longest_pause_s=4 * 3600, blind_s=4 * 3600)
        case "failed":
            source.channel_facts[0] = replace(channel, looks_good=0, last_good_at=None, longest_pause_s=None)
        case "no articles":
            source.article_facts = [a for a in source.article_facts if a.outlet not in {"dag-xeber", "nazirlik"}]
        case "unread":
            source.unread_facts = [UnreadFact("dag-xeber", 1)]
        case "waiting":
            source.waiting = 1
        case _:
            source.article_facts = [replace(fact, language="fa") for fact in source.article_facts]
    silence = official_silence(source)
    assert not silence.is_claimed
    assert silence.reasons
    assert not any("official" in sentence and "was seen;" in sentence for sentence in said(built(source)))


def test_silence_is_not_claimed_in_the_first_hours_of_a_day() -> None:
    digest = build_digest(full_source(), day=DAY, zone=BAKU, now=START + timedelta(hours=2))
    assert digest.is_open
    silences = [c.silence for section in digest.topics for c in section.columns if c.silence]
    assert silences
    assert not any(silence.is_claimed for silence in silences)


def test_counts_of_a_group_with_a_gap_are_floors_and_of_the_others_are_not() -> None:
    floors = {row.group: row.articles.is_floor for row in built(full_source()).glance}
    assert floors[Group.PRO_GOVERNMENT]
    assert not floors[Group.OFFICIAL]


def test_the_mean_is_of_the_days_on_which_we_looked() -> None:
    source = HandMadeSource()
    full = full_source()
    source.outlet_facts, source.channel_facts = full.outlet_facts, full.channel_facts
    source.look_facts = [DayLooks(5, "dag-xeber", 3), DayLooks(6, "dag-xeber", 3), DayLooks(4, "uzaq-sahil", 3)]
    source.count_facts = [DayCount(6, "dag-xeber", 8), DayCount(1, "dag-xeber", 100)]
    official = built(source).glance[0]
    assert (official.mean.value, official.mean.days, official.days) == (4.0, 2, (0, 8))


def test_articles_of_unknown_group_stand_apart_and_out_of_the_figures() -> None:
    digest = built(full_source())
    section = next(one for one in digest.topics if one.slug == "environment")
    assert [article.article_id for article in section.unknown] == [200]
    assert section.count.value == 8
    assert digest.unknown_group.value == 1


def test_a_change_of_ours_is_counted_apart_from_the_edits() -> None:
    digest = built(full_source())
    assert [edit.article_id for edit in digest.edits] == [7, 5]
    assert digest.our_changes.value == 1


def test_every_figure_has_rows_behind_it_and_their_number_agrees() -> None:
    digest = built(full_source())
    pages = {page.key: page for page in digest.evidence}
    figures = [digest.our_changes, digest.unknown_group, digest.older]
    for row in digest.glance:
        figures += [row.articles, row.on_topics, row.edits, row.gone]
    for section in digest.topics:
        figures += [section.count, *(column.count for column in section.columns)]
    for figure in figures:
        assert pages[figure.evidence].total == figure.value
        assert pages[figure.evidence].command.startswith(("parallax export ", "parallax removals "))
    for covered in digest.coverage:
        assert covered.checks.evidence in pages


def test_channels_with_one_and_the_same_trouble_share_a_line() -> None:
    source = full_source()
    source.gap_facts = [GapFact(fact.slug, "feed", at("01:00"), at("04:00"), "timeout") for fact in source.outlet_facts]
    lines = Wording(built(source)).unseen_lines()
    assert [line.channel for line in lines if line.when.startswith("01:00–04:00")] == ["11 channels"]


def test_a_long_pause_that_was_caught_up_does_not_forbid_a_claim_of_silence() -> None:
    source = full_source()
    before = [c.silence.is_claimed for section in built(source).topics for c in section.columns if c.silence]
    source.channel_facts = [replace(fact, longest_pause_s=9 * 3600) for fact in source.channel_facts]
    after = [c.silence.is_claimed for section in built(source).topics for c in section.columns if c.silence]
    assert any(before)
    assert after == before


def test_a_gap_that_was_caught_up_is_told_and_makes_no_floor() -> None:
    source = full_source()
    source.gap_facts = [replace(gap, ended_at=at("12:00"), is_caught_up=True) for gap in source.gap_facts]
    digest = built(source)
    told = [one for one in digest.unseen if one.kind is UnseenKind.GAP]
    assert told
    assert all(not one.is_lost for one in told)
    assert all(row.gaps == 0 for row in digest.coverage if {one.group for one in told} == {row.group})


def test_a_gap_caught_up_only_after_the_day_was_over_forbids_a_claim_of_silence() -> None:
    source = full_source()
    source.gap_facts.append(
        GapFact("dag-xeber", "feed", at("23:00", day=-1), at("09:05", day=1), "timeout", is_caught_up=True)
    )
    assert not official_silence(source).is_claimed
    assert [one.is_lost for one in built(source).unseen if one.outlet == "dag-xeber"] == [True]


def test_a_channel_without_a_gap_that_was_not_looked_at_for_long_is_told_as_ours() -> None:
    source = full_source()
    source.channel_facts[0] = replace(
        source.channel_facts[0],
        longest_pause_s=5 * 3600,
        blind_s=5 * 3600,
        blind_started_at=at("01:00"),
        blind_ended_at=at("06:00"),
    )
    late = [one for one in built(source).unseen if one.kind is UnseenKind.LATE]
    assert [(one.outlet, one.started_at, one.ended_at) for one in late] == [("dag-xeber", at("01:00"), at("06:00"))]


def test_the_summary_has_at_most_five_sentences_and_says_when_nothing_is_watched() -> None:
    assert 3 <= len(said(built(full_source()))) <= 5
    assert said(empty_digest()) == ["No topic is watched yet: the catalogue names none."]


def test_of_a_day_on_which_nothing_was_looked_at_nothing_is_said() -> None:
    source = full_source()
    source.channel_facts = [replace(one, looks_done=0, looks_good=0) for one in source.channel_facts]
    assert said(built(source)) == ["Nothing was looked at on this day, so nothing can be said of it."]


def test_a_topic_tells_how_much_of_it_came_on_the_days_before_and_from_which_group() -> None:
    source = full_source()
    section = next(one for one in built(source).topics if one.slug == "environment")
    members = {one.slug for one in source.outlet_facts if one.group in SHOWN_GROUPS}
    counted = [one for one in source.count_facts if one.topic == "environment" and one.outlet in members]

    assert section.before == sum(one.articles for one in counted) > 0
    assert section.before == sum(column.before or 0 for column in section.columns)
    assert Wording(built(source)).before_words(2, 7) == "2 articles in the 7 days before"
    assert Wording(built(source)).before_words(0, 1) == "no article on the day before"
    assert Wording(built(source)).before_words(0, 0) == ""  # nobody looked


def test_a_gap_that_began_before_the_day_is_told_whole() -> None:
    source = full_source()
    source.gap_facts = [GapFact("dag-xeber", "feed", at("23:00", day=-1), at("01:40"), "timeout", is_caught_up=True)]
    digest = built(source)
    (line,) = [one for one in Wording(digest).unseen_lines() if one.why.startswith("No answer")]
    (row,) = [one for one in digest.coverage if one.caught_up]

    assert line.when == f"{day_words(at('23:00', day=-1), BAKU)} 23:00–01:40, 2 h 40 min (1 h 40 min of the day)"
    assert (row.gaps, row.caught_up) == (0, 1)
    assert "1 gap caught up" in coverage_words(row)
    assert "no gap" not in coverage_words(row)


def test_channels_are_counted_alike_in_the_head_and_in_the_groups() -> None:
    digest = built(full_source())
    off = [row for row in digest.coverage if row.not_polled]

    assert sum(row.channels for row in digest.coverage) == digest.channels
    assert off
    assert all(f"{row.not_polled} more not polled" in coverage_words(row) for row in off)


def test_a_change_between_days_tells_both_days() -> None:
    yesterday, morning = at("18:05", day=-1), at("09:05")
    days = [day_words(one, BAKU) for one in (yesterday, morning)]

    assert between_words(Interval(yesterday, morning), BAKU, since=START) == (
        f"between {days[0]} 18:05 and {days[1]} 09:05"
    )
    assert between_words(Interval(at("08:05"), morning), BAKU, since=START) == "between 08:05 and 09:05"


def test_one_source_gives_one_digest() -> None:
    shuffled = full_source()
    for facts in (shuffled.article_facts, shuffled.mention_facts, shuffled.gap_facts, shuffled.channel_facts):
        facts.reverse()  # type: ignore[attr-defined]
    one, other = built(full_source()), built(shuffled)
    assert (one.topics, one.glance, one.unseen, one.edits) == (other.topics, other.glance, other.unseen, other.edits)


def test_an_outlet_without_a_polled_channel_is_named_as_not_watched_and_its_articles_still_count() -> None:
    source = full_source()
    source.outlet_facts.append(OutletFact("kanalsiz", "Kanalsız", Group.OFFICIAL))
    source.article_facts.append(ArticleFact(400, "kanalsiz", "https://kanalsiz.example/", at("10:00"), at("09:00")))
    digest = built(source)
    assert digest.unwatched == ("Kanalsız",)
    assert digest.glance[0].articles.value == built(full_source()).glance[0].articles.value + 1


def test_a_digest_can_be_narrowed_to_one_topic() -> None:
    digest = build_digest(full_source(), day=DAY, zone=BAKU, now=MADE_AT, topic="prices")
    assert [section.slug for section in digest.topics] == ["prices"]
    assert digest.glance[0].articles.value == 4
    assert digest.glance[0].on_topics.value == 0


def test_two_gaps_of_one_channel_and_cause_make_one_line() -> None:
    lines = [line for line in Wording(built(full_source())).unseen_lines() if line.who == "Paytaxt 24"]
    assert [line.when for line in lines] == ["14:10–19:42, 5 h 32 min; again 22:05–24:00, still open"]


@pytest.mark.parametrize(
    ("is_caught_up", "says"),
    [(True, "Caught up when it returned."), (False, "Not caught up."), (None, "Whether it caught up is not known.")],
)
def test_a_gap_says_whether_it_was_caught_up(is_caught_up: bool | None, says: str) -> None:
    source = full_source()
    source.gap_facts = [GapFact("dag-xeber", "feed", at("03:00"), at("03:30"), "timeout", is_caught_up=is_caught_up)]
    (why,) = [line.why for line in Wording(built(source)).unseen_lines() if line.when.startswith("03:00")]

    assert why == f"No answer in time. {says}"


@pytest.mark.parametrize(
    ("cause", "says"), [("rollover", "had turned over completely"), ("not_running", "Parallax was not running")]
)
def test_the_causes_that_no_look_gives_have_words_of_their_own(cause: str, says: str) -> None:
    source = full_source()
    source.gap_facts = [GapFact("dag-xeber", "feed", at("03:00"), None, cause)]
    (why,) = [line.why for line in Wording(built(source)).unseen_lines() if line.when.startswith("03:00")]

    assert says in why


def test_silence_is_not_claimed_over_a_list_that_turned_over() -> None:
    source = full_source()
    source.gap_facts = [
        GapFact(fact.slug, "feed", at("03:00"), at("03:10"), "rollover", is_caught_up=False)
        for fact in source.outlet_facts
    ]
    silences = [column.silence for section in built(source).topics for column in section.columns if column.silence]

    assert silences
    assert not any(silence.is_claimed for silence in silences)
    assert any("turned its list over" in reason for silence in silences for reason in silence.reasons)
