"""Cases of a parametrized test of which a few run always."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet


def a_few_quick(
    cases: Iterable[Any], quick: int = 4, *, is_tuple_one_value: bool = True
) -> list[ParameterSet]:
    """Return the cases, all but a few marked slow.

    Parameters
    ----------
    cases
        What `pytest.mark.parametrize` takes.
    quick
        How many stay unmarked: the first, the last and others evenly between them.
    is_tuple_one_value
        Whether a tuple is the value of one argument, not the values of several.

    """
    sets = [ParameterSet.extract_from(case, force_tuple=is_tuple_one_value) for case in cases]
    last = len(sets) - 1
    kept = {round(place * last / max(quick - 1, 1)) for place in range(quick)}
    return [
        each
        if place in kept
        else pytest.param(*each.values, id=each.id, marks=[*each.marks, pytest.mark.slow])
        for place, each in enumerate(sets)
    ]
