"""``parallax why``: everything that happened to one address."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_FAILED, UsageError, open_parallax

if TYPE_CHECKING:
    from datetime import datetime

    from outlets.catalogue import Catalogue
    from parallax.bootstrap import Parallax
    from publish.status.story import Story
    from storage import Session
    from storage.why_facts import AddressFacts


def why(
    url: Annotated[str, typer.Argument(help="The address, in any spelling.")],
    as_json: Annotated[bool, typer.Option("--json", help="A JSON document instead of text.")] = False,
) -> None:
    """Tell everything that happened to an address: who listed it, each look, what was refused and why, what is stored.

    Exit code 1 where nothing happened to it yet; then it says who claims the address and what would keep us from it.

    Example: parallax why https://oc-media.org/a-story/
    """
    from domain.urls import http_url
    from parallax.commands.printing import print_json
    from publish.status.story import story_of

    parallax = open_parallax()
    address = http_url(url if "://" in url else f"https://{url}")
    if address is None:
        raise UsageError("URL", f"{url!r} is no address of a page; allowed: http:// or https:// and a host")
    keys = keys_of(address, parallax.catalogue)
    now, zone = parallax.clock.now(), parallax.settings.time_zone
    with parallax.store.read() as session:
        facts = _facts(session, keys, parallax.catalogue)
        stranger = () if facts.is_known else _stranger(session, parallax, address)
    story = story_of(facts, now=now, zone=zone) if facts.is_known else None
    if as_json:
        told = {"verdict": "Nothing happened to it yet.", "standing": stranger, "happenings": ()}
        print_json({"url": address, "keys": keys, **(asdict(story) if story else told), "facts": asdict(facts)})
    elif story is not None:
        _print(address, story, parallax, now)
    else:
        typer.echo(f"Nothing happened to {address} yet.\n")
        for line in stranger:
            typer.echo(f"  {line}")
    if story is None:
        raise typer.Exit(EXIT_FAILED)


def keys_of(url: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The keys under which an outlet of the catalogue may hold the address."""
    from domain.urls import url_key

    plain = url_key(url)
    others = {url_key(url, host_aliases=outlet.host_aliases) for outlet in catalogue.outlets.values()}
    return (plain, *sorted(others - {plain}))


def _facts(session: Session, keys: tuple[str, ...], catalogue: Catalogue) -> AddressFacts:
    from storage.channel_queries import channel_places
    from storage.why_queries import address_facts

    polled = [
        place.channel_id
        for place in channel_places(session)
        if "://" in place.address and set(keys_of(place.address, catalogue)) & set(keys)
    ]
    return address_facts(session, keys, channel_ids=polled)


def _stranger(session: Session, parallax: Parallax, url: str) -> tuple[str, ...]:
    from domain.urls import host_key
    from publish.status.strangers import said_of_stranger
    from storage.why_queries import host_fact, robots_text

    host = host_key(url)
    return said_of_stranger(
        url,
        parallax.catalogue,
        host=host_fact(session, host),
        robots_text=robots_text(session, host),
        user_agent=parallax.user_agent,
    )


def _print(url: str, story: Story, parallax: Parallax, now: datetime) -> None:
    from parallax.commands.printing import columns
    from publish.digest.paragraphs import Paragraphs
    from publish.status.channel_text import LOOK_COLUMN
    from publish.status.words import moment_words

    page = Paragraphs(columns())
    page.line(url)
    page.say(story.verdict)
    page.blank()
    for happening in story.happenings:
        at = moment_words(happening.at, parallax.settings.time_zone, now=now)
        proof = [f"fetch {happening.fetch_id}"] if happening.fetch_id is not None else []
        proof += [f"run {happening.run_id}"] if happening.run_id is not None else []
        said = " · ".join([f"{happening.outlet}: {happening.words}", *proof])
        page.keyed(at, said, column=LOOK_COLUMN, indent=2)
    if story.standing:
        page.blank()
        page.say("Now:")
    for line in story.standing:
        page.say(line, indent=2, hang=4)
    typer.echo(page.text(), nl=False)
