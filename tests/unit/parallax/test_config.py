"""Where settings come from, and what happens to a wrong one."""

from __future__ import annotations

import traceback
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.errors import ConfigError
from parallax.clock import parse_clock
from parallax.config import Settings, load_settings


@pytest.fixture(autouse=True)
def _empty_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str, name: str = "parallax.toml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_setting_has_a_default() -> None:
    settings = load_settings({"PATH": "/usr/bin"})
    assert settings.database_url == "sqlite:///var/parallax.db"
    assert settings.archive_folder == Path("var/archive")
    assert settings.time_zone == ZoneInfo("Asia/Baku")
    assert (settings.hosts_at_once, settings.slot_seconds, settings.child_memory_mb) == (64, 120.0, 400)


def test_the_environment_wins_over_the_file_and_the_file_over_defaults() -> None:
    path = written('hosts_at_once = 4\ntargets_per_slot = 7\nlog_level = "debug"')
    settings = load_settings({"PARALLAX_HOSTS_AT_ONCE": "9"}, path)
    assert (settings.hosts_at_once, settings.targets_per_slot, settings.log_level) == (9, 7, "debug")


def test_a_file_in_the_working_folder_is_read_unless_another_is_named() -> None:
    written("hosts_at_once = 4")
    other = written("targets_per_slot = 7", "other.toml")
    assert load_settings({}).hosts_at_once == 4
    assert load_settings({"PARALLAX_CONFIG": str(other)}).hosts_at_once == 64


def test_an_empty_variable_counts_as_not_set() -> None:
    written("hosts_at_once = 4")
    assert load_settings({"PARALLAX_HOSTS_AT_ONCE": " "}).hosts_at_once == 4


def test_settings_can_not_be_changed() -> None:
    with pytest.raises(ValidationError):
        load_settings({}).hosts_at_once = 3  # type: ignore[misc]


def test_the_processs_own_environment_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARALLAX_HOSTS_AT_ONCE", "3")
    monkeypatch.setenv("HOSTS_AT_ONCE", "3")
    assert load_settings({}).hosts_at_once == 64


@pytest.mark.parametrize("home", ["state", "/srv/parallax"])
def test_folders_lie_below_home_unless_they_are_named(home: str) -> None:
    settings = load_settings({"PARALLAX_HOME": home, "PARALLAX_CATALOGUE": "~/own"})
    assert settings.database_url == f"sqlite:///{home}/parallax.db"
    assert settings.archive_folder == Path(home) / "archive"
    assert settings.catalogue == Path.home() / "own"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HOSTS_AT_ONCE", "0", "1 to 256"),
        ("HOSTS_AT_ONCE", "many", "1 to 256"),
        ("HOSTS_AT_ONCE", "1.5", "1 to 256"),
        ("CRAWL_DELAY_CAP_S", "-1", "0 to 86400"),
        ("CRAWL_DELAY_CAP_S", "inf", "0 to 86400"),
        ("LOG_FORMAT", "xml", "auto, json or console"),
        ("LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("CATALOGUE_MODE", "replace", "add or only"),
        ("TIME_ZONE", "asia/baku", "did you mean Asia/Baku?"),
        ("TIME_ZONE", "../../etc/passwd", "IANA"),
        ("CLOCK", "noon", "TIME[@RATE]"),
        ("CONTACT", "me", "e-mail"),
        ("CONTACT", "me@example.org\r\nX-Evil: 1", "e-mail"),
        ("DATABASE_URL", "mysql://db", "sqlite:///FILE"),
        ("DATABASE_URL", "sqlite://", "four slashes"),
        ("DATABASE_URL", "sqlite:///:memory:", "needs a file"),
        ("ALLOWED_NETWORKS", "127.0.0.1/8", "host bits"),
        ("ALLOWED_NETWORKS", "localhost", "127.0.0.0/8,::1/128"),
        ("HOSTS", "news.example=127.0.0.1", "none of the allowed networks"),
        ("HOSTS", "news.example", "name=address"),
    ],
)
def test_a_wrong_value_is_an_error_that_names_it_and_what_is_allowed(name: str, value: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({f"PARALLAX_{name}": value})
    assert caught.value.name == f"PARALLAX_{name}"
    assert says in caught.value.problem
    assert "allowed: " in caught.value.problem
    assert "\n" not in str(caught.value)


def test_a_wrong_value_in_the_file_is_named_as_it_is_written_there() -> None:
    path = written("hosts_at_once = 999")
    with pytest.raises(
        ConfigError, match=r"^hosts_at_once: 999: .*allowed: a whole number from 1 to 256.*parallax.toml"
    ):
        load_settings({}, path)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("PARALLAX_HOST_AT_ONCE", "PARALLAX_HOSTS_AT_ONCE"),
        ("PARALLAX_TIMEZONE", "PARALLAX_TIME_ZONE"),
        ("PARALLAX_hosts", "PARALLAX_HOSTS"),
    ],
)
def test_an_unknown_variable_is_an_error_with_the_nearest_one(name: str, near: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({name: "5"})
    assert caught.value.name == name
    assert f"did you mean {near}?" in caught.value.problem


def test_an_unknown_key_of_the_file_is_an_error_with_the_nearest_one() -> None:
    with pytest.raises(ConfigError, match=r"^log_levle: .*'debug'.* did you mean log_level\?"):
        load_settings({}, written('log_levle = "debug"'))


def test_an_unknown_key_that_is_near_to_none_lists_all() -> None:
    with pytest.raises(ConfigError, match=r"allowed: .*PARALLAX_HOME.*PARALLAX_LOG_LEVEL"):
        load_settings({"PARALLAX_QQQQ": "1"})


@pytest.mark.parametrize("text", ["hosts_at_once = ", "\x00", "[hosts"])
def test_a_file_that_is_no_toml_is_an_error(text: str) -> None:
    with pytest.raises(ConfigError, match="not a TOML file"):
        load_settings({}, written(text))


def test_a_named_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        load_settings({"PARALLAX_CONFIG": "nowhere.toml"})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_asked_with_one_driver(scheme: str) -> None:
    settings = load_settings({"PARALLAX_DATABASE_URL": f"{scheme}://reader:pw@db.example:5432/parallax"})
    assert settings.database_url == "postgresql+psycopg://reader:pw@db.example:5432/parallax"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://reader:s3cr3t@db.example/parallax",
        "postgresql://reader:s3cr3t/:?#@db.example:5432/parallax",
        "postgresql://db.example/parallax?user=reader&password=s3cr3t",
        "postgresql://:s3cr3t@/parallax",
    ],
)
def test_a_password_is_never_shown(url: str) -> None:
    settings = load_settings({"PARALLAX_DATABASE_URL": url})
    assert "s3cr3t" in settings.database_url
    assert "s3cr3t" not in f"{settings!r} {settings} {settings.safe_database_url}"
    assert "***" in settings.safe_database_url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARALLAX_DATABASE_URL", "postgresql//reader:s3cr3t@db.example/parallax"),
        ("PARALLAX_DATABASE_URL", "postgresql://reader:s3cr3t"),
        ("PARALLAX_DATABASE_URL", "mysql://reader:s3cr3t@db.example/parallax"),
        ("PARALLAX_DATABASE_URL", "reader:s3cr3t@db.example"),
        ("PARALLAX_DATABASE_ULR", "postgresql://reader:s3cr3t@db.example/parallax"),
        ("PARALLAX_DB", "postgresql://reader:s3cr3t@db.example/parallax"),
        ("PARALLAX_DATABASE_PASSWORD", "s3cr3t"),
    ],
)
def test_an_error_does_not_tell_a_password_either(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({name: value})
    assert "s3cr3t" not in "".join(traceback.format_exception(caught.value))


def test_networks_and_hosts_are_read_from_either_source() -> None:
    from_environ = load_settings(
        {"PARALLAX_ALLOWED_NETWORKS": "127.0.0.0/8, ::1", "PARALLAX_HOSTS": "News.example.=127.0.0.1,b.example=::1"}
    )
    from_file = load_settings(
        {},
        written(
            'allowed_networks = ["127.0.0.0/8", "::1"]\n[hosts]\n"news.example" = "127.0.0.1"\n"b.example" = "::1"'
        ),
    )
    assert from_environ == from_file
    assert from_environ.allowed_networks == ("127.0.0.0/8", "::1/128")
    assert from_environ.hosts == {"news.example": "127.0.0.1", "b.example": "::1"}


def test_a_host_named_twice_is_an_error() -> None:
    with pytest.raises(ConfigError, match="twice"):
        load_settings(
            {"PARALLAX_ALLOWED_NETWORKS": "127.0.0.0/8", "PARALLAX_HOSTS": "a.example=127.0.0.1,A.example=127.0.0.2"}
        )


def test_a_clock_without_an_offset_is_read_in_the_configured_zone() -> None:
    settings = load_settings({"PARALLAX_TIME_ZONE": "Europe/Berlin", "PARALLAX_CLOCK": "2026-03-02T09:05@60"})
    assert settings.clock == parse_clock("2026-03-02T08:05Z@60", ZoneInfo("UTC"))
    assert load_settings({}, written("clock = 2026-03-02T09:05:00+04:00")).clock is not None


@given(st.sampled_from(sorted(Settings.model_fields)), st.text(max_size=20))
def test_any_text_is_a_value_or_a_config_error(field: str, text: str) -> None:
    with suppress(ConfigError):
        load_settings({f"PARALLAX_{field.upper()}": text})


MAIL = {
    "PARALLAX_SMTP_HOST": "mail.example.org",
    "PARALLAX_ALERT_MAIL_FROM": "parallax@example.org",
    "PARALLAX_ALERT_MAIL_TO": "ops@example.org, editor@example.org",
}


def test_mail_about_alerts_needs_addressees_a_server_and_a_sender() -> None:
    assert load_settings(MAIL).alert_mail_to == ("ops@example.org", "editor@example.org")
    for name in ("PARALLAX_SMTP_HOST", "PARALLAX_ALERT_MAIL_FROM"):
        with pytest.raises(ConfigError, match=name.removeprefix("PARALLAX_").lower() + " is not set"):
            load_settings({key: value for key, value in MAIL.items() if key != name})


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"PARALLAX_ALERT_MAIL_TO": "nobody"}, "no e-mail address"),
        ({"PARALLAX_SMTP_PASSWORD": "geheim"}, "a password without smtp_user"),
        (
            {"PARALLAX_SMTP_USER": "u", "PARALLAX_SMTP_SECURITY": "none", "PARALLAX_SMTP_PASSWORD": "geheim"},
            "would send it in the clear",
        ),
        ({"PARALLAX_ALERT_WEBHOOK_URL": "ftp://x.example/geheim"}, "no http"),
        ({"PARALLAX_ALERT_WEBHOOK_URL": "https:///geheim"}, "no http"),
        ({"PARALLAX_ALERT_WEBHOOK_FORM": "teams"}, "generic or slack"),
        ({"PARALLAX_SMTP_PORT": "0"}, "1 to 65535"),
    ],
)
def test_a_wrong_setting_of_alerts_says_what_is_wrong_and_no_secret(environ: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        load_settings(MAIL | environ)

    assert "geheim" not in "".join(traceback.format_exception(caught.value))


def test_the_webhooks_address_and_the_password_are_not_shown() -> None:
    settings = load_settings(
        MAIL
        | {
            "PARALLAX_ALERT_WEBHOOK_URL": "https://hooks.example.org/T0K3N",
            "PARALLAX_SMTP_USER": "ops",
            "PARALLAX_SMTP_PASSWORD": "geheim",
        }
    )

    assert settings.alert_webhook_url == "https://hooks.example.org/T0K3N"
    assert "T0K3N" not in repr(settings)
    assert "geheim" not in repr(settings)


API = {"PARALLAX_YOUTUBE_API_KEY": "geheim-key-0001"}


def test_a_key_of_an_api_is_not_shown() -> None:
    settings = load_settings(API)

    assert settings.youtube_api_key == "geheim-key-0001"
    assert "geheim" not in repr(settings)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"PARALLAX_YOUTUBE_API_KEY": "geheim"}, "8 to 200 printable"),
        ({"PARALLAX_YOUTUBE_API_KEY": "geheim key\r\nX-Other: 1"}, "8 to 200 printable"),
        (API | {"PARALLAX_YOUTUBE_API_URL": "http://api.example/v3"}, "in the clear"),
        (API | {"PARALLAX_YOUTUBE_API_URL": "https://api.example/v3?key=geheim"}, "no plain http"),
        ({"PARALLAX_TELEGRAM_URL": "t.me"}, "no plain http"),
        ({"PARALLAX_TELEGRAM_URL": "https://user@t.me"}, "no plain http"),
        ({"PARALLAX_YOUTUBE_BY": "browser"}, "api or feed"),
        ({"PARALLAX_YOUTUBE_DAILY_QUOTA": "0"}, "from 1 to"),
    ],
)
def test_a_wrong_setting_of_platforms_says_what_is_wrong(environ: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_settings(environ)


def test_a_key_may_go_in_the_clear_to_a_host_that_is_answered_from_here() -> None:
    here = {"PARALLAX_HOSTS": "api.example=127.0.0.1", "PARALLAX_ALLOWED_NETWORKS": "127.0.0.0/8"}
    settings = load_settings(API | here | {"PARALLAX_YOUTUBE_API_URL": "http://api.example:8000/v3/"})

    assert settings.youtube_api_url == "http://api.example:8000/v3"


def test_workers_need_postgresql_and_the_error_names_both_settings() -> None:
    with pytest.raises(ConfigError, match=r"PARALLAX_EXECUTOR.*PARALLAX_DATABASE_URL"):
        load_settings({"PARALLAX_EXECUTOR": "procrastinate"})

    address = {"PARALLAX_DATABASE_URL": "postgresql://db.example/parallax"}
    assert load_settings({"PARALLAX_EXECUTOR": "procrastinate", **address}).executor == "procrastinate"


@pytest.mark.parametrize("name", ["2", "one-2", "Ä", "a" * 17])
def test_a_machines_name_can_stand_in_a_file_and_is_no_number_of_a_slot(name: str) -> None:
    with pytest.raises(ConfigError, match="PARALLAX_MACHINE"):
        load_settings({"PARALLAX_MACHINE": name})


PROXIES = {"tbilisi": "http://reader:geheim@proxy.example:3128", "riga": "http://10.0.0.7:8080"}


def test_proxies_come_by_name_from_the_environment_or_a_table(tmp_path: Path) -> None:
    written = ", ".join(f"{name}={address}" for name, address in PROXIES.items())
    table = tmp_path / "parallax.toml"
    table.write_text("[proxies]\n" + "".join(f'{name} = "{address}"\n' for name, address in PROXIES.items()))

    for settings in (load_settings({"PARALLAX_PROXIES": written}), load_settings({}, table)):
        assert settings.proxies == PROXIES
        assert "geheim" not in f"{settings!r} {settings}"
        assert "proxy.example" not in f"{settings!r} {settings}"


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"PARALLAX_PROXIES": "tbilisi=socks5://reader:geheim@127.0.0.1:9050"}, "local HTTP proxy"),
        ({"PARALLAX_PROXIES": "tbilisi=https://reader:geheim@proxy.example:3128"}, "not of the form"),
        ({"PARALLAX_PROXIES": "tbilisi=http://reader:gehe/im@proxy.example:3128geheim"}, "not of the form"),
        ({"PARALLAX_PROXIES": "http://reader:geheim@proxy.example:3128"}, "name"),
        ({"PARALLAX_PROXIES": "a=http://geheim:1,a=http://geheim:2"}, "named twice"),
        ({"PARALLAX_PROXYS": "tbilisi=http://reader:geheim@proxy.example:3128"}, "did you mean PARALLAX_PROXIES"),
    ],
)
def test_a_wrong_proxy_says_what_is_wrong_and_no_secret(environ: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        load_settings(environ)

    told = "".join(traceback.format_exception(caught.value))
    assert "geheim" not in told
    assert "proxy.example" not in told
