"""Put the plugin folder together from the rooms of the repository.

QGIS loads one folder per plugin, while the repository keeps ``processing``, ``styles``
and ``sample_data`` beside ``waternet_plugin``. The finished sample town is made by
``tools/make_sample.py``. Tests and the desktop run get a folder of links, so an edited file is seen at once;
the zip gets copies.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path
from typing import Iterator

if __package__:
    from . import vendored
else:
    import vendored

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "waternet_plugin"
EXTRAS = (
    "processing",
    "styles",
    "build/sample_town.tar.xz",
    "build/vendor",
    "metadata.txt",
    "LICENSE",
)
# What only tests and tools need: users get the finished town.
WORKSHOP = ("sample_data",)
# Neither caches nor the sources of the translations belong into a zip.
IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "*.ts", "*~", "*.orig", "*.rej")


def _parts(extras: tuple[str, ...]) -> Iterator[Path]:
    """Yield what makes up the plugin folder: the package's children and the extras."""
    names = [ROOT / PACKAGE / name for name in sorted(os.listdir(ROOT / PACKAGE))]
    names += [ROOT / name for name in extras if (ROOT / name).exists()]
    return (path for path in names if path.name != "__pycache__" and not path.name.startswith("."))


def _link(source: Path, target: Path) -> bool:
    """Link `target` to `source`; tell whether the file system allowed it."""
    relative = os.path.relpath(source, target.parent)
    if target.is_symlink() and os.readlink(target) == relative:
        return True
    if target.is_symlink():
        target.unlink()
    elif target.is_dir():
        shutil.rmtree(target)
    elif target.exists():
        target.unlink()
    try:
        target.symlink_to(relative, target_is_directory=source.is_dir())
    except FileExistsError:  # another process of the same test run was faster
        return True
    except OSError:
        return False
    return True


def _copy(source: Path, target: Path) -> None:
    """Copy a file or a tree over whatever stands at `target`."""
    if target.is_symlink():
        target.unlink()
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, ignore=IGNORED)
    elif not IGNORED(str(source.parent), [source.name]):
        shutil.copyfile(source, target)


def stage(dest: str | os.PathLike[str], link: bool = True) -> Path:
    """Stage the plugin into ``dest/waternet_plugin`` and return that folder.

    Parameters
    ----------
    dest
        Folder that will hold the plugin folder; made if it is not there.
    link
        Link to the sources (copying where links are refused, as on Windows), with what tests and tools
        need; else copy what users get.
    """
    # Normalised, not resolved: relative links need the folder as the caller wrote it.
    folder = Path(os.path.abspath(dest)) / PACKAGE
    if not link:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    vendored.fetch()
    parts = list(_parts(EXTRAS + WORKSHOP if link else EXTRAS))
    wanted = {part.name for part in parts} | {"__pycache__"}
    for stale in [path for path in folder.iterdir() if path.name not in wanted]:
        if stale.is_symlink() or stale.is_file():
            stale.unlink(missing_ok=True)
        else:
            shutil.rmtree(stale, ignore_errors=True)
    for part in parts:
        target = folder / part.name
        if not (link and _link(part, target)):
            _copy(part, target)
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Stage the plugin folder.")
    parser.add_argument("dest", help="folder that will hold waternet_plugin/")
    parser.add_argument("--copy", action="store_true", help="copy the files, do not link them")
    arguments = parser.parse_args()
    print(stage(arguments.dest, link=not arguments.copy))
