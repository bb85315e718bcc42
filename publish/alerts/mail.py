"""Alerts by mail: plain text over SMTP, with STARTTLS or TLS from the start."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Literal

from domain.errors import DeliveryError
from publish.alerts.message import AlertMessage

TIMEOUT_S = 10.0
Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class MailRoute:
    """Sends to ``to`` through one server. ``tls`` None: the system's authorities are trusted."""

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    security: Security = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    name: str = "mail"

    def send(self, message: AlertMessage) -> None:
        """Hand the mail to the server. Raises DeliveryError; where some addressees are refused it counts as taken."""
        try:
            with self._connection() as server:
                if self.security == "starttls":
                    server.starttls(context=self.tls or ssl.create_default_context())
                if self.user is not None:
                    server.login(self.user, self.password or "")
                server.send_message(self._mail(message), self.sender, list(self.to))
            return
        except (OSError, smtplib.SMTPException) as error:
            problem = _problem(error)
        # Raised outside the handler: what the library raised repeats what the server said.
        raise DeliveryError(self.name, problem)

    def _connection(self) -> smtplib.SMTP:
        named = self.sender.rpartition("@")[2]  # our own name in the greeting; the machine's is nobody's concern
        if self.security == "tls":
            context = self.tls or ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, local_hostname=named, timeout=TIMEOUT_S, context=context)
        return smtplib.SMTP(self.host, self.port, local_hostname=named, timeout=TIMEOUT_S)

    def _mail(self, message: AlertMessage) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = message.subject
        mail["From"] = self.sender
        mail["To"] = ", ".join(self.to)
        mail["Date"] = format_datetime(message.made_at)
        mail["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text, cte="quoted-printable")  # any server takes that
        return mail


_PROBLEMS: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPAuthenticationError, "the login was refused"),
    (smtplib.SMTPRecipientsRefused, "all addressees were refused"),
    (smtplib.SMTPNotSupportedError, "the server offers no STARTTLS or no login"),
    (smtplib.SMTPResponseException, "the server refused"),
    (smtplib.SMTPException, "the server ended the conversation"),
    (ssl.SSLError, "no secure connection"),
    (TimeoutError, "no answer in time"),
)


def _problem(error: Exception) -> str:
    """Why it was not taken, in words of ours."""
    said = next((words for kind, words in _PROBLEMS if isinstance(error, kind)), "no connection")
    return f"{said} ({error.smtp_code})" if isinstance(error, smtplib.SMTPResponseException) else said
