"""Gives orders to one real engine in a process of its own: a job as JSON on standard input, answers on standard output.

Tells what was dialled and which names were looked up, too.
"""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from crawler.fetch.addon import fetch_settings
from crawler.fetch.engine import Answer, FetchEngine, Order
from crawler.fetch.kinds import FetchKind
from crawler.fetch.proxies import parsed_proxies
from crawler.fetch.user_agent import user_agent
from parallax.clock import SystemClock
from tests.dials import counted_dials, counted_lookups


def main() -> None:
    job = json.load(sys.stdin)
    dials, lookups = counted_dials(), counted_lookups()
    settings = fetch_settings(
        user_agent=user_agent("0.1", "https://example.org/crawler"),
        allowed_networks=job["allowed_networks"],
        hosts=job["hosts"],
        public=job["public"],
        proxies=parsed_proxies(job["proxies"]).values(),
    )
    engine = FetchEngine(settings, SystemClock())
    found: list[dict[str, Any]] = []

    def give() -> None:
        engine.is_open.wait(30)
        for ask in job["asks"]:  # one after the other, as a host is asked
            done = threading.Event()

            def keep(answer: Answer, done: threading.Event = done) -> None:
                found.append(_told(answer))
                done.set()

            order = Order(ask["url"], "host", FetchKind(ask["kind"]), datetime.now(UTC), ask["proxy"], ask["timeout_s"])
            engine.fetch(order, keep)
            done.wait(60)
        engine.stop()

    threading.Thread(target=give, daemon=True).start()
    engine.run()
    json.dump({"found": found, "dials": dials, "lookups": lookups}, sys.stdout, default=str)


def _told(answer: Answer) -> dict[str, Any]:
    verdict, response = answer.verdict, answer.response
    return {
        "url": answer.order.url,
        "outcome": verdict.outcome.value,
        "error": verdict.error,
        "body": verdict.body[:200].decode("utf-8", "replace"),
        "status": response.status if response else None,
        "headers": response.headers if response else None,
        "ip_address": response.ip_address if response else None,
        "certificate": asdict(response.certificate) if response and response.certificate else None,
    }


if __name__ == "__main__":
    main()
