"""``parallax add``: a document that no channel lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import UsageError, known_slugs, open_parallax

if TYPE_CHECKING:
    from domain.outlet import Outlet
    from outlets.catalogue import Catalogue


def add(
    url: Annotated[str, typer.Argument(help="The address of the document.")],
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="SLUG", help="Who published it, where its host doesn't tell.")
    ] = None,
) -> None:
    """Have a document fetched that no channel lists: it counts for its outlet, and the next crawl looks at it.

    Whether robots.txt and the address guard let us is seen by the crawl.

    Example: parallax add https://www.amnesty.org/en/documents/eur55/1234/2026/en/ --outlet amnesty
    """
    from domain.urls import http_url, url_key
    from storage.added import add_by_hand

    parallax = open_parallax()
    address = http_url(url if "://" in url else f"https://{url}")
    if address is None:
        raise UsageError("URL", f"{url!r} is no address of a page; allowed: http:// or https:// and a host")
    owner = publisher_of(address, outlet, parallax.catalogue)
    now = parallax.clock.now()
    parallax.put_catalogue(now)
    key = url_key(address, host_aliases=owner.host_aliases)
    added = parallax.store.write(lambda session: add_by_hand(session, owner, address, key, now=now))
    known = " It was known already, and is looked at again." if added.was_known else ""
    typer.echo(f"{address} is an entry of {owner.slug}/{added.channel}.{known}")
    typer.echo(
        "The next crawl looks at it, if robots.txt lets us: `parallax crawl`, or at once where the service runs."
    )
    typer.echo(f"What came of it: parallax why {address}")


def publisher_of(url: str, slug: str | None, catalogue: Catalogue) -> Outlet:
    """The outlet that a document at ``url`` counts for: the one that has its host, else the one that is named.

    Raises UsageError where nobody is, where the two differ, and where the catalogue does not want its pages.
    """
    from domain.urls import host_key

    host = host_key(url)
    owner = catalogue.outlet_of_host(host)
    if slug is not None:
        known_slugs("--outlet", [slug], sorted(catalogue.outlets))
        if owner is not None and owner.slug != slug:
            raise UsageError(
                "--outlet", f"{slug!r} does not publish on {host}, {owner.slug} does; allowed: no --outlet"
            )
        owner = catalogue.outlets[slug]
    if owner is None:
        raise UsageError("URL", f"no outlet of the catalogue has the host {host}; allowed: with --outlet SLUG")
    if not owner.enabled:
        raise UsageError("URL", f"{owner.slug} is switched off in the catalogue; allowed: an outlet that is crawled")
    if not owner.page_fetch:
        raise UsageError("URL", f"pages of {owner.slug} are not fetched (page_fetch = false); allowed: another outlet")
    return owner
