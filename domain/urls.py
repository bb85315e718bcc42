"""What an address is: checked, normalised to a key, and put under a host.

A url key joins the spellings of one address (scheme, ``www.``, default port, fragment, tracking parameters, order of
parameters, trailing slash). It is versioned: a stored key is never recomputed under another version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

import tldextract
from w3lib.url import safe_url_string

URL_KEY_VERSION = 1
MAX_URL_CHARS = 4096

TRACKING_PARAMETERS = frozenset(
    "fbclid gclid dclid gbraid wbraid msclkid yclid ysclid twclid igshid igsh mc_cid mc_eid _hsenc _hsmi vero_id "
    "wickedid oly_anon_id oly_enc_id rb_clickid s_cid mkt_tok ref ref_src ref_url referrer source_ref spm "
    "cmpid ocid ncid sr_share smid share xtor at_medium at_campaign feature amp".split()
)
_TRACKING_PREFIXES = ("utm_", "pk_", "piwik_", "matomo_", "hsa_", "stm_")
_EXTRACT = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")


def http_url(raw: str, *, base: str | None = None) -> str | None:
    """``raw`` as an absolute http(s) address with its unsafe characters escaped, or None when it is none.

    Joined to ``base`` first. Refused: other schemes, no host, user and password in the address, a port that is no
    port, and more than 4,096 characters.
    """
    candidate = raw.strip()
    try:
        joined = urljoin(base, candidate) if base else candidate
        if len(joined) > MAX_URL_CHARS or not joined.lower().startswith(("http://", "https://")):
            return None
        url = safe_url_string(joined)
        parts = urlsplit(url)
        if not parts.hostname or "@" in parts.netloc or parts.port == 0 or _UNSAFE.search(parts.netloc):
            return None
    except ValueError:  # an IPv6 literal that is none, a port that is none, a label that IDNA refuses
        return None
    return url.split("#", 1)[0]


def template_url(raw: str) -> str | None:
    """The same of an address with places in braces, which stay as they are: they are filled when it is asked."""
    url = http_url(raw)
    return url.replace("%7B", "{").replace("%7D", "}") if url is not None and "{" in raw else url


def host_key(url: str) -> str:
    """Host and port that politeness is counted for: lower case, default port left out."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    name = f"[{host}]" if ":" in host else host
    return name if parts.port in (None, default) else f"{name}:{parts.port}"


def bare_host(host: str) -> str:
    """``host`` without a leading ``www.``."""
    return host.removeprefix("www.")


def url_key(url: str, *, host_aliases: Mapping[str, str] | None = None) -> str:
    """The key under which all spellings of ``url`` meet, version 1: ``host/path?query`` without a scheme.

    ``host_aliases`` maps an outlet's other hosts to its main one (both bare), so that mirrors meet too.
    """
    parts = urlsplit(url)
    host = bare_host(host_key(url))
    host = (host_aliases or {}).get(host, host)
    path = re.sub(r"/{2,}", "/", _normal_escapes(parts.path)) or "/"
    if len(path) > 1:
        path = path.rstrip("/") or "/"
    pairs = sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _is_tracking(k))
    return f"{host}{path}" + (f"?{urlencode(pairs)}" if pairs else "")


def _normal_escapes(path: str) -> str:
    """Percent-escapes in one spelling; an escape that is not UTF-8 stays as it is."""
    try:
        return quote(unquote(path, errors="strict"), safe="/!$&'()*+,;=:@~-._")
    except UnicodeDecodeError:
        return re.sub(r"%[0-9a-fA-F]{2}", lambda m: m.group().upper(), path)


def _is_tracking(name: str) -> bool:
    lowered = name.lower()
    return lowered in TRACKING_PARAMETERS or lowered.startswith(_TRACKING_PREFIXES)


@lru_cache(maxsize=4096)
def site_of(host: str) -> str:
    """The registrable domain of ``host`` (``news.day.az`` → ``day.az``); an address or unlisted name stays itself."""
    name = host.rsplit(":", 1)[0] if host.count(":") == 1 else host
    return _EXTRACT(name).top_domain_under_public_suffix or name
