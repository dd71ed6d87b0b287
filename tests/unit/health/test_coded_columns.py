"""Columns of few texts are read the same whether they are objects or categories, and few objects or many."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from waternet_plugin.core.frames import unknown_values
from waternet_plugin.core.health.coded_columns import by_word, coded, coded_column, is_one_of
from waternet_plugin.core.health.rates.pipe_types import TYPE, type_numbers, types_of

WORDS = ["pvc", None, "steel", "pvc", "unknown", float("nan"), "steel"]


def _own_objects(count: int) -> pd.Series:
    """Return texts that are equal, but no two of them the same object."""
    return pd.Series(["".join(("p", "vc" if row % 3 else "e")) for row in range(count)], dtype=object)


@pytest.mark.parametrize("kind", [object, "category"])
def test_words_are_numbered_in_their_order(kind: object) -> None:
    numbers, words = coded(pd.Series(WORDS, dtype=kind))
    assert words == ["pvc", "steel", "unknown"]
    assert numbers.tolist() == [0, 2, 1, 0, 2, 2, 1]


@pytest.mark.parametrize("kind", [object, "category"])
def test_unknown_is_the_word_for_null_but_none_of_any_words(kind: object) -> None:
    column = pd.Series(WORDS, dtype=kind)
    assert by_word(column, len).tolist() == [3, 7, 5, 3, 7, 7, 5]
    assert is_one_of(column, ("unknown", "steel")).tolist() == [False, False, True, False, True, False, True]


@pytest.mark.parametrize("count", [0, 5, 3000])
def test_texts_are_equal_whatever_objects_they_are(count: int) -> None:
    column = _own_objects(count)
    coded_values = coded_column(column)
    assert coded_values.categories.tolist() == ["pe", "pvc"][: min(count, 2)]
    assert pd.Series(coded_values, dtype=object).tolist() == column.tolist()


def test_a_column_without_values_that_takes_no_room_is_coded() -> None:
    column = pd.Series(unknown_values(2000, None), dtype=object)
    assert coded_column(column).codes.tolist() == [-1] * 2000


def test_pipes_alike_are_of_one_type() -> None:
    frame = pd.DataFrame(
        {
            "material": np.array(["pvc", "pe", "pvc", "pvc", None, None], dtype=object),
            "diameter_mm": [100.0, 100.0, 100.0, np.nan, np.nan, np.nan],
            "install_year": [1990.0, 1990.0, 1990.0, 1990.0, np.nan, np.nan],
        }
    )
    types = types_of(frame)
    assert len(types.pipes) == 4
    assert types.number[0] == types.number[2] and types.number[4] == types.number[5]
    pd.testing.assert_frame_equal(types.pipes.iloc[types.number].reset_index(drop=True), frame)
    # Of some pipes some types are left: the others are never asked for.
    some = frame.assign(**{TYPE: type_numbers(frame)}).iloc[[4, 1]]
    left = types_of(some)
    assert left.pipes["install_year"].to_numpy()[left.number].tolist()[1] == 1990.0
    assert np.isnan(left.pipes["install_year"].to_numpy()[left.number][0])
