"""The sample town's map book beside the book as it was painted page by page before pages were QGIS layouts.

python tests/bench/painted_book.py [rounds]

The painted book is that of the commit before the page painter was removed, in a checkout of its own below
`build`. Both print the network of that time, 24 A3 sheets at 1:1000, by qgis_process; today's network is a
copy that was brought to today's schema before. Printed are processor seconds and the middle of the ratios,
with the start of qgis_process and without it. Exit status 1: the middle without it is above the limit.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The map book's pages became layouts in this commit.
REMOVAL = "e1cbe089"
LIMIT = 1.3


def painted_checkout() -> Path:
    """Return the checkout of the commit before the removal, set up."""
    path = ROOT / "build" / "painted_book"
    if not path.exists():
        subprocess.run(
            ["git", "worktree", "add", "--force", "--detach", str(path), f"{REMOVAL}^"], cwd=ROOT, check=True
        )
    subprocess.run(["make", "setup"], cwd=path, check=True, stdout=subprocess.DEVNULL)
    return path


def processor_s(checkout: Path, arguments: list[str]) -> float:
    """Return the processor seconds of one run of qgis_process and its children."""
    # On a desk modules are compiled once, so they are kept here, too.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    program = str(checkout / "build" / "bin" / "qgis_process")
    process = subprocess.Popen(
        [program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"qgis_process of {checkout} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def book_s(checkout: Path, network: Path, output: Path) -> float:
    """Return the processor seconds of a book of a network."""
    output.unlink(missing_ok=True)
    asked = [f"NETWORK={network}", "SCALE=1000", "LANGUAGE=en", f"OUTPUT={output}"]
    return processor_s(checkout, ["run", "waternet:exportatlas", "--", *asked])


def main() -> int:
    """Print both books in turns and compare them."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    checkouts = {"painted": painted_checkout(), "layouts": ROOT}
    town = checkouts["painted"] / "build" / "sample_town" / "en" / "sample_town.gpkg"
    whole: list[float] = []
    without_start: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        networks = {name: Path(folder) / f"{name}.gpkg" for name in checkouts}
        for name, network in networks.items():
            shutil.copy(town, network)
            # The first run compiles modules and brings the network to the schema of its time.
            book_s(checkouts[name], network, network.with_suffix(".pdf"))
        for number in range(rounds):
            start = {
                name: processor_s(path, ["help", "waternet:exportatlas"]) for name, path in checkouts.items()
            }
            book = {
                name: book_s(path, networks[name], Path(folder) / f"{name}.pdf")
                for name, path in checkouts.items()
            }
            whole.append(book["layouts"] / book["painted"])
            without_start.append((book["layouts"] - start["layouts"]) / (book["painted"] - start["painted"]))
            print(
                f"round {number + 1}: painted {book['painted']:.2f} s (start {start['painted']:.2f}), "
                f"layouts {book['layouts']:.2f} s (start {start['layouts']:.2f}): {whole[-1]:.2f}x, "
                f"without the start {without_start[-1]:.2f}x",
                flush=True,
            )
        sizes = {name: (Path(folder) / f"{name}.pdf").stat().st_size / 1e6 for name in checkouts}
    print(
        f"middle {statistics.median(whole):.2f}x, without the start {statistics.median(without_start):.2f}x"
    )
    print(f"files: painted {sizes['painted']:.1f} MB, layouts {sizes['layouts']:.1f} MB; limit {LIMIT}x")
    return int(statistics.median(without_start) > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
