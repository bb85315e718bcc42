"""What a look at a platform's channel says of posts and videos that are stored: still shown there, or missing.

In the transaction that stores the look's reading. The rules are ``domain.posts`` and ``domain.presence``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, aliased

from domain.outlet import ChannelKind
from domain.posts import ShownPosts, moved_within_album
from domain.presence import Absence, Presence, Step
from storage.families import head_of
from storage.presence import Missed, note_absent, note_served
from storage.tables import ArticleRow, ArticleUrlRow, ChannelRow, EntryRow
from storage.unread import UnreadFetch

MOST_MISSED = 200  # at one look: no writer waits for more; those missed longest ago come first, so that all have turns
_KEYS_A_QUERY = 500
_PLATFORMS = tuple(kind.value for kind in ChannelKind if kind.is_platform)


@dataclass(frozen=True, slots=True)
class PostStep:
    """A step that a look at a channel made of an article."""

    article_id: int
    url: str
    step: Step


def note_posts(session: Session, fetch: UnreadFetch, posts: ShownPosts) -> tuple[PostStep, ...]:
    """Store what ``fetch``, a look at a channel, shows of stored posts; gives the steps that follow.

    A look that was read after a later one changes nothing that the later one said.
    """
    outlet, at = fetch.target.outlet, fetch.requested_at
    seen = _articles_at(session, outlet, posts.shown)
    _touch(session, seen, at)
    steps = [
        PostStep(head, found.url, step)
        for head, found in seen.items()
        if found.state != Presence.LIVE.value
        and (step := note_served(session, head, at=at, fetch_id=fetch.fetch_id)) is not None
    ]
    _clear(session, fetch, posts)
    missed = _missed(session, fetch, posts)
    session.execute(
        update(EntryRow)
        .where(EntryRow.id.in_([entry.entry_id for entry in missed]))
        .values(missed_at=at)
        .execution_options(synchronize_session=False)
    )
    gone = _articles_at(session, outlet, [entry.url_key for entry in missed])
    elsewhere = _shown_elsewhere(session, [head for head in gone if head not in seen])
    look = Missed(fetch.target, at, fetch.fetch_id, Absence.NOT_SHOWN, 200)
    for head, found in gone.items():
        if found.state == Presence.REMOVED.value or head in seen or head in elsewhere:
            continue
        made = note_absent(session, head, look)
        if made is not None:
            steps.append(PostStep(head, found.url, made))
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class _Found:
    own: frozenset[int]  # the articles at the addresses, the one that stands for them among them
    url: str
    state: str


def _articles_at(session: Session, outlet: str, keys: Collection[str]) -> Mapping[int, _Found]:
    """By the article that stands for it, what is stored at these addresses."""
    head = aliased(ArticleRow)
    found: dict[int, _Found] = {}
    for some in _pieces(sorted(keys)):
        rows = session.execute(
            select(head.id, ArticleRow.id, head.url, head.state)
            .select_from(ArticleUrlRow)
            .join(ArticleRow, ArticleRow.id == ArticleUrlRow.article_id)
            .join(head, head.id == head_of(ArticleRow))
            .where(ArticleUrlRow.outlet == outlet, ArticleUrlRow.url_key.in_(some))
            .order_by(head.id)
        )
        for head_id, own_id, url, state in rows:
            before = found[head_id].own if head_id in found else frozenset({head_id})
            found[head_id] = _Found(before | {own_id}, url, state)
    return found


def _touch(session: Session, seen: Mapping[int, _Found], at: datetime) -> None:
    """They were seen as they were; what the list says of their texts is told by whoever reads it."""
    session.execute(
        update(ArticleRow)
        .where(ArticleRow.id.in_(sorted({one for found in seen.values() for one in found.own})))
        .where(ArticleRow.last_seen_at < at)
        .values(last_seen_at=at)
        .execution_options(synchronize_session="fetch")
    )


def _clear(session: Session, fetch: UnreadFetch, posts: ShownPosts) -> None:
    """What is shown is not missing any more; when its list had it last stays as the list said."""
    for some in _pieces(sorted(posts.shown)):
        session.execute(
            update(EntryRow)
            .where(EntryRow.target_outlet == fetch.target.outlet, EntryRow.url_key.in_(some))
            .where(EntryRow.missed_at < fetch.requested_at)
            .values(missed_at=None)
            .execution_options(synchronize_session=False)
        )


@dataclass(frozen=True, slots=True)
class _Entry:
    entry_id: int
    url_key: str
    missed_at: datetime | None


def _missed(session: Session, fetch: UnreadFetch, posts: ShownPosts) -> Sequence[_Entry]:
    """Entries of platforms that the look shows to be missing, those first that were missed longest ago.

    A video that its channel's last good poll listed is there, whatever an answer about videos lacks.
    """
    found = []
    for some in _pieces(list(posts.passed)):
        rows = session.execute(
            select(
                EntryRow.id,
                EntryRow.url_key,
                EntryRow.missed_at,
                EntryRow.content_sha256,
                EntryRow.last_seen_at == ChannelRow.last_ok_at,
            )
            .join(ChannelRow, ChannelRow.id == EntryRow.channel_id)
            .where(EntryRow.target_outlet == fetch.target.outlet, EntryRow.url_key.in_(some))
            .where(ChannelRow.kind.in_(_PLATFORMS), EntryRow.last_seen_at < fetch.requested_at)
            .where(or_(EntryRow.missed_at.is_(None), EntryRow.missed_at < fetch.requested_at))
        )
        for entry_id, key, missed_at, text_sha256, is_listed in rows:
            number = posts.passed[key]
            is_there = is_listed if number is None else moved_within_album(number, text_sha256, posts.texts)
            if not is_there:
                found.append(_Entry(entry_id, key, missed_at))
    found.sort(key=lambda one: (one.missed_at is not None, one.missed_at, one.entry_id))
    return found[:MOST_MISSED]


def _shown_elsewhere(session: Session, heads: Collection[int]) -> set[int]:
    """Those of the articles that stand at a further post or video which is not missing."""
    shown: set[int] = set()
    for some in _pieces(sorted(heads)):
        query = (
            select(head_of(ArticleRow))
            .select_from(EntryRow)
            .join(ChannelRow, ChannelRow.id == EntryRow.channel_id)
            .join(
                ArticleUrlRow,
                (ArticleUrlRow.outlet == EntryRow.target_outlet) & (ArticleUrlRow.url_key == EntryRow.url_key),
            )
            .join(ArticleRow, ArticleRow.id == ArticleUrlRow.article_id)
            .where(or_(ArticleRow.id.in_(some), ArticleRow.merged_into.in_(some)))
            .where(ChannelRow.kind.in_(_PLATFORMS), EntryRow.missed_at.is_(None))
        )
        shown.update(session.scalars(query))
    return shown


def _pieces(keys: Sequence[str] | Sequence[int]) -> Iterator[Sequence[str] | Sequence[int]]:
    return (keys[start : start + _KEYS_A_QUERY] for start in range(0, len(keys), _KEYS_A_QUERY))
