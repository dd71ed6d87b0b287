"""The theme of pressure: each head over ground has one class, and the legend tells its numbers."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsFeature, QgsField, QgsFields
from qgis.PyQt.QtCore import QVariant

from waternet_plugin.bridge.styling import look
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.pressure.head_classes import BOUNDS_M, CLASSES
from waternet_plugin.core.units import METRE_MPA

FIELDS = ("pressure_min_mpa", "pressure_mpa")


def _said(text: str, lowest: float | None, stated: float | None) -> Any:
    fields = QgsFields()
    for name in FIELDS:
        fields.append(QgsField(name, QVariant.Double))
    feature = QgsFeature(fields)
    feature.setAttributes([lowest, stated])
    context = QgsExpressionContext()
    context.setFeature(feature)
    context.setFields(fields)
    return QgsExpression(text).evaluate(context)


@pytest.mark.parametrize(
    ("lowest_m", "stated_m", "wanted"),
    [
        (13.9, None, "too_low"), (14.1, None, "low"), (19.9, 60.0, "low"), (20.1, None, "enough"),
        (44.9, None, "enough"), (45.1, None, "high"), (None, 13.0, "too_low"), (None, None, "unknown"),
    ],
)  # fmt: skip
def test_each_head_has_one_class(lowest_m: float | None, stated_m: float | None, wanted: str) -> None:
    values = [None if metres is None else metres * METRE_MPA for metres in (lowest_m, stated_m)]
    theme = look.themes()["pressure"]
    assert _said(theme.value, *values) == wanted
    assert [one.key for one in look.line_classes("pressure") if _said(one.filter, *values)] == [wanted]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_legend_tells_the_numbers(language: str) -> None:
    chosen = Look("screen", language)
    theme = look.themes()["pressure"]
    labels = "".join(chosen.class_label(theme, one) for one in look.line_classes("pressure"))
    assert all(f"{bound:g}" in labels for bound in BOUNDS_M)
    assert [one.key for one in look.line_classes("pressure")] == [*CLASSES, "unknown"]
    colours = [chosen.colour(f"pressure.{one.key}") for one in look.line_classes("pressure")][:4]
    assert colours == ["#99000d", "#f4c430", "#6f9ac4", "#4a3a8c"]
