"""Alerts to a webhook: as JSON of our own, or in the form that Slack and Mattermost take.

The address is the operator's, may lead to a private network, and is a secret: tokens stand in it. It is never logged
and stands in no error. No redirect is followed: it would carry the message to somebody whom nobody named.
"""

from __future__ import annotations

import base64
import http.client
import json
import socket
import ssl
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from domain.alerts import AlertNews
from domain.episodes import shown_figures
from domain.errors import DeliveryError
from publish.alerts.message import AlertMessage

SCHEMA_VERSION = 1
TIMEOUT_S = 10.0
_MAX_SLACK_CHARS = 3500  # Slack cuts above 4,000
Form = Literal["generic", "slack"]


@dataclass(frozen=True, slots=True)
class WebhookRoute:
    """Posts to ``address`` (http or https). ``tls`` None: the system's authorities are trusted."""

    address: str = field(repr=False)
    form: Form = "generic"
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    name: str = "webhook"

    def send(self, message: AlertMessage) -> None:
        """Post the message; taken is what is answered with 2xx within ten seconds. Raises DeliveryError."""
        body = json.dumps(payload(message, self.form), ensure_ascii=False).encode()
        try:
            status = self._post(urlsplit(self.address), body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            problem = _problem(error)
        else:
            if 200 <= status < 300:
                return
            problem = f"redirects elsewhere ({status}), not followed" if 300 <= status < 400 else f"answered {status}"
        # Raised outside the handler: what the library raised may hold the address.
        raise DeliveryError(self.name, problem)

    def _post(self, address: SplitResult, body: bytes) -> int:
        host, port = address.hostname or "", address.port
        connection: http.client.HTTPConnection
        if address.scheme == "https":
            context = self.tls or ssl.create_default_context()
            connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        try:
            connection.request("POST", path, body, _headers(address))
            return connection.getresponse().status
        finally:
            connection.close()


def _headers(address: SplitResult) -> dict[str, str]:
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "parallax-alerts"}
    if address.username is not None:
        login = f"{unquote(address.username)}:{unquote(address.password or '')}"
        headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
    return headers


def _problem(error: Exception) -> str:
    """Why there was no answer, in words of ours: the library's may hold the address."""
    return next((words for kind, words in _PROBLEMS if isinstance(error, kind)), "its address can't be used")


_PROBLEMS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLError, "no secure connection"),
    (TimeoutError, "no answer in time"),
    (socket.gaierror, "its name leads nowhere"),
    (OSError, "no connection"),
    (http.client.HTTPException, "what answered is no HTTP"),
)


def payload(message: AlertMessage, form: Form) -> dict[str, object]:
    """What is posted; docs/ALERTS.md describes it."""
    if form == "slack":
        return {"text": _slack_text(message)}
    return {
        "schema_version": SCHEMA_VERSION,
        "source": "parallax",
        "is_test": message.is_test,
        "sent_at": message.made_at.isoformat(),
        "subject": message.subject,
        "text": message.text,
        "alerts": [_alert(one) for one in message.news],
    }


def _alert(news: AlertNews) -> dict[str, object]:
    alert = news.alert
    return {
        "event": news.event.value,
        "id": alert.id,
        "kind": alert.kind.value,
        "severity": alert.severity.value,
        "subject": alert.subject,
        "outlet": alert.outlet,
        "summary": alert.summary,
        "detail": alert.detail,
        "since_at": alert.since_at.isoformat() if alert.since_at else None,
        "opened_at": alert.opened_at.isoformat(),
        "closed_at": alert.closed_at.isoformat() if alert.closed_at else None,
        "figures": dict(shown_figures(alert)),
    }


def _slack_text(message: AlertMessage) -> str:
    text = f"{message.subject}\n\n{message.text}"
    return slack_escaped(text if len(text) <= _MAX_SLACK_CHARS else text[:_MAX_SLACK_CHARS] + "…")


def slack_escaped(text: str) -> str:
    """``text`` without markup: Slack's three entities, and no @ that would call everybody in Mattermost."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, entity)
    return text.replace("@", "@\u200b")
