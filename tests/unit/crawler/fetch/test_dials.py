"""Nothing that must not be dialled is dialled: counted where sockets are opened."""

from __future__ import annotations

from tests.address_forms import address_forms, loopback_forms
from tests.hostile_server import HostileServer
from tests.unit.crawler.fetch.conftest import crawl

REFUSED_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost", "outlet.localhost")


def test_no_form_of_a_refused_address_is_dialled() -> None:
    forms = address_forms()
    with HostileServer() as server:
        crawled = crawl([form.url(server.port) for form in forms], allowed_networks=())
        assert server.connections == 0
    assert crawled.dials == []
    assert {found["outcome"] for found in crawled.found} == {"address_refused"}
    assert len(crawled.found) == len(forms) > 500


def test_without_the_guard_the_same_forms_do_reach_this_machine() -> None:
    with HostileServer() as server:
        asks = [{"url": form.url(server.port), "timeout_s": 3} for form in loopback_forms()]
        crawled = crawl(asks, is_guarded=False)
        assert server.connections >= 20
    assert len(crawled.dials) >= 20


def test_a_name_of_this_machine_is_not_dialled(server: HostileServer) -> None:
    crawled = crawl([server.url("/page", host=name) for name in REFUSED_NAMES], allowed_networks=())
    assert {found["outcome"] for found in crawled.found} <= {"address_refused", "dns_error"}
    assert len(crawled.found) == len(REFUSED_NAMES)
    assert crawled.dials == []


def test_the_allow_list_opens_its_network_and_no_other(server: HostileServer) -> None:
    crawled = crawl([server.url("/page"), f"http://10.0.0.1:{server.port}/x", f"http://[::1]:{server.port}/y"])
    assert crawled.of("/page")["outcome"] == "ok"
    assert crawled.of("/x")["outcome"] == crawled.of("/y")["outcome"] == "address_refused"
    assert {dial.rpartition(":")[0] for dial in crawled.dials} == {"127.0.0.1"}


def test_nothing_is_fetched_where_names_are_resolved_by_another_resolver(server: HostileServer) -> None:
    crawled = crawl([server.url("/page")], has_foreign_resolver=True)
    assert crawled.of("/page")["outcome"] == "crashed"
    assert crawled.dials == []


def test_a_proxy_is_not_used_not_even_one_from_the_environment(server: HostileServer) -> None:
    proxy = f"http://127.0.0.1:{server.port}"
    asks = [{"url": "http://nobody.invalid/a", "proxy": proxy}, "http://nobody.invalid/b"]
    crawled = crawl(asks, environment={"http_proxy": proxy, "HTTP_PROXY": proxy, "all_proxy": proxy})
    assert crawled.of("/a")["outcome"] == "address_refused"
    assert crawled.of("/b")["outcome"] == "dns_error"
    assert crawled.dials == []
