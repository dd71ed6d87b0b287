"""The planner's way with a real city: kitchener's pipes and breaks (``WATERNET_DATA``)."""

from __future__ import annotations

import os
import shutil
import sys

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import data_folder  # noqa: E402
from planner_way import Handover, go, own_folder  # noqa: E402

FILES = (("pipes.gpkg", "pipe"), ("breaks.csv", "failure"))

data, folder = data_folder("kitchener"), own_folder("kitchener")
for name, _table in FILES:
    shutil.copy(data / name, folder / name)
# Treated water for one address has no suggestion: a person says what it is.
go(Handover("planner", folder, FILES, "EPSG:26917", ("potable",)))
