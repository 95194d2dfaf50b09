"""Settings: what makes no sense stops the start with one line."""

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

from hub.config import WEAK_SECRETS, Config, StartupFault, read_config, secret_of

STRONG = "k" * 32


def test_nothing_set_is_a_development_hub_on_loopback() -> None:
    config = read_config({})
    assert (config.production, config.bind, config.port, config.rate_limits) == (False, "127.0.0.1", 5000, True)
    assert config.database.startswith("sqlite:///")
    assert (config.frame_bytes, config.backlog_bytes, config.patience_s) == (256 * 1024, 4 * 1024 * 1024, 10)
    assert (config.idle, config.absolute) == (timedelta(minutes=60), timedelta(hours=12))


def test_names_of_others_do_not_matter_and_unknown_ones_of_the_hub_do() -> None:
    read_config({"PATH": "/bin", "HUBBLE": "x", "HUB_TEST_DATABASE_URL": "x", "HUB_TEST_REDIS_URL": "x"})
    with pytest.raises(StartupFault, match="unknown setting HUB_SECRETKEY"):
        read_config({"HUB_SECRETKEY": STRONG})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUB_ENV", "prod"),
        ("PORT", "http"),
        ("PORT", "5000.5"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("HUB_DATABASE_URL", "hub"),
        ("HUB_DATABASE_URL", "mysql://hub@127.0.0.1/hub"),
        ("HUB_RATE_LIMITS", "false"),
        ("HUB_RATE_LIMITS", "1"),
        ("HUB_COOKIE_SECURE", "yes"),
        ("HUB_ORIGINS", "*"),
        ("HUB_ORIGINS", "hub.example.jp"),
        ("HUB_ORIGINS", "https://hub.example.jp, *"),
        ("HUB_TRANSPORT", "library"),
        ("HUB_FRAME_BYTES", "many"),
        ("HUB_IDLE_MINUTES", "an hour"),
        ("HUB_CONFIRM_MONTHS", "5"),
        ("HUB_SILENCE_WEEKS", "0"),
        ("HUB_SILENCE_WEEKS", "27"),
    ],
)
def test_senseless_values_name_their_setting(name: str, value: str) -> None:
    with pytest.raises(StartupFault, match=name):
        read_config({name: value})


def test_values_are_read() -> None:
    config = read_config(
        {
            "HUB_ORIGINS": " https://hub.example.jp/ , http://10.1.2.3:8080",
            "HUB_POLLING_ONLY": "ON",
            "HUB_IDLE_MINUTES": "2.5",
            "PORT": "8123",
            "HUB_FILES_PATH": "/srv/files",
        }
    )
    assert config.origins == ("https://hub.example.jp", "http://10.1.2.3:8080")
    assert (config.polling_only, config.idle_minutes, config.port) == (True, 2.5, 8123)
    assert config.files_path == Path("/srv/files")


def test_an_empty_value_is_none() -> None:
    assert read_config({"PORT": "", "HUB_ORIGINS": ""}) == read_config({})


@pytest.mark.parametrize("secret", [*sorted(WEAK_SECRETS), "k" * 31, "CHANGEME"])
def test_production_does_not_start_with_a_weak_secret(secret: str) -> None:
    with pytest.raises(StartupFault, match="HUB_SECRET_KEY"):
        read_config({"HUB_ENV": "production", "HUB_SECRET_KEY": secret})
    assert not read_config({"HUB_SECRET_KEY": secret}).production


def test_production_starts_with_a_strong_one() -> None:
    assert secret_of(read_config({"HUB_ENV": "production", "HUB_SECRET_KEY": STRONG})) == STRONG


def test_a_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    config = Config(instance_path=tmp_path / "new")
    first = secret_of(config)
    assert len(first) == 64
    assert secret_of(config) == first
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o077 == 0
    assert secret_of(Config(instance_path=tmp_path / "other")) != first


def test_a_folder_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartupFault, match="cannot be written"):
        secret_of(Config(instance_path=tmp_path / "file"))


def test_settings_do_not_change_afterwards() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config().port = 1  # type: ignore[misc]


@pytest.mark.parametrize("value", ["'postgresql://hub@127.0.0.1/hub'", '"on"', "''"])
def test_quotes_that_came_along_are_told(value):
    """By a program that hands the lines of hub.env on as they are."""
    with pytest.raises(StartupFault, match="quotes"):
        read_config({"HUB_REDIS_URL": value})
