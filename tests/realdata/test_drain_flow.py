"""The flow of real drains, half of whose inverts are hidden and half of whose lines are turned."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import drain_flow
import sudbury

# Real networks are large.
pytestmark = pytest.mark.slow

# Least share of conduits called right, undetermined counted as wrong; of those called with a confidence of
# 0.9 and more at least SURE are right.
LEAST = {"user3": 0.985, "user4": 0.995, "user5": 0.97}
SURE = 0.99


@pytest.mark.parametrize("ground", [False, True])
@pytest.mark.parametrize("name", LEAST)
def test_hidden_inverts_of_real_sewers(data_dir: Path, name: str, ground: bool) -> None:
    folder = data_dir / "drainage"
    if not (folder / "epa-swmm").is_dir():
        pytest.skip(f"needs {folder / 'epa-swmm'}")
    share, confidences, rights = drain_flow.shares_right(folder, name, ground=ground)
    assert share >= LEAST[name]
    sure = [right[confidence >= 0.9].mean() for confidence, right in zip(confidences, rights)]
    assert sum(sure) / len(sure) >= SURE


@pytest.mark.parametrize("system", sudbury.TOLD)
def test_sudbury_is_counted_as_its_readme_counts_it(data_dir: Path, system: str) -> None:
    folder = data_dir / "drainage" / "canada-sudbury"
    if not folder.is_dir():
        pytest.skip(f"needs {folder}")
    assert sudbury.counts(sudbury.subject_of(folder, system)) == sudbury.TOLD[system]
