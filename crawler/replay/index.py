"""What an archive says came of each address, and when: by address, by page and by host; bodies left where they are."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from crawler.archive import read_record
from crawler.journal import LookLine
from crawler.rebuild.events import DecisionTold, LookTold, Losses, told
from domain.errors import ArchiveError
from domain.fetch import FetchOutcome
from domain.urls import host_key, url_key
from storage.records import StoredRecord

_OF_ROBOTS = {FetchOutcome.ROBOTS_DISALLOWED, FetchOutcome.ROBOTS_UNREACHABLE}
ROBOTS_PREFIX = "robots.txt: "  # of a look whose host did not answer for robots.txt either


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of an address at a time. ``line`` is None for a response of which no journal tells.

    ``is_dropped``: its bytes were, by retention.
    """

    at: datetime
    folder: Path
    line: LookLine | None
    record: StoredRecord | None
    is_dropped: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A pass of the replay: its clock stands ``at``; what was seen up to ``until`` is what there is to see."""

    at: datetime
    until: datetime


class ReplayIndex:
    """All that lies in some archives. ``losses`` tells what could not be read.

    ``key_of`` gives the key under which all addresses of a page meet, those at an outlet's mirrors too.
    """

    def __init__(
        self,
        folders: Iterable[Path],
        *,
        since: datetime | None,
        until: datetime | None,
        key_of: Callable[[str], str] = url_key,
    ) -> None:
        self._key_of = key_of
        self._addresses: defaultdict[str, dict[str, datetime]] = defaultdict(dict)  # when each was first asked, by key
        self._by_url: defaultdict[str, list[Seen]] = defaultdict(list)
        self._by_host: defaultdict[str, list[Seen]] = defaultdict(list)
        self._times: set[datetime] = set()
        self.losses = Losses()
        for folder in folders:
            self._take(folder)
        for looks in (*self._by_url.values(), *self._by_host.values()):
            looks.sort(key=lambda seen: seen.at)
        for url, looks in self._by_url.items():
            self._addresses[key_of(url)][url] = looks[0].at
        self.times = sorted(t for t in self._times if (since is None or t >= since) and (until is None or t < until))

    def _take(self, folder: Path) -> None:
        for one in told(folder, self.losses):
            if isinstance(one, DecisionTold):
                continue
            if isinstance(one, LookTold):
                self._add(
                    one.line.url, Seen(one.line.requested_at, folder, one.line, one.record, one.dropped is not None)
                )
                continue
            try:
                response = read_record(folder, one.record.file, one.record.offset).response
            except ArchiveError as error:
                self.losses.problems.append(str(error))
                continue
            self._add(response.url, Seen(response.requested_at, folder, None, one.record))

    def _add(self, url: str, seen: Seen) -> None:
        self._by_url[url].append(seen)
        self._times.add(seen.at)
        line = seen.line
        if line is not None and (line.outcome in _OF_ROBOTS or (line.error or "").startswith(ROBOTS_PREFIX)):
            self._by_host[host_key(url)].append(seen)

    def address_of_page(self, url: str, by: datetime) -> str:
        """The address at which the page behind ``url`` was asked for by then: that one, else another of its addresses.

        Where mirrors list a page in the same minute, which of them is asked for it is chance.
        """
        asked = [(at, other) for other, at in self._addresses.get(self._key_of(url), {}).items() if at <= by]
        return url if not asked or url in (other for _, other in asked) else min(asked)[1]

    def last_seen(self, url: str, until: datetime) -> Seen | None:
        """What an address was last seen to be by then."""
        looks = self._by_url.get(url, [])
        found = bisect_right(looks, until, key=lambda seen: seen.at)
        return looks[found - 1] if found else None

    def next_seen(self, url: str, after: datetime, within: timedelta) -> Seen | None:
        """What it was first seen to be after that, if soon enough."""
        looks = self._by_url.get(url, [])
        found = bisect_right(looks, after, key=lambda seen: seen.at)
        return looks[found] if found < len(looks) and looks[found].at <= after + within else None

    def last_whole(self, url: str, until: datetime) -> Seen | None:
        """The last look by then whose body is kept."""
        looks = self._by_url.get(url, [])
        for seen in reversed(looks[: bisect_right(looks, until, key=lambda seen: seen.at)]):
            if seen.record is not None and (seen.line is None or seen.line.outcome.is_success):
                return seen
        return None

    def of_robots(self, host: str) -> Sequence[Seen]:
        """Looks that robots.txt of a host, or its absence, put an end to, by time."""
        return self._by_host.get(host, [])


def moments(times: Sequence[datetime], *, step: timedelta) -> list[Moment]:
    """The passes that cover ``times`` (in order): each begins with a look and takes in what follows within ``step``."""
    found: list[Moment] = []
    for at in times:
        if found and at - found[-1].at < step:
            found[-1] = Moment(found[-1].at, at)
        else:
            found.append(Moment(at, at))
    return found
