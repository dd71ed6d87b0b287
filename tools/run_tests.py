"""Run the tests; a few that failed are run once more, each alone, and named loudly.

``python tools/run_tests.py [pytest's arguments]``. With AGAIN=1 in the environment up to five tests that
failed are run again, one after the other, after all others: windows, locks and threads of a loaded machine
fail now and then. What passes then counts as passed and is listed in ``build/failed-once.txt``; what fails
again, or more than five, fails the run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_AGAIN = 5
SOME_FAILED = 1


def failed_tests(cache: Path) -> list[str]:
    """Return the tests that failed in the run that wrote a cache of pytest."""
    listed = cache / "v" / "cache" / "lastfailed"
    return list(json.loads(listed.read_text(encoding="utf-8"))) if listed.is_file() else []


def run(arguments: list[str], cache: Path) -> int:
    """Run pytest; return its status."""
    command = [sys.executable, "-m", "pytest", "-o", f"cache_dir={cache}", *arguments]
    return subprocess.run(command, check=False).returncode


def main(arguments: list[str], build: Path = ROOT / "build") -> int:
    """Run pytest with its arguments, and what failed once more; return the status."""
    cache = build / "tests-cache"
    listed = cache / "v" / "cache" / "lastfailed"
    listed.unlink(missing_ok=True)
    status = run(arguments, cache)
    failed = failed_tests(cache)
    if status != SOME_FAILED or os.environ.get("AGAIN") != "1" or not 0 < len(failed) <= MOST_AGAIN:
        return status
    print(f"\n=== once more, alone: {' '.join(failed)}", flush=True)
    # Without "--dist no" pytest-qgis starts no QGIS: it takes this process for the one that hands out tests.
    alone = ["--last-failed", "--last-failed-no-failures", "none", "-n", "0", "--dist", "no"]
    status = run([*arguments, *alone], cache)
    if status == 0:
        told = "".join(f"{name}\n" for name in failed)
        with (build / "failed-once.txt").open("a", encoding="utf-8") as once:
            once.write(told)
        print(f"\n=== failed once, passed alone:\n{told}", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
