"""Which Python packages are needed, which are there and work, and how to get the others."""

from __future__ import annotations

import os
import site
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata, util
from pathlib import Path

from waternet_plugin import trials
from waternet_plugin.core.errors import DependencyError
from waternet_plugin.core.texts import joined, listed, tr

# Needed always. The numbers are the oldest versions that are tested: `make oldest` installs them.
REQUIRED: dict[str, str] = {
    "numpy": "1.24",
    "scipy": "1.10",
    "pandas": "2.0",
    "geopandas": "1.0",
    "shapely": "2.0",
    "pyproj": "3.4",
}
# Used when there: see purpose_of.
OPTIONAL: dict[str, str] = {
    "pyogrio": "0.9",
    "pyarrow": "14",
    "matplotlib": "3.6",
    "networkx": "2.8",
    "fiona": "1.9",
    "docx": "1.1",
    "distributed": "2023.5",
}
# What pip calls packages that are imported by another name.
_PIP_NAMES = {"docx": "python-docx"}

MISSING, TOO_OLD, TOO_NEW, FAILS, RESTART, THERE = "missing", "old", "new", "fails", "restart", "there"
_VERSION_UNKNOWN = "999"


@dataclass(frozen=True)
class Package:
    """One package.

    Attributes
    ----------
    wanted
        The oldest version that works.
    below
        The version from which on it can't work here, '' for none.
    found
        The version that is installed, '' for none.
    loaded
        The version that this QGIS works with, '' while none is loaded.
    failure
        What came of trying it, '' where it works or was not tried.
    """

    name: str
    wanted: str
    found: str
    required: bool
    below: str = ""
    loaded: str = ""
    failure: str = ""

    @property
    def state(self) -> str:
        """What is to be said of it, one of the constants of this module."""
        if not self.found:
            return MISSING
        if numbers_of(self.found) < numbers_of(self.wanted):
            return TOO_OLD
        if self.failure and not self._was_replaced:
            return FAILS
        if self.below and self.found != _VERSION_UNKNOWN and numbers_of(self.found) >= numbers_of(self.below):
            return TOO_NEW
        return RESTART if self._was_replaced else THERE

    @property
    def _was_replaced(self) -> bool:
        """Whether another version was installed since QGIS loaded it."""
        return (
            bool(self.loaded)
            and self.found != _VERSION_UNKNOWN
            and numbers_of(self.loaded) != numbers_of(self.found)
        )

    @property
    def is_there(self) -> bool:
        """Whether the package is there in a version that works."""
        return self.state == THERE

    @property
    def version(self) -> str:
        """The version found, '' where there is none or it is not known."""
        return "" if self.found == _VERSION_UNKNOWN else self.found

    @property
    def bounds(self) -> str:
        """What pip is asked for, and what the table shows."""
        return f">={self.wanted}" + (f",<{self.below}" if self.below else "")


def numbers_of(version: str) -> tuple[int, ...]:
    """Return the first three numbers of a version, 0 where there is none."""
    parts = []
    for part in version.split(".")[:3]:
        digits = ""
        for sign in part:
            if not sign.isdecimal():
                break
            digits += sign
        parts.append(int(digits or 0))
    return (*parts, 0, 0, 0)[:3]


def pip_name(name: str) -> str:
    """Return what pip calls a package that is imported by a name."""
    return _PIP_NAMES.get(name, name)


class _Look(threading.local):
    """The folders as this thread sees them while it asks for all packages."""

    folders: tuple[tuple[str, int], ...] | None = None


_look = _Look()


@contextmanager
def _looked_once() -> Iterator[None]:
    """Look at the folders once for all packages: before every task, and a look at each takes its time."""
    _look.folders = _folders()
    try:
        yield
    finally:
        _look.folders = None


def _folders() -> tuple[tuple[str, int], ...]:
    """Return where Python looks for packages, each folder with its last change: installing makes one."""
    if _look.folders is not None:
        return _look.folders
    places = []
    for entry in sys.path:
        with suppress(OSError):
            changed_ns = os.stat(entry or os.curdir).st_mtime_ns
            if not _holds_project(entry):
                places.append((entry, changed_ns))
    return tuple(places)


@lru_cache(maxsize=64)
def _holds_project(folder: str) -> bool:
    """Return whether a folder is that of a project, which QGIS adds: it changes with every row written."""
    return os.path.isdir(folder) and any(name.endswith((".qgs", ".qgz")) for name in os.listdir(folder))


def found_version(name: str) -> str:
    """Return a package's version without importing it, '' if it is not there."""
    return _found_version(name, _folders())


# Asked before every task and at every reading of the panel, and slow: each answer reads a file of text.
@lru_cache(maxsize=64)
def _found_version(name: str, _folders: tuple[tuple[str, int], ...]) -> str:
    if util.find_spec(name) is None:
        return ""
    try:
        version = metadata.version(pip_name(name))
    except metadata.PackageNotFoundError:
        version = "0+unknown"
    # There, but without a record of its version (some distributions lose it): the import will tell.
    return _VERSION_UNKNOWN if version.startswith("0+unknown") else version


def loaded_version(name: str) -> str:
    """Return the version of a package that this process has imported, '' if it has not."""
    return str(getattr(sys.modules.get(name), "__version__", ""))


def version_of_qgis(name: str) -> str:
    """Return the version of a package that came with QGIS, beneath what the user installed."""
    return _version_of_qgis(name, _folders())


@lru_cache(maxsize=8)
def _version_of_qgis(name: str, _folders: tuple[tuple[str, int], ...]) -> str:
    own = site.getusersitepackages()
    beneath = [entry for entry in sys.path if entry and not entry.startswith(own)]
    return next((one.version for one in metadata.distributions(name=name, path=beneath)), "")


def _below(name: str, failure: str) -> str:
    """Return the version of a package from which on it can't work here, '' for none."""
    if name == "numpy" and version_of_qgis(name).startswith("1."):
        # QGIS's own modules are compiled for it, GDAL's arrays and a distribution's scipy among them.
        return "2"
    if name == "shapely" and failure:
        # From 2.1 on it asks for a newer GEOS than the one that another plugin may have bound it to.
        return "2.1"
    return ""


def packages() -> list[Package]:
    """Return every package we need or can use, what was found, and what came of a trial before."""
    with _looked_once():
        return [
            _package(name, wanted, required=required)
            for group, required in ((REQUIRED, True), (OPTIONAL, False))
            for name, wanted in group.items()
        ]


def _package(name: str, wanted: str, *, required: bool) -> Package:
    failure = trials.failure(name)
    below = _below(name, failure)
    return Package(name, wanted, found_version(name), required, below, loaded_version(name), failure)


def purpose_of(name: str) -> str:
    """Return what an optional package is used for, '' for one that is needed always."""
    return {
        "pyogrio": tr("reads files faster"),
        "pyarrow": tr("reads files faster"),
        "matplotlib": tr("plots"),
        "networkx": tr("second proof of metered areas"),
        "fiona": tr("scripts without QGIS"),
        "docx": tr("papers for Word"),
        "distributed": tr("many utilities in several processes"),
    }.get(name, "")


def missing() -> list[Package]:
    """Return the needed packages that are not there in a version that works, as far as is known."""
    return [package for package in packages() if package.required and not package.is_there]


def try_out() -> None:
    """Try each needed package, once for each QGIS; nothing where one is missing anyway."""
    if not missing():
        trials.run(list(REQUIRED))


def demand() -> None:
    """Make sure that the needed packages are there and work.

    Raises
    ------
    DependencyError
        With what is wrong and the command that mends it.
    """
    try_out()
    text = sentence()
    if text:
        raise DependencyError(text)


def demand_optional(name: str, without: str) -> None:
    """Make sure that an optional package is there.

    Parameters
    ----------
    name
        One of OPTIONAL.
    without
        What to do instead, a sentence.

    Raises
    ------
    DependencyError
        With the command that installs it, and what to do instead.
    """
    (package,) = [one for one in packages() if one.name == name]
    if package.is_there:
        return
    command = install_command([package], platform_name())
    message = tr("The Python package {name} is missing or too old. Type: {command} Then restart QGIS.")
    raise DependencyError(joined([message.format(name=pip_name(name), command=command), without]))


def versions() -> str:
    """Return the versions found, to know whether anything changed since a trial."""
    return " ".join(f"{package.name}={package.found}" for package in packages() if package.required)


def platform_name() -> str:
    """Return windows, macos, debian or linux."""
    if sys.platform.startswith("win"):
        return "windows"
    if sys.platform == "darwin":
        return "macos"
    return "debian" if Path("/etc/debian_version").exists() else "linux"


def _python_of_macos() -> str:
    """Return the Python within the application that runs, QGIS.app and QGIS-LTR.app alike."""
    minor = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for folder in (
        Path(sys.prefix) / "bin",
        Path(sys.executable).parent / "bin",
        Path(sys.executable).parent,
    ):
        for name in (minor, "python3"):
            if (folder / name).is_file():
                return f'"{folder / name}"'
    return "/Applications/QGIS.app/Contents/MacOS/bin/python3"


def install_command(wanting: list[Package], platform: str) -> str:
    """Return the command that installs packages on a platform, ready to be copied."""
    # Without a lower bound pip is content with the old shapely and geopandas of a distribution.
    asked = {package.name: package for package in wanting}
    # What must stay as it is, is named too, else pip may replace it.
    asked.update({package.name: package for package in packages() if package.required and package.below})
    wanted = " ".join(f'"{pip_name(package.name)}{package.bounds}"' for package in asked.values())
    options = "--user --only-binary :all:"
    if platform == "windows":
        # To be typed in the OSGeo4W shell, whose python is that of QGIS.
        return f"python -m pip install {options} {wanted}"
    if platform == "macos":
        return f"{_python_of_macos()} -m pip install {options} {wanted}"
    if platform == "debian":
        # Debian's Python refuses pip without this.
        return f"python3 -m pip install {options} --break-system-packages {wanted}"
    return f"python3 -m pip install {options} {wanted}"


def where_to_type(platform: str) -> str:
    """Return where the command is to be typed."""
    if platform == "windows":
        return tr("Start menu > OSGeo4W Shell (comes with QGIS). Then restart QGIS.")
    if platform == "macos":
        return tr("Applications > Utilities > Terminal. Then restart QGIS.")
    return tr("In a terminal. Then restart QGIS.")


def sentence() -> str:
    """Return what is wrong and what to do, '' when nothing is."""
    wanting = missing()
    if not wanting:
        return ""
    named = listed(package.name for package in wanting)
    if all(package.state == RESTART for package in wanting):
        text = tr("Python packages were installed after QGIS started: {names}. Restart QGIS.")
        return text.format(names=named)
    command = install_command(wanting, platform_name())
    return tr(
        "Python packages are missing, too old, too new or do not work here: {names}. Type: {command}"
    ).format(names=named, command=command)
