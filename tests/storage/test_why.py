"""What happened to one address, as a store tells it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from crawler.decide import after_look, after_reading
from domain.extraction import TextSource
from domain.fetch import FetchOutcome, PageReading, Reason
from domain.frontier import NewTarget
from domain.outlet import Channel, ChannelKind
from outlets.catalogue import Catalogue
from publish.status.story import Story, story_of
from publish.status.strangers import said_of_stranger
from storage import Session, Store
from storage.entries import put_entries
from storage.fetches import put_fetch
from storage.frontier import add_targets
from storage.page_looks import article_of
from storage.tables import ArticleRow, ArticleStateRow, ChannelRow, FetchRow, TargetRow
from storage.unread import put_reading, unread_fetch
from storage.why_facts import HostFact
from storage.why_queries import address_facts
from tests.storage.filling import HOST, NOW, OUTLET, entry, fill, look, page_target, stored_fetch
from tests.storage.filling import store as put

BAKU = ZoneInfo("Asia/Baku")
KEY = f"{HOST}/a"


def _story(store: Store, key: str = KEY, **how: object) -> Story:
    with store.read() as session:
        return story_of(address_facts(session, [key], **how), now=NOW + timedelta(hours=1), zone=BAKU)  # type: ignore[arg-type]


def _words(story: Story) -> list[str]:
    return [happening.words for happening in story.happenings]


def _list_it(session: Session) -> int:
    """The channel lists the page; gives the channel's id."""
    fill(session)
    channel = session.query(ChannelRow).one()
    poll = session.query(TargetRow).filter(TargetRow.channel_id == channel.id).one()
    target = replace(page_target(session), id=poll.id, url=poll.url, url_key=poll.url_key, channel_id=channel.id)
    fetch_id = stored_fetch(session, look(target))
    put_entries(session, channel.id, [entry(title="Körpü")], fetch_id=fetch_id, seen_at=NOW)
    return channel.id


def test_an_address_is_followed_from_its_listing_to_its_revision(store: Store) -> None:
    def work(session: Session) -> None:
        _list_it(session)
        put(session, "Su səviyyəsi qalxıb.", title="Daşqın", at=NOW + timedelta(minutes=5))
        put(session, "Su səviyyəsi enib.", title="Daşqın", at=NOW + timedelta(minutes=15))

    store.write(work)
    story = _story(store)

    assert _words(story)[0] == "first listed by xeber/feed as “Körpü”; it was there at our first look"
    assert "put on the frontier" in _words(story)
    assert [w for w in _words(story) if w.startswith("stored")] == [
        "stored as article 1 revision 1: “Daşqın”, 20 characters",
        "stored as article 1 revision 2: “Daşqın”, 18 characters",
    ]
    assert story.verdict == "It is stored as article 1, revision 2, of xeber."
    assert [h.at for h in story.happenings] == sorted(h.at for h in story.happenings)
    assert any("fetch" in line and "read" in line for line in story.standing)


def test_what_kept_a_page_from_being_stored_is_the_verdict(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        target = page_target(session)
        refused = replace(
            look(target, FetchOutcome.ROBOTS_DISALLOWED), status=None, error="robots.txt disallows it", body_sha256=None
        )
        put_fetch(session, refused, None, after_look(target, refused.outcome, NOW), run_id=None)

    store.write(work)
    story = _story(store)

    assert story.verdict.startswith("Nothing is stored: robots.txt disallows it; it is not asked for again.")
    assert "fetched (new): robots.txt disallows it" in _words(story)


def test_a_refused_reading_tells_what_came_and_when_it_is_tried_again(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        target = page_target(session)
        unread = unread_fetch(session, stored_fetch(session, look(target)))
        assert unread is not None
        put_reading(
            session,
            unread,
            PageReading.LOGIN,
            after_reading(target, PageReading.LOGIN, NOW),
            error="asks for an account",
        )

    store.write(work)

    assert _story(store).verdict == (
        "Nothing is stored: login page (asks for an account); due (retry) since 2 Mar 09:15, waits for its host."
    ).replace("2 Mar ", "")


def test_a_redirect_is_told_at_both_of_its_ends(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        target = page_target(session)
        to = f"https://{HOST}/b"
        moved = replace(look(target, FetchOutcome.REDIRECTED, status=301), redirect_to=to, body_sha256=None)
        put_fetch(session, moved, None, after_look(target, moved.outcome, NOW), run_id=None)
        new = NewTarget("xeber", to, f"{HOST}/b", HOST, Reason.NEW, via_target_id=target.id, redirects=1)
        add_targets(session, [new], OUTLET.politeness, now=NOW)

    store.write(work)

    assert _story(store).verdict == f"Nothing is stored under this address: it redirects to https://{HOST}/b."
    assert f"put on the frontier: a redirect of https://{HOST}/a led here" in _words(_story(store, f"{HOST}/b"))


def test_a_merged_article_and_one_no_longer_served_say_so(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Bir.", path="/a")
        put(session, "İki.", path="/b")
        target = page_target(session, "/c")
        first, second = session.query(ArticleRow).order_by(ArticleRow.id)
        first.merged_into = second.id
        first.state, first.state_status = "suspected", 404
        assert article_of(session, target) is None

    store.write(work)
    story = _story(store)

    assert (
        story.verdict
        == "It is stored as article 1, revision 1, of xeber; no longer served; it was merged into article 2."
    )
    assert "article 1 was merged into article 2" in story.standing


def test_each_step_of_an_article_is_told_with_its_look(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Bir.")
        for number, (state, how) in enumerate(
            [("suspected", "soft_404"), ("back", "served"), ("withdrawn", "dropped"), ("listed", "listed")], 1
        ):
            at = NOW + timedelta(hours=number)
            session.add(ArticleStateRow(article_id=1, state=state, at=at, fetch_id=1, how=how, looks=1))

    store.write(work)
    told = [happening.words for happening in _story(store).happenings if happening.at > NOW]

    assert told == [
        "article 1 is suspected: another page in the article's place, 1 look in a row without it; its text is kept",
        "article 1 is served again",
        "article 1 is withdrawn: its list dropped it before its time, and its page is served",
        "article 1 is listed again",
    ]


def test_an_address_of_a_channel_tells_that_it_is_one(store: Store) -> None:
    channel_id = store.write(_list_it)
    story = _story(store, f"{HOST}/feed", channel_ids=[channel_id])

    assert story.verdict.startswith("It is the address of the channel xeber/feed")
    assert "became the address of the channel xeber/feed" in _words(story)


def test_the_same_text_again_is_unchanged_and_one_from_another_source_is_kept_beside(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Bir.")
        put(session, "Bir.", at=NOW + timedelta(hours=1))
        put(session, "Lentdən bir.", at=NOW + timedelta(hours=2), source=TextSource.FEED)
        session.query(FetchRow).update({"reading": "article"})

    store.write(work)
    said = _words(_story(store))

    assert "fetched (recheck): an article, unchanged" in said
    assert "read by test/1 and kept beside the text of article 1" in said
    assert sum(words.startswith("stored") for words in said) == 1


# Nothing is known

CLAIMED = replace(OUTLET, article_url=r"/xeber/\d+$", page_fetch=False)
CATALOGUE = Catalogue({"xeber": CLAIMED}, {}, "c1", (), {HOST: "xeber"})
RULES = HostFact(HOST, None, False, "rules", None, NOW)


def _said(url: str, catalogue: Catalogue = CATALOGUE, host: HostFact | None = RULES) -> str:
    text = "User-agent: *\nDisallow: /private/\n"
    return "\n".join(
        said_of_stranger(url, catalogue, host=host, robots_text=text, user_agent="Parallax/1 (+x@y.example)")
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"https://{HOST}/xeber/12", "It looks like an article"),
        (f"https://{HOST}/about", "It does not look like an article"),
        (f"https://{HOST}/about", "xeber (Xəbər) claims xeber.example."),
        (f"https://{HOST}/about", "Its pages are not fetched"),
        (f"https://{HOST}/about", "lets us fetch it"),
        (f"https://{HOST}/private/1", "does not let us fetch it"),
        ("https://elsewhere.example/a", "No outlet of the catalogue claims elsewhere.example"),
        ("https://t.me/somebody/1", "a platform that many share"),
    ],
)
def test_of_an_address_nobody_listed_it_is_said_what_would_keep_us_from_it(url: str, said: str) -> None:
    assert said in _said(url)


def test_a_robots_txt_that_could_not_be_read_is_not_said_to_have_been() -> None:
    said = _said(f"https://{HOST}/about", host=replace(RULES, robots_outcome="unreachable"))

    assert "The robots.txt of xeber.example could not be read, so nothing of it is fetched until it can." in said
    assert "as last read" not in said


def test_whose_an_unclaimed_address_would_be_is_said_plainly() -> None:
    assert "it will belong to the outlet that listed it" in _said("https://elsewhere.example/a")


def test_an_outlet_that_is_off_or_has_nothing_to_poll_is_named_as_the_reason() -> None:
    off = Catalogue({"xeber": replace(CLAIMED, enabled=False)}, {}, "c1", (), {HOST: "xeber"})
    by_hand = replace(CLAIMED, channels=(Channel("added", ChannelKind.MANUAL, f"https://{HOST}/documents/"),))
    unread = Catalogue({"xeber": by_hand}, {}, "c1", (), {HOST: "xeber"})

    assert "switched off in the catalogue" in _said(f"https://{HOST}/x", off)
    assert "None of its 1 channels can be polled" in _said(f"https://{HOST}/x", unread)
    assert f"Nothing was ever asked of {HOST}." in _said(f"https://{HOST}/x", unread, None)
