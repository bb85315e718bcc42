"""Has robots.txt and targets asked for, and pages shown, and hands what came of them to be stored.

Whose turn it is, and when, is the loop's to say (``crawler.run``); nothing here waits, and all of it is the loop's
thread but for what the renderer asks meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from crawler.away import away_of
from crawler.committer import Committer
from crawler.crawl_plan import CrawlPlan, Engine
from crawler.desk import HostDesk
from crawler.fetch.engine import Answer
from crawler.fetch.robots import RobotsHop, robots_step
from crawler.finished import Finished
from crawler.looking import (
    followed,
    is_for_a_browser,
    look_of,
    order_for,
    out_of_quota,
    refused_by_robots,
    robots_order,
)
from crawler.new_slots import obey
from crawler.news import Answered, LetGo, News, RobotsAnswered
from crawler.render.renderer import Renderer, RenderJob
from crawler.slot import HostSlot
from domain.clock import Clock
from domain.frontier import Look, Target
from outlets.catalogue import Catalogue


class Asking:
    """Asks for one crawl. ``tell`` takes the news of what came; ``holds`` says whether a slot is still in its hands."""

    def __init__(
        self,
        plan: CrawlPlan,
        catalogue: Catalogue,
        clock: Clock,
        desk: HostDesk,
        *,
        engine: Engine,
        renderer: Renderer,
        committer: Committer,
        tell: Callable[[News], None],
        holds: Callable[[HostSlot], bool],
    ) -> None:
        self._plan = plan
        self._catalogue = catalogue
        self._clock = clock
        self._desk = desk
        self._engine = engine
        self._renderer = renderer
        self._committer = committer
        self._tell = tell
        self._holds = holds

    def ask_robots(self, slot: HostSlot, hop: RobotsHop | None, proxy: str | None) -> None:
        """Ask for robots.txt, or where it leads."""
        slot.ask_robots(time.monotonic())
        order = robots_order(slot, hop.url if hop else None, proxy=proxy, asked_at=self._clock.now())
        hops = hop.hops if hop else 0
        self._engine.fetch(order, lambda answer: self._tell(RobotsAnswered(slot, answer, hops)))

    def ask(self, slot: HostSlot, target: Target, now: float) -> None:
        """Ask for a target, or give it its outcome where robots.txt does not let us."""
        asked_at = self._clock.now()
        if not slot.lets_ask(target, self._plan.user_agent):
            slot.skip(target)
            self._commit(slot, refused_by_robots(target, slot, asked_at), None)
            return
        if slot.units_left is not None and slot.units_left <= 0:
            slot.skip(target)
            self._commit(slot, out_of_quota(target, asked_at, quota=self._plan.platforms.youtube_daily_quota), None)
            return
        slot.take(target, now)
        every = self._plan.limits.unconditional_every
        outlet = self._catalogue.outlets[target.outlet]
        order = order_for(target, slot, outlet=outlet, unconditional_every=every, asked_at=asked_at)
        self._engine.fetch(order, lambda answer: self._tell(Answered(slot, target, answer)))

    def _commit(self, slot: HostSlot, look: Look, answer: Answer | None) -> None:
        self._committer.put(
            Finished(
                look=replace(look, away=away_of(look, self._catalogue)),
                response=answer.response if answer else None,
                rendering=answer.rendering if answer else None,
                run_id=slot.run_id,
                token=slot.host.token,
                politeness=self._catalogue.outlets[look.target.outlet].politeness,
                follow=followed(look, self._catalogue),
            )
        )

    def robots_answered(self, slot: HostSlot, answer: Answer, hops: int) -> None:
        """robots.txt, or what came in its place."""
        status = answer.response.status if answer.response else None
        step = robots_step(status, answer.verdict, hops=hops)
        if isinstance(step, RobotsHop):
            self.ask_robots(slot, step, answer.order.proxy)
            return
        slot.is_asking_robots = False
        slot.answered(time.monotonic())
        if answer.response is None and answer.order.proxy is not None:
            slot.cut_off[answer.order.proxy] = (answer.verdict.outcome, f"robots.txt: {answer.verdict.error}")
            return  # that nothing came this way is no word of the host's, so it is not kept as one
        obey(slot, step, self._plan)
        if answer.response is None:
            slot.unreachable, slot.is_silent = (answer.verdict.outcome, f"robots.txt: {answer.verdict.error}"), True
        self._desk.keep_robots(slot.host.key, step, status=status, error=answer.verdict.error)

    def answered(self, slot: HostSlot, target: Target, answer: Answer) -> None:
        """A request ended, well or not; a page for a browser comes here once more when it was shown."""
        slot.answered(time.monotonic())
        is_archived = self._plan.engine is not None  # what a browser showed lies there as it showed it
        if not is_archived and is_for_a_browser(answer, self._catalogue.outlets[target.outlet]):
            self._have_shown(slot, target, answer)
            return
        is_api = self._plan.platforms.is_api(target.url)
        self._commit(slot, look_of(target, answer, is_api=is_api), answer)

    def _have_shown(self, slot: HostSlot, target: Target, answer: Answer) -> None:
        def done(shown: Answer | None) -> None:
            self._tell(Answered(slot, target, shown) if shown is not None else LetGo(slot, target))

        self._renderer.render(
            RenderJob(
                answer,
                allows=lambda url: self._may_ask_part(slot, url),
                delay_s=slot.delay_s,
                answered_at=time.monotonic(),
                done=done,
            )
        )

    def _may_ask_part(self, slot: HostSlot, url: str) -> bool:
        """Whether robots.txt lets a part of a page be asked for, at a host that nobody took from us meanwhile."""
        if not self._holds(slot) or not self._desk.is_sure:
            return False
        return slot.robots is not None and slot.robots.allows(url, self._plan.user_agent)

    def let_go(self, slot: HostSlot, target: Target) -> None:
        """A page was not shown, for the crawl ends: it stays due."""
        slot.answered(time.monotonic())
        slot.let_go(target)
