"""Scores of all compounds in a month: drains of a branching lattice in compounds, with the work of months.

python tests/bench/ladder_scores.py [rows ...]
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any

import ladder_drainage
import numpy as np
from harness import STORE, Bench

SIZES = (30_000, 300_000)
CRS = "EPSG:4547"
FOLDER = STORE / "scores"
# Against reading work items, pipes and nodes.
LIMIT = 3.0
AS_OF = datetime.date(2026, 9, 30)
READ = "reading items, pipes and nodes"


def path_of(rows: int) -> Path:
    """Return the network that the steps of one size share."""
    return FOLDER / f"scores_{rows}.gpkg"


def items(pipes: Any, nodes: Any, compounds: Any) -> Any:
    """Return the work of a year: an item for every third drain or manhole, and rounds of compounds."""
    import pandas as pd

    random = np.random.default_rng(34)
    assets = np.concatenate(
        [
            random.choice(pipes["pipe_id"].to_numpy(), len(pipes) // 6),
            random.choice(nodes["node_id"].to_numpy(), len(nodes) // 6),
            np.tile(compounds["compound_id"].to_numpy(), 24),
        ]
    )
    types = np.where(np.arange(len(assets)) < len(assets) - 24 * len(compounds), "clean", "patrol")
    days = np.datetime64(AS_OF) - random.integers(0, 365, len(assets)).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "item_id": np.char.add("W", np.arange(len(assets)).astype(str)).astype(object),
            "type": types.astype(object),
            "state": "done",
            "opened_on": days.astype("datetime64[ns]"),
            "closed_on": days.astype("datetime64[ns]"),
            "asset": assets,
        }
    )


def made(rows: int) -> None:
    """Write the network of one size."""
    from waternet_plugin.store import create_network

    clear(rows)
    pipes, nodes, compounds = ladder_drainage.town(rows)
    with create_network(path_of(rows), CRS, by="bench") as network, network.write("adopt") as batch:
        for name, frame in (("pipe", pipes), ("node", nodes), ("compound", compounds)):
            batch.insert(name, frame)
        batch.insert("work_item", items(pipes, nodes, compounds))


def clear(rows: int) -> None:
    """Take the network of one size away."""
    for old in FOLDER.glob(f"scores_{rows}.gpkg*"):
        old.unlink()


def opened(rows: int) -> Any:
    """Return the open network, everything imported."""
    import pyarrow  # noqa: F401

    import waternet_plugin.operations.compounds.score_compounds  # noqa: F401
    from waternet_plugin.store import open_network

    return open_network(path_of(rows))


def read(network: Any) -> int:
    """Read what scores rest on."""
    from waternet_plugin.core.schema.use import systems

    drains = {"system": list(systems("drain"))}
    return (
        len(network.read("work_item")) + len(network.read("pipe", where=drains)) + len(network.read("node"))
    )


def score(network: Any) -> int:
    """Score all compounds, with the report."""
    from waternet_plugin.operations.compounds.score_compounds import ScoreRequest, score_network_compounds

    return len(score_network_compounds(network, ScoreRequest(as_of=AS_OF)).scores)


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    bench = Bench("scores", by_cpu=True)
    for rows in sizes:
        # Fixed costs rule the small ones; the limit is that of the largest.
        limit = LIMIT if rows >= SIZES[-1] else None
        made(rows)
        bench.run(READ, read, rows, rows=rows, prepare=opened, repeat=3)
        bench.run("scores of compounds", score, rows, rows=rows, prepare=opened, floor=READ, limit=limit)
        clear(rows)
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
