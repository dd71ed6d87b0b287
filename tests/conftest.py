"""What every test needs: the staged plugin on the path, and the places of things."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = ROOT / "build" / "plugins"

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The repository's `processing` must never hide the package of the same name in QGIS, so the
# root leaves the path (`python -m pytest` puts it there) and the staged folder comes first.
sys.path[:] = [
    entry for entry in sys.path if Path(entry or os.curdir).resolve() not in (ROOT, PLUGINS.resolve())
]

# What a pandas of today does, switched on in the last one that did not: arrays of a frame are read-only,
# columns of texts are `str`. Older ones, as Debian 13 and `make oldest` have them, run as they are.
with suppress(PackageNotFoundError):
    if version("pandas").startswith("2.3."):
        os.environ.update(PANDAS_COPY_ON_WRITE="1", PANDAS_FUTURE_INFER_STRING="1")

import pytest
from hypothesis import HealthCheck, settings
from support import headless
from support.left_out import LeftOut
from support.made_once import Once, folder_of_run, made_once
from support.staging import stage
from support.windows_files import as_on_windows

# How fast a machine draws examples says nothing about what is tested.
settings.register_profile("any_machine", deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.load_profile("any_machine")

stage(PLUGINS)
# Only now: Python remembers a folder of the path that was not there when it first looked.
sys.path.insert(0, str(PLUGINS))

# The unit tests also run in environments without QGIS (`make newest`, `make oldest`).
gdal: Any = None
with suppress(ImportError):
    from osgeo import gdal

    # QGIS empties this when it opens its first layer, after which GDAL writes shapefiles in UTF-8:
    # every test meets it so, whatever ran before it.
    gdal.SetConfigOption("SHAPE_ENCODING", "")

# Exceptions that Qt met in a slot; without a hook of ours PyQt would end the whole process.
_in_slots: list[str] = []


def _hear(kind: Any, error: BaseException, trace: Any) -> None:
    text = "".join(traceback.format_exception(kind, error, trace))
    _in_slots.append(text)
    sys.stderr.write(text)


def pytest_configure(config: pytest.Config) -> None:
    """Listen for exceptions in slots from the beginning to the end; count what a run leaves out."""
    sys.excepthook = _hear
    config.pluginmanager.register(LeftOut(config), "left-out")


def pytest_collection() -> None:
    """Collect no garbage while tests are collected: nearly all that is made then stays."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave what was collected out of later searches for garbage, which else go through it each time."""
    gc.freeze()
    gc.enable()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked twice."""
    if metafunc.definition.get_closest_marker("windows_files"):
        metafunc.fixturenames.append("files_as_on")
        metafunc.parametrize("files_as_on", ["linux", "windows"], indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: Any) -> None:
    """Let go of what the fixtures gave: a project that outlives QGIS at the end of a run crashes it."""
    if hasattr(item, "funcargs"):
        item.funcargs.clear()


@pytest.fixture
def files_as_on(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have files behave as on some system."""
    if request.param == "linux":
        yield
        return
    with as_on_windows():
        yield


@pytest.fixture(autouse=True)
def no_exception_in_slots() -> Iterator[None]:
    """Fail the test during which, or right before which, a slot raised."""
    yield
    heard, _in_slots[:] = list(_in_slots), []
    if heard:
        pytest.fail("An exception in a slot:\n" + "\n".join(heard))


@pytest.fixture(autouse=True)
def gdal_raises_as_before() -> Iterator[None]:
    """Let every test meet GDAL as the first one did: newer versions of QGIS have it raise at some time."""
    before = gdal and gdal.GetUseExceptions()
    yield
    if gdal and gdal.GetUseExceptions() != before:
        (gdal.UseExceptions if before else gdal.DontUseExceptions)()


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Return a function that gives the folder of a name, which one worker fills for all; see `made_once`."""
    return partial(made_once, folder_of_run(tmp_path_factory.getbasetemp()) / "made")


@pytest.fixture(scope="session", autouse=True)
def _runs_of_qgis_process(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let all workers know which algorithms qgis_process has run."""
    headless.remember_in(folder_of_run(tmp_path_factory.getbasetemp()) / "qgis_process")


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """Root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def plugin_dir() -> Path:
    """Folder of the staged plugin, as QGIS sees it."""
    return PLUGINS / "waternet_plugin"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder with real data (``WATERNET_DATA``); the test is skipped without it."""
    folder = Path(os.environ.get("WATERNET_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"needs the real data: no folder {folder} (set WATERNET_DATA)")
    return folder


@pytest.fixture(scope="session")
def sample_town() -> Path:
    """Folder with the finished sample town, made where it is missing or of other sources."""
    made = ROOT / "build" / "sample_town"
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "make_sample.py"), str(made)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    stage(PLUGINS)
    return made


@pytest.fixture(scope="module")
def provider(qgis_app: Any) -> Iterator[Any]:
    """Our algorithms, registered as QGIS does it."""
    from support.registering import registered

    with registered() as found:
        yield found
