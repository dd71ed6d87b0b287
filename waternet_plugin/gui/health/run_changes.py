"""What changed between two assessments: pipe by pipe, in kilometres, and as a layer for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsLineSymbol,
    QgsRendererCategory,
    QgsVectorLayer,
)

from waternet_plugin.bridge import sinks
from waternet_plugin.bridge.layer_frames import without_asking
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.health import pipe_list
from waternet_plugin.gui.health.pipe_list import MOST
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.health.run_changes import RunChanges

# The colours of the classes a pipe falls to or rises to, and line widths in mm; worst drawn last.
_LOOKS = {
    "gone": ("health.unknown", 0.5),
    "new": ("health.monitor", 0.7),
    "settings": ("health.priority", 0.9),
    "better": ("health.in_service", 0.9),
    "worse": ("health.renew_now", 1.2),
}
_LAYER_COLUMNS = [
    ("pipe_id", "text"),
    ("class_a", "text"),
    ("class_b", "text"),
    ("rate_a", "real"),
    ("rate_b", "real"),
    ("change", "text"),
]


def rows_of(changes: RunChanges, change: str) -> list[dict[str, Any]]:
    """Return the pipes of one change as rows; the first `MOST` have their shape under ``wkb``."""
    from waternet_plugin.core.frames import records
    from waternet_plugin.core.shapes.wkb import to_wkb

    chosen = changes.pipes[changes.pipes["change"] == change]
    rows: list[dict[str, Any]] = records(chosen.drop(columns="geom"))
    for row, wkb in zip(rows, to_wkb(chosen["geom"].to_numpy()[:MOST]) if len(chosen) else ()):
        row["wkb"] = wkb
    return rows


def change_label(code: str) -> str:
    """Return what a change is called."""
    return {
        "worse": tr("Worse"),
        "better": tr("Better"),
        "settings": tr("Different class because of other settings"),
        "same": tr("The same"),
        "new": tr("New"),
        "gone": tr("Gone"),
    }[code]


def change_colour(code: str) -> str:
    """Return the colour in which the map draws a change."""
    return Look("screen", texts.language()).colour(_LOOKS[code][0])


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a changed pipe."""
    shown = {column.key: column for column in pipe_list.columns()}

    def class_of(code: str) -> str:
        return pipe_list.label("health_class", code)

    return (
        *(shown[key] for key in ("street", "diameter_mm", "material", "install_year", "length_m")),
        TableColumn("class_a", tr("Class before"), write=class_of, colour=pipe_list.class_colour, width=116),
        TableColumn("class_b", tr("Class now"), write=class_of, colour=pipe_list.class_colour, width=116),
        TableColumn("rate_a", tr("Rate before"), decimals=0, width=88),
        TableColumn("rate_b", tr("Rate now"), decimals=0, width=72),
        TableColumn("pipe_id", shown["pipe_id"].label, width=96, fills=True),
    )


def _renderer() -> QgsCategorizedSymbolRenderer:
    categories = []
    for level, (code, (_colour, width)) in enumerate(_LOOKS.items()):
        symbol = QgsLineSymbol.createSimple(
            {"line_color": change_colour(code), "line_width": str(width), "capstyle": "round"}
        )
        symbol.symbolLayer(0).setRenderingPass(level)
        categories.append(QgsRendererCategory(code, symbol, change_label(code)))
    # The legend begins with what matters most.
    renderer = QgsCategorizedSymbolRenderer("change", categories[::-1])
    renderer.setUsingSymbolLevels(True)
    return renderer


def layer_of(changes: RunChanges, crs: Any) -> QgsVectorLayer:
    """Return the changed pipes as a layer in memory; make it in any thread and move it to the main one.

    Parameters
    ----------
    changes
        What changed.
    crs
        The network's.
    """
    name = tr("Changes {first} → {second}").format(first=changes.first, second=changes.second)
    layer = QgsVectorLayer("LineStringZ", name, "memory", without_asking())
    layer.setCrs(sinks.qgis_crs(crs))
    provider = layer.dataProvider()
    fields = sinks.fields_of(_LAYER_COLUMNS)
    provider.addAttributes(list(fields))
    layer.updateFields()
    sinks.write(provider, changes.pipes, _LAYER_COLUMNS, fields, "LineStringZ")
    layer.updateExtents()
    layer.setRenderer(_renderer())
    layer.setReadOnly(True)
    return layer
