"""Settings of alerts: which are sent, and the webhook and the mail server that take them."""

from __future__ import annotations

from typing import Literal

from pydantic import ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from parallax import setting_values
from parallax.setting_fields import setting


class AlertSettings(BaseSettings):
    """Which alerts are sent, and to whom."""

    alert_min_severity: Literal["now", "today", "note"] = setting(
        "today",
        "The least pressing alerts that are sent; all stand in `parallax alerts`.",
        allowed="now, today or note",
    )
    alert_webhook_url: str | None = setting(
        None,
        "Where alerts are posted. Tokens stand in such addresses, so it is never shown or logged.",
        allowed="an http(s) address",
        repr=False,
    )
    alert_webhook_form: Literal["generic", "slack"] = setting(
        "generic",
        "What is posted there: our own JSON, or what Slack and Mattermost take.",
        allowed="generic or slack",
    )
    smtp_host: str | None = setting(None, "The server that takes mail about alerts.", allowed="a host name")
    smtp_port: int | None = setting(
        None,
        "Its port.",
        allowed="a whole number from 1 to 65535",
        shown="587; 465 with tls, 25 with none",
        ge=1,
        le=65_535,
    )
    smtp_security: Literal["starttls", "tls", "none"] = setting(
        "starttls",
        "How the connection to it is secured; certificates are checked.",
        allowed="starttls, tls (from the start) or none",
    )
    smtp_user: str | None = setting(None, "Who logs in there; without it nobody does.", allowed="a name", repr=False)
    smtp_password: str | None = setting(
        None, "The password of that user. Never shown or logged.", allowed="a text, beside a user", repr=False
    )
    alert_mail_from: str | None = setting(None, "Whom the mail is from.", allowed="an e-mail address")
    alert_mail_to: tuple[str, ...] = setting(
        (),
        "Who gets mail about alerts.",
        allowed="e-mail addresses, comma separated, where smtp_host and alert_mail_from are set",
    )

    @field_validator("alert_webhook_url")
    @classmethod
    def _usable_webhook(cls, given: str | None) -> str | None:
        return given and setting_values.webhook_url(given)

    @field_validator("smtp_password")
    @classmethod
    def _password_beside_a_user(cls, given: str | None, info: ValidationInfo) -> str | None:
        return given and setting_values.smtp_password(given, info.data)

    @field_validator("alert_mail_from")
    @classmethod
    def _one_address(cls, given: str | None) -> str | None:
        return given and setting_values.mail_address(given)

    @field_validator("alert_mail_to", mode="before")
    @classmethod
    def _mail_that_can_be_sent(cls, given: object, info: ValidationInfo) -> object:
        return setting_values.mail_to(given, info.data)
