"""The environment becomes settings, or a sentence for the operator."""

from pathlib import Path

import pytest

from server.settings import Settings, SettingsError


def test_the_defaults() -> None:
    settings = Settings.from_environment({})
    assert (settings.host, settings.port, settings.data) == ("127.0.0.1", 8000, Path("data").resolve())
    assert (settings.demo, settings.log_level, settings.photos_url) == (False, "INFO", None)
    assert settings.database_path == settings.data / "xunfang.sqlite3"
    assert settings.time_zone == "Asia/Shanghai"
    assert (settings.keep_visits_days, settings.keep_customers_days) == (None, None)


def test_what_may_be_chosen() -> None:
    settings = Settings.from_environment(
        {
            "XUNFANG_HOST": "0.0.0.0",
            "PORT": "81",
            "XUNFANG_DATA": "/srv/xunfang",
            "XUNFANG_DEMO": "1",
            "XUNFANG_LOG_LEVEL": "debug",
            "XUNFANG_DATABASE_URL": "sqlite:///srv/db/x.sqlite3",
            "XUNFANG_TIME_ZONE": "UTC",
            "XUNFANG_KEEP_VISITS_DAYS": "730",
        }
    )
    assert (settings.host, settings.port, settings.demo, settings.log_level) == ("0.0.0.0", 81, True, "DEBUG")
    assert settings.database_path == Path("/srv/db/x.sqlite3")
    assert (settings.time_zone, settings.keep_visits_days) == ("UTC", 730)
    assert Settings.from_environment({"PORT": "81", "XUNFANG_PORT": "82"}).port == 82


def test_empty_variables_count_as_absent() -> None:
    assert Settings.from_environment({"PORT": "", "XUNFANG_DATA": "", "XUNFANG_DEMO": ""}).port == 8000


@pytest.mark.parametrize(
    "wrong",
    [
        {"PORT": "http"},
        {"PORT": "0"},
        {"PORT": "65536"},
        {"PORT": "٨"},
        {"XUNFANG_DEMO": "maybe"},
        {"XUNFANG_LOG_LEVEL": "LOUD"},
        {"XUNFANG_TIME_ZONE": "Asia/Nowhere"},
        {"XUNFANG_TIME_ZONE": "../etc/passwd"},
        {"XUNFANG_KEEP_VISITS_DAYS": "7"},
        {"XUNFANG_KEEP_CUSTOMERS_DAYS": "-400"},
    ],
)
def test_nonsense_is_refused_with_a_sentence(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="must be"):
        Settings.from_environment(wrong)


def test_a_database_this_server_cannot_speak_to() -> None:
    settings = Settings.from_environment({"XUNFANG_DATABASE_URL": "mysql://user:secret@host/db"})
    with pytest.raises(SettingsError, match="sqlite:///") as refused:
        _ = settings.database_path
    assert "secret" not in str(refused.value)
