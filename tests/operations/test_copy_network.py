"""A copy of a network says what it has, and what it has not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from waternet_plugin import store
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.operations.contents.copy_network import CopyRequest, CopyResult, copy_network
from waternet_plugin.store.network import Network


@pytest.mark.parametrize(
    ("output", "said"),
    [(" ", "OUTPUT is missing"), ("postgresql:///water?service=gis", "names no schema")],
)
def test_no_place_is_refused(output: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        CopyRequest(output)


@pytest.mark.slow
def test_photos_that_stay_behind_are_told(square: Network, tmp_path: Path) -> None:
    with square.write("edit") as batch:
        batch.insert("attachment", pd.DataFrame({"attachment_id": ["a"], "table": ["pipe"], "file": ["a"]}))
    seen: list[CopyResult] = []

    def write(found: CopyResult) -> None:
        assert not (tmp_path / "copy.gpkg").exists()
        seen.append(found)

    done = copy_network(square, CopyRequest(str(tmp_path / "copy.gpkg")), before_commit=write)
    assert seen[0] is done
    rows = dict(zip(done.tables["table"], done.tables["rows"]))
    with store.open_network(done.output) as copy:
        assert {name: copy.count(name) for name in rows} == rows
    assert f"{sum(rows.values())} rows in {len(rows)} tables" in done.summary[0]
    assert done.notes == ("The copy lists 1 photo or document, whose files are not copied.",)


def test_a_list_that_cannot_be_written_leaves_no_copy(square: Network, tmp_path: Path) -> None:
    def write(_found: CopyResult) -> None:
        raise StoreError("no place for the list")

    with pytest.raises(StoreError, match="no place for the list"):
        copy_network(square, CopyRequest(str(tmp_path / "copy.gpkg")), before_commit=write)
    assert not (tmp_path / "copy.gpkg").exists()
