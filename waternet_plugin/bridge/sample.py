"""The sample town: finished when the plugin is made, unpacked where somebody wants to try things."""

from __future__ import annotations

import json
import lzma
import os
import shutil
import tarfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from waternet_plugin import paths
from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage import packed_network

NETWORK_NAME = "sample_town.gpkg"
FOLDER = "SampleTown"
BACKGROUND = "background"
_ARCHIVE, _FACTS = "sample_town.tar.xz", "town.json"


@dataclass(frozen=True)
class Town:
    """A copy of the town: its network and project, how many pipes and failures it has."""

    network: Path
    project: Path
    pipes: int
    failures: int


def _finished() -> Path:
    """Return the file with the finished town in every language.

    Raises
    ------
    InputError
        When the plugin was installed without it.
    """
    archive = paths.ROOT / _ARCHIVE
    if not archive.is_file():
        raise _not_whole(archive)
    return archive


def _not_whole(archive: Path) -> InputError:
    message = tr("The sample town is missing or damaged: {file}. Install the plugin again.")
    return InputError(message.format(file=archive))


def numbered_folder(folder: Path) -> Path:
    """Return the first folder that is not there yet: SampleTown-1, -2, ... in a folder."""
    number = 1
    while (folder / f"{FOLDER}-{number}").exists():
        number += 1
    return folder / f"{FOLDER}-{number}"


def check_target(folder: Path) -> None:
    """Refuse a target that is a file, holds something, or can't be made.

    Raises
    ------
    InputError
        With the reason and what to do.
    """
    try:
        if folder.is_dir() and any(folder.iterdir()):
            message = tr("The folder {folder} is not empty. Choose a new one for the sample town.")
            raise InputError(message.format(folder=folder))
        if folder.exists() and not folder.is_dir():
            message = tr("{folder} is a file. Choose a folder for the sample town.")
            raise InputError(message.format(folder=folder))
    except OSError as error:
        raise _can_not_be_made(folder, error) from error


def _can_not_be_made(folder: Path, error: OSError) -> InputError:
    message = tr("The folder {folder} can't be created: {reason}. Choose another one.")
    return InputError(message.format(folder=folder, reason=error.strerror or error))


def make_target(folder: Path) -> list[Path]:
    """Make the target with the folders above it and return those that were made, the deepest first.

    Raises
    ------
    InputError
        When the disk or its rights do not allow it.
    """
    try:
        made = [part for part in (folder, *folder.parents) if not part.exists()]
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _can_not_be_made(folder, error) from error
    return made


def remove_target(folder: Path, made: list[Path]) -> None:
    """Remove what a failed run left: all in the target, and the folders that were made for it."""
    for child in list(folder.iterdir()) if folder.is_dir() else []:
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child, ignore_errors=True)
        else:
            # One that is open elsewhere stays; the reason of the failure is what the user has to read.
            with suppress(OSError):
                child.unlink()
    for part in made:
        try:
            part.rmdir()
        except OSError:
            # Somebody put something there meanwhile.
            return


def _unpack(finished: Path, whole: Path, progress: Progress) -> dict[str, int]:
    """Write the files of the user's language to a folder and return the facts of the town."""
    facts: dict[str, int] = {}
    with tarfile.open(finished, "r:xz") as archive:
        entries = archive.getmembers()
        for number, entry in enumerate(entries):
            progress.at(number / len(entries))
            room, _, name = entry.name.rpartition("/")
            content = archive.extractfile(entry)
            if content is None or room not in ("", BACKGROUND, texts.language()):
                continue
            if name == _FACTS:
                facts = json.load(content)
                continue
            with ((whole / BACKGROUND if room == BACKGROUND else whole) / name).open("wb") as file:
                shutil.copyfileobj(content, file)
    progress.at(1.0)
    return facts


def _put_in_place(whole: Path, folder: Path, *, is_new: bool) -> None:
    """Give a copied town its place: a folder that was made for it in one step, a user's own file by file."""
    if is_new:
        folder.rmdir()
        os.rename(whole, folder)
        return
    for child in sorted(whole.iterdir()):
        os.replace(child, folder / child.name)


def copy_town(folder: Path, *, progress: Progress = SILENT) -> Town:
    """Copy the town in the user's language to a new or empty folder, all of it or nothing.

    Parameters
    ----------
    folder
        Made with the folders above it.

    Raises
    ------
    InputError
        When the folder can't be used or the disk is full.
    """
    finished = _finished()
    check_target(folder)
    made = make_target(folder)
    try:
        with scratch.folder(folder.parent, "sample") as part:
            copied = part / "town"
            (copied / BACKGROUND).mkdir(parents=True)
            facts = _unpack(finished, copied, progress)
            packed_network.fill(copied / NETWORK_NAME)
            _put_in_place(copied, folder, is_new=bool(made))
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        remove_target(folder, made)
        raise _not_whole(finished) from error
    except OSError as error:
        remove_target(folder, made)
        message = tr("The sample town can't be copied to {folder}: {reason}. Choose another folder.")
        raise InputError(message.format(folder=folder, reason=error.strerror or error)) from error
    except BaseException:
        remove_target(folder, made)
        raise
    network = folder / NETWORK_NAME
    return Town(network, network.with_suffix(".qgz"), facts["pipes"], facts["failures"])
