"""Settings of services, and where their keys come from."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

from creditline import config
from creditline.errors import ConfigError
from creditline.settings import Settings, load_settings


def _settings(tmp_path, text, environ=None) -> Settings:
    (tmp_path / "creditline.toml").write_text(text, encoding="utf-8")
    return load_settings(tmp_path, environ or {})


def test_services_are_set_by_their_names(tmp_path):
    settings = _settings(
        tmp_path,
        '[discover]\nsources = ["wikimedia"]\nmonth_usd = 5\n'
        '[sources.searxng]\nbase_url = "http://localhost:8888"\n[sources.tineye_api]\nprice_usd = 0.05\n',
        {"CREDITLINE_SOURCES_TINEYE_API_PRICE_USD": "0.06", "CREDITLINE_SOURCES_YANDEX_FOLDER_ID": "b1"},
    )
    assert settings.discover.sources == ("wikimedia",)
    assert config.source_options(settings) == {
        "searxng": {"base_url": "http://localhost:8888"},
        "tineye_api": {"price_usd": "0.06"},
        "yandex": {"folder_id": "b1"},
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[sources.searxng]\nbase = 1\n", ["base", "[sources.searxng]", "did you mean 'base_url'"]),
        ("[sources]\nsearxng = 1\n", ["sources.searxng must be a section"]),
        ("[sources.x]\nprice_usd = -1\n", ["price_usd", "between 0 and 999"]),
        ("[discover]\nbudget_usd = nan\n", ["budget_usd", "a number"]),
    ],
)
def test_a_wrong_setting_of_a_service_is_named(tmp_path, text, words):
    with pytest.raises(ConfigError) as caught:
        _settings(tmp_path, text)
    assert all(word in str(caught.value) for word in words)


def test_only_services_at_home_are_reached_at_private_addresses(tmp_path):
    settings = _settings(
        tmp_path,
        '[sources.a]\nbase_url = "http://localhost:8888"\n[sources.b]\nbase_url = "http://192.168.1.5/"\n'
        '[sources.c]\nbase_url = "http://api.tineye.com/"\n[sources.d]\nbase_url = "http://8.8.8.8:81"\n'
        '[sources.e]\nbase_url = "http://nas.local:8080"\n[sources.f]\nbase_url = "http://[::1]:9"\n',
    )
    assert config.own_services(settings) == {"localhost:8888", "192.168.1.5:80", "nas.local:8080", "[::1]:9"}


def test_a_service_without_an_address_is_named(tmp_path):
    settings = _settings(tmp_path, '[sources.searxng]\nbase_url = "nowhere"\n')
    with pytest.raises(ConfigError, match=r"\[sources\.searxng\] base_url = 'nowhere'"):
        config.own_services(settings)


class _LockedError(Exception):
    pass


def _keyring(monkeypatch, answer) -> None:
    module = ModuleType("keyring")
    module.get_password = answer
    module.errors = SimpleNamespace(KeyringError=_LockedError)
    monkeypatch.setitem(sys.modules, "keyring", module)


def test_keys_come_from_the_environment_before_the_keyring(monkeypatch):
    _keyring(monkeypatch, lambda service, name: f"{service}/{name}")
    monkeypatch.setenv("CREDITLINE_X_KEY", "from the environment")
    assert config.secret("CREDITLINE_X_KEY") == "from the environment"
    monkeypatch.setenv("CREDITLINE_X_KEY", "")
    assert config.secret("CREDITLINE_X_KEY") == "creditline/CREDITLINE_X_KEY"


def test_a_locked_keyring_is_no_key(monkeypatch):
    def locked(service, name):
        raise _LockedError

    monkeypatch.delenv("CREDITLINE_X_KEY", raising=False)
    _keyring(monkeypatch, locked)
    assert config.secret("CREDITLINE_X_KEY") is None
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert config.secret("CREDITLINE_X_KEY") is None
