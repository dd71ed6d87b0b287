"""A line of text is asked with buttons in our words, whatever Qt speaks."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication, QInputDialog

from waternet_plugin import language
from waternet_plugin.gui.widgets import asking


@pytest.mark.parametrize(("code", "words"), [("en", ("OK", "Cancel")), ("zh_CN", ("确定", "取消"))])
@pytest.mark.parametrize(("accepts", "answer"), [(True, "mine"), (False, None)])
def test_a_text_is_asked_in_our_words(
    qgis_app: Any, code: str, words: tuple[str, str], accepts: bool, answer: Any
) -> None:
    seen: list[tuple[str, str]] = []

    def reply() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QInputDialog)
        seen.append((dialog.okButtonText(), dialog.cancelButtonText()))
        dialog.setTextValue("mine")
        dialog.accept() if accepts else dialog.reject()

    language.install(code)
    try:
        QTimer.singleShot(0, reply)
        assert asking.ask_text(None, "Title", "Name", "first") == answer
    finally:
        language.install("en")
    assert seen == [words]
