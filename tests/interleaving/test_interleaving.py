"""Two processes at once, the short form; ``make interleavings`` plays 1,000 rounds."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("run.py")

pytestmark = [pytest.mark.always, pytest.mark.slow]
ROUNDS = 12


@pytest.mark.skipif(sys.platform == "win32", reason="the two processes are forked")
def test_nothing_that_either_of_two_processes_writes_is_lost() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--rounds", str(ROUNDS), "--seed", "9"],
        capture_output=True,
        text=True,
        timeout=500,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "0 updates lost, 0 other faults" in done.stdout
    overwritten = re.search(r"(\d+) overwritten by who had seen them", done.stdout)
    # Otherwise the two did not meet, and nothing was asked.
    assert overwritten is not None and int(overwritten.group(1)) > ROUNDS // 2
