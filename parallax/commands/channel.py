"""``parallax channel``: one channel, how it is polled and how its last looks ended."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import UsageError, open_parallax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from outlets.catalogue import Catalogue
    from storage.channel_queries import ChannelPlace


def channel(
    which: Annotated[
        str, typer.Argument(metavar="URL|OUTLET/SLUG", help="The channel's address in any spelling, or outlet/name.")
    ],
    looks: Annotated[int, typer.Option("-n", "--looks", min=1, max=1000, help="How many of its last looks.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON document instead of text.")] = False,
) -> None:
    """Show a channel: how often it is polled and why, when next, its last looks in words, and when it was not seen.

    Example: parallax channel oc-media/feed-en -n 10
    """
    from outlets.platforms import quota_day_start
    from parallax.commands.printing import columns, print_json
    from publish.status.channel_text import channel_text, quota_words, told_looks
    from storage.channel_queries import channel_facts, channel_places
    from storage.quota import quota_use

    parallax = open_parallax()
    now, platforms, quota = parallax.clock.now(), parallax.platforms, None
    with parallax.store.read() as session:
        place = find_channel(which, channel_places(session), parallax.catalogue)
        facts = channel_facts(session, place.channel_id, looks=looks)
        if facts.host is not None and facts.host.key == platforms.youtube_api_host:
            used = quota_use(session, facts.host.key, quota_day_start(now))
            quota = quota_words(used, platforms.youtube_daily_quota)
    if as_json:
        words = [look.words for look in told_looks(facts.looks, facts.before)]
        told = [asdict(look) | {"words": said} for look, said in zip(facts.looks, words, strict=True)]
        print_json(asdict(facts) | {"looks": told})
        return
    zone = parallax.settings.time_zone
    typer.echo(channel_text(facts, now=now, zone=zone, width=columns(), quota=quota), nl=False)


def find_channel(which: str, places: Sequence[ChannelPlace], catalogue: Catalogue) -> ChannelPlace:
    """The channel called ``outlet/slug`` or at this address; of one outlet's single channel its slug is enough.

    Raises UsageError that names what there is.
    """
    from domain.urls import http_url
    from parallax.commands.why import keys_of

    named = [p for p in places if which in {f"{p.outlet}/{p.slug}", p.address}]
    named = named or [p for p in places if p.outlet == which]
    if not named and (url := http_url(which if "://" in which else f"https://{which}")) is not None:
        keys = set(keys_of(url, catalogue))
        named = [p for p in places if "://" in p.address and keys & set(keys_of(p.address, catalogue))]
        named = named or [p for p in places if _is_on_platform(p, url)]
    if len(named) == 1:
        return named[0]
    if named:
        several = ", ".join(f"{p.outlet}/{p.slug}" for p in named)
        raise UsageError("CHANNEL", f"{which!r} is several channels; allowed: one of {several}")
    raise UsageError("CHANNEL", f"no channel is known as {which!r}; `parallax outlets SLUG` lists those of an outlet")


def _is_on_platform(place: ChannelPlace, url: str) -> bool:
    """Whether ``url`` is the channel's address on its platform: ``https://t.me/s/HANDLE``, ``…/@handle``, ``…/UC…``."""
    from outlets.platforms import is_post_address

    *_, above, name = url.partition("?")[0].rstrip("/").lower().split("/")
    return is_post_address(url) and place.address.lower() == (f"user/{name}" if above == "user" else name)
