"""Public SWMM files go through a network and come back the same, and SWMM computes the same flows."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from waternet_plugin import store
from waternet_plugin.core.exchange.swmm.reading.swmm_text import read_swmm_text, words_of
from waternet_plugin.operations.hydraulics.export_swmm import ExportSwmmRequest, export_swmm
from waternet_plugin.operations.hydraulics.import_swmm import import_swmm
from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest

# Real networks are large.
pytestmark = pytest.mark.slow

# As the README of the files counts them: nodes, conduits, km, pumps, weirs, orifices, subcatchments.
FILES = {
    "epa_Example2-Post": (12, 11, 0.64, 0, 0, 0, 7),
    "epa_Example3": (14, 12, 0.68, 0, 1, 3, 7),
    "epa_Example4": (18, 17, 1.15, 0, 0, 0, 24),
    "epa_Example7-Final": (16, 23, 1.83, 0, 0, 0, 7),
    "epa_Example8": (31, 29, 2.31, 1, 4, 1, 7),
    "epa_user1": (60, 59, 8.02, 0, 0, 0, 58),
    "epa_user2": (72, 83, 16.95, 0, 19, 0, 17),
    "epa_user3": (141, 134, 32.49, 5, 0, 0, 168),
    "epa_user4": (209, 209, 9.30, 0, 0, 0, 112),
    "epa_user5": (200, 273, 29.06, 0, 3, 0, 145),
}
MINUTES = 30
# Of the largest flow.
MOST_APART = 0.001


@pytest.fixture(params=FILES)
def passed(request: pytest.FixtureRequest, data_dir: Path, tmp_path: Path) -> tuple[str, Path, Path]:
    """Return the name of a file, itself, and what came back of it through a network."""
    source = data_dir / "drainage" / "epa-swmm" / f"{request.param}.inp"
    if not source.is_file():
        pytest.skip(f"needs the real data: no {source.name}")
    path, back = tmp_path / "drains.gpkg", tmp_path / "back.inp"
    done = import_swmm(ModelImportRequest(str(source), str(path)))
    nodes, conduits, _km, pumps, weirs, orifices, areas = FILES[request.param]
    counts = done.counts
    found = [counts[name] for name in ("pipes", "pumps", "weirs", "orifices", "subcatchments")]
    assert found == [conduits, pumps, weirs, orifices, areas]
    with store.open_network(path) as network:
        assert network.count("node") == nodes
        lengths = network.read("pipe", ["length_m"], geometry=False)["length_m"]
        assert round(lengths.sum() / 1000, 2) == FILES[request.param][2]
        export_swmm(network, ExportSwmmRequest(str(back)))
    return request.param, source, back


def in_todays_words(data: bytes) -> bytes:
    """Return a file with the value of old versions as version 5.1.011 understood it."""
    return re.sub(rb"(?im)^(\s*NORMAL_FLOW_LIMITED\s+)NO\b", rb"\1SLOPE", data)


def test_every_word_comes_back(passed: tuple[str, Path, Path]) -> None:
    _name, source, back = passed
    before, after = (
        [words_of(line) for section in read_swmm_text(data, "x").sections for line in section.lines]
        for data in (in_todays_words(source.read_bytes()), back.read_bytes())
    )
    assert [words for words in before if words] == [words for words in after if words]


def flows(path: Path) -> tuple[list[str], np.ndarray]:
    """Return the ids of links and their flows by step, over the first half hour."""
    solver = pytest.importorskip("swmm.toolkit.solver", reason="the SWMM engine (swmm-toolkit) is missing")
    from swmm.toolkit.shared_enum import LinkResult, ObjectType

    solver.swmm_open(str(path), str(path.with_suffix(".rpt")), str(path.with_suffix(".out")))
    try:
        solver.swmm_start(0)
        count = solver.project_get_count(ObjectType.LINK)
        ids = [solver.project_get_id(ObjectType.LINK, index) for index in range(count)]
        rows = []
        days = 1.0
        while (days > 0 and days * 1440 < MINUTES) or not rows:
            days = solver.swmm_step()
            rows.append([solver.link_get_result(index, LinkResult.FLOW) for index in range(count)])
        solver.swmm_end()
    finally:
        solver.swmm_close()
    return ids, np.array(rows)


def test_swmm_computes_the_same_flows(passed: tuple[str, Path, Path], tmp_path: Path) -> None:
    name, source, back = passed
    own = tmp_path / "own.inp"
    own.write_bytes(in_todays_words(source.read_bytes()))
    ids, before = flows(own)
    ids_back, after = flows(back)
    assert sorted(ids) == sorted(ids_back)
    after = after[:, [ids_back.index(id_) for id_ in ids]]
    assert before.shape == after.shape
    largest = np.abs(before).max()
    apart = np.abs(before - after).max()
    print(f"{name}: {len(before)} steps, largest flow {largest:.3f}, {apart:.6f} apart at most")
    assert apart <= MOST_APART * largest
