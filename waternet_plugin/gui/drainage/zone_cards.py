"""Zero-discharge zones as they are listed and drawn: size, whether ready, what blocks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import OTHER
from waternet_plugin.core.quality.misconnected.sewage_seen import SEWAGE_SEEN
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.network.overlay import LABEL, OverlayArea, OverlayMark
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.work.write_orders import OrderRequest

_COLOUR, _EDGE_PX, _CHOSEN_PX = OTHER, 4, 5
_READY = 0.12
_SEPARATOR = ";"
# Where a crew is sent and what for, by what blocks a zone.
_COMPOUND = "compound"
_ORDERS = {
    "interceptor": ("node", "repair"),
    SEWAGE_SEEN: ("node", "trace"),
    _COMPOUND: ("compound", "inspect"),
}


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a zone."""
    return (
        TableColumn("zone_id", tr("Zone"), width=80, fills=True, wraps=True),
        TableColumn("area_km2", tr("km²"), decimals=2, width=54),
        TableColumn("state", tr("Size"), write=state_word, width=76),
        TableColumn("blocks", tr("Blocked by"), decimals=0, width=70),
    )


def state_word(code: str) -> str:
    """Return the word for how large a zone is."""
    words = {"within": tr("within"), "too_small": tr("too small"), "too_large": tr("too large")}
    return words.get(code, code)


def zone_rows(features: Any) -> list[dict[str, Any]]:
    """Return the features of the algorithm's layer as rows, with their shapes.

    Parameters
    ----------
    features
        Features with zone_id, outfalls, area_km2, state, ready and blocked_by.
    """
    rows = []
    for feature in features:
        shape = feature.geometry()
        named = [part.strip() for part in str(feature["blocked_by"] or "").split(_SEPARATOR) if part.strip()]
        rows.append(
            {
                "zone_id": str(feature["zone_id"]),
                "outfalls": str(feature["outfalls"] or ""),
                "area_km2": float(feature["area_km2"]),
                "state": str(feature["state"]),
                "ready": bool(feature["ready"]),
                "named": named,
                "blocks": len(named),
                "shape": shape,
            }
        )
    return sorted(rows, key=lambda row: row["zone_id"])


def drawn(rows: list[dict[str, Any]], chosen: str) -> tuple[list[OverlayMark], list[OverlayArea]]:
    """Return what the map shows: edges, ready zones filled, labels of name, size and blocks."""
    areas, marks = [], []
    for row in rows:
        shape = row["shape"]
        width = _CHOSEN_PX if row["zone_id"] == chosen else _EDGE_PX
        areas.append(OverlayArea(bytes(shape.asWkb()), _COLOUR, _READY if row["ready"] else 0.0, width))
        place = shape.pointOnSurface().asPoint()
        marks.append(OverlayMark(place.x(), place.y(), _COLOUR, LABEL, label(row)))
    return marks, areas


def label(row: dict[str, Any]) -> str:
    """Return what stands in a zone: its name, km2, and what blocks it."""
    blocks = tr("ready") if row["ready"] else tr("%n block(s)", "", row["blocks"])
    size = tr("{area} km²").format(area=amounts.number(row["area_km2"], 2))
    return "\n".join([row["zone_id"], size, blocks])


def card_lines(row: dict[str, Any]) -> list[str]:
    """Return a zone in sentences."""
    outfalls = [part.strip() for part in row["outfalls"].split(_SEPARATOR) if part.strip()]
    lines = [tr("Outfalls: {listed}").format(listed=listed(outfalls))]
    if row["ready"]:
        return [*lines, tr("Nothing blocks zero discharge.")]
    return [*lines, tr("What blocks zero discharge:"), *(f"• {_block_text(one)}" for one in row["named"])]


def _block_text(block: str) -> str:
    """Return a block as people read it: what it is, and its id."""
    kind, _space, name = block.partition(" ")
    if kind == SEWAGE_SEEN:
        return tr("Sewage seen at {node}").format(node=name)
    if kind == _COMPOUND:
        return tr("Compound {compound}").format(compound=name)
    kinds = domain("node_kind")
    return f"{kinds[kind].label} {name}" if kind in kinds else block


def orders(row: dict[str, Any]) -> tuple[OrderRequest, ...]:
    """Return the work orders for what blocks a zone, a request for each kind of work."""
    from waternet_plugin.operations.work.write_orders import LEAVE_OUT, OrderRequest

    assets: dict[tuple[str, str], dict[str, str]] = {}
    for block in row["named"]:
        kind, _space, name = block.partition(" ")
        if not name:
            continue
        # Of a misconnection a pipe or a node is named.
        table, work = _ORDERS.get(kind, ("", "repair"))
        assets.setdefault((table, work), {})[name] = tr("It blocks zone {zone}: {block}.").format(
            zone=row["zone_id"], block=_block_text(block)
        )
    return tuple(
        OrderRequest(tuple(told), work, table=table, notes=tuple(told.values()), running=LEAVE_OUT)
        for (table, work), told in assets.items()
    )
