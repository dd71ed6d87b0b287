"""Cases of a parametrized test of which a few run always."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def a_few_quick(cases: Iterable[Any], quick: int = 4, *, is_tuple_one_value: bool = True) -> list[Any]:
    """Return the cases for `pytest.mark.parametrize`, all but a few marked slow.

    Parameters
    ----------
    cases
        Values, tuples of values, or what `pytest.param` returned.
    quick
        How many stay unmarked: the first, the last and others evenly between them.
    is_tuple_one_value
        Whether a tuple is the value of one argument, not the values of several.

    """
    every = list(cases)
    kept = {round(place * (len(every) - 1) / max(quick - 1, 1)) for place in range(quick)}
    return [case if place in kept else _slow(case, is_tuple_one_value) for place, case in enumerate(every)]


def _slow(case: Any, is_tuple_one_value: bool) -> Any:
    if isinstance(case, type(pytest.param())):
        return pytest.param(*case.values, id=case.id, marks=[*case.marks, pytest.mark.slow])
    values = case if isinstance(case, tuple) and not is_tuple_one_value else (case,)
    return pytest.param(*values, marks=pytest.mark.slow)
