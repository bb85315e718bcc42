"""Why a look was not good, in words that a person can act on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from crawler.examine import DocumentSeen, Examined
from crawler.replay.engine import NOT_THERE
from domain.extraction import Barrier
from domain.outlet import DeadAddress, Outlet
from domain.urls import url_key
from publish.check.model import Remark, Weight
from storage.trial_facts import TrialLook

GOOD_OUTCOMES = frozenset({"ok", "same_content", "not_modified"})
GOOD_READINGS = frozenset({"article", "listed", "empty_channel"})
_FOR_A_BLOCK = "a block is recorded and never evaded: ask the outlet to let {agent} in, or take another of its channels"
# Outcome or reading: what is said of it ({host}, {error}, {status}, {agent} are filled), and what to do.
_WORDS: Mapping[str, tuple[str, str]] = {
    "dns_error": (
        "the name {host} leads nowhere ({error})",
        "look for a typing error and for the outlet's new address; if many fail so, it is your own resolver",
    ),
    "connect_error": (
        "nothing answers at {host} ({error})",
        "open it in a browser: if it answers there, its provider or yours drops our connections",
    ),
    "tls_error": (
        "no secure connection to {host} ({error})",
        "look at its certificate in a browser; certificates are always checked, so wait until theirs is mended",
    ),
    "timeout": (
        "{host} did not answer in time ({error})",
        "try again; where it is always slow, raise politeness.timeout_s",
    ),
    "address_refused": (
        "the address leads to a network that must not be reached ({error})",
        "correct the address; a host of your own is allowed by PARALLAX_ALLOWED_NETWORKS",
    ),
    "needs_key": (
        "it needs a key: {error}",
        "set PARALLAX_YOUTUBE_API_KEY to a key of your own; docs/OPERATIONS.md says how to get one",
    ),
    "key_refused": (
        "the platform refuses your key ({error})",
        "look in its console whether the key is whole, not restricted to other addresses, and the API enabled",
    ),
    "quota_spent": (
        "your key has no quota left today ({error})",
        "try again after midnight in California, or ask the platform for a larger quota",
    ),
    "previews_off": (
        "the channel shows its posts to members alone ({error})",
        "open its page t.me/s/… in a browser; nothing can be read of it from here",
    ),
    "no_channel": (
        "no public channel has this name ({error})",
        "look for the channel's present name; a private one can't be read",
    ),
    "resolved": (
        "the platform gave the id of this name, and its list was not asked for yet",
        "run the check again: the id is known from now on once a crawl has asked for it",
    ),
    "proxy_error": (
        "nothing came through the outlet's proxy ({error})",
        "it is ours, not the outlet's: look at the proxy and at its address in PARALLAX_PROXIES",
    ),
    "render_error": (
        "the browser did not show the page ({error})",
        "look whether Chromium starts here; PARALLAX_RENDER_SECONDS and PARALLAX_RENDER_MEMORY_MB are its limits",
    ),
    "scanned": (
        "a document whose pages are pictures ({error})",
        "there is no text to be read; look for another edition of it",
    ),
    "encrypted": (
        "a document that asks for a password ({error})",
        "it can't be read; look for another edition of it",
    ),
    "part": ("a further part of a text that begins elsewhere", "nothing: the whole stands with its first part"),
    "robots_unreachable": (
        "{error}",
        "open /robots.txt in a browser; until it answers 200 or 404 the host stays closed",
    ),
    "refused": ("our honest user agent is refused ({error})", _FOR_A_BLOCK),
    "rate_limited": (
        "the host says that we ask too often ({error})",
        "raise politeness.delay_s; the service waits as long as the host asked",
    ),
    "http_error": (
        "the server failed ({error})",
        "try again later; where it stays so, look for the channel's new address",
    ),
    "redirect_loop": ("its redirects lead nowhere ({error})", "give the address that a browser ends at"),
    "too_large": ("the document is too large ({error})", "look for a smaller list: a section's feed, a first page"),
    "truncated": (
        "the answer ended before it was whole ({error})",
        "try again; their server or a box between breaks off",
    ),
    "unsupported_encoding": (
        "its encoding is none of the web's ({error})",
        "tell the outlet; nothing can be read of it",
    ),
    "bad_response": ("the answer is no HTTP that can be read ({error})", "check scheme and port of the address"),
    "challenge": ("a page that asks for a browser or a person came instead", _FOR_A_BLOCK),
    "login": (
        "a page that asks for an account came instead",
        "only what is public is collected: take a public channel",
    ),
    "consent": (
        "a page that asks for agreement came instead",
        "look for an address behind it that needs none; nothing is agreed to by a crawler",
    ),
    "unreadable": ("no document of a kind that is read ({error})", "look at what the address serves; it may be a file"),
    "no_article": (
        "no article was found on the page ({error})",
        "if a reader sees one, name its element in hints.body_css; if not, narrow article_url",
    ),
    "soft_404": (
        "another page stands in the article's place ({error})",
        "look at it in a browser; where the article is there, report it with the address",
    ),
    "taken_down": (
        "the article was taken down here: nothing of it is kept",
        "nothing; `parallax takedown --list` says why",
    ),
    "partial": (
        "only half a page or a teaser came ({error})",
        "look at the page without JavaScript: a paywall or a script keeps the text back",
    ),
    "crashed": ("a fault of ours ({error})", "please report it with the address"),
}


def is_good(look: TrialLook) -> bool:
    """Whether the address was seen and read as what it should be."""
    return look.outcome in GOOD_OUTCOMES and (look.reading is None or look.reading in GOOD_READINGS)


def look_remark(
    look: TrialLook, where: str, outlet: Outlet, examined: Examined, *, agent: str, weight: Weight = Weight.FAULT
) -> Remark | None:
    """Why ``look`` was not good; None where it was."""
    if is_good(look):
        return None
    word = look.outcome if look.outcome not in GOOD_OUTCOMES else look.reading or "crashed"
    own = _own_words(word, look, where, outlet=outlet, examined=examined, weight=weight, agent=agent)
    if own is not None:
        return own
    what, do = _WORDS.get(word, (f"{word.replace('_', ' ')} ({{error}})", "see docs/OPERATIONS.md"))
    named = {"host": look.host, "error": look.error or "no word why", "status": look.status, "agent": agent}
    return Remark(weight, word, where, what.format(**named), do.format(**named))


def _own_words(
    word: str, look: TrialLook, where: str, *, outlet: Outlet, examined: Examined, weight: Weight, agent: str
) -> Remark | None:
    """What more is known of some ends than their error."""
    if look.error is not None and look.error.removeprefix("robots.txt: ").startswith(NOT_THERE):
        return Remark(weight, "not_archived", where, "the archive has no answer of it", "try it with --live")
    match word:
        case "redirected":
            what = f"it leads to {look.redirect_to}, which was not asked: it is no address of this outlet's"
            return Remark(weight, word, where, what, "name that host in hosts or edition_hosts if it is the outlet's")
        case "robots_disallowed":
            return _robots(look, where, examined, weight)
        case "not_found" | "gone":
            return _absent(look, where, outlet, weight)
        case "not_a_feed":
            return _not_a_feed(look, where, examined.documents.get(look.fetch_id), weight, agent)
    return None


def barrier_remark(barrier: Barrier, where: str, *, agent: str) -> Remark:
    """That a page stands where a list was expected."""
    what, do = _WORDS[barrier.value]
    return Remark(Weight.FAULT, barrier.value, where, what, do.format(agent=agent))


def _robots(look: TrialLook, where: str, examined: Examined, weight: Weight) -> Remark:
    line = examined.forbidding.get(look.url)
    which = f"line {line.number} (`{line.line}`) of" if line else "the rules of"
    what = f"{which} {look.host}/robots.txt forbid{'s' if line else ''} {urlsplit(look.url).path or '/'}"
    do = "it is obeyed: take a channel that is open, ask the outlet, or switch this one off with enabled = false"
    return Remark(weight, "robots_disallowed", where, what, do)


def _absent(look: TrialLook, where: str, outlet: Outlet, weight: Weight) -> Remark:
    dead = next((dead for dead in outlet.dead_addresses if _is_below(look.url, dead)), None)
    known = (
        f"; the catalogue lists it as dead ({dead.problem}{f', {dead.seen_on}' if dead.seen_on else ''})"
        if dead
        else ""
    )
    what = f"nothing is there any more ({look.status}){known}"
    do = "look for the channel's new address (`parallax discover`), and note this one under dead_addresses"
    return Remark(weight, look.outcome, where, what, "remove the channel" if dead else do)


def _is_below(url: str, dead: DeadAddress) -> bool:
    if dead.address.endswith("*"):
        return url_key(url).startswith(url_key(dead.address.removesuffix("*")))
    return url_key(url) == url_key(dead.address)


def _not_a_feed(look: TrialLook, where: str, seen: DocumentSeen | None, weight: Weight, agent: str) -> Remark:
    """What came instead of a channel's document."""
    if seen is not None and seen.barrier is not None:
        what, do = _WORDS[seen.barrier.value]
        title = f" (“{seen.title}”)" if seen.title else ""
        kind = "not_a_feed" if seen.barrier is not Barrier.CHALLENGE else "challenge"
        return Remark(weight, kind, where, f"not a feed: {what}{title}", do.format(agent=agent))
    do = "give the feed's present address (`parallax discover`), or make it a listing"
    if seen is None:
        return Remark(weight, "not_a_feed", where, f"not a feed ({look.error})", do)
    instead = {
        "empty": "the answer is empty",
        "html": f"an HTML page{f' (“{seen.title}”)' if seen.title else ''}",
        "json": "JSON that is no JSON Feed",
        "xml": "XML of another kind",
        "text": "plain text",
        "feed": f"one that is broken ({look.error})",
    }[seen.form]
    if seen.feeds:
        do = f"that page names {', '.join(seen.feeds[:3])}: give that address"
    if seen.form == "empty":
        do = "try again later; where it stays so, look for the feed's new address"
    return Remark(weight, "not_a_feed", where, f"not a feed: {instead}", do)
