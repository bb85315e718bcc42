"""From an address to a Scrapy request, and from a Scrapy response to ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from scrapy import Request
from scrapy.http import Response as ScrapyResponse

from crawler.fetch.certificate import shown_certificate
from crawler.fetch.handler import CUT_META, HEADERS_META, PROXY_META
from crawler.fetch.kinds import MIB, FetchKind
from domain.fetch import Response

_MAX_VALIDATOR_CHARS = 1024
_VALIDATOR = re.compile(r"[\x20-\x7e\x80-\xff]+")


def build_request(
    url: str,
    *,
    kind: FetchKind,
    callback: Callable[..., Any],
    errback: Callable[..., Any],
    etag: str | None = None,
    last_modified: str | None = None,
    timeout_s: float | None = None,
    cb_kwargs: dict[str, Any] | None = None,
) -> Request:
    """A GET of ``url`` within the limits of its ``kind``; ``timeout_s`` replaces the kind's own.

    ``etag`` and ``last_modified`` are the validators of the last response as received; with one of them the request is
    conditional. The request goes past the duplicate filter: what is due is decided before.
    """
    headers = {"Accept": kind.accept}
    for name, validator in (("If-None-Match", etag), ("If-Modified-Since", last_modified)):
        if validator is not None and is_usable_validator(validator):
            headers[name] = validator
    meta: dict[str, Any] = {
        "download_timeout": timeout_s if timeout_s is not None else kind.timeout_s,
        "download_maxsize": kind.max_bytes,
    }
    if kind.is_cut:
        meta |= {CUT_META: kind.max_bytes, "download_maxsize": 1024 * MIB}
    return Request(
        url,
        callback=callback,
        errback=errback,
        headers={name: value.encode("latin-1") for name, value in headers.items()},
        meta=meta,
        cb_kwargs=cb_kwargs,
        dont_filter=True,
    )


def is_conditional(request: Request) -> bool:
    """Whether a 304 answers ``request``."""
    return b"If-None-Match" in request.headers or b"If-Modified-Since" in request.headers


def is_usable_validator(validator: str) -> bool:
    """Whether a validator from a remote server may be sent back: short, and no character that ends a header."""
    return len(validator) <= _MAX_VALIDATOR_CHARS and _VALIDATOR.fullmatch(validator) is not None


def to_response(response: ScrapyResponse, *, requested_at: datetime, received_at: datetime) -> Response:
    """``response`` as received: its body still content-encoded, its transfer encoding undone.

    Headers keep their order, spelling and repetition; their bytes are read as ISO 8859-1. The times are aware UTC. What
    was dialled for an answer through a proxy is the proxy's address, which is nobody's business: it has none.
    """
    meta = response.request.meta if response.request is not None else {}
    dialled = response.ip_address if meta.get(PROXY_META) is None else None
    return Response(
        url=response.url,
        status=response.status,
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in meta.get(HEADERS_META, ())),
        body=response.body,
        requested_at=requested_at,
        received_at=received_at,
        http_version=response.protocol or "HTTP/1.1",
        ip_address=str(dialled) if dialled is not None else None,
        certificate=shown_certificate(response.certificate) if response.certificate is not None else None,
    )
