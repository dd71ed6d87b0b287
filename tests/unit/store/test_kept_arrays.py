"""Arrays kept between two runs: a damaged file is made anew, and nothing holds it open meanwhile."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from waternet_plugin.core.arrays import Array
from waternet_plugin.store.partitions.kept_arrays import kept, key_of

DESCRIPTORS = Path("/proc/self/fd")


def _is_open(path: Path) -> bool:
    links = (os.readlink(each) for each in DESCRIPTORS.iterdir() if each.is_symlink())
    return str(path) in links


@pytest.mark.skipif(not DESCRIPTORS.exists(), reason="only Linux lists what a process has open")
@pytest.mark.parametrize("part", [0.0, 0.5, 0.9])
def test_a_damaged_file_is_closed_before_it_is_made_anew(tmp_path: Path, part: float) -> None:
    key = key_of("town", "2026")
    kept(tmp_path, key, lambda: {"sums": np.arange(9)})
    (path,) = tmp_path.glob("*.npz")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(part * len(whole))])
    was_open: list[bool] = []

    def make() -> Mapping[str, Array]:
        was_open.append(_is_open(path))
        return {"sums": np.arange(9) + 1}

    assert kept(tmp_path, key, make)["sums"].tolist() == list(range(1, 10))
    assert was_open == [False], "Windows replaces no file that is open"
    assert kept(tmp_path, key, make)["sums"].tolist() == list(range(1, 10)) and len(was_open) == 1
