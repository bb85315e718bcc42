"""Runs one real crawl in a process of its own: a job as JSON on standard input, what came of it on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.settings import BaseSettings
from twisted.internet._resolver import GAIResolver

from crawler.fetch.addon import fetch_settings
from crawler.fetch.failure import outcome_of_failure
from crawler.fetch.kinds import FetchKind
from crawler.fetch.outcome import FetchVerdict, outcome_of_response
from crawler.fetch.request import build_request, is_conditional, to_response
from crawler.fetch.user_agent import user_agent
from tests.dials import counted_dials


class ChildSpider(scrapy.Spider):
    """Asks for each address of the job once."""

    name = "child"
    job: dict[str, Any]
    found: list[dict[str, Any]]

    async def start(self) -> AsyncIterator[scrapy.Request]:
        if self.job["has_foreign_resolver"]:
            from twisted.internet import reactor

            reactor.installNameResolver(GAIResolver(reactor))  # type: ignore[attr-defined]
        for ask in self.job["asks"]:
            try:
                yield self._request(ask)
            except ValueError as error:
                self.found.append({"url": ask["url"], "outcome": "not_asked", "error": str(error)})

    def _request(self, ask: dict[str, Any]) -> scrapy.Request:
        kind = FetchKind(ask.get("kind", "page"))
        request = build_request(
            ask["url"],
            kind=kind,
            callback=self.answered,
            errback=self.failed,
            etag=ask.get("etag"),
            timeout_s=ask.get("timeout_s"),
            cb_kwargs={"ask": ask, "started": monotonic()},
        )
        if "proxy" in ask:
            request.meta["proxy"] = ask["proxy"]
        return request

    def answered(self, response: scrapy.http.Response, ask: dict[str, Any], started: float) -> None:
        now = datetime.now(UTC)
        received = to_response(response, requested_at=now, received_at=now)
        verdict = outcome_of_response(
            received, kind=FetchKind(ask.get("kind", "page")), was_conditional=is_conditional(response.request)
        )
        self._keep(
            ask,
            verdict,
            monotonic() - started,
            status=received.status,
            headers=received.headers,
            http_version=received.http_version,
            ip_address=received.ip_address,
            certificate=asdict(received.certificate) if received.certificate else None,
            received_bytes=len(received.body),
        )

    def failed(self, failure: Any) -> None:
        ask = failure.request.cb_kwargs["ask"]
        exception = f"{type(failure.value).__name__}: {failure.value}"
        self._keep(
            ask,
            outcome_of_failure(failure),
            monotonic() - failure.request.cb_kwargs["started"],
            exception=exception,
        )

    def _keep(self, ask: dict[str, Any], verdict: FetchVerdict, after_s: float, **more: Any) -> None:
        body = verdict.body[:200].decode("utf-8", "replace")
        fields = {name: getattr(verdict, name) for name in FetchVerdict.__slots__ if name != "body"}
        self.found.append(
            {"url": ask["url"], **fields, "body": body, "body_bytes": len(verdict.body), "after_s": after_s, **more}
        )


def unguarded_settings() -> dict[str, Any]:
    """Scrapy as it comes, without our add-on: what the tests of the guard are measured against."""
    off = ("RETRY_ENABLED", "TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED")
    return {"LOG_LEVEL": "CRITICAL", **dict.fromkeys(off, False)}


def main() -> None:
    job = json.load(sys.stdin)
    dials = counted_dials()
    guarded = fetch_settings(
        user_agent=user_agent("0.1", "https://example.org/crawler"),
        allowed_networks=job["allowed_networks"],
        hosts=job["hosts"],
        requests_per_host=16,
    )
    found: list[dict[str, Any]] = []
    process = CrawlerProcess(guarded | job["settings"] if job["is_guarded"] else unguarded_settings())
    process.crawl(ChildSpider, job=job, found=found)
    (crawler,) = process.crawlers
    process.start()
    settings = {name: crawler.settings.get(name) for name in job["show_settings"]}
    settings |= {name: value.copy_to_dict() for name, value in settings.items() if isinstance(value, BaseSettings)}
    json.dump({"found": found, "dials": dials, "settings": settings}, sys.stdout, default=str)


if __name__ == "__main__":
    main()
