"""The score of a compound in its pane: sentence, bar, and what raises it."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QWidget
from support.widgets import part

from waternet_plugin.core.colours import CAUTION, FAINT
from waternet_plugin.gui.compounds.score_card import ScoreCard
from waternet_plugin.operations.compounds.compound_score import StoredScore
from waternet_plugin.operations.compounds.score_details import CountedRows, IndicatorDetail, ScoreDetails
from waternet_plugin.operations.work.write_orders import OrderRequest

POINTS: tuple[tuple[str, float | None], ...] = (("rounds", 0.8), ("satisfaction", None))


@pytest.fixture
def card(qgis_app: Any) -> Any:
    """A card as wide as the pane, with what its button was asked."""
    del qgis_app
    parent = QWidget()
    asked: list[Any] = []
    made = ScoreCard(parent, lambda: asked.append("details"), asked.append, asked.append)
    made.resize(320, 120)
    yield made, asked
    parent.deleteLater()


def test_a_range_is_a_bar_and_a_sentence(card: Any) -> None:
    made, asked = card
    made.show_score(StoredScore("2026-09", 7.4, 8.4, "open", (6.0, 8.0), POINTS))
    assert made.sentence.text() == "7.4 to 8.4 of 10 in 2026-09: open; not known: Satisfaction"
    picture = made.bar.grab().toImage()
    wide, middle = picture.width() / 10, picture.height() // 2
    colours = [QColor(picture.pixel(int(points * wide), middle)).name() for points in (2.0, 7.8, 9.5)]
    assert colours == [FAINT, CAUTION, FAINT]
    made.button.click()
    assert asked == ["details"]


def test_indicators_fold_out_with_links_and_what_raises_the_score_becomes_orders(card: Any) -> None:
    made, asked = card
    score = StoredScore("2026-09", 7.4, 8.4, "open", (6.0, 8.0), POINTS)
    made.show_score(score)
    made.fold.click()
    # Nothing is there yet: it is asked for.
    assert asked == ["details"] and made.wants_details
    met, everything = CountedRows("1", "work_item", (7,)), CountedRows("0.0 m", "pipe", ())
    indicators = (
        IndicatorDetail("rounds", "Rounds", met, None, "1", 0.8, ""),
        IndicatorDetail("pipe_cleaning", "Pipes cleaned", everything, everything, "–", 0.5, ""),
        IndicatorDetail("satisfaction", "Satisfaction", None, None, "–", None, "Not entered for 2026-09."),
    )
    orders = (OrderRequest(("P1",), "clean"),)
    made.show_details(ScoreDetails("C", score, indicators, ("Clean 5 m of P1",), orders, "It is over."))
    assert made.lines.text() == "Clean 5 m of P1\nIt is over."
    assert not made.indicators.isHidden() and made.button.isHidden()
    part(made, "wn_indicator_rounds_met").click()
    # What counts nothing leads nowhere.
    part(made, "wn_indicator_pipe_cleaning_met").click()
    assert asked[1:] == [met]
    assert part(made, "wn_indicator_satisfaction_points").text() == "0.5 to 1"
    assert part(made, "wn_indicator_satisfaction_missing").text() == "Not entered for 2026-09."
    made.order_button.click()
    assert asked[2] == orders
    # Another compound begins without.
    made.show_score(score)
    assert made.wants_details and made.order_button.isHidden() and made.lines.isHidden()


def test_without_a_stored_score_the_card_says_how_to_get_one(card: Any) -> None:
    made, _asked = card
    made.show_score(None)
    assert "score the month" in made.sentence.text()
    assert made.bar.isHidden() and made.lines.isHidden()
