"""Settings of what is reached, where and by which way: networks, hosts, platforms and proxies."""

from __future__ import annotations

from typing import Literal

from pydantic import ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from parallax import setting_values
from parallax.setting_fields import number, setting


class ReachSettings(BaseSettings):
    """What is reached, and by which way."""

    allowed_networks: tuple[str, ...] = setting(
        (),
        "Networks that may be reached although they are not public. Loopback and private ones never are otherwise.",
        allowed="CIDR networks, comma separated, such as 127.0.0.0/8,::1/128",
    )
    hosts: dict[str, str] = setting(
        {},
        "Host names that are answered from here and never looked up; in TOML also a table.",
        allowed="name=address, comma separated, every address in one of the allowed networks",
    )
    telegram_url: str = setting(
        "https://t.me",
        "Where Telegram's preview pages are; a world of your own may play them.",
        allowed="an http(s) address",
    )
    youtube_by: Literal["api", "feed"] = setting(
        "api",
        "What YouTube channels are read by: its Data API, which needs a key, or its Atom feeds. Those were closed to "
        "crawlers by robots.txt when this was written; as long as they are, nothing of them is asked.",
        allowed="api or feed",
    )
    youtube_api_key: str | None = setting(
        None,
        "Your key of YouTube's Data API. It goes into a header of requests to that API alone, and is never shown, "
        "logged or stored. Without it YouTube's channels have a gap that says so.",
        allowed="the key, where youtube_api_url is https or one of your own hosts",
        repr=False,
    )
    youtube_daily_quota: int = number(
        10_000, "Units of the key's quota for a day of California; they are shared out among the channels.", 1, 10**9
    )
    youtube_api_url: str = setting(
        "https://www.googleapis.com/youtube/v3",
        "Where the Data API is; a world of your own may play it.",
        allowed="an http(s) address",
    )
    youtube_feed_url: str = setting(
        "https://www.youtube.com/feeds/videos.xml",
        "Where the Atom feeds of its channels are.",
        allowed="an http(s) address",
    )
    proxies: dict[str, str] = setting(
        {},
        'HTTP proxies by the names that outlets give (`proxy = "tbilisi"`); in TOML also a table. Their addresses '
        "are never shown or logged. An outlet whose proxy fails is not asked at all.",
        allowed="name=http://USER:PASSWORD@HOST:PORT, comma separated, special characters percent-encoded",
        repr=False,
    )

    @field_validator("allowed_networks", mode="before")
    @classmethod
    def _networks(cls, given: object) -> object:
        return setting_values.networks(given)

    @field_validator("proxies", mode="before")
    @classmethod
    def _usable_proxies(cls, given: object) -> object:
        return setting_values.proxies(given)

    @field_validator("hosts", mode="before")
    @classmethod
    def _hosts_in_allowed_networks(cls, given: object, info: ValidationInfo) -> object:
        return setting_values.hosts(given, info.data.get("allowed_networks", ()))

    @field_validator("telegram_url", "youtube_api_url", "youtube_feed_url")
    @classmethod
    def _address_of_a_platform(cls, given: str) -> str:
        return setting_values.platform_url(given)

    @field_validator("youtube_api_url")
    @classmethod
    def _key_in_no_clear(cls, given: str, info: ValidationInfo) -> str:
        return setting_values.youtube_api_url(given, info.data)

    @field_validator("youtube_api_key")
    @classmethod
    def _usable_key(cls, given: str | None) -> str | None:
        return given and setting_values.api_key(given)
