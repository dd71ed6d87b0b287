"""Direction of drains on the real networks of the EPA test set: hidden inverts, shuffled drawing.

Run with the folder of the ``epa_*.inp`` files; prints the share of conduits called right, undetermined
counted as wrong, and how often a confidence holds. The constants were chosen on CHOSEN_ON and judged on
the others.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from waternet_plugin.core.drainage.inference.direction import Directions, DrainNetwork, infer_direction

CHOSEN_ON = ("Example8", "user2", "user5")
JUDGED_ON = ("Example3", "Example4", "Example7-Final", "user1", "user3", "user4")
DRAWS = 5
BINS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
_LINKS = ("CONDUITS", "PUMPS", "WEIRS", "ORIFICES", "OUTLETS")
_NODES = ("JUNCTIONS", "STORAGE", "OUTFALLS")


def sections(path: Path) -> dict[str, list[list[str]]]:
    """Return the words of each line by section."""
    found: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        text = line.split(";")[0].strip()
        if text.startswith("["):
            rows = found.setdefault(text.strip("[]").upper(), [])
        elif text:
            rows.append(text.split())
    return found


def model(path: Path, *, ground: bool) -> tuple[DrainNetwork, npt.NDArray[np.bool_]]:
    """Return the drains of a model as they flow in it, all forward, and which of them are conduits."""
    words = sections(path)
    nodes = [row for name in _NODES for row in words.get(name, [])]
    number = {row[0]: index for index, row in enumerate(nodes)}
    bottom = np.array([float(row[1]) for row in nodes])
    outfalls = {row[0] for row in words.get("OUTFALLS", [])}
    top = np.array([np.nan if row[0] in outfalls else float(row[1]) + float(row[2]) for row in nodes])
    links = [(name, row) for name in _LINKS for row in words.get(name, [])]
    start = np.array([number[row[1]] for _name, row in links])
    end = np.array([number[row[2]] for _name, row in links])
    conduit = np.array([name == "CONDUITS" for name, _row in links])
    length = np.array([float(row[3]) if name == "CONDUITS" else 1.0 for name, row in links])
    offset = np.array(
        [[float(row[5]), float(row[6])] if name == "CONDUITS" else [0, 0] for name, row in links]
    )
    invert = bottom[np.column_stack([start, end])] + offset
    invert[~conduit] = np.nan
    high = {row[0]: float(row[2]) for row in words.get("XSECTIONS", []) if row[2].replace(".", "").isdigit()}
    size = np.array([high.get(row[0], np.nan) or np.nan for _name, row in links])
    network = DrainNetwork(
        start=start, end=end, length_m=length, size_mm=size, invert_m=invert,
        fact=np.where(conduit, 0, 1),
        wet_only=np.array([name == "WEIRS" for name, _row in links]),
        ground_m=top if ground else np.full(len(nodes), np.nan),
        is_exit=np.array([row[0] in outfalls for row in nodes]),
        is_inlet=np.zeros(len(nodes), dtype=bool),
    )  # fmt: skip
    return network, conduit


def spoiled(
    network: DrainNetwork, rng: np.random.Generator, hidden: float = 0.5
) -> tuple[DrainNetwork, npt.NDArray[np.bool_]]:
    """Return a network with the inverts of a share of its drains hidden and half of its lines turned."""
    many = len(network.start)
    turned = (rng.random(many) < 0.5) & (network.fact == 0)
    invert = network.invert_m.copy()
    free = np.flatnonzero(network.fact == 0)
    invert[rng.permutation(free)[: round(hidden * len(free))]] = np.nan
    invert[turned] = invert[turned, ::-1]
    changed = DrainNetwork(**{
        **vars(network), "start": np.where(turned, network.end, network.start),
        "end": np.where(turned, network.start, network.end), "invert_m": invert,
    })  # fmt: skip
    return changed, turned


def draws(
    path: Path, *, ground: bool
) -> Iterator[tuple[Directions, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]:
    """Yield what was inferred, which conduits were called right, and which drains are conduits."""
    network, conduit = model(path, ground=ground)
    for seed in range(DRAWS):
        changed, turned = spoiled(network, np.random.default_rng(seed))
        found = infer_direction(changed)
        yield found, found.sense == np.where(turned, -1, 1), conduit


def main(folder: Path) -> None:
    """Print the shares and the calibration of both groups."""
    for title, names in (("chosen on", CHOSEN_ON), ("judged on", JUDGED_ON)):
        for ground in (False, True):
            sure, hit = [], []
            for name in names:
                shares = []
                for found, right, conduit in draws(folder / f"epa_{name}.inp", ground=ground):
                    shares.append(right[conduit].mean())
                    sure.append(found.confidence[conduit])
                    hit.append(right[conduit])
                print(f"{title} {name}, ground {'known' if ground else 'unknown'}: {np.mean(shares):.4f}")
            confidence, called = np.concatenate(sure), np.concatenate(hit)
            for low, high in zip(BINS, (*BINS[1:], 1.01)):
                mask = (confidence >= low) & (confidence < high)
                if mask.any():
                    share = f"{called[mask].mean():.3f} of {mask.sum()}"
                    print(f"  confidence {low:.2f}-{min(high, 1):.2f}: {share}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
