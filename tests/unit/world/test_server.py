"""The server does on the wire what it says: every trick is seen by a plain client on loopback."""

from __future__ import annotations

import gzip
import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from tests.unit.world.conftest import Ask, path_of
from tests.world import CONTROL_HOST, World, WorldServer, moment


def test_one_port_answers_for_every_host_by_its_name(ask: Ask) -> None:
    state = ask("dxx.example", "/rss", at="2 18:05").body.decode()
    exile = ask("azaddalga.example", "/api/zqpaz").body.decode()
    assert "Dövlət Xəbər Xidməti" in state
    assert "Azad Dalğa" in exile


def test_a_name_that_is_nobodys_is_refused(ask: Ask) -> None:
    assert ask("stranger.example", "/").status == 421


def test_a_truncated_page_promises_more_than_comes(ask: Ask, world: World) -> None:
    path = path_of(world, "bogaz-ajansi", "komsu-ulkede-baraj-alarmi")
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask("bogazajansi.example", path, at="0 23:50")
    assert caught.value.expected is not None
    assert caught.value.expected > 0


def test_the_truncated_page_is_whole_the_next_time(ask: Ask, world: World) -> None:
    path = path_of(world, "bogaz-ajansi", "komsu-ulkede-baraj-alarmi")
    answer = ask("bogazajansi.example", path, at="1 09:05")
    assert answer.body.rstrip().endswith(b"</html>")


def test_a_cut_gzip_stream_has_the_length_it_promises(ask: Ask, world: World) -> None:
    path = path_of(world, "meridian-wire", "dam-reporter-held")
    answer = ask("meridianwire.example", path, at="1 18:05", headers={"Accept-Encoding": "gzip"})
    assert int(answer.headers["content-length"]) == len(answer.body)
    with pytest.raises(EOFError):
        gzip.decompress(answer.body)


def test_a_stalled_page_sends_nothing_before_the_client_gives_up(ask: Ask, world: World) -> None:
    path = path_of(world, "uzak-kiyi", "aynabulak-barajinda-sizinti")
    with pytest.raises(TimeoutError):
        ask("uzakkiyi.example", path, at="0 13:05", timeout_s=0.3)


def test_a_stalled_page_does_not_hold_up_the_others(ask: Ask, world: World, server: WorldServer) -> None:
    path = path_of(world, "uzak-kiyi", "aynabulak-barajinda-sizinti")
    world.at(moment(world.script.day0, "0 13:05"))
    with ThreadPoolExecutor(1) as pool:
        stalled = pool.submit(ask, "uzakkiyi.example", path, timeout_s=1.5)
        began = time.monotonic()
        assert ask("uzakkiyi.example", "/feed.json").status == 200
        assert time.monotonic() - began < 1.0
        assert isinstance(stalled.exception(), TimeoutError)


def test_stopping_lets_a_stalled_request_go() -> None:
    world = World()
    world.at(moment(world.script.day0, "0 13:05"))
    path = path_of(world, "uzak-kiyi", "aynabulak-barajinda-sizinti")
    with ThreadPoolExecutor(1) as pool:
        with WorldServer(world, stall_s=60) as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            connection.request("GET", path, headers={"Host": f"uzakkiyi.example:{server.port}"})
            waiting = pool.submit(connection.getresponse)
            while not server.requests(path=path):
                time.sleep(0.01)
        assert isinstance(waiting.exception(timeout=5), http.client.RemoteDisconnected)
        connection.close()


def test_the_slow_host_takes_its_time() -> None:
    world = World()
    with WorldServer(world, pace=0.25) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        began = time.monotonic()
        connection.request("GET", "/robots.txt", headers={"Host": f"aciqdefter.example:{server.port}"})
        connection.getresponse().read()
        connection.close()
    assert time.monotonic() - began >= 1.2 * 0.25


def test_a_known_tag_is_answered_304_without_a_body(ask: Ask) -> None:
    first = ask("meridianwire.example", "/feeds/region.xml", at="0 09:05")
    again = ask("meridianwire.example", "/feeds/region.xml", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_a_tag_is_stale_once_the_feed_changed(ask: Ask) -> None:
    first = ask("meridianwire.example", "/feeds/region.xml", at="0 09:05")
    later = ask(
        "meridianwire.example", "/feeds/region.xml", at="0 18:05", headers={"If-None-Match": first.headers["etag"]}
    )
    assert later.status == 200


def test_gzip_is_sent_to_those_who_accept_it(ask: Ask) -> None:
    packed = ask("azaddalga.example", "/api/zqpaz", at="0 09:05", headers={"Accept-Encoding": "gzip"})
    plain = ask("azaddalga.example", "/api/zqpaz")
    assert gzip.decompress(packed.body) == plain.body


def test_a_busy_server_says_when_to_come_back(ask: Ask, world: World) -> None:
    path = path_of(world, "sabah-info", "demir-yolu-bolgeye-yeni-nefes-verecek")
    page = ask("sabahinfo.example", path, at="1 13:05")
    feed = ask("rightsledger.example", "/rss/news", at="2 09:05")
    assert (page.status, page.headers["retry-after"]) == (429, "120")
    assert (feed.status, feed.headers["retry-after"]) == (503, "600")


def test_pages_that_refuse_scripts_answer_403(ask: Ask, world: World) -> None:
    assert ask("xeberci.example", path_of(world, "xeberci", "aynabulaq-mektebde-gece"), at="1 13:05").status == 403


def test_a_removed_article_is_410_and_a_lost_one_404(ask: Ask, world: World) -> None:
    gone = path_of(world, "gundem24", "xaricden-maliyyelesen-redaksiyada-axtaris")
    lost = path_of(world, "sabah-info", "axsam-yarmarkasi-acildi")
    assert ask("gundem24.example", gone, at="2 09:05").status == 410
    assert ask("sabahinfo.example", lost, at="1 09:05").status == 404


def test_a_challenge_is_a_200_in_front_of_feed_and_pages(ask: Ask) -> None:
    wall = ask("arazpress.example", "/atom.xml", at="1 13:05")
    assert wall.status == 200
    assert b"challenge-form" in wall.body


def test_a_short_link_leads_into_a_private_network(ask: Ask) -> None:
    answer = ask("bogazajansi.example", "/git/5521", at="0 13:05")
    assert (answer.status, answer.headers["location"]) == (302, "http://10.0.0.5/ozet")


def test_robots_txt_can_fail_for_a_day(ask: Ask) -> None:
    assert [ask("vestnik.example", "/robots.txt", at=at).status for at in ("0 23:50", "1 09:05", "2 00:00")] == [
        200,
        503,
        200,
    ]


def test_a_head_request_gets_headers_alone(ask: Ask) -> None:
    answer = ask("dxx.example", "/rss", at="0 18:05", method="HEAD")
    assert int(answer.headers["content-length"]) > 0
    assert answer.body == b""


def test_the_time_can_be_set_from_another_process(ask: Ask, world: World) -> None:
    set_to = ask(CONTROL_HOST, "/_world/time", method="POST", body="2026-03-03T05:05:00Z")
    assert set_to.status == 200
    assert world.now == datetime(2026, 3, 3, 5, 5, tzinfo=UTC)
    assert ask(CONTROL_HOST, "/_world/time").body.decode() == "2026-03-03T09:05:00+04:00"


@pytest.mark.parametrize("written", ["tomorrow", "2026-03-03T09:05:00"])
def test_a_time_that_is_none_or_has_no_offset_is_refused(ask: Ask, world: World, written: str) -> None:
    before = world.now
    assert ask(CONTROL_HOST, "/_world/time", method="POST", body=written).status == 400
    assert world.now == before


def test_the_time_is_not_set_under_an_outlets_name(ask: Ask, world: World) -> None:
    before = world.now
    assert ask("dxx.example", "/_world/time", method="POST", body="2026-03-03T05:05:00Z").status == 404
    assert world.now == before


def test_every_request_is_noted_with_who_asked_and_on_what_condition(ask: Ask, server: WorldServer) -> None:
    ask("dxx.example", "/rss", at="0 09:05", headers={"If-None-Match": '"x"'})
    ask("sen.example", "/az/news")
    [noted] = server.requests(host="dxx.example")
    assert (noted.path, noted.status, noted.user_agent) == ("/rss", 200, "test/1")
    assert noted.conditions == {"if-none-match": '"x"'}
    assert len(server.requests()) == 2
    assert server.requests()[0].at_s <= server.requests()[1].at_s


def test_the_log_can_be_emptied(ask: Ask, server: WorldServer) -> None:
    ask("dxx.example", "/rss")
    server.forget_requests()
    assert server.requests() == ()
