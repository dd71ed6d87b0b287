"""The interface speaks the user's language."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from qgis.core import QgsSettings

from waternet_plugin import language
from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr


@pytest.fixture(autouse=True)
def _english_after() -> Iterator[None]:
    yield
    QgsSettings().remove("locale/userLocale")
    texts.set_translator(None, "en")


@pytest.mark.parametrize("locale", ["zh_CN", "zh-Hans", "zh"])
def test_chinese_under_each_of_its_names(qgis_app: object, locale: str) -> None:
    assert language.install(locale) == "zh_CN"
    assert tr("Network") == "管网"


@pytest.mark.parametrize("locale", ["en", "en_US", "de", "fr_FR"])
def test_english_for_everybody_else(qgis_app: object, locale: str) -> None:
    assert language.install(locale) == "en"
    assert tr("Network") == "Network"


def test_the_setting_of_qgis_wins_over_the_environment(
    qgis_app: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("LC_ALL", "")
    QgsSettings().setValue("locale/userLocale", "zh_CN")
    assert language.user_locale() == "zh_CN"


def test_the_environment_speaks_without_a_setting(qgis_app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    QgsSettings().remove("locale/userLocale")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("LC_MESSAGES", "")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert language.user_locale() == "zh_CN"


def test_c_in_the_settings_is_no_language(qgis_app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    QgsSettings().setValue("locale/userLocale", "C")
    monkeypatch.setenv("LC_ALL", "")
    monkeypatch.setenv("LC_MESSAGES", "")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert language.user_locale() == "zh_CN"


def test_texts_with_signs_beyond_ascii_are_looked_up(qgis_app: object) -> None:
    language.install("zh_CN")
    assert tr("“°–”: no such text") == "“°–”: no such text"


def test_a_file_written_anew_while_it_is_spoken_changes_nothing(
    qgis_app: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "i18n" / "waternet_zh_CN.qm"
    file.parent.mkdir()
    shutil.copy(language.CHINESE_FILE, file)
    monkeypatch.setattr(language, "ROOT", tmp_path)
    monkeypatch.setattr(language, "CHINESE_FILE", file)
    assert language.install("zh_CN") == "zh_CN"
    # In place, as a compiler of translations does.
    with file.open("r+b") as open_file:
        open_file.write(bytes(file.stat().st_size))
    assert tr("Network") == "管网" and tr("Pipes") == "管段"
