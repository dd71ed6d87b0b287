"""Columns and ids of a network that is kept open: what is kept once, and what edits make of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.network.live.growing_columns import Columns, Growing, Slots
from waternet_plugin.core.network.live.row_numbers import RowNumbers
from waternet_plugin.core.network.model.row_groups import words_as_numbers


def _columns() -> Columns:
    frame = pd.DataFrame(
        {
            "street": np.full(3, None, dtype=object),
            "lining": np.full(3, None, dtype=object),
            "height_mm": np.full(3, np.nan),
            "width_mm": np.full(3, np.nan),
            "diameter_mm": [100.0, np.nan, 200.0],
        }
    )
    return Columns(frame, {})


def test_columns_unknown_throughout_are_kept_once() -> None:
    columns = _columns()
    assert np.shares_memory(columns["street"], columns["lining"])
    assert np.shares_memory(columns["height_mm"], columns["width_mm"])
    assert not np.shares_memory(columns["height_mm"], columns["diameter_mm"])


def test_what_is_written_to_one_unknown_column_is_in_no_other() -> None:
    columns = _columns()
    columns.set(np.array([1]), pd.DataFrame({"street": ["High Street"], "width_mm": [300.0]}))
    assert columns["street"].tolist() == [None, "High Street", None]
    assert columns["lining"].tolist() == [None, None, None]
    assert np.isnan(columns["height_mm"]).all() and columns["width_mm"][1] == 300.0


def test_a_row_that_comes_is_unknown_in_columns_that_were() -> None:
    columns = _columns()
    slots = Slots.of(3, np.array([0]), 3)
    columns.shift(slots)
    columns.clear(slots.new)
    columns.set(slots.new[:1], pd.DataFrame({"lining": ["cement"]}))
    assert columns["street"].tolist() == [None] * 5
    assert sorted(columns["lining"].tolist(), key=str) == [None, None, None, None, "cement"]
    assert np.isnan(columns["height_mm"]).all() and len(columns["height_mm"]) == 5


def test_rows_are_found_by_id_as_in_a_dictionary() -> None:
    ids = np.array(["P1", "P2", None, "P1", "Ä"], dtype=object)
    rows = RowNumbers(Growing(ids))
    assert {name: rows[name] for name in ids} == {name: row for row, name in enumerate(ids)}
    assert len(rows) == 4 and set(rows) == set(ids)
    assert rows.get("P3", -1) == -1 and None in rows


def test_rows_follow_ids_that_move_go_and_come() -> None:
    growing = Growing(np.array(["P0", "P1", "P2"], dtype=object))
    rows = RowNumbers(growing)
    del rows["P0"]
    rows["P2"] = 0
    growing.shift(Slots.of(3, np.array([0]), 0))
    assert dict(rows) == {"P2": 0, "P1": 1} and len(rows) == 2 and "P0" not in rows
    del rows["P1"]
    rows["P9"] = 1
    growing.values[1] = "P9"
    assert dict(rows) == {"P2": 0, "P9": 1} and len(rows) == 2


def test_words_sort_as_numbers_as_they_do_as_texts() -> None:
    random = np.random.default_rng(11)
    for letters in ("ab01", "aé管𠀀", "P0"):
        words = ["".join(random.choice(list(letters), length)) for length in random.integers(0, 20, 300)]
        ids = np.array([*words, None, ""], dtype=object)
        width = random.choice([1.0, 2.0], len(ids))
        expected = np.lexsort((ids.astype(str), width))
        assert np.lexsort((*words_as_numbers(ids), width)).tolist() == expected.tolist()
