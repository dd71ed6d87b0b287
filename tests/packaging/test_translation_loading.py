"""The compiled translation is found for every code that QGIS uses for Simplified Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.PyQt.QtCore import QLocale, QTranslator


def _translator(folder: Path, code: str) -> QTranslator | None:
    translator = QTranslator()
    return translator if translator.load(QLocale(code), "waternet", "_", str(folder)) else None


@pytest.fixture
def folder(unzipped: Path) -> Path:
    """Folder of the translations as they are in the zip."""
    return unzipped / "waternet_plugin" / "i18n"


@pytest.mark.parametrize("code", ["zh_CN", "zh-Hans", "zh"])
def test_simplified_chinese_is_found(folder: Path, code: str) -> None:
    translator = _translator(folder, code)
    assert translator is not None
    assert not translator.isEmpty()


@pytest.mark.parametrize("code", ["en", "en_US", "de", "zh_TW"])
def test_others_get_english(folder: Path, code: str) -> None:
    assert _translator(folder, code) is None


@pytest.mark.parametrize("code", ["zh_CN", "zh-Hans", "zh"])
def test_plugin_speaks_chinese(plugin_dir: Path, code: str) -> None:
    from waternet_plugin import language
    from waternet_plugin.core import texts

    assert (plugin_dir / "i18n" / "waternet_zh_CN.qm").is_file(), "run make setup"
    try:
        assert language.install(code) == "zh_CN"
        assert texts.language() == "zh_CN"
    finally:
        language.install("en")
    assert texts.language() == "en"
