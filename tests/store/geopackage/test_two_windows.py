"""Two windows, a reader and a plain writer on one network: what was reported as written is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from waternet_plugin.store.geopackage.sharing import file_locks

SCRIPT = Path(__file__).resolve().parents[2] / "desktop" / "two_windows.py"


@pytest.mark.slow
@pytest.mark.skipif(not file_locks.AVAILABLE, reason="only Linux has these locks in Python")
def test_nothing_reported_is_missing():
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--rounds", "10"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
