"""Work that is open in a network: items that are not closed, and repairs without a check of the map."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.frames import records
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr
from waternet_plugin.store.network import Network


def open_work(network: Network) -> list[dict[str, Any]]:
    """Return what is open as `Network.open_work` describes it, with its kind and state in words.

    The words are under ``what`` and ``state_label``.
    """
    types, states = domain("work_item_type"), domain("work_item_state")
    rows: list[dict[str, Any]] = records(network.open_work())
    for row in rows:
        row["what"] = types[row["type"]].label if row["type"] in types else tr("Work item")
        state = states.get(row["state"])
        is_repair = row["table"] == "failure"
        row["state_label"] = (
            tr("repaired, map not checked") if is_repair else (state.label if state is not None else "")
        )
    return rows
