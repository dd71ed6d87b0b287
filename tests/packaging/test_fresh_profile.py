"""The zip, unpacked into the profile of somebody who has never seen the plugin, loads and lists."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ALGORITHMS = (
    "createnetwork adoptlayers buildproject listbatches undobatch restorebackup matchfailures assesshealth "
    "compareruns planrenewal sheetindex exportatlas"
).split()


def _qgis_process(profiles: Path, *words: str, packages: bool = True) -> subprocess.CompletedProcess[str]:
    """Run Debian's qgis_process on a profile folder that nothing else uses."""
    kept = ("HOME", "LANG", "XDG_RUNTIME_DIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment.update(
        PATH="/usr/bin:/bin",
        QT_QPA_PLATFORM="offscreen",
        QGIS_CUSTOM_CONFIG_PATH=str(profiles),
        LC_ALL="C.UTF-8",
    )
    if packages:
        environment["PYTHONPATH"] = sysconfig.get_path("purelib")
    return subprocess.run(
        ["/usr/bin/qgis_process.bin", *words],
        env=environment,
        cwd=profiles,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def profiles(unzipped: Path, tmp_path: Path) -> Path:
    """Folder of profiles whose default profile has the plugin installed, but not enabled."""
    target = tmp_path / "profiles 配置" / "profiles" / "default" / "python" / "plugins"
    target.mkdir(parents=True)
    shutil.copytree(unzipped / "waternet_plugin", target / "waternet_plugin")
    return tmp_path / "profiles 配置"


def test_enabling_lists_every_algorithm(profiles: Path) -> None:
    enabled = _qgis_process(profiles, "plugins", "enable", "waternet_plugin")
    assert enabled.returncode == 0, enabled.stdout + enabled.stderr
    plugins = _qgis_process(profiles, "plugins", "list")
    assert "* waternet_plugin" in plugins.stdout
    listed = _qgis_process(profiles, "list")
    assert "Traceback" not in listed.stderr
    missing = [name for name in ALGORITHMS if f"waternet:{name}" not in listed.stdout]
    assert missing == []


def test_loads_without_the_python_packages(profiles: Path) -> None:
    # Debian's own packages are there or not, as the release has them; those of build/venv are not.
    enabled = _qgis_process(profiles, "plugins", "enable", "waternet_plugin", packages=False)
    assert enabled.returncode == 0, enabled.stdout + enabled.stderr
    listed = _qgis_process(profiles, "list", packages=False)
    assert "Traceback" not in listed.stderr
    assert "waternet:createnetwork" in listed.stdout


@pytest.mark.parametrize("every", [16, pytest.param(4, marks=pytest.mark.slow)])
def test_algorithms_explain_themselves(profiles: Path, every: int) -> None:
    _qgis_process(profiles, "plugins", "enable", "waternet_plugin")
    for name in ALGORITHMS[::every]:
        shown = _qgis_process(profiles, "help", f"waternet:{name}")
        assert shown.returncode == 0, f"{name}: {shown.stderr}"
        assert "OUTPUT" in shown.stdout or "NETWORK" in shown.stdout


def test_python_of_the_tests_is_the_one_of_qgis() -> None:
    # The virtual environment must be made by Debian's interpreter, whatever comes first on PATH.
    assert sys.base_prefix == "/usr"
