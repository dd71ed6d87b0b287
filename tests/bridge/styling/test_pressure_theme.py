"""The theme of pressure: each head over ground has one class, and the legend tells its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsFeature, QgsField, QgsFields
from qgis.PyQt.QtCore import QVariant

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.pressure.head_classes import CLASSES, bounds_mpa, head_classes
from waternet_plugin.core.units import MPA_METRES

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


@pytest.mark.parametrize("required", [None, 0.16, 0.3])
@pytest.mark.parametrize(
    ("lowest", "stated"),
    [
        (0.139, None), (0.14, None), (0.142, None), (0.159, None), (0.161, None), (0.199, 0.6), (0.201, None),
        (0.299, None), (0.301, None), (0.439, None), (0.441, None), (None, 0.13), (None, None),
    ],
)  # fmt: skip
def test_each_pressure_has_the_class_that_runs_give_it(
    lowest: float | None, stated: float | None, required: float | None
) -> None:
    chosen = Look("screen", "en") if required is None else Look("screen", "en", required_mpa=required)
    assert chosen.required_mpa == (0.14 if required is None else required)
    known = np.array([np.nan if stated is None else stated]) if lowest is None else np.array([lowest])
    wanted = [*CLASSES, "unknown"][int(head_classes(known, chosen.required_mpa)[0])]
    assert _said(chosen.theme("pressure").value, lowest, stated) == wanted
    classes = chosen.line_classes("pressure")
    assert [one.key for one in classes if _said(one.filter, lowest, stated)] == [wanted]


@pytest.mark.parametrize("required", [0.14, 0.25])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_legend_tells_the_numbers(language: str, required: float) -> None:
    chosen = Look("screen", language, required_mpa=required)
    theme, classes = chosen.theme("pressure"), chosen.line_classes("pressure")
    labels = "".join(chosen.class_label(theme, one) for one in classes)
    assert all(f"{bound:g}" in labels for bound in bounds_mpa(required))
    assert f"{required * MPA_METRES:.1f} m" in labels
    assert [one.key for one in classes] == [*CLASSES, "unknown"]
    colours = [chosen.colour(f"pressure.{one.key}") for one in classes][:4]
    assert colours == ["#99000d", "#f4c430", "#6f9ac4", "#4a3a8c"]
