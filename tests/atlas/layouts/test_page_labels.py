"""Texts on pages of their own have the size and the colour that they are given, whatever QGIS prints them."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsLayoutItemLabel, QgsProject

from waternet_plugin.atlas.layouts.item_fonts import POINT_MM, label_font
from waternet_plugin.atlas.layouts.notice_page import notice_page
from waternet_plugin.atlas.layouts.page_labels import PageLabels, empty_page

FAMILIES = ("Noto Sans CJK SC", "Noto Sans")


def _labels(layout: Any) -> list[QgsLayoutItemLabel]:
    return [item for item in layout.items() if isinstance(item, QgsLayoutItemLabel)]


def _colour(item: QgsLayoutItemLabel) -> str:
    colour = item.textFormat().color() if hasattr(item, "textFormat") else item.fontColor()
    return str(colour.name())


def test_letters_have_their_size_and_colour(qgis_app: Any) -> None:
    project = QgsProject()
    layout = empty_page(project, (420.0, 297.0))
    PageLabels(layout, FAMILIES).put("清源县", (20.0, 20.0, 300.0), 18.0, color="#99000d")
    (label,) = _labels(layout)
    assert label_font(label).pointSizeF() * POINT_MM == pytest.approx(18.0, abs=0.01)
    assert _colour(label) == "#99000d"


def test_a_notice_has_a_larger_heading(qgis_app: Any) -> None:
    project = QgsProject()
    layout = notice_page(project, (420.0, 297.0), "2513.0-501.7", "This sheet failed.", FAMILIES)
    heading, text = (
        next(each for each in _labels(layout) if each.text().startswith(start)) for start in "2T"
    )
    assert label_font(heading).pointSizeF() > label_font(text).pointSizeF()
    assert _colour(heading) != _colour(text)
