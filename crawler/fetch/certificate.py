"""The TLS certificate of a response, as far as it is kept: what tells it from another, and when it ends."""

from __future__ import annotations

import hashlib
from typing import Any

from domain.fetch import Certificate


def shown_certificate(shown: Any) -> Certificate:
    """What is kept of ``shown``, a certificate as Twisted gives it; its validity was checked before."""
    try:
        expires_at = shown.original.to_cryptography().not_valid_after_utc
    except (ValueError, OverflowError):  # a date that no calendar has
        expires_at = None
    return Certificate(hashlib.sha256(shown.dump()).hexdigest(), expires_at)
