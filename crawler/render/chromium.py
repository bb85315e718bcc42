"""The system's Chromium: where it is, and one page of it as text. It goes through our gate or nowhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from crawler.render.leash import TOO_LARGE, TOO_SLOW
from domain.errors import RenderError

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
SETTLING_MS = 5000  # of the page's own time, which stands still while parts are waited for
_MAX_BYTES = 10 << 20
_ARGUMENTS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-quic",
    "--mute-audio",
    "--blink-settings=imagesEnabled=false",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # Nothing is looked up and nothing bypasses the gate, not even loopback; the gate's certificate is not looked at.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--proxy-bypass-list=<-loopback>",
    "--ignore-certificate-errors",
    f"--virtual-time-budget={SETTLING_MS}",
    "--dump-dom",
)


@dataclass(frozen=True, slots=True)
class BrowserLimits:
    """``path``: where the browser is; None: looked for. ``most_s`` and ``most_mb`` are for one page."""

    path: Path | None = None
    most_s: float = 60.0
    most_mb: int = 800


def found_browser(limits: BrowserLimits) -> str:
    """The browser's program. Raises RenderError where there is none."""
    if limits.path is not None:
        if not os.access(limits.path, os.X_OK) or limits.path.is_dir():
            raise RenderError("", f"PARALLAX_BROWSER names no program: {limits.path}")
        return str(limits.path)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise RenderError("", "no browser: Chromium is not installed, or PARALLAX_BROWSER has to say where it is")
    return found


def browser_version(program: str) -> str:
    """``Chromium 150.0.7871.100``. Raises RenderError."""
    try:
        told = subprocess.run([program, "--version"], capture_output=True, timeout=30, check=True, text=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise RenderError("", f"the browser does not start: {type(error).__name__}") from error
    return " ".join(told.stdout.split()[:2]) or "a browser without a version"


class BrowserRun:
    """One page in a browser of its own. ``stop`` ends it from another thread."""

    def __init__(self, program: str, limits: BrowserLimits) -> None:
        self._program = program
        self._limits = limits
        self._leash: subprocess.Popen[bytes] | None = None
        self._is_stopped = False

    def page(self, url: str, *, gate_port: int, user_agent: str) -> bytes:
        """The page as the browser holds it in the end, UTF-8. Raises RenderError."""
        with tempfile.TemporaryDirectory(prefix="parallax-browser-", ignore_cleanup_errors=True) as profile:
            sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's own needs an ordinary user
            own = [f"--user-data-dir={profile}", f"--proxy-server=http://127.0.0.1:{gate_port}"]
            command = [self._program, *_ARGUMENTS, *sandbox, *own, f"--user-agent={user_agent}", url]
            return self._checked(url, *self._run(command, Path(profile) / "page.html"))

    def stop(self) -> None:
        """Kill it, or have it killed as soon as it is there."""
        self._is_stopped = True
        if self._leash is not None:
            self._leash.kill()

    def _run(self, command: list[str], kept: Path) -> tuple[int, bytes]:
        limits = [str(os.getpid()), str(self._limits.most_s), str(self._limits.most_mb)]
        leash = [sys.executable, "-m", "crawler.render.leash", *limits]
        environ = {**os.environ, "HOME": str(kept.parent)}
        with kept.open("wb") as out:
            self._leash = subprocess.Popen([*leash, *command], stdout=out, stderr=subprocess.DEVNULL, env=environ)  # noqa: S603
            if self._is_stopped:
                self._leash.kill()
            code = self._leash.wait()
        with kept.open("rb") as page:
            return code, page.read(_MAX_BYTES + 1)

    def _checked(self, url: str, code: int, page: bytes) -> bytes:
        if code == TOO_SLOW:
            raise RenderError(url, f"the browser was not done in {self._limits.most_s:g} s")
        if code == TOO_LARGE:
            raise RenderError(url, f"the browser needed more than {self._limits.most_mb} MB")
        if code != 0:
            raise RenderError(url, f"the browser ended with {code}")
        if len(page) > _MAX_BYTES:
            raise RenderError(url, f"the page is larger than {_MAX_BYTES >> 20} MiB in the browser")
        if not page.strip():
            raise RenderError(url, "the browser gave nothing")
        return page
