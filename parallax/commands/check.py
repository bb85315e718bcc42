"""``parallax check``: try an outlet, or the whole catalogue, without keeping anything of it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import (
    EXIT_DONE,
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    EXIT_PARTLY,
    UsageError,
    known_slugs,
    open_parallax,
    stopped_in_words,
)

if TYPE_CHECKING:
    from parallax.trials import Archived
    from publish.check.model import CheckReport

_SUFFIXES = (".html", ".md", ".json", ".txt")
_EVERY = 25  # requests between two lines of progress


def check(
    outlet: Annotated[str | None, typer.Argument(help="The outlet (slug) to try.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Try every outlet of the catalogue; needs --out.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Really ask the outlet; needs PARALLAX_CONTACT.")] = False,
    replay: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Ask an archive instead of the network, as of its last look.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.html|.md|.json|.txt", help="Write the report to this file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON document instead of text.")] = False,
) -> None:
    """Try an outlet: poll every channel, fetch three articles, and show what would be stored and what is wrong.

    Nothing comes into your store or archive. A host that the service is working on is waited for. With --all, a check
    that was interrupted goes on where it stopped: what it found lies in a folder beside FILE until the report is whole.

    Exit code 0: fine; 1: no text would be stored; 3: something is wrong.

    With --replay nobody is asked: an archive answers, so that a changed file can be tried again and again.

    Example: parallax check oc-media --live
    """
    from parallax.commands.writing import require_writable

    _require_sense(outlet, every=every, live=live, replay=replay, out=out)
    _require_one_form(out, as_json=as_json)
    parallax = open_parallax()
    slugs = [] if outlet is None else known_slugs("OUTLET", [outlet], list(parallax.catalogue.outlets))
    if out is not None:
        require_writable(out)  # asking takes minutes, and its report would be lost
    progress = _Progress()
    from parallax.checking import checked

    with stopped_in_words("stopped; nothing is kept"), _folder(_work_beside(out, replay) if every else None) as folder:
        report = checked(parallax, slugs, folder, on_event=progress.on_event, archive=_archived(replay))
        _write(report, out, as_json=as_json)
        if every and report.is_whole:
            shutil.rmtree(folder)
    raise typer.Exit(exit_code(report))


def _require_sense(outlet: str | None, *, every: bool, live: bool, replay: Path | None, out: Path | None) -> None:
    """Raise UsageError where the options make no sense together."""
    if every == (outlet is not None):
        raise UsageError("OUTLET", "say which outlet to try, or --all for every one; `parallax outlets` lists them")
    if live == (replay is not None):
        both = "stands beside --replay" if live else "is missing: a check asks the outlet's servers"
        raise UsageError("--live", f"{both}; allowed: --live to do so, or --replay DIR to ask an archive")
    if replay is not None and not replay.is_dir():
        raise UsageError(
            "--replay", f"{str(replay)!r} is no folder; allowed: an archive of Parallax, such as var/archive"
        )
    if every and out is None:
        raise UsageError("--out", "is missing; allowed: the file of the report, such as report.html")
    if out is not None and out.suffix not in _SUFFIXES:
        raise UsageError("--out", f"{str(out)!r} is of no form that is known; allowed: {', '.join(_SUFFIXES)}")


def _require_one_form(out: Path | None, *, as_json: bool) -> None:
    if as_json and out is not None:
        raise UsageError("--json", "stands beside --out, whose ending says the form; allowed: --out FILE.json")


def _archived(folder: Path | None) -> Archived | None:
    from parallax.trial_replay import end_of
    from parallax.trials import Archived

    if folder is None:
        return None
    until = end_of(folder)
    if until is None:
        raise UsageError("--replay", f"{str(folder)!r} holds no looks; allowed: an archive of Parallax")
    return Archived(folder.resolve(), until)


def _work_beside(out: Path | None, replay: Path | None) -> Path | None:
    """Where a check of everything keeps what it found until its report is whole."""
    return out.with_name(f"{out.name}{'.replay' if replay else ''}.work") if out is not None else None


@contextmanager
def _folder(folder: Path | None) -> Iterator[Path]:
    """The scratch home: ``folder`` where it is to outlive an interruption, else one that goes with us."""
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError("--out", f"{str(folder)!r} can't be made: {error.strerror}; allowed: a file") from error
        yield folder
        return
    from parallax.trials import scratch_home

    with scratch_home("parallax-check-") as made:
        yield made


class _Progress:
    """A line for every so many requests, on standard error."""

    def __init__(self) -> None:
        self._requests = 0

    def on_event(self, name: str, fields: Mapping[str, object]) -> None:
        """Count one more look; say at once which host is waited for."""
        if name == "host.not_lent":
            typer.echo(f"{fields['host']}: {fields['why']}", err=True)
        if name == "trial.resumed":
            typer.echo(f"goes on: {fields['channels']} channels, {fields['pages']} pages were looked at", err=True)
        if name != "fetch.stored":
            return
        self._requests += 1
        if self._requests % _EVERY == 0 or sys.stderr.isatty():
            typer.echo(f"{self._requests} · {fields['outlet']}: {fields['outcome']} {fields['url']}", err=True)


def _write(report: CheckReport, out: Path | None, *, as_json: bool) -> None:
    from parallax.commands.writing import open_out
    from publish.check.lines import headline

    if out is None:
        sys.stdout.write(_in_form(report, ".json" if as_json else ".txt"))
        return
    written = _in_form(report, out.suffix)
    with open_out(out) as file:
        file.write(written)
    typer.echo(headline(report))
    typer.echo(str(out.resolve()))


def _in_form(report: CheckReport, suffix: str) -> str:
    from publish.check.html import check_html
    from publish.check.json import check_json
    from publish.check.markdown import check_markdown
    from publish.check.text import check_text

    if suffix == ".txt":
        return check_text(report, width=min(120, max(80, shutil.get_terminal_size((100, 40)).columns)))
    return {".html": check_html, ".md": check_markdown, ".json": check_json}[suffix](report)


def exit_code(report: CheckReport) -> int:
    """0 where all that can be asked is fine: what is switched off is no fault of a check of everything."""
    from publish.check.model import Verdict

    if not report.is_whole:
        return EXIT_INTERRUPTED
    counts = report.verdicts()
    if 0 < counts[Verdict.FINE] == len(report.outlets) - counts[Verdict.NOTHING]:
        return EXIT_DONE
    return EXIT_PARTLY if counts[Verdict.FINE] + counts[Verdict.PARTLY] else EXIT_FAILED
