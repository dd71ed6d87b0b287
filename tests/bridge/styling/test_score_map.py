"""The map of scores: a colour a grade, words in both languages, compounds without a score as they are."""

from __future__ import annotations

from typing import Any

import pytest

from waternet_plugin.bridge.styling import areas
from waternet_plugin.bridge.styling.look import LANGUAGES, PALETTES, Look
from waternet_plugin.core.reports.compounds.score_words import grade_label


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_grade_has_a_colour_and_words(qgis_app: Any, palette: str, language: str) -> None:
    renderer = areas.score_renderer(Look(palette, language))
    categories = renderer.categories()
    assert [one.value() for one in categories][:4] == ["1", "2", "3", "4"]
    labels = [one.label() for one in categories]
    assert len(set(labels)) == 5 and all(labels)
    if language == "en":
        words = [grade_label(grade) for grade in ("excellent", "qualified", "failed", "open")]
        assert all(word in label for word, label in zip(words, labels))
    colours = {one.symbol().color().name() for one in categories[:4]}
    assert len(colours) == 4


def test_a_sign_stands_at_the_place_of_its_row() -> None:
    assert areas.score_signs({1: "excellent", 4: "failed", 2: "open"}) == "1403"
