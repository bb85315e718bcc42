"""``parallax discover``: from a site's address to an outlet's file."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from parallax.commands.opening import EXIT_DONE, EXIT_FAILED, UsageError, open_parallax, stopped_in_words


def discover(
    url: Annotated[str, typer.Argument(metavar="URL", help="The outlet's home page.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Write to this file, which must not exist yet.")
    ] = None,
    delay_s: Annotated[
        float, typer.Option("--delay", min=0, max=600, help="Seconds between two requests to a host.")
    ] = 5.0,
) -> None:
    """Find an outlet's feeds, sitemaps, Telegram and YouTube channels, and write its file.

    The page is asked as any other: robots.txt is obeyed, and a contact is needed. Common addresses of feeds are tried
    only where the page names none. What could not be told stands in the file as comments; nothing is invented.

    Exit code 0: a channel was found; 1: none was.

    Example: parallax discover https://www.sahil-xeber.example/ --out my-catalogue/sahil-xeber.toml
    """
    from domain.urls import bare_host, host_key, http_url
    from outlets.claims import channel_key, is_shared
    from outlets.writing import draft_text, slug_from
    from parallax.discovering import discover as look
    from parallax.trials import scratch_home
    from publish.digest.words import plural
    from publish.drafts import draft_of

    address = http_url(url if "://" in url else f"https://{url}")
    if address is None:
        raise UsageError("URL", f"{url!r} is no address of a site; allowed: https://www.outlet.example/")
    if is_shared(bare_host(host_key(address))):
        raise UsageError("URL", f"{url!r} is on a platform that many share; allowed: the outlet's own site")
    if out is not None and out.exists():
        raise UsageError("--out", f"{str(out)!r} is there already; allowed: a file that is not, nothing is overwritten")
    if out is not None and slug_from(out.stem) != out.stem:
        raise UsageError("--out", f"{out.name!r} can't be an outlet's file; allowed: small letters, digits, hyphens")
    parallax = open_parallax()
    owner = parallax.catalogue.outlet_of_host(bare_host(host_key(address)))
    with stopped_in_words("stopped; nothing was written"), scratch_home("parallax-discover-") as folder:
        found = look(parallax, address, folder, delay_s=delay_s, on_event=_on_event)
    if found.home is None:
        why = found.remark
        typer.echo(f"{address}: {f'{why.what}; {why.do}' if why else 'not asked'}", err=True)
        raise typer.Exit(EXIT_FAILED)
    draft = draft_of(
        found,
        slugs=parallax.catalogue.outlets,
        claimed_by=owner.slug if owner else None,
        owners={channel_key(c): outlet.slug for outlet in parallax.catalogue.outlets.values() for c in outlet.channels},
        wanted=out.stem if out else None,
    )
    _write(draft_text(draft), out)
    typer.echo(f"{plural(len(draft.channels), 'channel')} found", err=True)
    raise typer.Exit(EXIT_DONE if draft.channels else EXIT_FAILED)


def _on_event(name: str, fields: Mapping[str, object]) -> None:
    if name == "host.not_lent":
        typer.echo(f"{fields['host']}: {fields['why']}", err=True)
    if name == "fetch.stored":
        typer.echo(f"{fields['outcome']} {fields['url']}", err=True)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise UsageError("--out", f"{str(out)!r} can't be written: {error.strerror}; allowed: a new file") from error
    typer.echo(str(out.resolve()))
