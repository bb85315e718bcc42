"""Every default of Scrapy that is neither polite nor safe is undone, and stays so."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings, default_settings

from crawler.fetch.addon import FetchAddon, fetch_settings
from domain.errors import ConfigError
from tests.hostile_server import HostileServer
from tests.unit.crawler.fetch.conftest import Crawled, crawl

UNDONE = {
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "ROBOTSTXT_OBEY": False,
    "DOWNLOAD_MAXSIZE": 10 * 1024 * 1024,
    "DOWNLOAD_TIMEOUT": 30.0,
    "DOWNLOAD_HANDLERS": {},
    "COOKIES_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "RETRY_ENABLED": False,
    "COMPRESSION_ENABLED": False,
    "REFERER_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "MEMUSAGE_ENABLED": False,
    "EXTENSIONS_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "DNSCACHE_SIZE": 256,
    "LOG_LEVEL": "WARNING",
    "TWISTED_DNS_RESOLVER": "crawler.fetch.resolver.GuardedResolver",
}
TRIED = {
    "TELNETCONSOLE_ENABLED": True,
    "REMOTE_CONTROL_ENABLED": True,
    "REDIRECT_ENABLED": True,
    "DOWNLOAD_VERIFY_CERTIFICATES": False,
    "TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingThreadedResolver",
    "DOWNLOAD_MAXSIZE": 0,
}


@pytest.fixture(scope="module")
def crawled(server: HostileServer) -> Crawled:
    """A crawl whose project settings try to open what the add-on closes."""
    shown = (*UNDONE, "USER_AGENT", "DOWNLOAD_HANDLERS_BASE", "DOWNLOADER_MIDDLEWARES_BASE")
    return crawl([server.url("/redirect")], settings=TRIED, show_settings=shown)


@pytest.mark.parametrize(("name", "value"), UNDONE.items())
def test_a_running_crawl_has_the_safe_value(crawled: Crawled, name: str, value: object) -> None:
    assert crawled.settings[name] == value


def test_every_setting_that_is_undone_is_one_that_scrapy_has() -> None:
    settings = Settings()
    FetchAddon().update_settings(settings)
    unknown = [name for name in settings if settings.getpriority(name) == 40 and not hasattr(default_settings, name)]
    assert unknown == []


def test_only_http_and_https_have_a_handler(crawled: Crawled) -> None:
    assert set(crawled.settings["DOWNLOAD_HANDLERS_BASE"]) == {"http", "https"}


def test_only_three_middlewares_run(crawled: Crawled) -> None:
    names = {path.rpartition(".")[2] for path in crawled.settings["DOWNLOADER_MIDDLEWARES_BASE"]}
    assert names == {"DownloadTimeoutMiddleware", "DefaultHeadersMiddleware", "UserAgentMiddleware"}


def test_the_crawl_goes_on_with_the_guard_although_a_setting_names_another_resolver(crawled: Crawled) -> None:
    assert [found["outcome"] for found in crawled.found] == ["redirected"]


def test_the_user_agent_is_the_one_that_was_given(crawled: Crawled) -> None:
    assert crawled.settings["USER_AGENT"] == "Parallax/0.1 (+https://example.org/crawler)"


def test_a_host_outside_the_allowed_networks_is_an_error() -> None:
    with pytest.raises(ConfigError, match="hosts"):
        fetch_settings(user_agent="x", hosts={"a.example": "10.0.0.1"}, allowed_networks=["127.0.0.0/8"])
    with pytest.raises(ConfigError, match="hosts"):
        fetch_settings(user_agent="x", hosts={"a.example": "127.0.0.1"})
    with pytest.raises(ConfigError, match="allowed_networks"):
        fetch_settings(user_agent="x", allowed_networks=["everything"])
