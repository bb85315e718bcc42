"""What a host's robots.txt lets us do."""

from __future__ import annotations

import codecs
from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.fetch.outcome import FetchVerdict
from crawler.fetch.robots import MAX_REDIRECTS, RobotsHop, RobotsRules, RobotsState, robots_step
from domain.fetch import FetchOutcome

AGENT = "Parallax/0.1 (+https://example.org/crawler)"
SITE = "https://a.example"


def rules(text: str) -> RobotsRules:
    return RobotsRules.from_response(200, text.encode())


def allowed(text: str, path: str = "/news/1") -> bool:
    return rules(text).allows(SITE + path, AGENT)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418])
def test_a_host_without_robots_allows_everything(status: int) -> None:
    assert RobotsRules.from_response(status, b"User-agent: *\nDisallow: /").allows(SITE + "/", AGENT)


@pytest.mark.parametrize("status", [301, 304, 429, 500, 503, 599, 0, -1])
def test_a_host_whose_robots_can_not_be_read_allows_nothing(status: int) -> None:
    assert not RobotsRules.from_response(status, b"").allows(SITE + "/", AGENT)


@pytest.mark.parametrize(
    ("text", "path", "may"),
    [
        ("", "/", True),
        ("User-agent: *\nDisallow: /", "/news", False),
        ("User-agent: *\nDisallow:", "/news", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z=1", True),
        ("User-agent: *\nDisallow: /xəbər", "/x%C9%99b%C9%99r/1", False),
        ("User-agent: Parallax\nDisallow: /", "/", False),
        ("user-agent:parallax/2.0\ndisallow:/", "/", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Parallax\nAllow: /", "/news", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Parallax\nDisallow:", "/news", True),
        ("User-agent: a\nUser-agent: Parallax\nUser-agent: b\nDisallow: /a", "/a", False),
        (
            "User-agent: Parallax\nDisallow: /a\n\nUser-agent: x\nDisallow: /\nUser-agent: parallax\nDisallow: /b",
            "/b",
            False,
        ),
        ("User-agent: par\nDisallow: /", "/", True),
        ("User-agent: ParallaxNews\nDisallow: /", "/", True),
        ("User-agent: crawler\nDisallow: /\nUser-agent: example.org\nDisallow: /", "/", True),
        ("Disallow: /", "/", True),
        ("User-agent: *\nSitemap: https://a.example/s.xml\nDisallow: /", "/", False),
        ("User-agent: * # all\nDisallow: / # keep out", "/", False),
        ("User-agent: *\rDisallow: /", "/", False),
        ("<!doctype html><title>404</title>", "/", True),
    ],
)
def test_the_rules_of_our_group_decide(text: str, path: str, may: bool) -> None:
    assert allowed(text, path) is may


def test_robots_itself_may_always_be_asked_for() -> None:
    assert allowed("User-agent: *\nDisallow: /", "/robots.txt")


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_does_not_hide_the_first_group(mark: str) -> None:
    body = "User-agent: *\nDisallow: /".encode(mark)
    assert body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    assert not RobotsRules.from_response(200, body).allows(SITE + "/", AGENT)


def test_only_the_first_500_kib_count() -> None:
    filler = "# filler\n" * (500 * 1024 // 9 + 1)
    assert not allowed("User-agent: *\nDisallow: /\n" + filler)
    assert allowed(filler + "User-agent: *\nDisallow: /\n")


@pytest.mark.parametrize(
    ("stated", "delay_s"),
    [("2", 2.0), ("0.5", 0.5), ("99999999", 60.0), ("1e400", None), ("nan", None), ("-1", None), ("soon", None)],
)
def test_a_crawl_delay_is_capped(stated: str, delay_s: float | None) -> None:
    got = rules(f"User-agent: *\nCrawl-delay: {stated}\n")
    assert got.crawl_delay_s(AGENT) == delay_s
    if stated == "99999999":
        assert got.stated_crawl_delay_s(AGENT) == 99_999_999.0


def test_the_crawl_delay_of_another_group_is_not_ours() -> None:
    text = "User-agent: *\nCrawl-delay: 30\n\nUser-agent: parallax\nCrawl-delay: 3\n"
    assert rules(text).crawl_delay_s(AGENT) == 3.0
    assert RobotsRules.unreachable().crawl_delay_s(AGENT) is None


def test_sitemaps_are_absolute_and_each_named_once() -> None:
    text = "Sitemap: https://a.example/1.xml\nsitemap: /2.xml\nSitemap: https://a.example/1.xml\nSitemap: mailto:x\n"
    assert rules(text).sitemaps(SITE + "/robots.txt") == (SITE + "/1.xml", SITE + "/2.xml")


def test_rules_come_back_from_what_a_store_keeps() -> None:
    got = rules("User-agent: *\nDisallow: /a")
    assert RobotsRules(RobotsState(got.state.value), got.text) == got


def test_redirects_are_followed_five_times_and_then_nothing_is_allowed() -> None:
    redirected = FetchVerdict(FetchOutcome.REDIRECTED, redirect_to="https://b.example/robots.txt")
    for hops in range(MAX_REDIRECTS):
        assert robots_step(302, redirected, hops=hops) == RobotsHop("https://b.example/robots.txt", hops + 1)
    assert robots_step(302, redirected, hops=MAX_REDIRECTS) == RobotsRules.unreachable()


@pytest.mark.parametrize(
    ("status", "verdict", "state"),
    [
        (200, FetchVerdict(FetchOutcome.OK, body=b"User-agent: *"), RobotsState.RULES),
        (200, FetchVerdict(FetchOutcome.TRUNCATED), RobotsState.UNREACHABLE),
        (204, FetchVerdict(FetchOutcome.HTTP_ERROR), RobotsState.UNREACHABLE),
        (404, FetchVerdict(FetchOutcome.NOT_FOUND), RobotsState.ALLOW_ALL),
        (403, FetchVerdict(FetchOutcome.REFUSED), RobotsState.ALLOW_ALL),
        (503, FetchVerdict(FetchOutcome.RATE_LIMITED), RobotsState.UNREACHABLE),
        (302, FetchVerdict(FetchOutcome.BAD_RESPONSE), RobotsState.UNREACHABLE),
        (302, FetchVerdict(FetchOutcome.REDIRECT_LOOP), RobotsState.UNREACHABLE),
        (None, FetchVerdict(FetchOutcome.TIMEOUT), RobotsState.UNREACHABLE),
        (None, FetchVerdict(FetchOutcome.ADDRESS_REFUSED), RobotsState.UNREACHABLE),
    ],
)
def test_each_answer_to_a_request_for_robots_leads_to_rules(
    status: int | None, verdict: FetchVerdict, state: RobotsState
) -> None:
    got = robots_step(status, verdict, hops=0)
    assert isinstance(got, RobotsRules)
    assert got.state is state


@pytest.mark.parametrize(
    "body",
    [
        b"".join(b"User-agent: a%d\n" % n for n in range(15_000))
        + b"".join(b"Disallow: /a%d\n" % n for n in range(15_000)),
        b"User-agent: *\n" + b"Disallow: *a*a*a*a*b$\n" * 24_000,
        b"User-agent: *\n" + b"Disallow: /$$$$$$$$$$\n" * 24_000,
        b"User-agent: *\nDisallow: /" + b"*a" * 250_000,
        b"\r" * 512_000,
        b"\0" * 512_000,
    ],
    ids=["agents times rules", "stars", "dollars", "one line", "returns", "nul"],
)
def test_a_hostile_file_is_read_in_seconds(body: bytes) -> None:
    started = perf_counter()
    RobotsRules.from_response(200, body).allows(f"{SITE}/{'a' * 3000}", AGENT)
    assert perf_counter() - started < 5


PIECES = st.sampled_from(
    [
        "User-agent: *",
        "user-agent parallax",
        "Disallow: ",
        "Allow: /",
        "//[",
        "http://[::",
        "%zz",
        "*",
        "$",
        "\n",
        "#",
        "Crawl-delay: ",
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=30).map("".join), st.text(max_size=30))
@example("User-agent: *\nDisallow: http://[::\n", "//[")
def test_no_file_and_no_address_makes_it_fail(text: str, path: str) -> None:
    got = RobotsRules.from_response(200, text.encode("utf-8", "surrogatepass"))
    assert got.allows(SITE + "/" + path, AGENT) in {True, False}
    assert got.allows(path, AGENT) in {True, False}
    delay_s = got.crawl_delay_s(AGENT)
    assert delay_s is None or 0 <= delay_s <= 60
    got.sitemaps(SITE + "/robots.txt")


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(body: bytes) -> None:
    RobotsRules.from_response(200, body).allows(SITE + "/", AGENT)
