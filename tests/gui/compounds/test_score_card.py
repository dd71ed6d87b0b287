"""The score of a compound in its pane: sentence, bar, and what raises it."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.colours import CAUTION, FAINT
from waternet_plugin.gui.compounds.score_card import ScoreCard
from waternet_plugin.operations.compounds.compound_score import StoredScore

POINTS: tuple[tuple[str, float | None], ...] = (("rounds", 0.8), ("satisfaction", None))


@pytest.fixture
def card(qgis_app: Any) -> Any:
    """A card as wide as the pane, with what its button was asked."""
    del qgis_app
    parent = QWidget()
    asked: list[str] = []
    made = ScoreCard(parent, lambda: asked.append("raise"))
    made.resize(320, 120)
    yield made, asked
    parent.deleteLater()


def test_a_range_is_a_bar_and_a_sentence(card: Any) -> None:
    made, asked = card
    made.show_score(StoredScore("2026-09", 7.4, 8.4, "open", (6.0, 8.0), POINTS))
    assert made.sentence.text() == "7.4 to 8.4 of 10 in 2026-09: open; not known: Satisfaction"
    assert "0.5 to 1" in made.toolTip()
    picture = made.bar.grab().toImage()
    wide, middle = picture.width() / 10, picture.height() // 2
    colours = [QColor(picture.pixel(int(points * wide), middle)).name() for points in (2.0, 7.8, 9.5)]
    assert colours == [FAINT, CAUTION, FAINT]
    made.button.click()
    assert asked == ["raise"]
    made.show_lines(["More rounds: 1 (0.50 h), this indicator to 1"])
    assert made.lines.text().startswith("More rounds") and not made.lines.isHidden()


def test_without_a_stored_score_the_card_says_how_to_get_one(card: Any) -> None:
    made, _asked = card
    made.show_score(None)
    assert "score the month" in made.sentence.text()
    assert made.bar.isHidden() and made.lines.isHidden()
