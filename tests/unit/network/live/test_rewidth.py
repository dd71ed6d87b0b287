"""The tree of widest ways after one pipe got another width is that of a network made with it.

``WATERNET_EXAMPLES=5000`` tries that many random networks instead of a quick few.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waternet_plugin.core.network.analysis.widest import Broken, PassableLines, Widest, widest_paths
from waternet_plugin.core.network.analysis.widest_tree_update import WidestTreeUpdate

EXAMPLES = int(os.environ.get("WATERNET_EXAMPLES", "300"))
# Few widths, so that many pipes are equally wide; unknown and connectors among them.
WIDTHS = (-1.0, 100.0, 150.0, 200.0, np.inf)


def _hang(widest: Widest) -> list[list[bool]]:
    """Return which nodes hang on which: what preorder and stops are for."""
    nodes = np.arange(len(widest.narrowest))
    return [
        [node in Broken(widest, np.zeros(0, dtype=np.int64), np.array([top])) for node in nodes.tolist()]
        for top in nodes.tolist()
    ]


@st.composite
def cases(draw: Any) -> dict[str, Any]:
    nodes = draw(st.integers(2, 9))
    pipes = draw(st.integers(1, 16))
    ends = st.lists(st.integers(0, nodes - 1), min_size=pipes, max_size=pipes)
    return {
        "nodes": nodes,
        "start": np.array(draw(ends)),
        "end": np.array(draw(ends)),
        "width": np.array(draw(st.lists(st.sampled_from(WIDTHS), min_size=pipes, max_size=pipes))),
        "usable": np.array(draw(st.lists(st.booleans(), min_size=pipes, max_size=pipes)))
        | draw(st.booleans()),
        "sources": np.isin(np.arange(nodes), draw(st.sets(st.integers(0, nodes - 1), max_size=3))),
        "is_asked_rarely": draw(st.booleans()),
        "changes": draw(
            st.lists(st.tuples(st.integers(0, pipes - 1), st.sampled_from(WIDTHS)), min_size=1, max_size=6)
        ),
    }


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None)
@given(cases())
def test_one_width_after_the_other(case: dict[str, Any]) -> None:
    start, end, width = case["start"], case["end"], case["width"].copy()
    names = np.array([f"P{number}" for number in np.random.default_rng(1).permutation(len(start))], object)
    lines = PassableLines(start, end, names, case["usable"], case["sources"])
    ways = WidestTreeUpdate(lines, width.copy())
    for number, (pipe, wide) in enumerate(case["changes"]):
        width[pipe] = wide
        ways = ways.with_widths(width.copy())
        if number % 2 and case["is_asked_rarely"]:
            continue
        widest, wanted = ways.tree(), widest_paths(lines, width)
        for name in ("rank", "pipe_by_rank", "narrowest", "lower"):
            assert getattr(widest, name).tolist() == getattr(wanted, name).tolist(), name
        assert _hang(widest) == _hang(wanted)
