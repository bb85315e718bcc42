"""The door: ``parallax``. Exit codes: 0 done, 1 failed, 2 wrong use, 3 partly done."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from domain.errors import CatalogueError, ConfigError, ParallaxError, QueryError
from parallax.commands import (
    add,
    alerts,
    archive,
    backfill,
    changes,
    channel,
    check,
    compare,
    crawl,
    db,
    diff,
    digest,
    discover,
    evidence,
    export,
    history,
    init,
    keep,
    lists,
    measure,
    merge,
    opml,
    prune,
    rechecks,
    removals,
    replay,
    run,
    runs,
    search,
    show,
    status,
    takedown,
    why,
    worker,
)
from parallax.commands.opening import EXIT_FAILED, EXIT_WRONG_USE

app = typer.Typer(
    name="parallax",
    help="The same events, seen from official, independent and exile media. Exit codes: 0 done, 1 failed, 2 wrong use, "
    "3 partly done.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init")(init.init)
app.command("crawl")(crawl.crawl)
app.command("add")(add.add)
app.command("run")(run.run)
app.command("worker")(worker.worker)
app.command("digest")(digest.digest)
app.command("search")(search.search)
app.command("show")(show.show)
app.command("history")(history.history)
app.command("evidence")(evidence.evidence)
app.command("diff")(diff.diff)
app.command("changes")(changes.changes)
app.command("removals")(removals.removals)
app.command("merge")(merge.merge)
app.command("unmerge")(merge.unmerge)
app.command("takedown")(takedown.takedown)
app.command("outlets")(lists.outlets)
app.command("topics")(lists.topics)
app.command("status")(status.status)
app.command("runs")(runs.runs)
app.command("rechecks")(rechecks.rechecks)
app.command("channel")(channel.channel)
app.command("check")(check.check)
app.command("discover")(discover.discover)
app.command("import-opml")(opml.import_opml)
app.command("why")(why.why)
app.command("alerts")(alerts.alerts)
app.command("export")(export.export)
app.command("backup")(keep.backup)
app.command("restore")(keep.restore)
app.add_typer(db.app, name="db")
app.command("verify")(archive.verify)
app.command("reextract")(archive.reextract)
app.command("rebuild")(archive.rebuild)
app.command("replay")(replay.replay)
app.command("prune")(prune.prune)
app.command("backfill")(backfill.backfill)
app.command("compare-runs")(compare.compare_runs)
app.command("extract")(measure.extract)
app.command("parse-feed")(measure.parse_feed)


def _say_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"parallax {version('parallax')}")
        raise typer.Exit


@app.callback()
def _common(
    _is_asked: Annotated[
        bool, typer.Option("--version", help="Say the version and end.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    """What stands before a command."""


def main() -> None:
    """Run a command; an error ends in one line that says what to do."""
    try:
        sys.exit(app(prog_name="parallax", standalone_mode=False))
    except (ConfigError, CatalogueError, QueryError) as error:
        sys.exit(_say(error, EXIT_WRONG_USE))
    except ParallaxError as error:
        sys.exit(_say(error, EXIT_FAILED))
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # the border of the program: nothing is hidden, the terminal stays readable
        refusal = _refusal(error)
        if refusal is None:
            sys.exit(_say(_kept(error), EXIT_FAILED))
        sys.exit(_say(refusal, EXIT_WRONG_USE) if refusal else EXIT_WRONG_USE)


def _say(error: object, code: int) -> int:
    print(f"parallax: {error}", file=sys.stderr)
    return code


def _refusal(error: Exception) -> str | None:
    """What the command line has against its words, nothing where help was shown; None for any other error.

    Its errors are of the library under Typer and have no public name there.
    """
    if not hasattr(error, "format_message"):
        return None
    said = " ".join(error.format_message().split()).replace("Value error, ", "").rstrip(".")
    if not said:
        return ""
    context = getattr(error, "ctx", None)
    return f"{said}; `{context.command_path if context else 'parallax'} -h` lists what is allowed"


def _kept(error: Exception) -> str:
    """One line about an error nobody foresaw, and where its traceback is."""
    said = f"a fault of ours: {type(error).__name__}: {' '.join(str(error).split())}"
    told = "".join(traceback.format_exception(error))
    path = Path(os.environ.get("PARALLAX_HOME") or "var") / "last-error.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(told, encoding="utf-8")
    except OSError:
        try:
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", prefix="parallax-last-error-", suffix=".txt", delete=False
            ) as file:
                file.write(told)
        except OSError:
            return said
        path = Path(file.name)
    return f"{said}; the traceback is in {path}"


if __name__ == "__main__":
    main()
