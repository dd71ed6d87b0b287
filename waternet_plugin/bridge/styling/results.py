"""Renderers of what plans and survey files left behind: renewal packages, rows of survey files."""

from __future__ import annotations

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsMarkerSymbol,
    QgsRendererCategory,
    QgsSimpleMarkerSymbolLayer,
)

from waternet_plugin.bridge.styling import lines
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.colours import WHITE
from waternet_plugin.core.schema import domains

# Wide and pale: a band under the pipes.
_PACKAGE_MM = 2.2
_ROW_MM = 1.8


def project_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of renewal packages: a band in the colour of the state."""
    categories = []
    for code in domains.domain("project_state").values():
        colour = chosen.colour(f"project.{code.code}")
        symbol = lines.line([lines.stroke(colour, chosen.width(_PACKAGE_MM))])
        categories.append(QgsRendererCategory(code.code, symbol, chosen.label(code)))
    return QgsCategorizedSymbolRenderer("state", categories)


def survey_row_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of the rows of survey files: a dot in the colour of what became of the row."""
    categories = []
    for code in domains.domain("survey_verdict").values():
        properties = {
            "name": "circle",
            "size": f"{_ROW_MM:g}",
            "size_unit": "MM",
            "color": chosen.colour(f"survey_row.{code.code}"),
            "outline_color": WHITE,
            "outline_width": "0.2",
            "outline_width_unit": "MM",
        }
        symbol: QgsMarkerSymbol = lines.marker(QgsSimpleMarkerSymbolLayer.create(properties))
        categories.append(QgsRendererCategory(code.code, symbol, chosen.label(code)))
    return QgsCategorizedSymbolRenderer("verdict", categories)
