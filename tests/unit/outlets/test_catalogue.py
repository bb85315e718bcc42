"""Folders, overriding, the hash and the hosts."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import CatalogueError
from domain.outlet import Group, GroupPeriod, Outlet
from outlets.catalogue import load_catalogue
from outlets.claims import claimed_hosts, is_shared, outlet_claiming
from tests.unit.outlets.writing import write_outlet, write_topic


def test_a_users_folder_adds_to_the_shipped_catalogue(tmp_path: Path) -> None:
    write_outlet(tmp_path, "sahil")
    write_topic(tmp_path, "liman")
    catalogue = load_catalogue([tmp_path])
    assert len(catalogue.outlets) == 42
    assert len(catalogue.topics) == 23


def test_a_users_file_replaces_the_shipped_one_as_a_whole(tmp_path: Path) -> None:
    write_outlet(tmp_path, "turan")
    turan = load_catalogue([tmp_path]).outlets["turan"]
    assert (turan.name, turan.quirks, turan.dead_addresses) == ("Sahil", (), ())


def test_a_later_folder_wins(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    write_outlet(first, "sahil")
    write_outlet(second, "sahil", extra="enabled = false")
    assert not load_catalogue([first, second], mode="only").outlets["sahil"].enabled


def test_a_folder_can_stand_alone(tmp_path: Path) -> None:
    write_outlet(tmp_path, "sahil")
    catalogue = load_catalogue([tmp_path], mode="only")
    assert (list(catalogue.outlets), list(catalogue.topics)) == (["sahil"], [])


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_folder_that_is_none_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CatalogueError, match=r"is no folder; allowed: a folder of <slug>\.toml files"):
        load_catalogue([tmp_path / name])


def test_a_folder_alone_without_outlets_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"holds no outlet; allowed: at least one <slug>\.toml"):
        load_catalogue([tmp_path], mode="only")


def test_a_mode_that_is_none_is_told() -> None:
    with pytest.raises(CatalogueError, match="mode: 'replace' is not allowed; allowed: add or only"):
        load_catalogue(mode="replace")  # type: ignore[arg-type]


def test_what_an_editor_leaves_beside_is_not_read(tmp_path: Path) -> None:
    write_outlet(tmp_path, "sahil")
    for name in (".#sahil.toml", "sahil.toml~", "notes.md"):
        (tmp_path / name).write_text("not TOML")
    assert list(load_catalogue([tmp_path], mode="only").outlets) == ["sahil"]


def test_a_file_saved_with_a_byte_order_mark_and_windows_lines_is_read(tmp_path: Path) -> None:
    path = write_outlet(tmp_path, "sahil")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_catalogue([tmp_path], mode="only").outlets["sahil"].name == "Sahil"


def test_the_catalogue_can_not_be_changed_once_loaded() -> None:
    with pytest.raises(TypeError):
        load_catalogue().outlets["turan"] = None  # type: ignore[index]


def test_a_catalogue_can_be_handed_to_another_process() -> None:
    catalogue = load_catalogue()
    assert pickle.loads(pickle.dumps(catalogue)) == catalogue


def test_comments_and_order_do_not_change_the_hash(tmp_path: Path) -> None:
    path = write_outlet(tmp_path, "sahil", extra='note = "x"\nzone = "UTC"')
    before = load_catalogue([tmp_path], mode="only").catalogue_hash
    path.write_text(path.read_text().replace('note = "x"\nzone = "UTC"', 'zone = "UTC" # why\nnote = "x"'))
    assert load_catalogue([tmp_path], mode="only").catalogue_hash == before


@pytest.mark.parametrize("change", ["enabled = false", 'zone = "UTC"', "[politeness]\ndelay_s = 9"])
def test_every_fact_changes_the_hash(tmp_path: Path, change: str) -> None:
    write_outlet(tmp_path, "sahil")
    before = load_catalogue([tmp_path], mode="only").catalogue_hash
    write_outlet(tmp_path, "sahil", extra="" if change[0] == "[" else change, after=change if change[0] == "[" else "")
    assert load_catalogue([tmp_path], mode="only").catalogue_hash != before


def test_without_hosts_the_homes_host_is_the_outlets(tmp_path: Path) -> None:
    write_outlet(tmp_path, "sahil")
    assert load_catalogue([tmp_path], mode="only").outlets["sahil"].hosts == ("sahil.example",)


def test_two_outlets_can_not_claim_one_host(tmp_path: Path) -> None:
    write_outlet(tmp_path, "liman", extra='hosts = ["liman.example", "xeber.example"]')
    path = write_outlet(tmp_path, "sahil", extra='hosts = ["sahil.example"]\nedition_hosts = ["xeber.example"]')
    with pytest.raises(CatalogueError) as caught:
        load_catalogue([tmp_path], mode="only")
    assert str(caught.value) == (
        f"{path}: edition_hosts[0]: 'xeber.example' belongs to liman (liman.toml); allowed: a host of its own"
    )


@pytest.mark.parametrize("host", ["t.me", "youtube.com", "d1abc.cloudfront.net"])
def test_a_platforms_host_is_nobodys(tmp_path: Path, host: str) -> None:
    for slug in ("liman", "sahil"):
        write_outlet(tmp_path, slug, extra=f'hosts = ["{slug}.example", "{host}"]')
    assert load_catalogue([tmp_path], mode="only").outlet_of_host(host) is None


@pytest.mark.parametrize(
    ("host", "slug"),
    [
        ("oc-media.org", "oc-media"),
        ("www.oc-media.org", "oc-media"),
        ("WWW.OC-Media.org.", "oc-media"),
        ("oc-media.org:8443", "oc-media"),
        ("abzas.net", "abzas-media"),
        ("en.trend.az", "trend"),
        ("es.amnesty.org", "amnesty"),
        ("feeds.bbci.co.uk", "bbc-azeri"),
        ("notoc-media.org", None),
        ("org", None),
        ("oc-media.org.evil.example", None),
        ("t.me", None),
        ("localhost", None),
        ("", None),
        ("[::1]:80", None),
    ],
)
def test_a_host_leads_to_its_outlet(host: str, slug: str | None) -> None:
    found = load_catalogue().outlet_of_host(host)
    assert (found.slug if found else None) == slug


def test_two_loopback_ports_are_two_hosts(tmp_path: Path) -> None:
    for slug, port in (("liman", 8001), ("sahil", 8002)):
        write_outlet(tmp_path, slug, extra=f'hosts = ["127.0.0.1:{port}"]')
    catalogue = load_catalogue([tmp_path], mode="only")
    found = [catalogue.outlet_of_host(f"127.0.0.1:{port}") for port in (8001, 8002, 8003)]
    assert [o.slug if o else None for o in found] == ["liman", "sahil", None]


WARNINGS = [
    ("", "[[channels]]\nslug = 'a'\nkind = 'feed'\nurl = 'https://a.example/'\nlanguage = 'tr'", "which is not among"),
    ("", "[[channels]]\nslug = 'a'\nkind = 'feed'\nurl = 'https://news.google.com/rss/search?q=a'", "search engine's"),
    ("", "[[dead_addresses]]\naddress = 'https://sahil.example/rss'\nproblem = '404'", "uses a dead address (404)"),
    ("", "[[dead_addresses]]\naddress = 'https://sahil.example/*'\nproblem = '404'", "uses a dead address (404)"),
    ("", "enabled = false", "no channel that can be crawled, so nothing of it will be seen"),
    ("", "[politeness]\ndelay_s = 0.2", "less than a second between requests"),
]


@pytest.mark.parametrize(("extra", "after", "warning"), WARNINGS, ids=[w for _, _, w in WARNINGS])
def test_what_an_operator_should_look_at_is_a_warning(tmp_path: Path, extra: str, after: str, warning: str) -> None:
    write_outlet(tmp_path, "sahil", extra=extra, after=after)
    warnings = load_catalogue([tmp_path], mode="only").warnings
    assert len(warnings) == 1
    assert warnings[0].startswith("sahil: ")
    assert warning in warnings[0]


def test_files_that_look_like_a_catalogues_and_are_not_read_are_a_warning(tmp_path: Path) -> None:
    write_outlet(tmp_path, "sahil")
    (tmp_path / "liman.yaml").write_text("slug: liman")
    (warning,) = load_catalogue([tmp_path], mode="only").warnings
    assert warning == f"{tmp_path / 'liman.yaml'}: is not read; a catalogue file ends in .toml"


_labels = st.text("abcdef", min_size=1, max_size=2)
_hosts = st.lists(_labels, min_size=2, max_size=4).map(".".join)


@given(st.dictionaries(_labels, st.lists(_hosts, max_size=4).map(tuple), max_size=6))
def test_a_host_claimed_twice_is_always_told_and_one_claimed_once_leads_home(
    claims: dict[str, tuple[str, ...]],
) -> None:
    group = (GroupPeriod(Group.UNKNOWN, "x"),)
    outlets = {slug: (Path(f"{slug}.toml"), Outlet(slug, slug, group, hosts=hosts)) for slug, hosts in claims.items()}
    owners, errors = claimed_hosts(outlets)
    claimants = {
        host: {s for s, hosts in claims.items() if host in hosts} for hosts in claims.values() for host in hosts
    }
    assert bool(errors) == any(len(slugs) > 1 for slugs in claimants.values())
    for host, slugs in claimants.items():
        assert outlet_claiming(f"www.{host}", owners) in slugs
        assert is_shared(host) is False
