"""Rows by their ids: whatever their hashes are, and however many are looked up at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from waternet_plugin.core import id_lookup
from waternet_plugin.core.arrays import Array
from waternet_plugin.core.id_lookup import IdLookup, are_repeated, hashes, rows_of_ids

SIZES = (1, 2, 7, 50_000)


def _few_hashes(ids: Array) -> Array:
    """Give all ids one of three hashes."""
    return np.asarray(hashes(ids) % 3)


@pytest.mark.parametrize("size", SIZES)
def test_ids_looked_up_some_at_a_time_are_at_the_same_rows(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(id_lookup, "_AT_A_TIME", size)
    wanted = ["B", None, "C", "A", "", "C", "D", float("nan")]
    assert rows_of_ids(["A", "B", "C"], wanted).tolist() == [1, -1, 2, 0, -1, 2, -1, -1]
    assert rows_of_ids(["A"], []).tolist() == []
    assert rows_of_ids([], wanted).tolist() == [-1] * len(wanted)
    assert rows_of_ids(["A", None, "B"], [None, "B", float("nan")]).tolist() == [-1, 2, -1]
    assert are_repeated(["A", "B", None, "A", None, "C"]).tolist() == [True, False, True, False, False, False]


@pytest.mark.parametrize("hashed", [hashes, _few_hashes, lambda ids: np.zeros(len(ids), dtype=np.int64)])
def test_ids_with_the_same_hash_are_told_apart(hashed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(7)
    words = np.array([f"管{number}" for number in range(400)], dtype=object)
    for _ in range(20):
        ids, wanted = random.choice(words, 200, replace=False), random.choice(words, 500)
        with monkeypatch.context() as patched:
            patched.setattr(id_lookup, "hashes", hashed)
            rows, repeated = rows_of_ids(ids, wanted), are_repeated(wanted)
        assert rows.tolist() == pd.Index(ids, dtype=object).get_indexer(pd.Index(wanted)).tolist()
        assert repeated.tolist() == pd.Series(wanted).duplicated(keep="last").tolist()


def test_a_wanted_id_with_the_hash_of_another_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"A": 1, "B": 2, "C": 1, "D": 3}
    monkeypatch.setattr(
        id_lookup, "hashes", lambda ids: np.array([known[one] for one in ids], dtype=np.int64)
    )
    assert rows_of_ids(["A", "B"], np.array(["C", "B", "A", "D"], dtype=object)).tolist() == [-1, 1, 0, -1]


def test_of_an_id_of_several_rows_the_first_one_counts() -> None:
    lookup = IdLookup(["A", "B", "A"])
    assert not lookup.is_unique
    assert lookup.rows(["A", "B", "C"]).tolist() == [0, 1, -1]
    assert IdLookup(["A", "B"]).is_unique and IdLookup([]).is_unique
