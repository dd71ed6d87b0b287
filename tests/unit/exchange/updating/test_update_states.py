"""After an update the network is what the file says where it is mapped, and nothing else changed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.random_deliveries import FIELDS, PARTS, Pair, random_pairs, same_rows
from support.updating_frames import after, network_of, pipes, updated

# Pairs of states side by side in one network and one file.
_AT_ONCE = 100
# Columns that no file of these has.
_OTHERS = ["system", "status", "length_source", "owner", "note", "source_id", "from_node", "flow"]


def _rows(pair: Pair):
    return pipes(
        [{"pipe_id": name, "owner": f"owner of {name}", **row} for name, row in sorted(pair.network.items())]
    )


def _check(pair: Pair) -> None:
    rows = _rows(pair)
    into = network_of(rows, persons=pair.persons)
    result = updated(pair.frame(), FIELDS, into, **PARTS, **pair.choice)
    found = result.update
    assert found is not None
    kinds = (found.rows_changed, found.rows_same, found.rows_new, found.rows_conflict, result.rows_rejected)
    assert sum(kinds) == result.rows_in == len(pair.file)
    assert set(found.gone) == pair.gone()
    new = after(rows, result)
    assert same_rows(new, pair.expected()) is None
    kept = new[new["pipe_id"].isin(list(pair.network))].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept[_OTHERS], rows[_OTHERS].reset_index(drop=True), check_dtype=False)
    # What is listed as changed is what changed.
    listed = found.changes[found.changes["state"].isin(["changed", "cleared"])]
    assert len(listed) == _changed_cells(rows, kept)
    again = updated(
        pair.frame(),
        FIELDS,
        network_of(new, persons=pair.persons),
        **PARTS,
        **{**pair.choice, "clear": False},
    )
    assert again.update is not None
    assert (again.update.rows_changed, again.update.rows_new) == (0, 0)
    assert again.assets_written == 0


def _changed_cells(rows, new) -> int:
    names = [name for name in FIELDS if name != "pipe_id"]
    before, later = (one.set_index("pipe_id")[names].astype(object) for one in (rows, new))
    later = later.loc[before.index]
    return int(((before != later) & (before.notna() | later.notna())).to_numpy().sum())


@pytest.mark.slow
@settings(max_examples=2)
@given(st.integers(0, 2**32))
def test_networks_are_what_their_files_say(seed: int) -> None:
    _check(random_pairs(np.random.default_rng(seed), _AT_ONCE))


@pytest.mark.slow
@pytest.mark.sweep
@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_ten_thousand_networks_are_what_their_files_say(seed: int) -> None:
    _check(random_pairs(np.random.default_rng(seed), _AT_ONCE))
