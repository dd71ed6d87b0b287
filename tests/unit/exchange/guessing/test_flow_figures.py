"""Which way 0 and 1 are: the levels of both ends say it where they agree in all rows, else it is asked."""

from __future__ import annotations

from typing import Any

import pytest
from support.adoption_frames import frame, line

from waternet_plugin.core.exchange.guessing.guessing import guess

ROWS = 12
FIGURES = ["0", "1", "1"] * 4


def _meanings(figures: list[str], falls_m: list[float], **more: Any) -> dict[str, str | None]:
    """Return what the figures mean by a guess, with levels that fall so much along each pipe."""
    start = [40.0 + at / 7 for at in range(ROWS)]
    end = [level - fall for level, fall in zip(start, falls_m)]
    shapes = [line((30.0 * at, 0), (30.0 * at + 30, 0)) for at in range(ROWS)]
    columns = {"起点管底高程": start, "终点管底高程": end, **more}
    ids = [f"A{at}" for at in range(ROWS)]
    guessed = guess(frame(shapes, 管线编号=ids, 流向=figures, **columns), table="pipe")
    assert guessed.mapping.fields["flow"].column == "流向"
    return dict(guessed.mapping.values.get("flow", {}))


@pytest.mark.parametrize(("along", "against"), [("0", "1"), ("1", "0"), ("2", "1")])
def test_levels_that_agree_in_all_rows_say_it(along: str, against: str) -> None:
    figures = [along if figure == "0" else against for figure in FIGURES]
    falls_m = [0.12 if figure == along else -0.08 for figure in figures]
    assert _meanings(figures, falls_m) == {along: "forward", against: "reverse"}


def test_one_pipe_that_speaks_against_it_leaves_the_question() -> None:
    falls_m = [0.12 if figure == "0" else -0.08 for figure in FIGURES]
    assert _meanings(FIGURES, [-falls_m[0], *falls_m[1:]]) == {}
    # A flat pipe says nothing, neither does a level that stands for unknown.
    assert _meanings(FIGURES, [0.0, *falls_m[1:]]) == {"0": "forward", "1": "reverse"}
    assert _meanings(FIGURES, [-9999.0, *falls_m[1:]]) == {"0": "forward", "1": "reverse"}


def test_levels_that_all_fall_one_way_leave_the_question() -> None:
    assert _meanings(FIGURES, [0.1] * ROWS) == {}


def test_levels_of_the_upper_and_lower_end_say_nothing_of_the_line() -> None:
    falls_m = [0.12 if figure == "0" else -0.08 for figure in FIGURES]
    start = [40.0] * ROWS
    more = {"上游管底高程": start, "下游管底高程": [40.0 - fall for fall in falls_m]}
    shapes = [line((30.0 * at, 0), (30.0 * at + 30, 0)) for at in range(ROWS)]
    ids = [f"A{at}" for at in range(ROWS)]
    guessed = guess(frame(shapes, 管线编号=ids, 流向=FIGURES, **more), table="pipe")
    assert "flow" not in guessed.mapping.values
