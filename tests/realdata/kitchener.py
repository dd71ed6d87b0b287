"""The main job on a real city, by qgis_process alone: from its files to plan and map book.

``python tests/realdata/kitchener.py [FOLDER]`` adopts the pipes and breaks of ``WATERNET_DATA``/kitchener,
assesses them as of 2012-12-31, says what the worst 5, 10 and 20 % of length would have caught of the main
breaks of the three years after, beside oldest-first, plans, and prints the city and one district.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "build" / "plugins")]

from support.headless import must  # noqa: E402

MAPPINGS = HERE / "mappings"
SHARES = (0.05, 0.10, 0.20)
# Downtown: 1.5 x 1.25 km of the old centre, in the network's CRS.
DISTRICT = "540700,542200,4810500,4811750 [EPSG:26917]"


@dataclass(frozen=True)
class Captured:
    """Shares of the later failures caught, by share of length, with both denominators."""

    model_matched: tuple[float, ...]
    model_all: tuple[float, ...]
    oldest_matched: tuple[float, ...]
    oldest_all: tuple[float, ...]
    test_failures: int
    all_failures: int

    @property
    def lift(self) -> tuple[float, ...]:
        """How many times oldest-first the model catches."""
        return tuple(a / b for a, b in zip(self.model_matched, self.oldest_matched))


def adopted(folder: Path, data: Path) -> tuple[Path, dict[str, Any], dict[str, Any]]:
    """Create the network and adopt pipes and breaks; return its path and both results."""
    network = folder / "kitchener.gpkg"
    must("createnetwork", CRS="EPSG:26917", OUTPUT=network)
    pipes = must(
        "adoptlayers",
        NETWORK=network,
        INPUT=data / "pipes.gpkg",
        TABLE="pipe",
        MAPPING=MAPPINGS / "kitchener_pipes.json",
        REPORT=folder / "pipes.html",
        REJECTED=folder / "rejected.gpkg",
    )
    breaks = must(
        "adoptlayers",
        NETWORK=network,
        INPUT=data / "breaks.csv",
        TABLE="failure",
        MAPPING=MAPPINGS / "kitchener_breaks.json",
        REPORT=folder / "breaks.html",
    )
    return network, pipes, breaks


def captured(network: Path, folder: Path, cutoff: date, until: date) -> Captured:
    """Assess as of a cut-off and count the main breaks after it, up to ``until``."""
    import numpy as np
    import pandas as pd
    from support.capture_frames import capture, capture_shuffled

    from waternet_plugin import store

    output = folder / f"assessed_{cutoff.year}.csv"
    must(
        "assesshealth",
        NETWORK=network,
        AS_OF=cutoff.isoformat(),
        OUTPUT=output,
        REPORT=output.with_suffix(".html"),
    )
    rated = pd.read_csv(output, dtype={"pipe_id": str})
    with store.open_network(str(network)) as opened:
        pipes = opened.read("pipe", ["pipe_id", "length_m", "install_year"], geometry=False)
        failures = opened.read("failure", ["date", "kind", "pipe_id", "match_state"], geometry=False)
    frame = rated.merge(pipes, on="pipe_id").sort_values("pipe_id", ignore_index=True)
    days = failures["date"].dt.date
    test = failures[(days > cutoff) & (days <= until) & (failures["kind"] == "main_break")]
    long_enough = set(frame.loc[frame["length_m"] >= 1.0, "pipe_id"])
    matched = test[(test["match_state"] == "matched") & test["pipe_id"].isin(long_enough)]
    count = frame["pipe_id"].map(matched["pipe_id"].value_counts()).fillna(0.0).to_numpy(float)
    length_m = frame["length_m"].to_numpy(float)
    by_rate = capture(
        length_m, frame["rate_per_100km_y"].to_numpy(float), count, SHARES, all_failures=len(test)
    )
    by_age = capture_shuffled(
        length_m,
        -frame["install_year"].to_numpy(float),
        count,
        SHARES,
        shuffles=100,
        seed=1,
        all_failures=len(test),
    )
    assert np.isclose(by_rate.test_failures, len(matched))
    return Captured(
        by_rate.matched, by_rate.everything, by_age.matched, by_age.everything, len(matched), len(test)
    )


def printed(network: Path, folder: Path, name: str, scale: int, area: str = "") -> dict[str, Any]:
    """Print a map book in the health theme and check it against its sheet index."""
    import pandas as pd

    index, book = folder / f"{name}_sheets.csv", folder / f"{name}.pdf"
    common = {"NETWORK": network, "SCALE": scale, "AREA": area, "THEME": "health"}
    must("sheetindex", OUTPUT=index, **common)
    must("exportatlas", OUTPUT=book, FRONT=False, **common)
    sheets = pd.read_csv(index, dtype=str)
    text = subprocess.run(
        ["pdftotext", "-layout", str(book), "-"], capture_output=True, check=True
    ).stdout.decode()
    pages = text.split("\f")[:-1]
    numbered = sum(number in page for number, page in zip(sheets["sheet_no"], pages))
    return {"rows": len(sheets), "pages": len(pages), "pages_with_their_number": numbered}


def main(folder: Path, data: Path) -> dict[str, Any]:
    """Do the whole job and return its figures."""
    network, pipes, breaks = adopted(folder, data)
    matching = must(
        "matchfailures", NETWORK=network, OUTPUT=folder / "matches.csv", REPORT=folder / "matching.html"
    )
    found = captured(network, folder, date(2012, 12, 31), date(2015, 12, 31))
    plan = must(
        "planrenewal",
        NETWORK=network,
        BUDGET=20_000_000,
        START_YEAR=2013,
        OUTPUT_PROJECTS=folder / "projects.gpkg",
        OUTPUT_PIPES=folder / "project_pipes.csv",
        REPORT=folder / "plan.html",
    )
    must("buildproject", NETWORK=network, THEME="health")
    return {
        "pipes": pipes,
        "breaks": breaks,
        "matching": matching,
        "captured": {**vars(found), "lift": found.lift},
        "plan": plan,
        "city": printed(network, folder, "city", 10_000),
        "district": printed(network, folder, "district", 1_000, DISTRICT),
    }


if __name__ == "__main__":
    root = HERE.parent.parent
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else root / "build" / "kitchener"
    place.mkdir(parents=True, exist_ok=True)
    for old in place.glob("kitchener.gpkg*"):
        old.unlink()
    where = Path(os.environ.get("WATERNET_DATA") or root.parent / "shared" / "data") / "kitchener"
    print(json.dumps(main(place, where), indent=1, default=str, ensure_ascii=False))
