"""A SWMM file to frames against splitting its lines, and into a network against adopting the same rows.

python tests/bench/ladder_swmm.py [links ...]
"""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

from harness import STORE, Bench
from made_towns import clear_town

SIZES = (5_000, 50_000)
FRAMES_LIMIT, NETWORK_LIMIT = 4.0, 1.5
CRS, FOLDER = "EPSG:4547", STORE / "swmm"
# Drains along streets of so many manholes, every so many metres.
_STREET, _APART_M = 100, 30.0
_FIELDS = {
    "pipe": ("pipe_id", "from_node", "to_node", "diameter_mm", "invert_start_m", "invert_end_m", "length_m"),
    "node": ("node_id", "kind", "ground_m", "depth_m"),
}


def model_file(links: int) -> Path:
    """Return a SWMM file of streets of drains, each with an outfall at its end."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"drains_{links}.inp"
    if path.exists():
        return path
    sections: dict[str, list[str]] = {
        "OPTIONS": ["FLOW_UNITS LPS", "LINK_OFFSETS DEPTH"],
        **{name: [] for name in ("JUNCTIONS", "OUTFALLS", "CONDUITS", "XSECTIONS", "COORDINATES")},
    }
    for number in range(links):
        street, along = divmod(number, _STREET)
        x_m, y_m, level_m = 500_000 + along * _APART_M, 3_000_000 + street * 50, 20.0 - 0.06 * along
        sections["JUNCTIONS"].append(f"M{number} {level_m:.2f} 2.5 0 0 0")
        sections["COORDINATES"].append(f"M{number} {x_m} {y_m}")
        last = along == _STREET - 1 or number == links - 1
        if last:
            sections["OUTFALLS"].append(f"O{number} {level_m - 0.06:.2f} FREE NO")
            sections["COORDINATES"].append(f"O{number} {x_m + _APART_M} {y_m}")
        end = f"O{number}" if last else f"M{number + 1}"
        sections["CONDUITS"].append(f"C{number} M{number} {end} {_APART_M} 0.013 0 0 0 0")
        sections["XSECTIONS"].append(f"C{number} CIRCULAR {0.3 + 0.1 * (along // 20):.1f} 0 0 0 1")
    text = "\n".join(f"[{name}]\n" + "\n".join(lines) + "\n" for name, lines in sections.items())
    path.write_text(text, encoding="utf-8")
    return path


def split_lines(path: Path) -> int:
    """Read the lines and split them into words."""
    return sum(len(line.split()) for line in path.read_text(encoding="utf-8").splitlines())


def with_modules(links: int) -> Path:
    """Return the file; loading modules is no part of the steps."""
    import waternet_plugin.operations.hydraulics.import_swmm  # noqa: F401

    return model_file(links)


def to_frames(path: Path) -> int:
    """Read the file into frames of nodes and links."""
    from waternet_plugin.core.exchange.swmm.reading.swmm_model import swmm_model_of
    from waternet_plugin.core.exchange.swmm.reading.swmm_text import read_swmm_text

    model = swmm_model_of(read_swmm_text(path.read_bytes(), path.name), path.name)
    return len(model.links)


def into_network(path: Path) -> int:
    """Make a network of the file."""
    from waternet_plugin.operations.hydraulics.import_swmm import import_swmm
    from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest

    target = path.with_name(f"model_{path.stem}.gpkg")
    clear_town(target)
    return int(import_swmm(ModelImportRequest(str(path), str(target), source_crs=CRS)).counts["pipes"])


def foreign_rows(links: int) -> Path:
    """Return a folder with the same pipes and nodes as files of another program."""
    import waternet_plugin.core.exchange.adoption.adoption
    import waternet_plugin.store.foreign.foreign  # noqa: F401
    from waternet_plugin.store import open_network

    path = with_modules(links)
    folder = FOLDER / f"rows_{links}"
    if not folder.exists():
        into_network(path)
        folder.mkdir()
        with open_network(path.with_name(f"model_{path.stem}.gpkg")) as network:
            for table, columns in _FIELDS.items():
                frame = network.read(table, list(columns))
                frame.to_file(folder / f"{table}.fgb", engine="pyogrio", use_arrow=True)
    return folder


def adopt_rows(folder: Path) -> int:
    """Adopt pipes and nodes into a new network, as one batch."""
    from waternet_plugin.core.exchange.adoption import adoption
    from waternet_plugin.core.exchange.mapping import mapping_file
    from waternet_plugin.store import create_network
    from waternet_plugin.store.foreign.foreign import read_foreign

    target, written = folder.with_suffix(".gpkg"), 0
    clear_town(target)
    with create_network(target, CRS, by="bench") as network, network.write("adopt") as batch:
        for table, columns in reversed(_FIELDS.items()):
            wanted = {"fields": {name: name for name in columns}, "defaults": {"system": "storm"}}
            result = adoption.adopt(
                read_foreign(str(folder / f"{table}.fgb")),
                mapping_file.parse(json.dumps(wanted)),
                table,
                into=adoption.Destination(network.crs, settings=network.settings()),
                today=datetime.date(2026, 1, 1),
            )
            batch.insert(table, result.rows)
            written += int(result.assets_written)
    return written


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("swmm", by_cpu=True)
    for links in sizes:
        is_large = links >= SIZES[-1]
        split, adopted = "lines split", "adopting the same rows"
        bench.run(split, split_lines, links, rows=links, prepare=model_file, repeat=5)
        bench.run(
            "file to frames", to_frames, links, rows=links, prepare=with_modules, floor=split,
            limit=FRAMES_LIMIT if is_large else None, repeat=3,
        )  # fmt: skip
        bench.run(adopted, adopt_rows, links, rows=links, prepare=foreign_rows, repeat=2)
        bench.run(
            "file into a network", into_network, links, rows=links, prepare=with_modules, floor=adopted,
            limit=NETWORK_LIMIT if is_large else None, repeat=2,
        )  # fmt: skip
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(one) for one in sys.argv[1:]) or SIZES))
