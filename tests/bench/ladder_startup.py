"""What the plugin adds to QGIS's start, and what a headless call costs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from harness import ROOT

SIZES = (9,)
LIMIT_S = 0.3

_START = """
import sys, time
sys.path.insert(0, {plugins!r})
from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QMainWindow
app = QgsApplication([], True)
app.initQgis()
import qgis.utils
from qgis.gui import QgsMapCanvas
from unittest.mock import MagicMock
window = QMainWindow()
window.menuBar().addMenu("Help")
iface = MagicMock()
iface.mainWindow.return_value = window
iface.mapCanvas.return_value = QgsMapCanvas(window)
begun = time.perf_counter()
from waternet_plugin import classFactory
plugin = classFactory(iface)
plugin.initGui()
print("SECONDS", time.perf_counter() - begun)
sys.stdout.flush()
import os
os._exit(0)
"""


def start_once() -> float:
    """Return the seconds of classFactory, initGui and initProcessing in a fresh process."""
    script = _START.format(plugins=str(ROOT / "build" / "plugins"))
    # Compiled modules are kept, as QGIS keeps them.
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
    )
    return float(done.stdout.split("SECONDS ")[1].split()[0])


def bare_list() -> float:
    """Return the seconds of one bare ``qgis_process list``."""
    begun = time.perf_counter()
    command = [str(ROOT / "build" / "bin" / "qgis_process"), "list"]
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - begun


def demo() -> float:
    """Return the seconds of a second ``make demo``."""
    begun = time.perf_counter()
    subprocess.run(["make", "-s", "demo"], cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - begun


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Measure; return 1 when the plugin's start takes longer than it may."""
    start_once()
    seconds = statistics.median(start_once() for _ in range(sizes[0]))
    starts = statistics.median(bare_list() for _ in range(3))
    print(f"plugin start: {seconds:.3f} s (median of {sizes[0]}, at most {LIMIT_S} s)")
    print(f"qgis_process list: {starts:.2f} s")
    ready = Path(ROOT / "build" / "setup.stamp").exists()
    ratio = demo() / starts if ready else float("nan")
    print(f"second make demo: {ratio:.1f} bare starts (at most 20)")
    return 1 if seconds > LIMIT_S or ratio > 20 else 0


if __name__ == "__main__":
    sys.exit(main())
