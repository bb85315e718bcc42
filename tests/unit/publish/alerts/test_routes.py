"""Alerts reach a real receiver and a real mail server; what fails says so without a secret."""

from __future__ import annotations

import socket
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_string, policy
from zoneinfo import ZoneInfo

import pytest

from domain.alerts import Alert, AlertEvent, AlertKind, AlertNews, Severity
from domain.errors import DeliveryError
from publish.alerts import AlertMessage, Route, alert_message, trial_message
from publish.alerts.mail import MailRoute
from publish.alerts.message import look_command
from publish.alerts.webhook import WebhookRoute, slack_escaped
from tests.receivers import MailBox, mail_server, webhook_receiver

NOW = datetime(2026, 3, 2, 5, 5, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Baku")
TOKEN = "T0K3N-xyz"
PASSWORD = "geheim-1234"


def news(
    number: int = 1,
    *,
    event: AlertEvent = AlertEvent.OPENED,
    severity: Severity = Severity.TODAY,
    summary: str = "Bölgə: 7 of its last 9 pages gave no text",
) -> AlertNews:
    closed = NOW if event is AlertEvent.CLEARED else None
    alert = Alert(
        number, AlertKind.REDESIGN, "bolge", "bolge", severity, NOW, NOW, NOW, closed, summary, "A new template.", {}
    )
    return AlertNews(number, event, 0, alert)


def message(*all_news: AlertNews) -> AlertMessage:
    return alert_message(all_news or (news(),), zone=ZONE, now=NOW)


def failure(route: Route) -> str:
    """What is said of a delivery that fails, with all that a traceback would show."""
    with pytest.raises(DeliveryError) as caught:
        route.send(message())
    shown = "".join(traceback.format_exception(caught.value)) + repr(route)
    assert TOKEN not in shown
    assert PASSWORD not in shown
    return caught.value.problem


def test_a_webhook_gets_a_document_with_what_happened() -> None:
    with webhook_receiver() as hook:
        WebhookRoute(f"http://127.0.0.1:{hook.port}/hooks/{TOKEN}?a=1").send(message(news(7)))

    ((path, headers, document),) = hook.got
    assert path == f"/hooks/{TOKEN}?a=1"
    assert headers["Content-Type"].startswith("application/json")
    assert (document["schema_version"], document["is_test"]) == (1, False)
    assert [(a["id"], a["event"], a["kind"], a["outlet"]) for a in document["alerts"]] == [
        (7, "opened", "redesign", "bolge")
    ]


def test_slack_gets_a_text_whose_markup_does_nothing() -> None:
    with webhook_receiver() as hook:
        WebhookRoute(f"http://127.0.0.1:{hook.port}/", "slack").send(message(news(summary="<!channel> @all & more")))

    ((_, _, document),) = hook.got
    assert set(document) == {"text"}
    assert "&lt;!channel&gt; @\u200ball &amp; more" in document["text"]


def test_a_name_and_password_in_the_address_are_sent_as_such() -> None:
    with webhook_receiver() as hook:
        WebhookRoute(f"http://ops:{PASSWORD}@127.0.0.1:{hook.port}/").send(message())

    assert hook.got[0][1]["Authorization"].startswith("Basic ")


@pytest.mark.parametrize(("status", "said"), [(500, "answered 500"), (404, "answered 404")])
def test_a_webhook_that_answers_anything_but_2xx_did_not_take_it(status: int, said: str) -> None:
    with webhook_receiver() as hook:
        hook.status = status
        assert failure(WebhookRoute(f"http://127.0.0.1:{hook.port}/{TOKEN}")) == said


def test_a_redirect_is_not_followed() -> None:
    with webhook_receiver() as elsewhere, webhook_receiver() as hook:
        hook.status, hook.location = 302, f"http://127.0.0.1:{elsewhere.port}/"
        assert (
            failure(WebhookRoute(f"http://127.0.0.1:{hook.port}/{TOKEN}")) == "redirects elsewhere (302), not followed"
        )
        assert elsewhere.got == []


def test_nobody_listening_and_no_http_are_told_without_the_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert failure(WebhookRoute(f"http://127.0.0.1:{port}/{TOKEN}")) == "no connection"
    with mail_server(MailBox()) as box:
        assert failure(WebhookRoute(f"http://127.0.0.1:{box.port}/{TOKEN}")) == "what answered is no HTTP"
        assert failure(WebhookRoute(f"https://127.0.0.1:{box.port}/{TOKEN}")) == "no secure connection"


def mail(box: MailBox, **how: object) -> MailRoute:
    settings: dict[str, object] = {"security": "none", "to": ("ops@example.org", "editor@example.org")} | how
    return MailRoute("127.0.0.1", box.port, "parallax@example.org", **settings)  # type: ignore[arg-type]


def test_a_mail_is_plain_text_that_arrives_as_it_was_written() -> None:
    with mail_server(MailBox()) as box:
        mail(box).send(message())

    ((sender, to, source),) = box.got
    parsed = message_from_string(source, policy=policy.default)
    assert (sender, to) == ("parallax@example.org", ["ops@example.org", "editor@example.org"])
    assert parsed["Subject"] == "[Parallax] today: Bölgə: 7 of its last 9 pages gave no text"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["Message-ID"].endswith("@example.org>")
    assert parsed.get_content().replace("\r\n", "\n") == message().text
    assert box.names == ["example.org"]


def test_a_login_is_made_where_one_is_set() -> None:
    with mail_server(MailBox(login=("ops", PASSWORD))) as box:
        mail(box, user="ops", password=PASSWORD).send(message())
    assert len(box.got) == 1


def test_a_wrong_password_is_not_repeated_even_where_the_server_does() -> None:
    with mail_server(MailBox(login=("ops", "other"))) as box:
        assert failure(mail(box, user="ops", password=PASSWORD)) == "the login was refused (535)"


def test_a_server_without_starttls_gets_no_mail_in_the_clear() -> None:
    with mail_server(MailBox()) as box:
        assert failure(mail(box, security="starttls")) == "the server offers no STARTTLS or no login"
    assert box.got == []


def test_refused_addressees_are_told_and_some_that_are_taken_suffice() -> None:
    with mail_server(MailBox(refused=frozenset({"ops@example.org", "editor@example.org"}))) as box:
        assert failure(mail(box)) == "all addressees were refused"
    with mail_server(MailBox(refused=frozenset({"ops@example.org"}))) as box:
        mail(box).send(message())
    assert [to for _, to, _ in box.got] == [["editor@example.org"]]


def test_a_server_that_is_busy_or_gone_is_told() -> None:
    with mail_server(MailBox(greeting="421 busy")) as box:
        assert failure(mail(box)) == "the server refused (421)"
    assert failure(mail(box)) == "no connection"


def test_thirty_alerts_are_one_message_with_the_most_pressing_first() -> None:
    many = [news(n, severity=Severity.NOW if n < 3 else Severity.TODAY, summary=f"Outlet {n} fails") for n in range(60)]
    told = message(*many)

    assert told.subject == "[Parallax] 60 alerts, 3 of them now"
    assert told.text.index("Outlet 2 ") < told.text.index("Outlet 3 ")
    assert "… and 20 more" in told.text
    assert told.text.count("Look:") == 8


@pytest.mark.parametrize(
    ("subject", "outlet", "command"),
    [
        ("bolge/feed", "bolge", "parallax channel bolge/feed"),
        ("bolge", "bolge", "parallax status bolge"),
        ("bolge.example", "bolge", "parallax status bolge"),
        ("store", None, "parallax db check"),
        ("disk", None, "parallax status"),
    ],
)
def test_an_alert_names_the_command_that_shows_more(subject: str, outlet: str | None, command: str) -> None:
    assert look_command(replace(news().alert, subject=subject, outlet=outlet)) == command


def test_an_all_clear_says_since_when_and_how_long_it_lasted() -> None:
    told = message(news(event=AlertEvent.CLEARED))

    assert told.subject.startswith("[Parallax] over: Bölgə")
    assert "over since 2 Mar 09:05 Baku, after under a minute" in told.text


@pytest.mark.parametrize("bad", ["one\r\nBcc: all@example.org", "tab\tand\x00null", "a\u2028b"])
def test_no_summary_ends_the_subject(bad: str) -> None:
    subject = message(news(summary=bad)).subject

    assert subject.isprintable()
    with mail_server(MailBox()) as box:
        mail(box).send(message(news(summary=bad)))
    assert message_from_string(box.got[0][2], policy=policy.default)["Bcc"] is None


def test_a_trial_says_that_nothing_happened() -> None:
    told = trial_message(now=NOW)

    assert (told.is_test, told.news) == (True, ())
    assert "Nothing happened" in told.text


def test_escaping_leaves_letters_alone() -> None:
    assert slack_escaped("Bölgə, Şəki") == "Bölgə, Şəki"
