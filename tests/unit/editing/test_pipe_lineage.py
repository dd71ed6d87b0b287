"""What stands for pipes after a batch that divided many of them: found near each, not by trying all."""

from __future__ import annotations

import pytest
import shapely

from waternet_plugin.core.editing import pipe_lineage
from waternet_plugin.core.editing.pipe_lineage import DELETE, INSERT, PipeChange, PipeLineage

PIPES = 200


def _divided() -> PipeLineage:
    """One batch that cuts each of many pipes beside each other in two."""
    changes, lines = [], {}
    for row in range(PIPES):
        whole = shapely.LineString([(0, row), (10, row)])
        changes.append(PipeChange(len(changes) + 1, "B1", f"P{row}", DELETE, was=whole))
        for half in (0, 1):
            part = shapely.LineString([(5 * half, row), (5 * half + 5, row)])
            lines[f"P{row}_{half}"] = part
            changes.append(PipeChange(len(changes) + 1, "B1", f"P{row}_{half}", INSERT, became=part))
    return PipeLineage(tuple(changes), lines)


def test_halves_are_found_without_holding_each_pipe_against_all(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    lie_along = pipe_lineage._lie_along
    monkeypatch.setattr(
        pipe_lineage, "_lie_along", lambda one, other: compared.append(1) or lie_along(one, other)
    )
    lineage = _divided()
    for row in range(PIPES):
        assert lineage.heirs(f"P{row}", 0) == (f"P{row}_0", f"P{row}_1")
    assert len(compared) <= 4 * PIPES
