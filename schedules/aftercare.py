"""What must happen after a revision is stored: search finds it, topics are looked for in it, its edit is judged.

Consumed from todo rows that were written with the revision, never from a watermark over ids: commits arrive out of
order. Doing it twice is harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import structlog

from analysis.ledger import RULES
from analysis.topics import CompiledTopic, breadth_warning, compile_topic
from domain.errors import OutageError
from schedules.edits import judge_edits
from storage import Session, Store
from storage.alone import alone_with, wait_for_articles
from storage.ledger import judge_anew
from storage.search import RevisionText, put_search_document, revision_texts
from storage.todos import mark_done, mark_failed, pending, take
from storage.topics import CurrentTopic, NewMention, breadth, current_topics, put_mentions, revision_ids_after
from text.tokens import index_terms

log = structlog.get_logger()

BATCH = 50


Keep = Callable[[Session], None]


class Aftercare:
    """Works off todos of the kinds index, mentions, changes and match. Several processes may do so at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._compiled: dict[int, CompiledTopic] = {}
        self._is_renewed = False  # whether what other rules judged is due again

    def run(self, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Work until nothing is left that nobody else is at; gives the number of todos done."""
        done = 0 if is_stopping() else self._match_alone()
        if not self._is_renewed and not is_stopping():
            self._store.write(lambda session: judge_anew(session, RULES))
            self._is_renewed = True
        for kind, prepare in (("index", self._index), ("mentions", self._mentions), ("changes", judge_edits)):
            while not is_stopping():
                subjects = self._pending(kind)
                if not subjects:
                    break
                self._guarded(kind, partial(self._consume, kind, prepare), subjects)
                done += len(subjects)
        return done

    def _pending(self, kind: str) -> list[int]:
        return self._store.ask(lambda session: [subject for _, subject in pending(session, kind, limit=BATCH)])

    def _guarded(self, kind: str, consume: Callable[[Sequence[int]], None], subjects: Sequence[int]) -> None:
        """Consume a batch; one that fails is taken apart, so that one bad row does not hold up the others."""
        try:
            consume(subjects)
        except OutageError:  # no fault of the job
            raise
        except Exception as error:  # the border of one job: its outcome is stored
            if len(subjects) > 1:
                for subject in subjects:
                    self._guarded(kind, consume, [subject])
                return
            log.exception("todo.failed", kind=kind, subject=subjects[0])
            problem = f"{type(error).__name__}: {error}"
            self._store.write(lambda session: mark_failed(session, kind, subjects[0], problem))

    def _consume(
        self, kind: str, prepare: Callable[[Session, Sequence[int]], Keep], revision_ids: Sequence[int]
    ) -> None:
        """Prepare and keep. On SQLite the long part stays outside the transaction, which would lock out all writers;
        on PostgreSQL it is inside, so that what is taken here is done nowhere else.
        """
        if self._store.dialect == "sqlite":
            with self._store.read() as session:
                keep = prepare(session, revision_ids)
            self._store.write(lambda session: _keep(session, keep, kind, revision_ids))
            return

        def work(session: Session) -> None:
            taken = take(session, kind, revision_ids)
            _keep(session, prepare(session, taken), kind, taken)

        self._store.write(work)

    def _index(self, session: Session, revision_ids: Sequence[int]) -> Keep:
        wait_for_articles(session, {t.article_id for t in revision_texts(session, revision_ids)})
        texts = [t for t in revision_texts(session, revision_ids) if t.is_latest]
        documents = [(t, index_terms(t.title), index_terms(t.text)) for t in texts]

        def keep(session: Session) -> None:
            for revision, title_terms, text_terms in documents:
                put_search_document(
                    session,
                    article_id=revision.article_id,
                    revision_id=revision.revision_id,
                    title_terms=title_terms,
                    text_terms=text_terms,
                )

        return keep

    def _mentions(self, session: Session, revision_ids: Sequence[int]) -> Keep:
        topics = current_topics(session)
        texts = revision_texts(session, revision_ids)
        found = [m for text in texts for topic in topics for m in self._find(topic, text)]
        return lambda session: put_mentions(session, found)

    def _match_alone(self) -> int:
        versions = self._pending("match")
        if not versions:
            return 0
        with alone_with(self._store, "match") as is_alone:
            if is_alone:
                self._guarded("match", self._match, versions)
            return len(versions) if is_alone else 0

    def _match(self, version_ids: Sequence[int]) -> None:
        """A topic that is new or was changed is looked for in all that is stored."""
        with self._store.read() as session:
            topics = [t for t in current_topics(session) if t.version_id in version_ids]
        after = 0
        while topics:
            with self._store.read() as session:
                ids = revision_ids_after(session, after, limit=BATCH * 4)
                texts = revision_texts(session, ids)
            if not ids:
                break
            after = ids[-1]
            found = [m for text in texts for topic in topics for m in self._find(topic, text)]
            if found:
                self._store.write(lambda session, found=found: put_mentions(session, found))  # type: ignore[misc]
        self._store.write(lambda session: mark_done(session, "match", version_ids))
        self._warn_of_breadth(topics)

    def _warn_of_breadth(self, topics: Sequence[CurrentTopic]) -> None:
        with self._store.read() as session:
            shares = [(t, *breadth(session, t.version_id)) for t in topics]
        for topic, matched, stored in shares:
            warning = breadth_warning(topic.topic, matched, stored)
            if warning is not None:
                log.warning("topic.too_broad", topic=topic.topic.slug, warning=warning)

    def _find(self, topic: CurrentTopic, revision: RevisionText) -> list[NewMention]:
        """Mentions in title and text. They are asked together, so that AND may take a word from either."""
        compiled = self._compiled.get(topic.version_id)
        if compiled is None:
            compiled = self._compiled[topic.version_id] = compile_topic(topic.topic)
        return mentions_in(compiled, topic, revision)


def _keep(session: Session, keep: Keep, kind: str, subjects: Sequence[int]) -> None:
    keep(session)
    mark_done(session, kind, subjects)


def mentions_in(compiled: CompiledTopic, topic: CurrentTopic, revision: RevisionText) -> list[NewMention]:
    """Where ``topic`` stands in a revision; spans count from the start of the field they are in."""
    gap = "\n\n"
    whole = f"{revision.title}{gap}{revision.text}"
    text_starts = len(revision.title) + len(gap)
    mentions = []
    for span in compiled.match(whole, revision.language) or ():
        in_title = span.start < text_starts
        shift = 0 if in_title else text_starts
        mentions.append(
            NewMention(
                topic_version_id=topic.version_id,
                revision_id=revision.revision_id,
                field="title" if in_title else "text",
                start=span.start - shift,
                end=span.end - shift,
                surface=whole[span.start : span.end],
            )
        )
    return mentions
