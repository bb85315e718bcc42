"""What `parallax crawl` says to a person whose network is down, and after a mistake was corrected."""

from __future__ import annotations

import re
from pathlib import Path

from tests.door import parallax
from tests.unit.parallax.test_cli import OUTLET


def _outlets(folder: Path, ports: dict[str, int]) -> None:
    folder.mkdir(exist_ok=True)
    for slug, port in ports.items():
        text = OUTLET.replace("liman-sesi", slug).replace("127.0.0.1:9", f"127.0.0.1:{port}")
        (folder / f"{slug}.toml").write_text(text, encoding="utf-8")


def test_a_dead_network_is_named_and_a_corrected_address_is_asked_at_once(tmp_path: Path) -> None:
    environ = {"PARALLAX_CATALOGUE": str(tmp_path / "own"), "PARALLAX_CATALOGUE_MODE": "only"}
    environ["PARALLAX_ALLOWED_NETWORKS"] = "127.0.0.0/8"
    _outlets(tmp_path / "own", {"a": 9, "b": 11, "c": 13})
    first = parallax("crawl", home=tmp_path, **environ)
    _outlets(tmp_path / "own", {"b": 17})
    second = parallax("crawl", home=tmp_path, **environ)

    assert (first.returncode, "most likely your own connection" in first.stderr) == (1, True)
    assert (second.returncode, "most likely" in second.stderr) == (1, False)
    assert [line[:10] for line in second.stdout.splitlines() if line.startswith("✗")] == ["✗ b · feed"]
    assert len(re.findall(r"^  [ac] · feed: not due until \d\d:\d\d$", second.stdout, re.M)) == 2
