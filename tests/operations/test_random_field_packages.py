"""Random edits here and by two crews: each changed cell is taken, in conflict or rejected by name."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from support.edited_streets import Hand
from support.field_crew import give, in_file, make_town, set_there, take

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.store import Network

PIPES = 250
# What each side may write, one value bad; the office writes good ones alone.
VALUES: dict[str, tuple[Any, ...]] = {
    "diameter_mm": (150.0, 200.0, 300.0, -1.0, "abc"),
    "material": ("cast_iron", "steel", "nonsense"),
    "street": ("东路", "西路", None),
    "install_year": (1980.0, 1990.0),
}
GOOD = {
    name: [one for one in values if one not in (-1.0, "abc", "nonsense")] for name, values in VALUES.items()
}


def draw(chance: np.random.Generator, values: dict[str, Any]) -> dict[str, Any]:
    names = chance.permutation(list(values))[: chance.integers(0, 4)]
    return {str(name): values[name][chance.integers(0, len(values[name]))] for name in names}


def split_or_delete(network: Network, chance: np.random.Generator) -> tuple[set[str], set[str]]:
    """Split and delete some pipes here and return both."""
    names = [str(one) for one in chance.permutation([f"P{number:03d}" for number in range(PIPES)])]
    split, gone = set(names[: PIPES // 10]), set(names[PIPES // 10 : PIPES // 5])
    edits = []
    for number, name in enumerate(sorted(split)):
        fid, row = next(iter(network.rows_where("pipe", "pipe_id", [name]).items()))
        halves = [shapely.ops.substring(row["geom"], *ends, normalized=True) for ends in ((0, 0.4), (0.4, 1))]
        edits += [
            RowEdit("pipe", fid, row, {**row, "geom": halves[0]}),
            RowEdit("pipe", -2 - number, None, {**row, "pipe_id": f"{name}-2", "geom": halves[1]}),
        ]
    Hand(network).save(*edits)
    with network.write("edit") as batch:
        batch.delete("pipe", sorted(gone))
    return split, gone


@pytest.mark.slow
def test_nothing_of_500_sequences_is_lost(tmp_path: Path) -> None:
    chance = np.random.default_rng(7)
    network = make_town(tmp_path / "town.gpkg", PIPES)
    give(network, tmp_path / "one", tables=("pipe",))
    crews = [tmp_path / "one", Path(shutil.copytree(tmp_path / "one", tmp_path / "two"))]
    names = [f"P{number:03d}" for number in range(PIPES)]
    here = [{"pipe_id": name, **draw(chance, GOOD)} for name in names]
    with network.write("edit") as batch:
        for row in here:
            if len(row) > 1:
                batch.update("pipe", pd.DataFrame([row]))
    split, gone = split_or_delete(network, chance)
    for crew in crews:
        there = {name: draw(chance, VALUES) for name in names}
        for name, values in there.items():
            if values:
                set_there(crew, "pipe", name, **values)
        prove(network, crew, there, split, gone)


def prove(
    network: Network, crew: Path, there: dict[str, dict[str, Any]], split: set[str], gone: set[str]
) -> None:
    """Take a package up and hold each cell of the crew to what is said of it and to the network."""
    with in_file(crew) as database:
        uuids = dict(database.execute("SELECT pipe_id, uuid FROM pipe"))
    given = {"diameter_mm": 100.0, "material": "pe", "street": "人民路", "install_year": 1999.0}
    before = rows_of(network)
    done = take(network, crew)
    after = rows_of(network)
    said: dict[tuple[str, str], list[Any]] = {}
    for one in done.verdicts:
        said.setdefault((one.uuid, one.field), []).append(one)
    cells = 0
    for name, values in there.items():
        now = [one for one in (name, f"{name}-2") if one in after]
        assert bool(now) == (name not in gone)
        assert (len(now) == 2) == (name in split)
        for field, value in values.items():
            if value == given[field]:
                continue
            cells += 1
            verdicts = said[uuids[name], field]
            assert {one.verdict for one in verdicts} <= {"taken", "conflict", "rejected", "same"}
            for one in verdicts:
                assert one.reason or one.verdict in ("taken", "same")
            if name in gone:
                assert {one.verdict for one in verdicts} <= {"conflict", "rejected"}
                continue
            for one in now:
                was, is_now = before[one][field], after[one][field]
                if value in ("abc", "nonsense") or (value == -1.0 and was == given[field]):
                    assert is_now == was
                    assert verdicts[0].verdict == "rejected"
                elif was == given[field] or was == value:
                    assert is_now == value
                else:
                    assert is_now == was
                    assert verdicts[0].verdict == "conflict"
    assert cells > PIPES // 2
    # What the crew left alone is as it was.
    for name, row in after.items():
        touched = there[name.removesuffix("-2")]
        assert {field: row[field] for field in given if field not in touched} == {
            field: before[name][field] for field in given if field not in touched
        }


def rows_of(network: Network) -> dict[str, dict[str, Any]]:
    frame = network.read("pipe", ["pipe_id", *VALUES], geometry=False)
    frame = frame.astype(object).where(frame.notna(), None)
    return {str(row["pipe_id"]): row for row in frame.to_dict("records")}
