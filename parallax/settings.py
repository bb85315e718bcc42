"""All settings: what each means, what it may be, and its default; those of reach and of alerts are beside.

Every setting is described once; docs/SETTINGS.md is made from that. Where values come from is in ``parallax.config``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from parallax import setting_values
from parallax.alert_settings import AlertSettings
from parallax.clock import ALLOWED as ALLOWED_CLOCK
from parallax.clock import ClockSetting, parse_clock
from parallax.reach_settings import ReachSettings
from parallax.setting_fields import Folder as _Folder
from parallax.setting_fields import number as _number
from parallax.setting_fields import setting as _setting
from parallax.setting_fields import time_of_day as _time_of_day


class PlaceSettings(BaseSettings):
    """Where everything is, who runs it, and what a day is."""

    home: _Folder = _setting(
        Path("var"), "Folder for everything Parallax writes; relative to the working folder.", allowed="a folder"
    )
    database_url: str = _setting(
        None,
        "The database. A password in it is never shown or logged.",
        allowed="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE",
        shown="sqlite:///HOME/parallax.db",
        repr=False,
    )
    archive_folder: _Folder = _setting(
        None, "Folder of the archive: every response as it came.", allowed="a folder", shown="HOME/archive"
    )
    archive_keep_days: int = _number(
        0,
        "Days after which archived responses that nothing needs are dropped: no text, first or last sight, gap or "
        "removal goes by them. 0 for never.",
        0,
        36_500,
    )
    archive_max_gb: float = _number(
        0.0,
        "Gigabytes (10⁹ bytes) that this machine's archive may have; above, what nothing needs goes sooner, the oldest "
        "first, and never more than that. 0 for no limit.",
        0,
        1_000_000,
    )
    backup_folder: _Folder = _setting(
        None, "Folder of the backups, one folder each.", allowed="a folder", shown="HOME/backups"
    )
    backup_keep: int = _number(7, "Backups that are kept; older ones are removed once a newer one is whole.", 1, 10_000)
    pg_tools_folder: _Folder | None = _setting(
        None,
        "Folder of PostgreSQL's client programs (pg_dump, pg_restore), at least as new as the server. Without it they "
        "are looked for on the PATH and where Debian puts them.",
        allowed="a folder",
    )
    contact: str | None = _setting(
        None,
        "Who can be asked about our requests; stands in the user agent. Needed before anything is fetched.",
        allowed="an e-mail address or an http(s) address of a page about you",
    )
    catalogue: _Folder | None = _setting(
        None, "Folder of your own outlet and topic files.", allowed="a folder laid out as outlets/data"
    )
    catalogue_mode: Literal["add", "only"] = _setting(
        "add",
        "Whether your catalogue is added to the one that comes with Parallax or takes its place.",
        allowed="add or only",
    )
    time_zone: ZoneInfo = _setting("Asia/Baku", "The zone whose days a day is.", allowed="an IANA time zone")
    clock: ClockSetting | None = _setting(
        None, "A simulated clock; without it, the system's time. Delays are not affected.", allowed=ALLOWED_CLOCK
    )


class WorkSettings(BaseSettings):
    """How much is done at a time, and when."""

    browser: _Folder | None = _setting(
        None,
        "Chromium, for outlets whose file says `render = true`.",
        allowed="a program",
        shown="chromium, chromium-browser, google-chrome-stable or google-chrome, as found on the PATH",
    )
    render_seconds: float = _number(60.0, "Seconds after which a page in the browser is given up.", 1, 600)
    render_memory_mb: int = _number(800, "Megabytes of memory at which a page in the browser is given up.", 200, 65_536)
    crawl_delay_cap_s: float = _number(120.0, "The longest Crawl-delay of a robots.txt that is followed.", 0, 86_400)
    hosts_at_once: int = _number(64, "Hosts that one crawl child works on at a time.", 1, 256)
    targets_per_slot: int = _number(50, "Addresses asked of a host before it is given back.", 1, 10_000)
    slot_seconds: float = _number(120.0, "Seconds spent on a host before it is given back.", 1, 86_400)
    child_minutes: float = _number(30.0, "Minutes after which a crawl child is replaced.", 0.1, 1440)
    child_memory_mb: int = _number(400, "Megabytes of memory at which a crawl child is replaced.", 150, 65_536)
    extract_workers: int = _number(2, "Processes that read texts out of pages.", 1, 64)
    extract_deadline_s: float = _number(15.0, "Seconds after which reading one page is given up.", 0.1, 600)
    unconditional_every: int = _number(10, "Every how many polls a channel is asked without its validators.", 1, 1000)
    backfill_daily_requests: int = _number(
        2000, "Requests that `parallax backfill` makes for one outlet a day; polls have no part in it.", 0, 1_000_000
    )
    recheck_until_days: int = _number(
        90, "Age in days up to which an article is looked at again for changes; 0 for never.", 0, 90
    )
    poll_shortest_minutes: float = _number(10.0, "The service polls no channel more often than this.", 1, 1440)
    poll_longest_hours: float = _number(24.0, "The service polls each channel at least this often.", 0.25, 168)
    digest_at: str = _time_of_day("06:00", "When the service publishes the digest of the day before.")
    watch_minutes: int = _number(5, "Minutes between two looks of the service for what a person should know.", 1, 1440)
    backup_at: str = _time_of_day("03:30", "When the service makes a backup.")
    tidy_at: str = _time_of_day(
        "04:30", "When the service applies retention, folds old polls and refreshes the database's statistics."
    )
    executor: Literal["child", "procrastinate"] = _setting(
        "child",
        "Who crawls for the service: its own crawl child, or `parallax worker` on any number of machines.",
        allowed="child, or procrastinate, which needs a PostgreSQL database",
    )
    machine: str | None = _setting(
        None,
        "This machine's name in its archive's file names, where several share a PostgreSQL database.",
        allowed="up to 16 small letters and digits, a letter first, unlike any other machine's",
        shown="made from the system's id and host name",
    )
    dead_after_s: float = _number(
        60.0, "Seconds without a sign of life after which another machine's worker is dead; the same on all.", 3, 3600
    )
    web_port: int = _number(
        0, "Port on 127.0.0.1 at which /healthz and /metrics are served while a service runs; 0 for none.", 0, 65_535
    )


class Settings(AlertSettings, WorkSettings, ReachSettings, PlaceSettings):
    """All that a user may set. Fields are in the order in which the documentation lists them: from the last base on."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    log_format: Literal["auto", "json", "console"] = _setting(
        "auto",
        "How the log is written; auto is console on a terminal and json elsewhere.",
        allowed="auto, json or console",
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "info", "The least that is logged.", allowed="debug, info, warning or error"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed over: the process's own environment is read by the door and nowhere else."""
        return (init_settings,)

    @property
    def database_file(self) -> Path | None:
        """The file of an SQLite database; None for a server."""
        scheme, _, rest = self.database_url.partition(":///")
        return Path(rest.partition("?")[0]) if scheme == "sqlite" else None

    @property
    def safe_database_url(self) -> str:
        """The database's address for eyes and logs."""
        return setting_values.without_password(self.database_url)

    @field_validator("database_url", "archive_folder", "backup_folder", mode="before")
    @classmethod
    def _below_home(cls, given: object, info: ValidationInfo) -> object:
        home = info.data.get("home", Path("var"))
        defaults = {
            "database_url": f"sqlite:///{home}/parallax.db",
            "archive_folder": home / "archive",
            "backup_folder": home / "backups",
        }
        return defaults[str(info.field_name)] if given is None else given

    @field_validator("home", "archive_folder", "backup_folder")
    @classmethod
    def _room_for_a_folder(cls, given: Path) -> Path:
        return setting_values.folder(given)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, given: str) -> str:
        return setting_values.database_url(given)

    @field_validator("contact")
    @classmethod
    def _honest_contact(cls, given: str | None) -> str | None:
        return given and setting_values.contact(given)

    @field_validator("executor")
    @classmethod
    def _executor_on_its_database(cls, given: str, info: ValidationInfo) -> str:
        return setting_values.executor(given, str(info.data.get("database_url", "postgresql")))

    @field_validator("machine")
    @classmethod
    def _plain_name_of_machine(cls, given: str | None) -> str | None:
        return given and setting_values.machine(given)

    @field_validator(
        "catalogue_mode",
        "executor",
        "youtube_by",
        "log_format",
        "log_level",
        "alert_min_severity",
        "alert_webhook_form",
        "smtp_security",
        mode="before",
    )
    @classmethod
    def _any_case(cls, given: object) -> object:
        return given.strip().lower() if isinstance(given, str) else given

    @field_validator("digest_at", "backup_at", "tidy_at")
    @classmethod
    def _readable_time_of_day(cls, given: str) -> str:
        return setting_values.time_of_day(given)

    @field_validator("time_zone", mode="before")
    @classmethod
    def _existing_zone(cls, given: object) -> object:
        return setting_values.zone(given.strip()) if isinstance(given, str) else given

    @field_validator("clock", mode="before")
    @classmethod
    def _readable_clock(cls, given: object, info: ValidationInfo) -> object:
        if given is None or isinstance(given, ClockSetting):
            return given
        return parse_clock(str(given), info.data.get("time_zone", ZoneInfo("UTC")))
