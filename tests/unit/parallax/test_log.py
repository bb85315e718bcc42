"""What the log writes, what it keeps to itself, and what it survives."""

from __future__ import annotations

import io
import json
import logging
import os
import pty
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parallax.log import LogFormat, LogLevel, configure_logging, log_crashes


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = (list(root.handlers), root.level, logging.raiseExceptions, sys.excepthook, threading.excepthook)
    yield
    root.handlers[:], level, logging.raiseExceptions, sys.excepthook, threading.excepthook = before
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def logging_to(log_format: LogFormat = "json", level: LogLevel = "debug") -> io.StringIO:
    out = io.StringIO()
    configure_logging(log_format, level, out)
    return out


def events(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_is_one_line_of_json() -> None:
    out = logging_to()
    structlog.get_logger().info("feed.read", outlet="numune-xeber", entries=3, title="İlk\nsətir")
    (event,) = events(out)
    assert list(event)[:3] == ["at", "level", "event"]
    assert (event["level"], event["event"], event["entries"], event["title"]) == ("info", "feed.read", 3, "İlk\nsətir")
    assert datetime.fromisoformat(str(event["at"])).tzinfo == UTC


def test_events_below_the_level_are_left_out() -> None:
    out = logging_to(level="warning")
    structlog.get_logger().info("feed.read")
    structlog.get_logger().warning("feed.failed")
    assert [event["event"] for event in events(out)] == ["feed.failed"]


def test_what_is_bound_to_the_context_is_in_every_event() -> None:
    out = logging_to()
    with structlog.contextvars.bound_contextvars(run=17):
        structlog.get_logger().info("host.taken")
    assert events(out)[0]["run"] == 17


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize(
    "fields",
    [
        {"database": "postgresql+psycopg://reader:s3cr3t@db.example/parallax"},
        {"message": "can't reach postgresql://reader:s3cr3t@db.example/parallax, giving up"},
        {"url": "https://video.example/v3/items?part=x&key=s3cr3t&page=2"},
        {"password": "s3cr3t"},
        {"headers": {"Set-Cookie": "s3cr3t", "Authorization": "Bearer s3cr3t"}},
        {"attempts": [{"api_key": "s3cr3t"}]},
        {"error": ValueError("postgresql://reader:s3cr3t@db.example failed")},
        {"exc_info": ValueError("postgresql://reader:s3cr3t@db.example failed")},
    ],
)
def test_a_secret_is_never_written(log_format: LogFormat, fields: dict[str, object]) -> None:
    out = logging_to(log_format)
    structlog.get_logger().error("store.failed", **fields)
    assert "s3cr3t" not in out.getvalue()
    assert "***" in out.getvalue()


def test_names_that_only_sound_secret_are_written() -> None:
    out = logging_to()
    structlog.get_logger().info(
        "target.done", url_key="numune.example/17", host_key="numune.example", url="https://a.example/?k=1"
    )
    assert events(out)[0]["url_key"] == "numune.example/17"
    assert "***" not in out.getvalue()


def test_json_keeps_a_traceback_in_its_line() -> None:
    out = logging_to()
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        structlog.get_logger().exception("run.failed")
    (event,) = events(out)
    assert str(event["error"]).startswith("ZeroDivisionError: ")
    assert "Traceback" in str(event["traceback"])


def test_a_terminal_sees_the_error_and_no_traceback() -> None:
    out = logging_to("console")
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        structlog.get_logger().exception("run.failed")
        logging.getLogger("scrapy.core").exception("spider broke")
    assert out.getvalue().count("ZeroDivisionError") == 2
    assert "Traceback" not in out.getvalue()
    assert len(out.getvalue().splitlines()) == 2


def test_a_librarys_failure_text_is_one_line_on_a_terminal() -> None:
    out = logging_to("console")
    failure = (
        'Unhandled error in Deferred:\n\nTraceback (most recent call last):\n  File "x.py", line 1\nValueError: odd\n'
    )
    logging.getLogger("twisted").critical(failure)
    assert len(out.getvalue().splitlines()) == 1
    assert "Unhandled error in Deferred: … ValueError: odd" in out.getvalue()
    assert "Traceback" not in out.getvalue()


def test_what_a_server_sent_can_not_steer_the_terminal() -> None:
    out = logging_to("console")
    structlog.get_logger().info("page.read", title="a\x1b[2Jb\x9b31m\r\u202ec\nd")
    assert not any(character in out.getvalue() for character in "\x1b\x9b\r\u202e")
    assert len(out.getvalue().splitlines()) == 1


def test_libraries_are_heard_from_warnings_on() -> None:
    out = logging_to()
    library = logging.getLogger("scrapy.spidermiddlewares")
    library.setLevel(logging.DEBUG)
    try:
        library.info("routine")
        library.warning("slow %s", "down")
    finally:
        library.setLevel(logging.NOTSET)
    (event,) = events(out)
    assert (event["event"], event["library"], event["message"]) == ("library.reported", library.name, "slow down")
    assert event["level"] == "warning"


def test_a_librarys_own_mistake_in_logging_is_no_failure() -> None:
    out = logging_to()
    logging.getLogger("odd").error("%d of %d", "one")  # noqa: PLE1206  # the mistake in question
    assert events(out)[0]["message"] == "%d of %d"


def test_warnings_of_python_are_events() -> None:
    out = logging_to()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old way", UserWarning, stacklevel=1)
        logging.captureWarnings(False)
    assert events(out)[0]["library"] == "py.warnings"


def test_configuring_again_does_not_double_the_lines() -> None:
    logging_to()
    out = logging_to()
    logging.getLogger("twisted").warning("once")
    assert len(events(out)) == 1


def test_a_long_text_is_cut() -> None:
    out = logging_to()
    structlog.get_logger().info("page.read", body="x" * 1_000_000)
    assert len(out.getvalue()) < 5_000


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("no text")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.builds(Unprintable),
    lambda each: st.lists(each) | st.dictionaries(st.text() | st.integers(), each),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["json", "console"]), values)
def test_any_value_can_be_logged_in_one_line(log_format: LogFormat, value: object) -> None:
    out = logging_to(log_format)
    structlog.get_logger().info("thing.seen", value=value)
    assert out.getvalue().endswith("\n")
    if log_format == "json":
        assert json.loads(out.getvalue(), parse_constant=pytest.fail)["event"] == "thing.seen"
    else:
        assert "\x1b" not in out.getvalue()


def test_a_closed_stream_stops_nobody() -> None:
    out = logging_to()
    out.close()
    structlog.get_logger().info("feed.read")


def test_a_reader_that_went_away_stops_nobody() -> None:
    read_end, write_end = os.pipe()
    with os.fdopen(write_end, "w") as stream:
        configure_logging("json", "info", stream)
        os.close(read_end)
        structlog.get_logger().info("feed.read")


def test_a_process_without_standard_error_can_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    configure_logging()
    structlog.get_logger().info("feed.read")


def test_auto_is_json_in_a_pipe_and_console_on_a_terminal() -> None:
    program = (
        "from parallax.log import configure_logging as c; import structlog; c(); structlog.get_logger().info('a.b')"
    )
    piped = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert json.loads(piped.stderr)["event"] == "a.b"
    controller, terminal = pty.openpty()
    try:
        subprocess.run([sys.executable, "-c", program], stderr=terminal, check=True)
        shown = os.read(controller, 4096).decode()
    finally:
        os.close(terminal)
        os.close(controller)
    assert "a.b" in shown
    assert "{" not in shown
    assert "\x1b[" in shown


@pytest.mark.parametrize(
    "where", ["raise ValueError('broken')", "t = threading.Thread(target=lambda: 1 // 0); t.start(); t.join()"]
)
def test_a_crash_is_an_event(where: str) -> None:
    program = f"import threading; from parallax.log import *; configure_logging('json'); log_crashes(); {where}"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    event = json.loads(ended.stderr)
    assert event["event"] in {"process.crashed", "thread.crashed"}
    assert "Error: " in event["error"]


def test_forked_children_leave_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("a", encoding="utf-8") as stream:
        configure_logging("json", "info", stream)
        children = []
        for number in range(4):
            child = os.fork()
            if child == 0:
                for turn in range(200):
                    structlog.get_logger().info("page.read", number=number, turn=turn, text="ə" * 2000)
                os._exit(0)
            children.append(child)
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len([json.loads(line) for line in lines]) == 800


def test_crash_hooks_can_be_set_in_this_process() -> None:
    out = logging_to()
    log_crashes()
    sys.excepthook(ValueError, ValueError("odd"), None)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert [event["event"] for event in events(out)] == ["process.crashed", "process.interrupted"]
