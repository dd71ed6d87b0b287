"""What every opening of a network does beside opening it, where the file may be changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from waternet_plugin.core import scratch
from waternet_plugin.store import network_remarks
from waternet_plugin.store.geopackage import length_updates
from waternet_plugin.store.geopackage.backup_files import FOLDER


def keep_up(path: Path, repairs: Sequence[str], *, by: str) -> None:
    """Remember what was put back, measure pipes that were moved without their lengths, sweep old litter."""
    network_remarks.remember_repairs(str(path), repairs)
    length_updates.follow(path, by=by)
    scratch.sweep(path.parent, path.parent / FOLDER)
