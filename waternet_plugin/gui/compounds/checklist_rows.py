"""What the pane of checklists shows of each asset: signs of its items, and what is in the way in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import labelled, tr
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.compounds.read_checklists import CheckedAsset, CheckedItem, Checklist

# By the state of an item.
_SIGNS = {"yes": "✓", "ticked": "●", "no": "×", "unknown": "?"}
_NOT_SAVED = "…"
_ITEM_PX = 24


def columns(items: Sequence[tuple[str, str]]) -> tuple[TableColumn, ...]:
    """Return what the matrix shows of an asset: its label, how many items are met, and each item."""
    return (
        TableColumn("label", tr("Asset"), width=88, fills=True, wraps=True),
        TableColumn("state", tr("Met", "items"), width=46, wraps=True),
        *(
            TableColumn(item, str(number), width=_ITEM_PX, title=label, tip=partial(_tip, item, label))
            for number, (item, label) in enumerate(items, start=1)
        ),
    )


def _tip(item: str, label: str, row: dict[str, Any]) -> str:
    return labelled(label, row["words"][item])


def is_known(cell: CheckedItem) -> bool:
    """Return whether the map tells an item."""
    return cell.state in ("yes", "no")


def row_of(asset: CheckedAsset, unsaved: Mapping[str, bool] | None) -> dict[str, Any]:
    """Return the row of an asset.

    Parameters
    ----------
    unsaved
        Items that were ticked (True) or whose tick was taken off and that are not saved, None for none.
    """
    from waternet_plugin.core.reports.compounds.score_words import cell_text

    state = tr("{count} of {all}").format(count=asset.met, all=len(asset.cells))
    signs, words = {}, {}
    for cell in asset.cells:
        is_changed = unsaved is not None and cell.item in unsaved
        signs[cell.item] = _NOT_SAVED if is_changed else _SIGNS[cell.state]
        words[cell.item] = tr("not saved") if is_changed else cell_text(cell.state, cell.blocked_by)
    return {
        "asset": asset.asset,
        "label": asset.label,
        "state": state if unsaved is None else tr("not saved"),
        "words": words,
        **signs,
    }


def blocking_text(checklist: Checklist, asset: CheckedAsset) -> str:
    """Return in lines what the map shows of the items of an asset that do not hold."""
    from waternet_plugin.core.reports.compounds.score_words import cell_text

    numbers = {item: number for number, (item, _label) in enumerate(checklist.items, start=1)}
    return "\n".join(
        f"{numbers[cell.item]}  {cell_text(cell.state, cell.blocked_by)}"
        for cell in asset.cells
        if cell.state == "no"
    )
