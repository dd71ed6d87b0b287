"""Proposals for towns of 7,000 to 16,000 pipes: rules, boundary beside a repaired KaHIP, pressures in EPANET.

python tests/bench/compare_partitions.py [KIND ...] [COUNT ...]

KIND is lattice, stubs, quarters, trees, or kitchener (a real city; it has no model to compute). Rules are
looked up by a plain search (`support.proposal_rules`). KaHIP is for developers alone, nothing needs it:
``build/venv/bin/python -m pip install --no-deps kahip``; without it the comparison is left out and the table
says so. Its best of some seeds and imbalances counts, each repaired so that every part is one piece within
the same bounds.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import harness  # noqa: F401 (finds the staged plugin and helpers of tests)
import numpy as np
from support import designed_towns
from support.library_partition import cut_of, kahip_partition, node_graph, repaired
from support.proposal_rules import broken_rules

COUNTS = (15, 30, 50)
AVERAGE_LIMIT, SINGLE_LIMIT, DEMAND_LIMIT = 1.10, 1.25, 0.005
IMBALANCES, SEEDS = (0.03, 0.15, 0.4), (1, 2)


def town(kind: str, folder: Path) -> Any:
    """Return a network of a kind as a file."""
    from waternet_plugin.operations.hydraulics.import_epanet import import_epanet
    from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest

    source, path = folder / f"{kind}.inp", folder / f"{kind}.gpkg"
    source.write_text(designed_towns.town_file(kind), encoding="utf-8")
    import_epanet(ModelImportRequest(str(source), str(path)))
    return path


def city(folder: Path) -> Any:
    """Return the network of a real city as a file, fed where its widest pipes are."""
    import geopandas as gpd
    import shapely
    from realdata.kitchener_frames import pipes_of

    from waternet_plugin.store import create_network

    data = harness.ROOT.parent / "shared" / "data" / "kitchener"
    pipes = pipes_of(data)
    wide = pipes.sort_values(["diameter_mm", "length_m", "pipe_id"], ascending=False).head(4)
    points = shapely.get_point(wide.geometry.to_numpy(), 0)
    nodes = gpd.GeoDataFrame(
        {
            "node_id": [f"S{number}" for number in range(len(wide))],
            "kind": "source",
            "system": "potable",
            "status": "in_use",
        },
        geometry=points,
        crs=pipes.crs,
    ).rename_geometry("geom")
    path = folder / "kitchener.gpkg"
    crs = f"EPSG:{pipes.crs.to_epsg()}"
    with create_network(path, crs, by="bench") as network, network.write("adopt") as batch:
        batch.insert("pipe", pipes.dropna(axis="columns", how="all"))
        batch.insert("node", nodes)
    return path


def library_boundary(model: Any, found: Any) -> int | None:
    """Return the fewest pipes that a repaired KaHIP cuts, None without it or where no repair ends well."""
    from waternet_plugin.core.dma.proposal.divisible_pipes import pipe_sizes

    zoned = found.best.pipe_number[found.best.pipes["zone_id"].notna().to_numpy()]
    graph = model.graph
    ends = np.stack([graph.start[zoned], graph.end[zoned]], axis=1)
    names, number = np.unique(ends, return_inverse=True)
    nodes = node_graph(number.reshape(-1, 2), pipe_sizes(model.dma, "length")[zoned], len(names))
    count, best = len(found.best.zones), None
    for imbalance in IMBALANCES:
        for seed in SEEDS:
            part = kahip_partition(nodes, count, imbalance, seed)
            if part is None:
                return None
            mended = repaired(nodes, part, count, found.bounds.least, found.bounds.most)
            if mended is not None:
                cut = cut_of(nodes, mended)
                best = cut if best is None else min(best, cut)
    return best


def compare(kind: str, path: Path, count: int) -> dict[str, Any]:
    """Return what a proposal gives and breaks."""
    from waternet_plugin import store
    from waternet_plugin.core.dma.proposal.divisible_pipes import pipe_sizes
    from waternet_plugin.core.dma.proposal.proposal_options import ProposalOptions
    from waternet_plugin.operations.dma.area_network import read_dma_model
    from waternet_plugin.operations.dma.propose_dma import ProposeDmaRequest, propose_dma

    with store.open_network(path) as network:
        model = read_dma_model(network)
        begun = time.process_time()
        done = propose_dma(network, ProposeDmaRequest(ProposalOptions(count=count, size_by="length")))
        seconds = time.process_time() - begun
    found = done.proposals
    sizes = dict(zip(model.graph.pipe_id, pipe_sizes(model.dma, "length")))
    bounds = (found.bounds.least, found.bounds.most)
    broken = [
        f"{name}: {rule}"
        for name, one in found.solutions.items()
        for rule in broken_rules(model, one, size_of=sizes, bounds=bounds, max_inlets=2)
    ]
    checks = done.hydraulics[found.chosen]
    theirs = library_boundary(model, found)
    return {
        "kind": kind,
        "pipes": int(model.dma.open.sum()),
        "count": count,
        "seconds": seconds,
        "broken": broken,
        "devices": len(found.best.boundary),
        "theirs": theirs,
        "ratio": len(found.best.boundary) / theirs if theirs else None,
        "reason": checks.reason,
        "below": None if checks.reason else checks.below_share,
        "lowest": None if checks.reason else (checks.p_before_m, checks.p_after_m),
    }


def main(words: list[str]) -> int:
    """Compare what was named, or all; return 1 when a limit was broken."""
    counts = tuple(int(word) for word in words if word.isdigit()) or COUNTS
    kinds = [word for word in words if not word.isdigit()] or [*designed_towns.KINDS, "kitchener"]
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for kind in kinds:
            path = city(Path(name)) if kind == "kitchener" else town(kind, Path(name))
            for count in counts:
                row = compare(kind, path, count)
                rows.append(row)
                theirs = "KaHIP is not installed" if row["theirs"] is None else f"KaHIP {row['theirs']}"
                ratio = "" if row["ratio"] is None else f" = {row['ratio']:.2f}x"
                if row["below"] is None:
                    pressure = f"not computed: {row['reason']}"
                else:
                    pressure = f"{100 * row['below']:.2f} % below, lowest {row['lowest'][0]:.1f} -> "
                    pressure += f"{row['lowest'][1]:.1f} m"
                print(
                    f"{kind} {row['pipes']:,} pipes K={count}: {row['devices']} devices, {theirs}{ratio}; "
                    f"{pressure}; {len(row['broken'])} rules broken; {row['seconds']:.1f} s",
                    flush=True,
                )
                for rule in row["broken"][:5]:
                    print(f"    {rule}", flush=True)
    ratios = [row["ratio"] for row in rows if row["ratio"] is not None]
    if ratios:
        print(f"against a repaired KaHIP: {np.mean(ratios):.3f}x on average, {max(ratios):.2f}x at most")
    over = any(row["broken"] or (row["below"] or 0.0) > DEMAND_LIMIT for row in rows)
    over |= bool(ratios) and (np.mean(ratios) > AVERAGE_LIMIT or max(ratios) > SINGLE_LIMIT)
    return int(over)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
