"""The zip as users get it, built once for the tests of this folder."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def plugin_zip(repo_root: Path, sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the zip anew with the town of these sources, never trusting one that lies in build/."""
    target = tmp_path_factory.mktemp("zip") / "waternet_plugin.zip"
    done = subprocess.run(
        [sys.executable, str(repo_root / "tools" / "make_zip.py"), str(target)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.fixture(scope="session")
def unzipped(plugin_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder that holds the plugin as the installer unpacks it."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(plugin_zip) as archive:
        archive.extractall(folder)
    return folder
