"""One Scrapy add-on that undoes every default that is neither polite nor safe (docs of each below).

Set with the highest priority, so that neither a spider nor a project setting opens them again. What may vary comes in
through ``fetch_settings``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scrapy.settings import BaseSettings

from crawler.fetch.guard import AddressPolicy
from crawler.fetch.kinds import FetchKind
from crawler.fetch.proxies import Proxy
from crawler.fetch.resolver import (
    ALLOWED_NETWORKS_SETTING,
    HOSTS_SETTING,
    PROXIES_SETTING,
    PUBLIC_SETTING,
    checked_hosts,
)
from domain.urls import MAX_URL_CHARS

PRIORITY = "cmdline"
ACCEPT_ENCODING = "gzip, deflate"  # br and zstd are read where sent, but few tools can read them in an archive

_HANDLER = "crawler.fetch.handler.GuardedDownloadHandler"
_MIDDLEWARES = "scrapy.downloadermiddlewares"

# What a CrawlerProcess reads before any crawler exists.
PROCESS_SETTINGS: Mapping[str, Any] = {
    "TWISTED_REACTOR_ENABLED": True,
    "TWISTED_DNS_RESOLVER": "crawler.fetch.resolver.GuardedResolver",
    "DNS_TIMEOUT": 10,
    "DNSCACHE_SIZE": 256,
    "REACTOR_THREADPOOL_MAXSIZE": 16,
    "LOG_LEVEL": "WARNING",
    "LOG_VERSIONS": [],
}

SAFE_SETTINGS: Mapping[str, Any] = {
    **PROCESS_SETTINGS,
    # Ways in: a telnet console, and loopback HTTP that runs code (new in 2.19).
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    # Only what is named here runs at all. No redirects, retries, cookies, cache, decompression, referer, robots or
    # status filter: a hop is a target of its own, and the archive keeps a body as received.
    "EXTENSIONS_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "DOWNLOADER_MIDDLEWARES_BASE": {
        f"{_MIDDLEWARES}.downloadtimeout.DownloadTimeoutMiddleware": 350,
        f"{_MIDDLEWARES}.defaultheaders.DefaultHeadersMiddleware": 400,
        f"{_MIDDLEWARES}.useragent.UserAgentMiddleware": 500,
    },
    # The same once more by name, so that a middleware somebody adds later starts switched off.
    "AUTOTHROTTLE_ENABLED": False,
    "COMPRESSION_ENABLED": False,
    "COOKIES_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "HTTPPROXY_ENABLED": False,  # a proxy from the environment would look names up unchecked
    "MEMUSAGE_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "REFERER_ENABLED": False,
    "RETRY_ENABLED": False,
    "ROBOTSTXT_OBEY": False,  # our own robots layer fails closed; Scrapy's fails open
    "HTTPERROR_ALLOW_ALL": True,
    # file:, data:, ftp: and s3: have no handler.
    "DOWNLOAD_HANDLERS": {},
    "DOWNLOAD_HANDLERS_BASE": {"http": _HANDLER, "https": _HANDLER},
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_TLS_MIN_VERSION": "TLSv1.2",
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "DOWNLOAD_MAXSIZE": FetchKind.PAGE.max_bytes,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_TIMEOUT": FetchKind.PAGE.timeout_s,
    "DOWNLOAD_DELAY": 0,  # the crawl loop gives a request only when its host may be asked
    "DOWNLOAD_DELAY_JITTER": 0,
    "DOWNLOAD_SLOTS": {},
    "DOWNLOAD_BIND_ADDRESS": None,
    "CONCURRENT_REQUESTS": 32,
    "DEFAULT_REQUEST_HEADERS": {"Accept": FetchKind.PAGE.accept, "Accept-Encoding": ACCEPT_ENCODING},
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    "DEPTH_LIMIT": 0,
    "URLLENGTH_LIMIT": MAX_URL_CHARS,
    "JOBDIR": None,
    "STATS_DUMP": False,
}


class FetchAddon:
    """Hardens a crawl: every fetch of Parallax runs under it."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """What the process itself reads: the resolver above all, which a crawler's own settings come too late for."""
        settings.setdict(dict(PROCESS_SETTINGS), priority=PRIORITY)

    def update_settings(self, settings: BaseSettings) -> None:
        """What the crawler reads."""
        for name, value in SAFE_SETTINGS.items():
            settings.set(name, value, priority=PRIORITY)


def fetch_settings(
    *,
    user_agent: str,
    allowed_networks: Iterable[str] = (),
    hosts: Mapping[str, str] | None = None,
    requests_per_host: int = 1,
    public: bool = True,
    proxies: Iterable[Proxy] = (),
) -> dict[str, Any]:
    """Settings for a CrawlerProcess that fetches as ``user_agent``.

    ``allowed_networks`` opens networks that are not public (``127.0.0.0/8``); ``hosts`` maps names into them and is
    never looked up; ``requests_per_host`` is how many requests one host gets at a time. With ``public`` False nothing
    but the allowed networks is reached. ``proxies`` are those that a request may name.
    Raises ConfigError naming ``allowed_networks`` or ``hosts``.
    """
    networks = list(allowed_networks)
    return {
        "ADDONS": {FetchAddon: 0},
        "USER_AGENT": user_agent,
        "CONCURRENT_REQUESTS_PER_DOMAIN": requests_per_host,
        ALLOWED_NETWORKS_SETTING: networks,
        PUBLIC_SETTING: public,
        PROXIES_SETTING: list(proxies),
        HOSTS_SETTING: checked_hosts(hosts or {}, AddressPolicy.parse(networks)),
    }
