"""Cases of a parametrized test of which a few run always."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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
    places = {round(place * (len(every) - 1) / max(quick - 1, 1)) for place in range(quick)}
    return [case if place in places else _slow(case, is_tuple_one_value) for place, case in enumerate(every)]


def cases_kept_always(cases: Iterable[Any], kept: Collection[Any]) -> list[Any]:
    """Return the cases of a slow test, those marked ``always`` that `.ci/run` never leaves out.

    Parameters
    ----------
    cases
        Values of an argument or several.
    kept
        Those of them that are always run.
    """
    every = [case if isinstance(case, tuple) else (case,) for case in cases]
    wanted = [case if isinstance(case, tuple) else (case,) for case in kept]
    assert all(case in every for case in wanted)
    return [pytest.param(*case, marks=[pytest.mark.always] * (case in wanted)) for case in every]


def _slow(case: Any, is_tuple_one_value: bool) -> Any:
    if isinstance(case, type(pytest.param())):
        return pytest.param(*case.values, id=case.id, marks=[*case.marks, pytest.mark.slow])
    values = case if isinstance(case, tuple) and not is_tuple_one_value else (case,)
    return pytest.param(*values, marks=pytest.mark.slow)
