import pytest

from creditline.errors import ConfigError
from creditline.settings import load_settings


def write(folder, text):
    (folder / "creditline.toml").write_text(text, encoding="utf-8")
    return folder


def test_defaults_without_a_file(tmp_path):
    settings = load_settings(tmp_path, {})
    assert settings.fetch.page_delay_s == 1.0
    assert settings.owner.names == ()


def test_environment_outranks_the_file(tmp_path):
    write(tmp_path, '[owner]\nnames = ["Jane"]\n[fetch]\npage_delay_s = 2\n')
    settings = load_settings(
        tmp_path, {"CREDITLINE_FETCH_PAGE_DELAY_S": "3.5", "CREDITLINE_OWNER_NAMES": "A B, C"}
    )
    assert settings.fetch.page_delay_s == 3.5
    assert settings.owner.names == ("A B", "C")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[owner]\nname = ["Jane"]\n', ["name", "[owner]", "did you mean 'names'"]),
        ("[ownr]\n", ["[ownr]", "did you mean 'owner'"]),
        ('[owner]\nnames = "Jane"\n', ["names", "a list of texts"]),
        ("[fetch]\npage_delay_s = 0\n", ["page_delay_s", "between 0.05 and 600"]),
        ('[fetch]\nworkers = "four"\n', ["workers", "a whole number"]),
        ("[fetch]\nworkers = 2.5\n", ["workers", "a whole number"]),
        ("[fetch]\npage_delay_s = nan\n", ["page_delay_s", "a number"]),
        ('[owner]\ndomains = ["https://jane.example/"]\n', ["not a host name", "write 'jane.example'"]),
        ('[owner]\ndomains = ["jane.example", ""]\n', ["not a host name", "take it out"]),
        ('owner = "Jane"\n', ["section", "[owner]"]),
        ("[owner\n", ["not valid TOML"]),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_right(tmp_path, text, words):
    with pytest.raises(ConfigError) as caught:
        load_settings(write(tmp_path, text), {})
    message = str(caught.value)
    assert "creditline.toml" in message
    assert "\n" not in message
    for word in words:
        assert word in message


def test_hosts_of_every_kind_are_taken(tmp_path):
    hosts = '["jane.example", "jané.example", "127.0.0.1", "::1", "localhost"]'
    settings = load_settings(write(tmp_path, f"[owner]\ndomains = {hosts}\n"), {})
    assert len(settings.owner.domains) == 5


def test_politeness_cannot_be_switched_off_by_the_environment(tmp_path):
    with pytest.raises(ConfigError):
        load_settings(tmp_path, {"CREDITLINE_FETCH_PAGE_DELAY_S": "0"})


def test_a_binary_settings_file_is_refused_in_words(tmp_path):
    (tmp_path / "creditline.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError):
        load_settings(tmp_path, {})


def test_a_path_in_the_file_is_seen_from_the_file(tmp_path):
    write(tmp_path, '[fetch]\nproxy_ca = "company.pem"\n')
    assert load_settings(tmp_path, {}).fetch.proxy_ca == str(tmp_path / "company.pem")
    named = load_settings(tmp_path, {"CREDITLINE_FETCH_PROXY_CA": "other.pem"})
    assert named.fetch.proxy_ca == "other.pem"
