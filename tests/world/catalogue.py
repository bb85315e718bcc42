"""The sample world's outlets and topics as catalogue files, and the settings that lead a program to the world."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.world.reading import load_script
from tests.world.script import DATA, ChannelScript, Script, Site

CONTACT = "operator@sample.example"


def write_catalogue(folder: Path, port: int, script: Script | None = None) -> Path:
    """Write ``<slug>.toml`` for every outlet and ``topics/<slug>.toml`` for every topic; gives ``folder`` back."""
    (folder / "topics").mkdir(parents=True, exist_ok=True)
    for site in (script or load_script()).sites:
        (folder / f"{site.slug}.toml").write_text(outlet_toml(site, port), encoding="utf-8")
    for topic in sorted((DATA / "topics").glob("*.toml")):
        shutil.copyfile(topic, folder / "topics" / topic.name)
    return folder


def world_settings(folder: Path, script: Script | None = None, *, address: str = "127.0.0.1") -> Mapping[str, str]:
    """The environment in which Parallax sees the sample world and nothing else."""
    hosts = [host for site in (script or load_script()).sites for host in site.hosts]
    return {
        "PARALLAX_CATALOGUE": str(folder),
        "PARALLAX_CATALOGUE_MODE": "only",
        "PARALLAX_HOSTS": ",".join(f"{host}={address}" for host in hosts),
        "PARALLAX_ALLOWED_NETWORKS": "127.0.0.0/8" if address == "127.0.0.1" else f"{address}/32",
        "PARALLAX_CONTACT": CONTACT,
    }


def outlet_toml(site: Site, port: int) -> str:
    """One outlet's catalogue file; its addresses carry ``port``."""
    lines = [
        f"slug = {_quoted(site.slug)}",
        f"name = {_quoted(site.name)}",
        f'home = "http://{site.host}:{port}/"',
        f"languages = {_list(site.languages)}",
        f"hosts = {_list(f'{host}:{port}' for host in site.hosts)}",
        "verified = true",
    ]
    if site.article_url:
        lines.append(f"article_url = {_quoted(site.article_url)}")
    if site.external_id:
        lines.append(f"external_id = {_quoted(site.external_id)}")
    if site.refuses_scripts:
        lines.append("page_fetch = false")
    lines += ["", "[[groups]]", f"group = {_quoted(site.group)}", f"reason = {_quoted(site.reason)}"]
    for channel in site.channels:
        lines += ["", "[[channels]]", *_channel_lines(site, channel, port)]
    lines += ["", "[politeness]", f"delay_s = {site.delay_s}", f"timeout_s = {site.timeout_s}"]
    if site.hints:
        lines += ["", "[hints]", *(f"{name} = {_list(values)}" for name, values in site.hints.items())]
    return "\n".join(lines) + "\n"


def _channel_lines(site: Site, channel: ChannelScript, port: int) -> list[str]:
    lines = [
        f"slug = {_quoted(channel.slug)}",
        f"kind = {_quoted(channel.kind)}",
        f'url = "http://{channel.host or site.host}:{port}{channel.path}"',
        'evidence = "A"',
    ]
    if channel.language:
        lines.append(f"language = {_quoted(channel.language)}")
    if channel.kind == "feed":
        bodies = {"full": "full", "summary": "summary", "double": "truncated", "none": "none"}
        lines.append(f"body = {_quoted(bodies[channel.text])}")
    if channel.link_css:
        lines.append(f"link_css = {_quoted(channel.link_css)}")
    return lines


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(values: Iterable[str]) -> str:
    return "[" + ", ".join(_quoted(value) for value in values) + "]"
