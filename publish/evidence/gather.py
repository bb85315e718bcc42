"""What the store says for evidence of one article."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from publish.evidence.model import EvidenceFacts
from storage import Session
from storage.evidence_queries import last_catalogue_hash, outlet_fact, texts
from storage.history_facts import ArticleHistory


def evidence_facts(
    session: Session, history: ArticleHistory, *, made_at: datetime, made_by: str, zone: ZoneInfo
) -> EvidenceFacts:
    """The history with its texts, its outlet with the group of the day it was first seen, and the last catalogue."""
    return EvidenceFacts(
        history=history,
        texts=texts(session, [revision.text_sha256 for revision in history.revisions]),
        outlet=outlet_fact(session, history.outlet, day=history.first_seen_at.astimezone(zone).date()),
        catalogue_hash=last_catalogue_hash(session),
        made_at=made_at,
        made_by=made_by,
        zone=zone,
    )
