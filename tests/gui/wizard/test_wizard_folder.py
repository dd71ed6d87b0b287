"""A folder with a long file of readings is looked at as soon as one with a short one."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from waternet_plugin.core.progress import SILENT
from waternet_plugin.gui.wizard import adoption_work
from waternet_plugin.gui.wizard.brought_files import looked_at
from waternet_plugin.gui.wizard.sources.file_reading import ReadRequest
from waternet_plugin.operations.adoption.file_kinds import TABLES

MB = 1_000_000
# Of the long file; 2,000 is what utilities send.
LONG_MB = int(os.environ.get("WATERNET_LONG_MB", "200"))


def _folder(folder: Path, size_mb: int) -> Path:
    """Eleven tables and a file of readings of a size."""
    folder.mkdir()
    for number in range(11):
        rows = "".join(
            f"T{number}-{k},{500_000 + k}.5,{2_500_000 + k}.5,ductile_iron,{100 + k % 5 * 50}\n"
            for k in range(2000)
        )
        (folder / f"t{number:02d}.csv").write_text(f"node_id,x,y,material,diameter_mm\n{rows}", "utf-8")
    days = "".join(
        f"2024-{1 + day // 28 % 12:02d}-{1 + day % 28:02d} {minute // 60:02d}:{minute % 60:02d},"
        f"{10 + minute % 7}.25,{20 + day % 5}.5,{1 + minute % 3}.125\n"
        for day in range(20)
        for minute in range(0, 1440, 5)
    )
    with (folder / "scada.csv").open("w", encoding="utf-8", newline="") as file:
        file.write("time,FM-1,FM-2,FM-3\n")
        written = 0
        while written < size_mb * MB:
            file.write(days)
            written += len(days)
    return folder


def _seconds(folder: Path) -> float:
    began = time.perf_counter()
    kinds = looked_at([str(folder)], SILENT)
    assert list(kinds) == [TABLES] and len(kinds[TABLES]) == 12
    found = adoption_work.read([ReadRequest(one) for one in kinds[TABLES]], "EPSG:4547", SILENT)
    assert [one.error for one in found] == [""] * 12
    assert next(one for one in found if one.name == "scada.csv").table == "reading"
    return time.perf_counter() - began


@pytest.mark.slow
def test_a_long_file_of_readings_takes_no_longer_to_look_at(qgis_app: object, tmp_path: Path) -> None:
    short, long = _folder(tmp_path / "short", 2), _folder(tmp_path / "long", LONG_MB)
    # The first reading imports what both need.
    _seconds(short)
    measured = [(_seconds(short), _seconds(long)) for _ in range(2)]
    one, other = (min(times) for times in zip(*measured))
    print(f"{LONG_MB} MB: {other:.2f} s, 2 MB: {one:.2f} s")
    assert other <= 2 * one
