"""An archive answers in place of the web: as it was by then, whatever that was, and nothing that it does not hold."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive import archive_files
from crawler.archive.decode import is_note
from crawler.archive.members import Member
from crawler.archive.walk import walk
from crawler.fetch.engine import Answer, Order
from crawler.fetch.kinds import FetchKind
from crawler.fetch.robots import RobotsRules, robots_step
from crawler.finished import Finished
from crawler.replay import Moment, ReplayEngine, ReplayIndex, moments
from domain.fetch import FetchOutcome, Reason
from domain.frontier import Look
from tests.unit.crawler.small_crawl import HOST, NOW, SmallCrawl, feed, item, page

HOUR = timedelta(hours=1)
PAGE_URL = f"https://{HOST}/a"
FEED_URL = f"https://{HOST}/feed"


@dataclass
class Standing:
    at: datetime

    def now(self) -> datetime:
        return self.at


def asked(folder: Path, url: str, *, at: datetime, kind: FetchKind = FetchKind.PAGE, etag: str | None = None) -> Answer:
    engine = ReplayEngine(ReplayIndex([folder], since=None, until=None), Moment(at, at), Standing(at))
    answers: list[Answer] = []
    engine.fetch(Order(url, HOST, kind, at, None, etag=etag), answers.append)
    (answer,) = answers
    return answer


def looked(crawl: SmallCrawl, path: str | None, outcome: FetchOutcome, at: datetime, **how: object) -> None:
    look = Look(crawl.target(path), at, at, conditional=True, outcome=outcome, **how)  # type: ignore[arg-type]
    crawl.committed(Finished(look, None, crawl.run_id, crawl.token, crawl.outlet.politeness))


def test_a_page_answers_with_what_it_last_was_by_then(crawl: SmallCrawl) -> None:
    old, new = page("Köhnə mətn."), page("Yeni mətn.")
    crawl.fetched("/a", old)
    crawl.fetched("/a", new, at=NOW + 2 * HOUR)

    bodies = [asked(crawl.archive, PAGE_URL, at=NOW + n * HOUR).verdict.body for n in (0, 1, 2, 3)]

    assert bodies == [old, old, new, new]


def test_a_page_answers_at_each_of_its_addresses_and_no_other_page_does(crawl: SmallCrawl) -> None:
    """Two mirrors listed it in one moment; this time the other one's list was read first."""
    crawl.fetched("/a", page())

    def at_its_mirror(path: str, kind: FetchKind = FetchKind.PAGE) -> FetchOutcome:
        index = ReplayIndex([crawl.archive], since=None, until=None, key_of=lambda url: url.replace("ayna.", ""))
        order = Order(f"https://ayna.{HOST}{path}", f"ayna.{HOST}", kind, NOW, None)
        answers: list[Answer] = []
        ReplayEngine(index, Moment(NOW, NOW), Standing(NOW)).fetch(order, answers.append)
        assert all(a.response is None or a.response.url == order.url for a in answers)
        return answers[0].verdict.outcome

    assert at_its_mirror("/a") is FetchOutcome.OK
    assert at_its_mirror("/b") is FetchOutcome.CONNECT_ERROR
    assert at_its_mirror("/a", FetchKind.CHANNEL) is FetchOutcome.CONNECT_ERROR


def test_an_address_that_was_asked_answers_for_itself(crawl: SmallCrawl) -> None:
    crawl.fetched("/a", page("Köhnə mətn."))
    crawl.fetched("/b", page("Yeni mətn."), at=NOW + HOUR)
    index = ReplayIndex([crawl.archive], since=None, until=None, key_of=lambda _url: "the same page")

    found = [index.address_of_page(f"https://{HOST}{path}", NOW + n * HOUR) for n in (0, 1) for path in ("/a", "/b")]

    assert found == [PAGE_URL, PAGE_URL, PAGE_URL, f"https://{HOST}/b"]


def test_its_times_are_those_of_the_replay(crawl: SmallCrawl) -> None:
    crawl.fetched("/a", page())

    answer = asked(crawl.archive, PAGE_URL, at=NOW + HOUR)

    assert answer.response is not None
    assert (answer.response.requested_at, answer.received_at) == (NOW + HOUR, NOW + HOUR)


def test_a_page_asked_for_sooner_than_then_gets_what_soon_came(crawl: SmallCrawl) -> None:
    crawl.fetched("/a", page(), at=NOW + HOUR)

    assert asked(crawl.archive, PAGE_URL, at=NOW).verdict.outcome is FetchOutcome.OK
    early = asked(crawl.archive, PAGE_URL, at=NOW - timedelta(days=3)).verdict
    assert (early.outcome, early.error) == (FetchOutcome.CONNECT_ERROR, "not in the archive")


def test_a_channel_never_shows_its_future(crawl: SmallCrawl) -> None:
    crawl.fetched(None, feed(item("/a")), at=NOW + HOUR)

    assert asked(crawl.archive, FEED_URL, at=NOW, kind=FetchKind.CHANNEL).response is None


@pytest.mark.parametrize("outcome", [FetchOutcome.TIMEOUT, FetchOutcome.DNS_ERROR, FetchOutcome.TLS_ERROR])
def test_a_failure_is_that_failure_again(crawl: SmallCrawl, outcome: FetchOutcome) -> None:
    looked(crawl, "/a", outcome, NOW, error="as it was")

    answer = asked(crawl.archive, PAGE_URL, at=NOW)

    assert (answer.verdict.outcome, answer.verdict.error, answer.response) == (outcome, "as it was", None)


@pytest.mark.parametrize(
    ("status", "outcome", "how"),
    [
        (403, FetchOutcome.REFUSED, {}),
        (500, FetchOutcome.HTTP_ERROR, {}),
        (429, FetchOutcome.RATE_LIMITED, {"retry_after_s": 60}),
        (301, FetchOutcome.REDIRECTED, {"redirect_to": f"https://{HOST}/b"}),
        (200, FetchOutcome.TRUNCATED, {"error": "the gzip stream ends before its end"}),
    ],
)
def test_an_answer_whose_body_was_not_kept_has_its_outcome_again(
    crawl: SmallCrawl, status: int, outcome: FetchOutcome, how: dict[str, object]
) -> None:
    looked(crawl, "/a", outcome, NOW, status=status, **how)

    verdict = asked(crawl.archive, PAGE_URL, at=NOW).verdict

    assert verdict.outcome is outcome
    assert verdict.redirect_to == how.get("redirect_to")
    assert verdict.retry_after_s == how.get("retry_after_s")


def test_not_modified_is_said_to_who_knows_the_body_and_the_body_to_who_does_not(crawl: SmallCrawl) -> None:
    crawl.fetched("/a", page(), headers=(("ETag", '"1"'), ("Content-Type", "text/html")))
    looked(crawl, "/a", FetchOutcome.NOT_MODIFIED, NOW + HOUR, status=304, etag='"1"')

    knowing = asked(crawl.archive, PAGE_URL, at=NOW + HOUR, etag='"1"')
    asking = asked(crawl.archive, PAGE_URL, at=NOW + HOUR)

    assert knowing.verdict.outcome is FetchOutcome.NOT_MODIFIED
    assert (asking.verdict.outcome, asking.verdict.body) == (FetchOutcome.OK, page())


def robots(crawl: SmallCrawl, at: datetime) -> RobotsRules:
    answer = asked(crawl.archive, f"https://{HOST}/robots.txt", at=at, kind=FetchKind.ROBOTS)
    step = robots_step(answer.response.status if answer.response else None, answer.verdict, hops=0)
    assert isinstance(step, RobotsRules)
    return step


def test_what_robots_closed_is_closed_and_nothing_else(crawl: SmallCrawl) -> None:
    looked(crawl, "/closed?x=1", FetchOutcome.ROBOTS_DISALLOWED, NOW, error="robots.txt disallows it")

    rules = robots(crawl, NOW + HOUR)

    assert not rules.allows(f"https://{HOST}/closed?x=1", "Parallax/1")
    assert rules.allows(f"https://{HOST}/closed", "Parallax/1")
    assert rules.allows(PAGE_URL, "Parallax/1")


def test_robots_that_could_not_be_read_is_unreadable_at_that_moment_alone(crawl: SmallCrawl) -> None:
    looked(
        crawl, None, FetchOutcome.ROBOTS_UNREACHABLE, NOW, error="robots.txt can't be read (503): nothing is fetched"
    )

    assert not robots(crawl, NOW).allows(PAGE_URL, "Parallax/1")
    assert robots(crawl, NOW + HOUR).allows(PAGE_URL, "Parallax/1")


def test_an_archive_without_a_journal_is_replayed_by_its_records(crawl: SmallCrawl) -> None:
    crawl.fetched("/a", page())
    crawl.writer.close()
    (file,) = archive_files(crawl.archive)
    content = (crawl.archive / file).read_bytes()
    members = [m for m in walk(crawl.archive, file) if isinstance(m, Member) and not is_note(m)]
    (crawl.archive / file).write_bytes(b"".join(content[m.offset : m.end] for m in members))

    assert asked(crawl.archive, PAGE_URL, at=NOW).verdict.body == page()


def test_a_record_that_is_damaged_by_then_is_a_failure_in_words(crawl: SmallCrawl) -> None:
    crawl.fetched("/a", page())
    crawl.writer.close()
    index = ReplayIndex([crawl.archive], since=None, until=None)
    (file,) = archive_files(crawl.archive)
    (crawl.archive / file).unlink()
    answers: list[Answer] = []

    ReplayEngine(index, Moment(NOW, NOW), Standing(NOW)).fetch(
        Order(PAGE_URL, HOST, FetchKind.PAGE, NOW, None), answers.append
    )

    assert "not in the archive any more" in (answers[0].verdict.error or "")


def test_looks_of_ten_minutes_are_one_pass() -> None:
    minutes = [0, 1, 9, 10, 25, 34, 60]
    times = [NOW + timedelta(minutes=m) for m in minutes]

    found = moments(times, step=timedelta(minutes=10))

    assert [((m.at - NOW) // timedelta(minutes=1), (m.until - NOW) // timedelta(minutes=1)) for m in found] == [
        (0, 9),
        (10, 10),
        (25, 34),
        (60, 60),
    ]


def test_it_runs_until_it_is_stopped(crawl: SmallCrawl) -> None:
    crawl.fetched("/a", page(), reason=Reason.NEW)
    engine = ReplayEngine(ReplayIndex([crawl.archive], since=None, until=None), Moment(NOW, NOW), Standing(NOW))
    running = threading.Thread(target=engine.run)
    running.start()
    engine.stop()
    running.join(5)

    assert engine.is_open.is_set()
    assert not running.is_alive()
