"""``python -m tests.acceptance.address_crawl HOME NETWORKS``: crawls an outlet whose links lead where none may lead.

The outlet stands on 127.0.0.2. Its feed links to every spelling of an address directly and through redirects, its
listing does so too; a victim listens on 127.0.0.1. Prints as JSON what was dialled, what the victim was asked, and how
the targets ended.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sqlalchemy import select

from tests.address_forms import AddressForm, address_forms, loopback_forms
from tests.dials import counted_dials

MOST_FORMS = 210
OUTLET = "127.0.0.2"


def chosen_forms() -> tuple[AddressForm, ...]:
    """All spellings that lead to this machine, and others up to 210."""
    local = loopback_forms()
    others = [form for form in address_forms() if form not in local]
    step = max(1, len(others) // (MOST_FORMS - len(local)))
    return (*local, *others[::step])[:MOST_FORMS]


def served(answer: Callable[[str], tuple[int, str, str]], address: str) -> ThreadingHTTPServer:
    """A server on ``address`` that answers (status, content type or location, body) by path."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = answer(self.path)
            self.send_response(status)
            name = "Location" if status == 302 else "Content-Type"
            self.send_header(name, kind.encode().decode("latin-1"))
            content = body.encode()
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer((address, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main() -> int:
    """Crawl once and print what happened."""
    home, networks = Path(sys.argv[1]), sys.argv[2]
    asked: list[str] = []

    def victim(path: str) -> tuple[int, str, str]:
        asked.append(path)
        return 200, "text/html", "<html><body>a secret</body></html>"

    victim_port = served(victim, "127.0.0.1").server_address[1]
    forms = chosen_forms()
    outlet = served(lambda path: _outlet_answer(path, forms, victim_port), OUTLET)
    catalogue = home / "catalogue"
    (catalogue / "topics").mkdir(parents=True)
    (catalogue / "trap.toml").write_text(_toml(outlet.server_address[1]), encoding="utf-8")

    from parallax.bootstrap import Parallax
    from parallax.config import load_settings
    from parallax.crawling import crawl_pass
    from parallax.log import configure_logging

    configure_logging("console", "error")
    environ = {
        "PARALLAX_HOME": str(home),
        "PARALLAX_CATALOGUE": str(catalogue),
        "PARALLAX_CATALOGUE_MODE": "only",
        "PARALLAX_ALLOWED_NETWORKS": networks,
        "PARALLAX_HOSTS": f"trap.example={OUTLET}",
        "PARALLAX_CONTACT": "operator@sample.example",
        "PARALLAX_TARGETS_PER_SLOT": "1000",
    }
    dials = counted_dials()
    parallax = Parallax(load_settings(environ))
    crawl_pass(parallax, on_event=lambda _name, _fields: None, in_process=True)
    elsewhere = [dial for dial in dials if not dial.startswith(f"{OUTLET}:")]
    told = {"forms": len(forms), "dials": elsewhere, "asked": asked, "outcomes": _outcomes(parallax)}
    print(json.dumps(told))
    return 0


def _outlet_answer(path: str, forms: tuple[AddressForm, ...], port: int) -> tuple[int, str, str]:
    if path == "/robots.txt":
        return 200, "text/plain", "User-agent: *\nAllow: /\n"
    if path == "/feed":
        links = [form.url(port, "/by-feed") for form in forms]
        links += [f"/jump/{number}" for number in range(len(forms))]
        items = "".join(f"<item><title>{i}</title><link>{link}</link></item>" for i, link in enumerate(links))
        return 200, "application/rss+xml", f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
    if path == "/list":
        links = "".join(
            f'<li><a class="item" href="{f.url(port, "/by-list")}">An item of the list, {i}</a></li>'
            for i, f in enumerate(forms)
        )
        return 200, "text/html", f"<html><head><title>List</title></head><body><ul>{links}</ul></body></html>"
    if path.startswith("/jump/"):
        return 302, forms[int(path.rpartition("/")[2])].url(port, "/by-redirect"), ""
    return 404, "text/plain", "nothing here"


def _toml(port: int) -> str:
    return f"""
slug = "trap"
name = "Trap"
home = "http://trap.example:{port}/"
languages = ["en"]
hosts = ["trap.example:{port}"]

[[groups]]
group = "unknown"
reason = "A trap."

[[channels]]
slug = "feed"
kind = "feed"
url = "http://trap.example:{port}/feed"
evidence = "D"

[[channels]]
slug = "list"
kind = "listing"
url = "http://trap.example:{port}/list"
evidence = "D"
link_css = "a.item"

[politeness]
delay_s = 0.001
timeout_s = 5.0
"""


def _outcomes(parallax: object) -> dict[str, int]:
    """How the targets off the outlet's own host ended, by way and outcome."""
    from parallax.bootstrap import Parallax
    from storage.tables import TargetRow

    assert isinstance(parallax, Parallax)
    with parallax.store.read() as session:
        rows = session.execute(select(TargetRow.url, TargetRow.last_outcome)).all()
    ways = ("by-feed", "by-list", "by-redirect")
    counted = Counter(f"{way} {outcome}" for url, outcome in rows for way in ways if url.endswith(way))
    return dict(counted)


if __name__ == "__main__":
    sys.exit(main())
