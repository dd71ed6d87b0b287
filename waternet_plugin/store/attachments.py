"""Photos and documents beside a network, in the folder ``<network>_files``, named by their hash."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_names import allowed_name
from waternet_plugin.core.texts import tr

PHOTO_ENDINGS = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".heic")
DOCUMENT_ENDINGS = (".pdf",)
_MOST_BYTES = 200_000_000
_CHUNK = 1 << 20


@dataclass(frozen=True)
class KeptFile:
    """A file that was copied beside a network.

    Parameters
    ----------
    attachment_id
        SHA-256 of its bytes.
    file
        Its name in the folder.
    kind
        ``photo`` or ``document``.
    path
        Where it lies now.
    source
        What it was called.
    """

    attachment_id: str
    file: str
    kind: str
    path: Path
    source: str


def folder_of(network: Path) -> Path:
    """Return the folder of a network's files, which need not be there."""
    return network.with_name(f"{network.stem}_files")


def kept_path(network: Path, file: str) -> Optional[Path]:
    """Return where a file of a network lies; None where its name leaves the folder or nothing is there."""
    folder = folder_of(network)
    path = folder / file
    if Path(file).is_absolute() or ".." in Path(file).parts or path.is_symlink() or not path.is_file():
        return None
    return path


def found_in(folder: Path, name: str) -> Path:
    """Return the file that a survey names, which must lie in the folder of the survey.

    Raises
    ------
    InputError
        When the name leaves the folder, by itself or by a link.
    """
    text = name.replace("\\", "/")
    path = folder / text
    leaves = text.startswith("/") or ":" in text or ".." in text.split("/")
    if leaves or folder.resolve() not in path.resolve().parents:
        message = tr("The photo {name} lies outside the folder of its survey file. Put it beside that file.")
        raise InputError(message.format(name=name))
    return path


def looked_at(path: Path) -> KeptFile:
    """Return what a file will be called beside a network, without copying it.

    Raises
    ------
    InputError
        For a file that is no ordinary photo or document, or that can't be read.
    """
    _refuse_strange(path)
    try:
        digest = _hash(path)
    except OSError as error:
        message = tr("{path} can't be read: {reason}. Check the file and try again.")
        raise InputError(message.format(path=path, reason=error.strerror or error)) from error
    ending = path.suffix.lower()
    return KeptFile(digest, f"{digest}{ending}", _kind(ending), path, path.name)


def _kind(ending: str) -> str:
    return "photo" if ending in PHOTO_ENDINGS else "document"


@contextmanager
def keeping(network: Path, files: Iterable[Path]) -> Iterator[tuple[KeptFile, ...]]:
    """Copy files beside a network while a batch is written; what is new is removed again when that fails.

    Parameters
    ----------
    network
        The network's file.
    files
        Photos and documents, each an ordinary file.

    Raises
    ------
    InputError
        For a file that is not there, is no ordinary file, too large, or of an unknown kind.
    StoreError
        When the folder can't be written.
    """
    wanted = list(files)
    for path in wanted:
        _refuse_strange(path)
    folder, made = folder_of(network), []
    try:
        found: list[KeptFile] = []
        if wanted:
            _make(folder)
        for path in wanted:
            kept, is_new = _keep(folder, path)
            if is_new:
                made.append(kept.path)
            found.append(kept)
        yield tuple(found)
    except BaseException:
        for path in made:
            with suppress(OSError):
                path.unlink()
        with suppress(OSError):
            folder.rmdir()
        raise


def _refuse_strange(path: Path) -> None:
    """Refuse what is no ordinary photo or document."""
    if allowed_name(path.name) != path.name:
        raise InputError(tr("“{name}” can't be the name of a photo. Rename the file.").format(name=path.name))
    try:
        about = path.lstat()
    except OSError:
        raise InputError(tr("There is no photo {path}. Choose a file.").format(path=path)) from None
    if not stat.S_ISREG(about.st_mode):
        message = tr("{path} is a link or no file. Choose the photo itself.")
        raise InputError(message.format(path=path))
    if path.suffix.lower() not in (*PHOTO_ENDINGS, *DOCUMENT_ENDINGS):
        message = tr("{name} is not a photo. Choose a file that ends in {endings}.")
        known = " ".join((*PHOTO_ENDINGS, *DOCUMENT_ENDINGS))
        raise InputError(message.format(name=path.name, endings=known))
    if about.st_size > _MOST_BYTES or not about.st_size:
        message = tr("{name} is empty or larger than 200 MB. Choose another photo.")
        raise InputError(message.format(name=path.name))


def _make(folder: Path) -> None:
    with suppress(FileExistsError, OSError):
        folder.mkdir()
    if folder.is_symlink() or not folder.is_dir():
        message = tr("The folder {path} for photos can't be made. Check whether its place can be written.")
        raise StoreError(message.format(path=folder))


def _keep(folder: Path, path: Path) -> tuple[KeptFile, bool]:
    """Copy a file under the name of its hash and return it, and whether it was not there before."""
    ending = path.suffix.lower()
    try:
        with scratch.folder(folder, "photo") as part:
            copy = part / f"copy{ending}"
            shutil.copyfile(path, copy, follow_symlinks=False)
            digest = _hash(copy)
            target = folder / f"{digest}{ending}"
            is_new = not target.exists() or _hash(target) != digest
            if is_new:
                os.replace(copy, target)
    except OSError as error:
        message = tr("{path} can't be copied beside the network: {reason}. Check the disk and try again.")
        raise StoreError(message.format(path=path, reason=error.strerror or error)) from error
    return KeptFile(digest, target.name, _kind(ending), target, path.name), is_new


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
