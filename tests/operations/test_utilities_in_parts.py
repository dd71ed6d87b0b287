"""A network cut into utilities, few or a thousand, in any order: as one they have its numbers bit by bit."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.parted_networks import parted
from support.scored_utilities import AS_OF, town, write_utility

pytest.importorskip("pyarrow")

from waternet_plugin.core.health.risk.assessment import assess
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.operations.utilities.score_utilities import ScoreUtilitiesRequest, score_utilities

# `make utilities` asks for a million.
PIPES = int(os.environ.get("WATERNET_UTILITIES", "0")) or 1_200
MOST = min(PIPES // 40, 1_000)


def varied(size: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return pipes with all that rates and classes rest on, some of it unknown, and their failures."""
    pipes, failures = town(size)
    number = np.arange(size)
    return pipes.assign(
        street=pipes["street"].where(number % 5 > 0, None),
        pressure_mpa=np.where(number % 7 == 0, 0.2 + number % 13 / 40.0, np.nan),
        diameter_mm=pipes["diameter_mm"].where(number % 11 > 0),
        install_year=pipes["install_year"].where(number % 17 > 0),
        road_class=np.where(number % 3 == 0, "arterial", "local"),
        soil=np.where(number % 4 == 0, "high", None),
    ), failures


TOWN = varied(PIPES)


def in_order(rows: Any) -> Any:
    """Return rows of Arrow in the order of their ids, texts as one type."""
    import pyarrow

    texts = [pyarrow.types.is_string(kind) or pyarrow.types.is_null(kind) for kind in rows.schema.types]
    kinds = [pyarrow.string() if text else kind for text, kind in zip(texts, rows.schema.types)]
    schema = pyarrow.schema(dict(zip(rows.schema.names, kinds)))
    return rows.cast(schema).sort_by("pipe_id").combine_chunks()


@pytest.fixture(scope="module")
def single() -> Any:
    import pyarrow

    rows = assess(*TOWN, as_of=AS_OF, settings=Settings()).pipes
    assert {"renew_now", "priority", "monitor", "in_service"} <= set(rows["class"])
    columns = {name: rows[name].to_numpy() for name in rows.columns}
    return in_order(pyarrow.Table.from_pandas(pd.DataFrame(columns), preserve_index=False))


@pytest.mark.parametrize(
    "count", [7, *(pytest.param(count, marks=pytest.mark.slow) for count in (1, 10, MOST))]
)
def test_parts_of_a_network_have_its_numbers_classes_and_reasons(
    single: Any, tmp_path: Path, count: int
) -> None:
    import pyarrow.parquet

    for number, part in enumerate(parted(*TOWN, count, seed=count)):
        write_utility(tmp_path, f"U{number}", part)
    score_utilities(ScoreUtilitiesRequest([str(tmp_path)], tmp_path / "out", AS_OF, "group"))
    files = sorted((tmp_path / "out").glob("*.pipe_health.parquet"))
    assert len(files) == count
    parts = [pyarrow.parquet.read_table(file).replace_schema_metadata() for file in files]
    found = in_order(pyarrow.concat_tables(parts, promote_options="permissive"))
    assert found.schema.names == single.schema.names
    differing = [name for name in found.schema.names if not same_bits(found[name], single[name])]
    assert differing == []


def same_bits(first: Any, second: Any) -> bool:
    """Return whether two columns of Arrow are equal, numbers to their last bit."""
    import pyarrow

    if not pyarrow.types.is_floating(second.type):
        return bool(first.cast(second.type).equals(second))
    bits = [column.cast("float64").to_numpy().view(np.int64) for column in (first, second)]
    return bool(first.is_null().equals(second.is_null())) and np.array_equal(*bits)
