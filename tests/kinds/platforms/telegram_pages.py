"""Preview pages as Telegram writes them: invented posts in its markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

STUB = (
    '<!DOCTYPE html><html><head><title>Telegram: Contact @{handle}</title></head><body class="no_transition">'
    '<div class="tgme_page_wrap"><div class="tgme_head_wrap"><div class="tgme_head"></div></div>'
    '<div class="tgme_body_wrap"><div class="tgme_page">{inside}</div></div></div></body></html>'
)
CONTACT = (
    '<div class="tgme_page_icon"></div><div class="tgme_page_description">If you have <strong>Telegram</strong>, you '
    'can contact <a class="tgme_username_link" href="tg://resolve?domain=x">@{handle}</a> right away.</div>'
    '<div class="tgme_page_action"><a class="tgme_action_button_new" href="tg://resolve">Send Message</a></div>'
)
CLOSED = (
    '<div class="tgme_page_title" dir="auto"><span dir="auto">{title}</span></div><div class="tgme_page_extra">'
    '12 345 subscribers</div><div class="tgme_page_action"><a class="tgme_action_button_new" href="tg://resolve">View '
    "in Telegram</a></div>"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One message of a preview page. ``text`` is markup as Telegram writes it, ``media`` stands before it."""

    number: int
    at: str  # ISO 8601
    text: str | None = None
    views: str | None = None
    is_edited: bool = False
    author: str | None = None
    forwarded_from: str | None = None
    quoted: str | None = None
    media: str = ""
    after: str = ""  # what follows the text: a preview of a link, a poll
    is_service: bool = False


def message(handle: str, shown: Shown) -> str:
    """The message in its wrap."""
    kind = " service_message" if shown.is_service else ""
    views = f'<span class="tgme_widget_message_views">{shown.views}</span>' if shown.views else ""
    author = f'<span class="tgme_widget_message_from_author" dir="auto">{shown.author}</span>, ' if shown.author else ""
    edited = "edited &nbsp;" if shown.is_edited else ""
    url = f"https://t.me/{handle}/{shown.number}"
    forwarded = quoted = text = ""
    if shown.forwarded_from:
        forwarded = (
            '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from&nbsp;'
            '<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/other/7">'
            f'<span dir="auto">{shown.forwarded_from}</span></a></div>'
        )
    if shown.quoted:
        quoted = (
            f'<a class="tgme_widget_message_reply" href="https://t.me/{handle}/1">'
            '<div class="tgme_widget_message_author"><span class="tgme_widget_message_author_name">Kimsə</span></div>'
            f'<div class="tgme_widget_message_text js-message_reply_text" dir="auto">{shown.quoted}</div></a>'
        )
    if shown.text is not None:
        text = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{shown.text}</div>'
    return (
        f'<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message{kind} '
        f'js-widget_message" data-post="{handle}/{shown.number}" data-view="eyJ"><div class="tgme_widget_message_user">'
        f'<a href="https://t.me/{handle}"><i class="tgme_widget_message_user_photo"></i></a></div>'
        '<div class="tgme_widget_message_bubble"><div class="tgme_widget_message_author accent_color">'
        f'<a class="tgme_widget_message_owner_name" href="https://t.me/{handle}">Kanal</a></div>'
        f"{forwarded}{quoted}{shown.media}{text}{shown.after}"
        '<div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info">'
        f'{views}<span class="copyonly"> views</span><span class="tgme_widget_message_meta">{author}{edited}'
        f'<a class="tgme_widget_message_date" href="{url}"><time datetime="{shown.at}" class="time">10:00</time></a>'
        "</span></div></div></div></div></div>"
    )


def page(handle: str, messages: Sequence[Shown], *, title: str = "Kanal", before: int | None = None) -> str:
    """The preview page of a channel, oldest post first, as Telegram shows it."""
    more = ""
    if before is not None:
        more = (
            f'<div class="tgme_widget_message_centered"><a href="/s/{handle}?before={before}" class="tme_messages_more '
            f'js-messages_more" data-before="{before}"></a></div>'
        )
    return (
        f"<!DOCTYPE html><html><head><title>{escape(title)} – Telegram</title></head>"
        '<body class="widget_frame_base tgme_webpage"><main class="tgme_main"><div class="tgme_container">'
        '<section class="tgme_right_column"><div class="tgme_channel_info"><div class="tgme_channel_info_header">'
        f'<div class="tgme_channel_info_header_title"><span dir="auto">{escape(title)}</span></div></div>'
        '<div class="tgme_channel_info_description">Xəbərlər</div></div></section>'
        f'<section class="tgme_channel_history js-message_history">{more}'
        f"{''.join(message(handle, shown) for shown in messages)}</section></div></main></body></html>"
    )


def contact_page(handle: str) -> str:
    """What stands for a name that nobody has, or whose channel is private."""
    return STUB.format(handle=handle, inside=CONTACT.format(handle=handle))


def closed_page(handle: str, title: str = "Kanal") -> str:
    """What stands for a channel whose previews are off."""
    return STUB.format(handle=handle, inside=CLOSED.format(title=title))
