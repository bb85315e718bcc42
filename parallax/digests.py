"""Makes and keeps digests: the door's one way to them."""

from __future__ import annotations

from datetime import date

from analysis.topics import topic_hash
from crawler.extract.identity import EXTRACTOR
from parallax.bootstrap import VERSION, Parallax
from publish.digest.build import build_digest
from publish.digest.keep import DAILY, Published, published_digest
from publish.digest.model import Digest
from storage import Session
from storage.digest_queries import StoredFacts
from storage.kept_digests import StoredDigests


def publish_digest(parallax: Parallax, day: date, *, topic: str | None = None, looks_again: bool = False) -> Published:
    """The digest of a local day: as it was published, or made now and kept once the day is over.

    ``topic``: of this topic alone, kept under its own name. ``looks_again`` adds what became known since as a note.
    """
    catalogue = parallax.catalogue
    versions = {"parallax": VERSION, "extractor": EXTRACTOR}
    versions |= {f"topic {slug}": topic_hash(found)[:12] for slug, found in catalogue.topics.items()}

    def work(session: Session) -> Published:
        def make(edition: int | None) -> Digest:
            return build_digest(
                StoredFacts(session),
                day=day,
                zone=parallax.settings.time_zone,
                now=parallax.clock.now(),
                catalogue_hash=catalogue.catalogue_hash,
                versions=versions,
                edition=edition,
                topic=topic,
            )

        name = DAILY if topic is None else f"{DAILY}/{topic}"
        return published_digest(StoredDigests(session), make, day=day, name=name, looks_again=looks_again)

    return parallax.store.write(work)
