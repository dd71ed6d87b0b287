"""The compiled translation is found for every code that QGIS uses for Simplified Chinese."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from qgis.PyQt.QtCore import QLocale, QTranslator
from support.sources import ROOT


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


def test_each_text_is_found_though_the_compiled_file_has_no_english() -> None:
    source = ROOT / "waternet_plugin" / "i18n" / "waternet_zh_CN.ts"
    compiled = source.with_suffix(".qm").read_bytes()
    translator = QTranslator()
    assert translator.loadFromData(compiled)
    lost = []
    for message in ET.parse(source).iter("message"):
        text, comment = message.findtext("source", ""), message.findtext("comment", "")
        is_counted = message.get("numerus") == "yes"
        wanted = message.findtext("translation/numerusform" if is_counted else "translation", "")
        hint, number = comment.encode() or None, 1 if is_counted else -1
        if translator.translate(b"@default", text.encode(), hint, number) != wanted:
            lost.append(text)
    assert lost == []
    assert translator.translate(b"@default", b"A sentence of nobody") in (None, "")
    assert b"can't be copied to {folder}" not in compiled
