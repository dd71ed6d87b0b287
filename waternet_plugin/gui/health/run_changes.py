"""What changed between two assessments: pipe by pipe, in kilometres, and as a layer for a while."""

from __future__ import annotations

from dataclasses import dataclass
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
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.health import pipe_list
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.store import Network

MOST = pipe_list.MOST
_CHANGED = ("worse", "better", "settings", "new", "gone")
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


@dataclass(frozen=True)
class RunChanges:
    """What changed from one run to another.

    ``metres`` and ``pipes`` count by change (worse, better, same, new, gone); ``frame`` has the pipes that
    changed with street, size and line, worst first; ``other`` says what was set otherwise, '' for nothing.
    """

    first: str
    second: str
    metres: dict[str, float]
    pipes: dict[str, int]
    frame: pd.DataFrame
    other: str = ""

    def rows(self, change: str) -> list[dict[str, Any]]:
        """Return the pipes of one change as rows; the first `MOST` have their shape under ``wkb``."""
        from waternet_plugin.core.frames import records
        from waternet_plugin.core.wkb import to_wkb

        chosen = self.frame[self.frame["change"] == change]
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


def compare(network: Network, first: str, second: str, *, progress: Progress = SILENT) -> RunChanges:
    """Compare two runs.

    Parameters
    ----------
    first, second
        Ids of the earlier and the later run.
    progress
        Listener; may cancel.
    """
    from waternet_plugin.core.health.risk import comparability
    from waternet_plugin.core.health.risk.comparing import CHANGES, compare_runs
    from waternet_plugin.core.reports.setting_words import changes_sentence

    asked = network.read("assessment_run", ["run_id", "parameters"], geometry=False)
    kept = asked.set_index("run_id")["parameters"]
    other = comparability.changed(*(stored_object(kept[run]) for run in (first, second)))
    columns = ["pipe_id", "class", "rate_per_100km_y"]
    sides = []
    for place, run in enumerate((first, second)):
        progress.at(0.1 + 0.3 * place)
        sides.append(network.read("assessment", columns, where={"run_id": run}, geometry=False))
    found = compare_runs(*sides, alike=comparability.classes_alike(other))
    rates = (found["rate_a"] - found["rate_b"]).abs() > 1e-9 * found["rate_a"]
    progress.at(0.6)
    lengths = network.read("pipe", ["pipe_id", "length_m"], geometry=False)
    metres = found["pipe_id"].map(lengths.set_index("pipe_id")["length_m"]).fillna(0.0)
    sums = metres.groupby(found["change"]).sum().to_dict()
    counts = found["change"].value_counts().to_dict()
    changed = found[found["change"].isin(_CHANGED)]
    progress.at(0.8)
    pipes = network.read(
        "pipe",
        ["pipe_id", "street", "diameter_mm", "material", "install_year", "length_m"],
        ids=changed["pipe_id"].tolist(),
    )
    # A pipe that was deleted since has no line any more.
    frame = pipes.merge(changed, on="pipe_id", how="inner")
    jump = (frame["rate_b"] - frame["rate_a"]).abs().fillna(0.0)
    frame = frame.assign(jump=jump).sort_values(
        ["jump", "pipe_id"], ascending=[False, True], ignore_index=True
    )
    return RunChanges(
        first,
        second,
        {code: float(sums.get(code, 0.0)) for code in CHANGES},
        {code: int(counts.get(code, 0)) for code in CHANGES},
        frame,
        changes_sentence(other, int(rates.sum())) if other else "",
    )


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
    sinks.write(provider, changes.frame, _LAYER_COLUMNS, fields, "LineStringZ")
    layer.updateExtents()
    layer.setRenderer(_renderer())
    layer.setReadOnly(True)
    return layer
