"""The figures of a drawn zone in a few words: nobody is counted whom nobody recorded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from waternet_plugin.core.dma.drawing.zone_figures import ZoneFigures
from waternet_plugin.core.dma.verdict.cut_off import LostSupply
from waternet_plugin.core.network.model.customers import UserCount
from waternet_plugin.gui.dma.figure_texts import live_figures
from waternet_plugin.gui.dma.proposals.solution_card import card_rows


def users(*households: float) -> UserCount:
    return UserCount.of(pd.DataFrame({"households": [*households], "critical": ["no"] * len(households)}))


@pytest.mark.parametrize(
    ("lost", "cut_off", "households"),
    [
        (users(30.0, 1.0), "31 households cut off", "12 households"),
        # A pipe without households is a pipe all the same.
        (users(), "38 pipes cut off", "12 households"),
        (None, "38 pipes cut off", "users not recorded"),
    ],
)
def test_who_is_cut_off(qgis_app: Any, lost: UserCount | None, cut_off: str, households: str) -> None:
    found = LostSupply(np.arange(38), 900.0, frozenset({4}), lost)
    told = live_figures(ZoneFigures(pipes=5, inlets=1, households=12.0), found, knows_users=lost is not None)
    assert {cut_off, households} <= {one.text for one in told}


def test_a_proposal_says_that_nobody_recorded_households(qgis_app: Any) -> None:
    figures = dict.fromkeys(
        ("zones", "devices", "meters", "valves_to_close", "new_valves", "cost", "size_least", "size_mean",
         "size_most"), 1.0,
    )  # fmt: skip
    rows = card_rows({**figures, "cut_off_households": None, "cut_off_pipes": 3}, "length", "CNY")
    assert rows[0] == ("Households without water", "not recorded")
