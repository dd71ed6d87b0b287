"""The planner's way with the first utility's files: shapefiles and a CSV in GBK, some dirt."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from planner_way import Handover, go, own_folder  # noqa: E402

from waternet_plugin.sample_data.foreign import write  # noqa: E402

folder = own_folder("first_utility")
written = write(folder)
files = []
for path, table in ((written.pipes, "pipe"), (written.points, "node"), (written.failures, "failure")):
    # A keyboard has keys for these names, and the window that chooses files drops pasted ones at times.
    for part in folder.glob(f"{path.stem}.*"):
        part.rename(folder / f"{table}{part.suffix}")
    files.append((f"{table}{path.suffix}", table))
# 入户管 has no suggestion: a person says what it is.
go(Handover("planner_first", folder, tuple(files), "EPSG:4547", ("service",)))
