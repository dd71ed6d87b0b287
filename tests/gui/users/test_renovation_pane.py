"""Compounds to renovate in the window: three dots, a card whose figures lead to rows, a sheet each."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.PyQt.QtCore import QUrl
from support.widgets import click, rows, text

from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.users import renovation_rows


def test_the_card_tells_what_is_not_known() -> None:
    row = dict.fromkeys(
        ("reasons", "loss_m3", "pipes_m", "risers_m", "pump_rooms_due", "cost_leakage", "cost_works",
         "cost_meters", "cost_repairs", "cost_operation", "cost")
    )  # fmt: skip
    card = renovation_rows.card({**row, "name": "<b>A</b>", "must_renovate": "unknown", "meters_due": 2.0})
    assert "&lt;b&gt;A&lt;/b&gt;" in card and "<b>A</b>" not in card
    assert card.count("not known") == 7 and 'href="rows:meters_due">2 meters due' in card


@pytest.mark.slow
def test_figures_lead_to_their_rows_and_a_sheet_is_printed(
    plugin: Any, town: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(file_dialogs, "open_file", opened.append)
    town.open_tool("renovation")
    pane = town.window("wn_renovation")
    until(lambda: pane.result is not None and town.is_idle, 20.0)
    first, second = rows(pane, "wn_renovation_list")
    assert first["name"] == "A Yard A" and second["name"] == "B Yard B"
    assert [(one["leakage"], one["pressure"], one["quality"]) for one in (first, second)] == [
        ("yes", "no", "no"), ("no", "no", "yes"),
    ]  # fmt: skip
    assert "leakage 10.0 %, above 5 %" in text(pane, "wn_renovation_card")
    for figure, table, wanted in (
        ("bulk_meters", "node", {"BULK-A"}),
        ("users", "customer", {"U1", "U2"}),
        ("pipes", "pipe", {"P1"}),
        ("meters_due", "node", {"M-U1", "M-U2"}),
    ):
        town.layer(table).removeSelection()
        pane.follow(QUrl(f"rows:{figure}"))
        layer = town.layer(table)
        until(lambda: layer.selectedFeatureCount() == len(wanted), 20.0)  # noqa: B023 (called at once)
        assert {feature[f"{table}_id"] for feature in layer.selectedFeatures()} == wanted
    pane.choose(second)
    click(pane, "wn_renovation_sheet")
    until(lambda: bool(opened) and town.is_idle, 60.0)
    assert opened[0].name == "renovation_B.pdf" and opened[0].read_bytes().startswith(b"%PDF")
