"""The routes that the settings name, on which alerts reach people."""

from __future__ import annotations

from parallax.settings import Settings
from publish.alerts import Route
from publish.alerts.mail import MailRoute
from publish.alerts.webhook import WebhookRoute

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def alert_routes(settings: Settings) -> tuple[Route, ...]:
    """A route each for the webhook and for mail, where they are set."""
    routes: list[Route] = []
    if settings.alert_webhook_url is not None:
        routes.append(WebhookRoute(settings.alert_webhook_url, settings.alert_webhook_form))
    if settings.alert_mail_to and settings.smtp_host is not None and settings.alert_mail_from is not None:
        routes.append(
            MailRoute(
                host=settings.smtp_host,
                port=settings.smtp_port or _PORTS[settings.smtp_security],
                sender=settings.alert_mail_from,
                to=settings.alert_mail_to,
                security=settings.smtp_security,
                user=settings.smtp_user,
                password=settings.smtp_password,
            )
        )
    return tuple(routes)
