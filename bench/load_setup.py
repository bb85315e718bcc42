"""What a run under load is given: its settings, its catalogue, and a store as days of service would have left it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.load_bulk import Stock, fill, settle
from bench.load_queries import frozen
from bench.load_web import LoadWeb, host_of, language_of, name_of, slug_of
from parallax.bootstrap import Parallax
from parallax.config import load_settings
from storage import Store, open_store

ROOT = Path(__file__).resolve().parent.parent
ANCHOR = datetime(2026, 3, 2, 19, tzinfo=UTC)  # 23:00 in Baku: a day's end lies in the first simulated hour
POLL_S = 900.0
DELAY_S = 5.0  # of plan time: all but the crawl's delays goes at the clock's rate, so these are shortened with it
_TOPICS = ROOT / "outlets" / "data" / "topics"


@dataclass(frozen=True, slots=True)
class Load:
    """What a run is given. ``stored`` articles are there before, by ``older`` older than they would be."""

    name: str
    channels: int
    articles_a_day: float
    rate: float
    minutes: float
    warm_minutes: float
    stored: int = 0
    older: timedelta = timedelta(0)

    @property
    def web(self) -> LoadWeb:
        """The web that it is put on."""
        return LoadWeb(self.channels, self.articles_a_day, ANCHOR, self.stored // self.channels)


def configure(load: Load, folder: Path, *, port: int, web_port: int, database_url: str | None) -> Path:
    """The settings and the catalogue; gives the settings' file."""
    catalogue = folder / "catalogue"
    (catalogue / "topics").mkdir(parents=True)
    for topic in _TOPICS.glob("*.toml"):
        shutil.copyfile(topic, catalogue / "topics" / topic.name)
    for channel in range(load.channels):
        (catalogue / f"{slug_of(channel)}.toml").write_text(_outlet(channel, port, DELAY_S / load.rate))
    settings = {
        "home": str(folder),
        "catalogue": str(catalogue),
        "catalogue_mode": "only",
        "contact": "operator@sample.example",
        "allowed_networks": "127.0.0.0/8",
        "poll_shortest_minutes": POLL_S / 60,
        "poll_longest_hours": POLL_S / 3600,
        "backup_at": "off",
        "web_port": web_port,
        "log_format": "json",
    } | ({"database_url": database_url} if database_url else {})
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    lines += ["", "[hosts]", *(f'"{host_of(channel)}" = "127.0.0.1"' for channel in range(load.channels))]
    config = folder / "parallax.toml"
    config.write_text("\n".join(lines) + "\n")
    return config


def _outlet(channel: int, port: int, delay_s: float) -> str:
    host, language = host_of(channel), language_of(channel)
    return (
        f'slug = "{slug_of(channel)}"\nname = "{name_of(channel)}"\nhome = "http://{host}:{port}/"\n'
        f'hosts = ["{host}:{port}"]\nlanguages = ["{language}"]\n'
        f'article_url = \'/news/[0-9]+$\'\n\n[[groups]]\ngroup = "independent"\nreason = "An invented outlet."\n\n'
        f'[[channels]]\nslug = "feed"\nkind = "feed"\nurl = "http://{host}:{port}/feed.xml"\nlanguage = "{language}"\n'
        f"\n[politeness]\ndelay_s = {delay_s}\n"
    )


def prepare(load: Load, config: Path, port: int) -> tuple[Store, int]:
    """A store with the catalogue and the articles of earlier days; gives how many those are."""
    environ = {"PARALLAX_CONFIG": str(config), "PARALLAX_CLOCK": frozen(ANCHOR - timedelta(days=1))}
    parallax = Parallax(load_settings(environ))
    store = parallax.prepare_store()
    looked_at = None if load.older else ANCHOR - timedelta(hours=1)
    filled = fill(store, Stock(load.web, port, older=load.older, looked_at=looked_at)) if load.stored else 0
    settle(store, load.web, port=port, poll_s=POLL_S)
    store.close()
    return open_store(parallax.settings.database_url), filled
