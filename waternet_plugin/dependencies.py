"""Which Python packages are needed, which are there, and how to get the others."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from waternet_plugin.core.texts import tr

# Needed always; the numbers are the oldest versions that work.
REQUIRED: dict[str, str] = {
    "numpy": "1.21",
    "scipy": "1.7",
    "pandas": "1.4",
    "geopandas": "1.0",
    "shapely": "2.0",
    "networkx": "2.6",
    "pyproj": "3.0",
}
# Used when there: faster reading of files, plots.
OPTIONAL: dict[str, str] = {"pyogrio": "0.7", "pyarrow": "12", "fiona": "1.8", "matplotlib": "3.3"}


@dataclass(frozen=True)
class Package:
    """One package: the version wanted, the version found ('' for none)."""

    name: str
    wanted: str
    found: str
    required: bool

    @property
    def is_there(self) -> bool:
        """Whether the package is there in a version that works."""
        return bool(self.found) and _numbers(self.found) >= _numbers(self.wanted)


def _numbers(version: str) -> tuple[int, ...]:
    parts = []
    for part in version.split(".")[:3]:
        digits = "".join(sign for sign in part if sign.isdigit())
        parts.append(int(digits or 0))
    return tuple(parts)


def _found_version(name: str) -> str:
    """Return a package's version without importing it, '' if it is not there."""
    if util.find_spec(name) is None:
        return ""
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        version = "0+unknown"
    # There, but without a record of its version (some distributions lose it): the import will tell.
    return "999" if version.startswith("0+unknown") else version


def packages() -> list[Package]:
    """Return every package we need or can use, and what was found."""
    return [
        Package(name, wanted, _found_version(name), required)
        for group, required in ((REQUIRED, True), (OPTIONAL, False))
        for name, wanted in group.items()
    ]


def missing() -> list[Package]:
    """Return the needed packages that are not there or too old."""
    return [package for package in packages() if package.required and not package.is_there]


def platform_name() -> str:
    """Return windows, macos, debian or linux."""
    if sys.platform.startswith("win"):
        return "windows"
    if sys.platform == "darwin":
        return "macos"
    return "debian" if Path("/etc/debian_version").exists() else "linux"


def install_command(names: list[str], platform: str) -> str:
    """Return the command that installs packages on a platform, ready to be copied."""
    # Without a lower bound pip is content with the old shapely and geopandas of a distribution.
    wanted = " ".join(f'"{name}>={REQUIRED.get(name) or OPTIONAL[name]}"' for name in names)
    if platform == "windows":
        # To be typed in the OSGeo4W shell, whose python is that of QGIS.
        return f"python -m pip install --user {wanted}"
    if platform == "macos":
        return f"/Applications/QGIS.app/Contents/MacOS/bin/python3 -m pip install --user {wanted}"
    if platform == "debian":
        # Debian's Python refuses pip without this; numpy stays below 2 for the system's own scipy.
        return f'python3 -m pip install --user --break-system-packages "numpy<2" {wanted}'
    return f"python3 -m pip install --user {wanted}"


def where_to_type(platform: str) -> str:
    """Return where the command is to be typed."""
    if platform == "windows":
        return tr("Start menu > OSGeo4W Shell (comes with QGIS). Then restart QGIS.")
    if platform == "macos":
        return tr("Applications > Utilities > Terminal. Then restart QGIS.")
    return tr("In a terminal. Then restart QGIS.")


def sentence() -> str:
    """Return what is missing and what to do, '' when nothing is."""
    names = [package.name for package in missing()]
    if not names:
        return ""
    return tr("WaterNet needs Python packages that are missing or too old: {names}. Type: {command}").format(
        names=", ".join(names), command=install_command(names, platform_name())
    )
