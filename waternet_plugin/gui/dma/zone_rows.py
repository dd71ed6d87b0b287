"""The zones of a drawing as rows of a list, and the crossings of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import ACCENT, FAULT, INK, WARNING
from waternet_plugin.core.dma.drawing.boundary_state import CLOSED, DOUBTFUL, INLET, OPEN, OUTLET
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.dma.boundaries.hues import HUES
from waternet_plugin.gui.dma.figure_texts import cut_off_text
from waternet_plugin.gui.dma.leaks import leak_texts
from waternet_plugin.gui.dma.leaks.leak_texts import LeakFigure
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waternet_plugin.gui.dma.boundaries.drawing_model import DrawingModel
    from waternet_plugin.operations.leakage.zone_flow import LeakageState

_DRAFT = "draft"
_VERDICT_SIGNS = {"valid": "✓", "not_valid": "×", "not_provable": "?"}
# The worst first.
ORDER = (OPEN, DOUBTFUL, INLET, OUTLET, CLOSED)
_MARKS = {OPEN: FAULT, DOUBTFUL: WARNING, CLOSED: INK, INLET: ACCENT, OUTLET: ACCENT}
_MOST_PIPES = 3


def crossing_word(what: int) -> str:
    """Return what people call a crossing."""
    return {
        OPEN: tr("Unmetered"),
        DOUBTFUL: tr("Doubtful"),
        CLOSED: tr("Closed"),
        INLET: tr("Inlet"),
        OUTLET: tr("Outlet"),
    }[what]


def state_word(code: str) -> str:
    """Return a word for the state of a zone that a narrow column shows whole."""
    words = {
        "draft": tr("Draft", "state of a zone, short"),
        "proven": tr("Proven", "state of a zone, short"),
        "in_operation": tr("In use", "state of a zone, short"),
        "retired": tr("Retired", "state of a zone, short"),
    }
    labels = domain("zone_state")
    return words.get(code) or (labels[code].label if code in labels else code)


def zone_columns() -> tuple[TableColumn, ...]:
    """Return what the list of zones shows."""
    return (
        TableColumn("hue", "", write=lambda _hue: "", colour=lambda hue: HUES[hue], width=16),
        TableColumn("name", tr("Zone"), width=90, fills=True, wraps=True, tip=_zone_tip),
        TableColumn("state", tr("State"), width=68),
        TableColumn(
            "leak", tr("Leak", "m3/h, a short heading"), decimals=1, colour=leak_texts.colour_of, width=54
        ),
        TableColumn("customers", tr("Users"), decimals=0, width=36),
        TableColumn("km", "km", decimals=1, width=30, spare=True),
        TableColumn("inlets", tr("In", "inlets, a short heading"), decimals=0, width=24, spare=True),
        TableColumn("open", tr("Open", "open crossings, a short heading"), decimals=0, width=38),
    )


def _zone_tip(row: dict[str, Any]) -> str:
    """Return the name of a zone with the figures that a narrow list leaves out."""
    inlets = tr("%n inlet(s)", "", row["inlets"])
    return listed([row["name"].removeprefix("▸ "), amounts.length(1000.0 * row["km"]), inlets])


def zone_rows(model: DrawingModel, leakage: Mapping[str, LeakageState]) -> list[dict[str, Any]]:
    """Return a row for each zone, in the order of their numbers.

    Parameters
    ----------
    model
        The zones.
    leakage
        What is stored of their leakage, by their ids.
    """
    drawing, hues = model.drawing, model.hues()
    knows_users = drawing.network.knows_users
    rows = []
    for zone in range(drawing.zones.count):
        figures = drawing.figures(zone, with_shape=False)
        rows.append(
            {
                "zone": zone,
                "hue": hues[zone],
                "name": ("▸ " if zone == model.zone else "") + model.name_of(zone),
                "state": _state(model, zone),
                "leak": _leak(leakage.get(str(drawing.zones.tree.zone_id[zone]))),
                "customers": figures.customers if knows_users else None,
                "km": figures.length_m / 1000.0,
                "inlets": figures.inlets,
                "open": figures.open_crossings,
            }
        )
    return rows


def _leak(state: LeakageState | None) -> LeakFigure | None:
    return None if state is None else LeakFigure(state.leak_m3h, state.state)


def _state(model: DrawingModel, zone: int) -> str:
    if model.is_locked(zone):
        return tr("locked")
    row = model.row_of(zone)
    state = state_word(row.state if row is not None and row.state else _DRAFT)
    verdict = _VERDICT_SIGNS.get(model.verdict_of(zone), "")
    return f"{verdict} {state}" if verdict else state


def crossing_columns() -> tuple[TableColumn, ...]:
    """Return what the list of crossings shows."""
    return (
        TableColumn("what", "", write=lambda _what: "", colour=lambda what: _MARKS[what], width=20),
        TableColumn("word", tr("What"), width=84),
        TableColumn("node", tr("Node"), width=62),
        TableColumn("beyond", tr("Beyond"), width=52, wraps=True),
        TableColumn("pipes", tr("Pipes"), width=70, fills=True, wraps=True),
    )


def crossing_rows(model: DrawingModel) -> list[dict[str, Any]]:
    """Return a row for each crossing of the drawn zone, the worst first."""
    if model.ground is None or model.zone < 0:
        return []
    drawing = model.drawing
    return [
        crossing_row(model, vertex, what) for what in ORDER for vertex in drawing.crossings(model.zone, what)
    ]


def crossing_row(model: DrawingModel, vertex: int, what: int) -> dict[str, Any]:
    """Return the row of a crossing: what it is, what lies beyond, the pipes there, the place."""
    drawing, network = model.drawing, model.drawing.network
    graph = network.graph
    indptr, _neighbour, pipes = graph.adjacency()
    here = sorted({int(one) for one in pipes[indptr[vertex] : indptr[vertex + 1]] if network.open[one]})
    inside = drawing.zones.tree.holds(model.zone, drawing.state.zone[here])
    others = [pipe for pipe, is_inside in zip(here, inside) if not is_inside]
    return {
        "vertex": vertex,
        "what": what,
        "word": crossing_word(what),
        "node": graph.node_id[vertex] or "",
        "beyond": listed(sorted({model.name_of(int(drawing.state.zone[pipe])) for pipe in others})),
        "pipes": listed([_pipe_text(model, pipe) for pipe in others[:_MOST_PIPES]]),
        "x": float(graph.x_m[vertex]),
        "y": float(graph.y_m[vertex]),
    }


def _pipe_text(model: DrawingModel, pipe: int) -> str:
    network = model.drawing.network
    size = network.diameter_mm[pipe]
    name = str(network.graph.pipe_id[pipe])
    return f"{name} DN{size:.0f}" if size == size else name


def why_text(model: DrawingModel, vertex: int) -> str:
    """Return why the drawn zone is open, or closed, at a vertex."""
    what = model.drawing.crossing_state(model.zone, vertex)
    zone = model.name_of(model.zone)
    if what is None:
        return tr("{zone} does not end here: all open pipes of this node are on one side.").format(zone=zone)
    row = crossing_row(model, vertex, what)
    return {
        OPEN: tr(
            "Open crossing: at {node} water passes between {zone} and {beyond} through {pipes} without a "
            "meter. Put a meter there or close it."
        ),
        DOUBTFUL: tr(
            "Doubtful: it is not known whether the valve {node} between {zone} and {beyond} is closed. Look "
            "at it and record its state."
        ),
        CLOSED: tr("Closed: the valve {node} parts {zone} from {beyond}."),
        INLET: tr("Inlet: the meter at {node} measures what flows from {beyond} into {zone}."),
        OUTLET: tr("Outlet: the meter at {node} measures what flows out of {zone} into {beyond}."),
    }[what].format(node=row["node"] or tr("a joint"), zone=zone, beyond=row["beyond"], pipes=row["pipes"])


def summary(model: DrawingModel) -> str:
    """Return what the drawn zone comes to, in a few words."""
    figures = model.figures()
    if figures is None:
        return tr("%n zone(s)", "", model.drawing.zones.count)
    name = model.name_of(model.zone)
    if not figures.pipes:
        return tr("{zone}: no pipes yet").format(zone=name)
    if figures.open_crossings:
        return tr("{zone}: %n open crossing(s)", "", figures.open_crossings).format(zone=name)
    if figures.loose_parts:
        return tr("{zone}: %n loose part(s)", "", figures.loose_parts).format(zone=name)
    if figures.doubtful_crossings:
        return tr("{zone}: closed but for %n doubtful valve(s)", "", figures.doubtful_crossings).format(
            zone=name
        )
    lost = model.drawing.lost_supply()
    if lost.is_any:
        return tr("{zone}: closed, but {cut_off}").format(zone=name, cut_off=cut_off_text(lost))
    if not figures.inlets:
        return tr("{zone}: closed, without an inlet").format(zone=name)
    return tr("{zone}: closed, {km}").format(zone=name, km=amounts.length(figures.length_m))
