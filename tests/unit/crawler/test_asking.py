"""What is asked for at a host: nothing once another has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from crawler.asking import Asking
from crawler.committer import Committer
from crawler.crawl_plan import CrawlPlan
from crawler.desk import HostDesk
from crawler.fetch.engine import Answer, Order
from crawler.fetch.kinds import FetchKind
from crawler.fetch.outcome import outcome_of_response
from crawler.fetch.robots import RobotsRules
from crawler.render.renderer import RenderJob
from crawler.slot import HostSlot
from domain.fetch import Reason, Response
from domain.frontier import ClaimedHost
from parallax.clock import ClockSetting, start_clock
from tests.unit.crawler.small_crawl import HOST, HTML, NOW, OWNER, SmallCrawl, catalogue, page


class WaitingRenderer:
    """Shows nothing; keeps what it was given."""

    def __init__(self) -> None:
        self.jobs: list[RenderJob] = []

    def render(self, job: RenderJob) -> None:
        self.jobs.append(job)


def page_answer(url: str, at: datetime) -> Answer:
    response = Response(url, 200, HTML, page(), at, at)
    verdict = outcome_of_response(response, kind=FetchKind.PAGE)
    return Answer(Order(url, HOST, FetchKind.PAGE, at, None), verdict, response, False, at)


def test_no_part_of_a_page_is_asked_for_at_a_host_that_another_took(crawl: SmallCrawl) -> None:
    outlet = replace(crawl.outlet, render=True)
    plan = CrawlPlan(crawl.archive, "parallax/0.1 (+https://parallax.example/)", {})
    clock = start_clock(ClockSetting(NOW, 0.0))
    desk = HostDesk(crawl.store, clock, plan)
    desk.beat()
    host = ClaimedHost(HOST, 1, 2.0, 1, 30.0, 0.0, None, None, None, None, None)
    rules = RobotsRules.from_response(200, b"User-agent: *\nDisallow: /axtar\n")
    slot = HostSlot(host=host, run_id=1, started=0.0, next_allowed=0.0, delay_s=2.0, robots=rules)
    held, renderer = {HOST: slot}, WaitingRenderer()
    asking = Asking(
        plan,
        catalogue(outlet),
        clock,
        desk,
        engine=None,  # type: ignore[arg-type]  # nothing is fetched here
        renderer=renderer,  # type: ignore[arg-type]
        committer=Committer(crawl.store, crawl.writer, OWNER, acknowledge=print, failed=print),
        tell=print,
        holds=lambda one: held.get(one.host.key) is one,
    )
    target = crawl.target("/a", Reason.NEW)
    asking.answered(slot, target, page_answer(target.url, NOW))
    (job,) = renderer.jobs

    assert (job.allows(f"https://{HOST}/app.js"), job.allows(f"https://{HOST}/axtar")) == (True, False)
    del held[HOST]
    assert not job.allows(f"https://{HOST}/app.js")
