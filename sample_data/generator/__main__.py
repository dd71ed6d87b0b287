"""Write the sample town: ``python -m generator --out town`` in the folder ``sample_data``."""

from __future__ import annotations

import argparse
from pathlib import Path

from .build import build
from .layout import SEED
from .writing import write


def main() -> None:
    """Read the options and write the files."""
    parser = argparse.ArgumentParser(description="Write the sample town.")
    parser.add_argument(
        "--out", default=str(Path(__file__).resolve().parent.parent / "town"), help="folder to write to"
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--clean", action="store_true", help="leave out the planted faults and leaks")
    options = parser.parse_args()
    for path in write(build(clean=options.clean, seed=options.seed), Path(options.out)):
        print(path)


if __name__ == "__main__":
    main()
