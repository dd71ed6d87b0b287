"""The adoption wizard on a laptop, in both languages: no page cuts a text, no button slides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtWidgets import QApplication
from support.cut_texts import cut_texts, places, slid
from support.widgets import click
from support.wizard_helpers import InstantSession, wizard_with

from waternet_plugin import language
from waternet_plugin.gui.wizard.dialog import CHECK, CODES, FIELDS, FILES, PLACE

WIDTH, HEIGHT = 1280, 728


@pytest.fixture(params=["en", "zh_CN"])
def spoken(request: Any) -> Iterator[str]:
    language.install(request.param)
    yield request.param
    language.install("en")


@pytest.mark.slow
def test_no_page_cuts_a_text_and_no_button_slides(
    session: InstantSession, files: Any, tmp_path: Path, spoken: str
) -> None:
    wizard = wizard_with(session, tmp_path, files.failures, files.points, files.pipes)

    def fits() -> list[str]:
        QApplication.processEvents()
        big = wizard.width() > WIDTH or wizard.height() > HEIGHT
        return [*cut_texts(wizard), *([f"{wizard.width()} x {wizard.height()}"] if big else [])]

    wrong: dict[str, list[str]] = {}
    footer = ("wn_wizard_back", "wn_wizard_next")
    right = None
    for step in (FILES, FIELDS, CODES, PLACE):
        wizard.go_to(step)
        if step == CODES:
            before = places(wizard)
            wizard.codes.accept_suggestions()
            wrong["accepted"] = [*fits(), *slid(before, places(wizard))]
            if wizard.codes.rest.isVisible():
                wizard.codes.rest.click()
                wrong["given up"] = [*fits(), *slid(before, places(wizard))]
        wrong[f"step {step}"] = fits()
        if step == FIELDS:
            for tab in range(wizard.fields.tabs.count()):
                wizard.fields.tabs.setCurrentIndex(tab)
                wrong[f"fields {tab}"] = fits()
        now = {name: place.right() for name, place in places(wizard).items() if name in footer}
        right = right or now["wn_wizard_next"]
        assert now["wn_wizard_next"] == right
    wizard.state.new_path = str(tmp_path / "neu" / "stadt.gpkg")
    wizard.go_to(CHECK)
    wrong["check"] = fits()
    if wizard.step == CHECK:
        click(wizard, "wn_wizard_next")
        wrong["done"] = fits()
    assert {name: texts for name, texts in wrong.items() if texts} == {}
