"""The planner's way with the second utility's files: titles and totals, ids that repeat, strays."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from planner_way import Handover, go, own_folder  # noqa: E402

from waternet_plugin.sample_data.foreign import write_second  # noqa: E402

folder = own_folder("second_utility")
written = write_second(folder)
files = ((written.pipes, "pipe"), (written.points, "node"), (written.failures, "failure"))
go(Handover("planner_second", folder, tuple((path.name, table) for path, table in files), "EPSG:4547"))
