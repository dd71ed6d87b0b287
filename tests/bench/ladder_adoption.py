"""A foreign file of pipes: adopting it as one batch, and updating by the next one, of which 1 % changed."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Any

from harness import STORE, Bench
from ladder_store import CRS, MEMORY_LIMIT_MB, bare_write, complete_rows, pipes
from ladder_store import FOLDER as STORE_FOLDER

SIZES = (10_000, 100_000, 1_000_000)
FOLDER = STORE / "adoption"
# An update takes at most so many times the reading of file and table.
UPDATE_LIMIT = 4.0
_MAPPING = {
    "fields": {
        "pipe_id": "ID",
        "material": "CZ",
        "diameter_mm": "GJ",
        "length_m": "CD",
        "install_year": "JSND",
        "street": "DLMC",
    },
    "values": {"material": {"*": "unknown"}},
    "null": {"diameter_mm": [0]},
    "defaults": {"system": "potable"},
}


def foreign_file(rows: int) -> Path:
    """Return a file of pipes as another program leaves it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"foreign_{rows}.fgb"
    if not path.exists():
        ours = ["pipe_id", "material", "diameter_mm", "length_m", "install_year", "street", "geom"]
        frame = pipes(rows)[ours]
        theirs: dict[str, str] = dict(_MAPPING["fields"])
        frame.rename(columns=theirs).to_file(path, engine="pyogrio", use_arrow=True)
    return path


def empty_network(rows: int) -> Any:
    """Return the file and a network without pipes."""
    from waternet_plugin.store import create_network

    path = FOLDER / f"network_{rows}.gpkg"
    for old in FOLDER.glob(f"{path.name}*"):
        old.unlink()
    return foreign_file(rows), create_network(path, CRS, by="bench")


def adopt_file(prepared: Any) -> int:
    """Read the file, adopt its rows, write them."""
    from waternet_plugin.core.exchange.adoption import adoption
    from waternet_plugin.core.exchange.mapping import mapping_file
    from waternet_plugin.store.foreign.foreign import read_foreign

    path, network = prepared
    result = adoption.adopt(
        read_foreign(str(path)),
        mapping_file.parse(json.dumps(_MAPPING)),
        "pipe",
        into=adoption.Destination(network.crs, settings=network.settings()),
        today=datetime.date(2026, 1, 1),
    )
    with network.write("adopt") as batch:
        batch.insert("pipe", result.rows)
        if len(result.issues):
            batch.insert("issue", result.issues)
    return int(result.assets_written)


def delivered(rows: int) -> Any:
    """Return a network into which the file was adopted once, and the next file: 1 % of its rows differ."""
    # Loading modules is no part of either step.
    import waternet_plugin.operations.adoption.adopt_layers  # noqa: F401

    path, network = empty_network(rows)
    adopt_file((path, network))
    changed = FOLDER / f"next_{rows}.fgb"
    if not changed.exists():
        import geopandas as gpd

        frame = gpd.read_file(path, engine="pyogrio", use_arrow=True)
        frame.loc[::100, "GJ"] = 777.0
        frame.to_file(changed, engine="pyogrio", use_arrow=True)
    return changed, network


def read_both(prepared: Any) -> int:
    """Read the file and the columns of the table that it fills: what an update can't do without."""
    from waternet_plugin.store.foreign.foreign import read_foreign

    path, network = prepared
    fields: dict[str, str] = dict(_MAPPING["fields"])
    return len(read_foreign(str(path))) + len(network.read("pipe", list(fields)))


def update_by_file(prepared: Any) -> int:
    """Read the file, compare it with the network, write what differs as one batch."""
    from waternet_plugin.core.exchange.adoption.outcome.changed_rows import UpdateChoice
    from waternet_plugin.core.exchange.mapping import mapping_file
    from waternet_plugin.operations.adoption.adopt_layers import MappedFrame, adopt_all
    from waternet_plugin.store.foreign.foreign import read_foreign

    path, network = prepared
    mapping = mapping_file.parse(json.dumps(_MAPPING))
    part = MappedFrame("next", read_foreign(str(path)), mapping, "pipe", choice=UpdateChoice())
    done = adopt_all(network, [part], backup=False)[0].result
    assert done.update is not None
    return done.update.rows_changed


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when memory went over its limit."""
    bench = Bench("adoption")
    # Where the bare rows go, when no other ladder was climbed before.
    STORE_FOLDER.mkdir(parents=True, exist_ok=True)
    for rows in sizes:
        bench.run("bare write (pyogrio)", bare_write, rows, rows=rows, prepare=complete_rows)
        bench.run(
            "adopt a file",
            adopt_file,
            rows,
            rows=rows,
            prepare=empty_network,
            floor="bare write (pyogrio)",
            limit_mb=MEMORY_LIMIT_MB,
        )
        bench.run("read file and table", read_both, rows, rows=rows, prepare=delivered)
        bench.run(
            "update by a file, 1 % changed",
            update_by_file,
            rows,
            rows=rows,
            prepare=delivered,
            floor="read file and table",
            limit=UPDATE_LIMIT,
            limit_mb=MEMORY_LIMIT_MB,
        )
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
