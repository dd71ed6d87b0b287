"""Photos and documents of a network, in its folder of attachments, named by their hash."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_names import allowed_name
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.permissions import share_as

if TYPE_CHECKING:
    from waternet_plugin.store.network import Network

PHOTO_ENDINGS = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".heic")
DOCUMENT_ENDINGS = (".pdf",)
_MOST_BYTES = 200_000_000
_CHUNK = 1 << 20


@dataclass(frozen=True)
class KeptFile:
    """A file that is kept beside a network, or is about to be.

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


def kept_path(folder: Path, file: str) -> Optional[Path]:
    """Return where a file of a network lies; None where its name leaves the folder or nothing is there.

    Parameters
    ----------
    folder
        The network's folder of attachments.
    file
        The file's name there.
    """
    path = folder / file.replace("\\", "/")
    return path if is_inside(folder, file) and path.is_file() else None


def is_inside(folder: Path, file: str) -> bool:
    """Return whether the name of a file stays in a network's folder of them, by itself and by links."""
    text = file.replace("\\", "/")
    if not text or text.startswith("/") or ":" in text or ".." in text.split("/"):
        return False
    path = folder / text
    try:
        return not path.is_symlink() and folder.resolve() in path.resolve().parents
    except (OSError, RuntimeError, ValueError):
        # Loops of links, and signs that no name of a file can have.
        return False


def found_in(folder: Path, name: str) -> Path:
    """Return the file that a survey names, which must lie in the folder of the survey or in one below it.

    Raises
    ------
    InputError
        When the name leaves the folder, by itself or by a link, or several folders have such a file.
    """
    text = name.replace("\\", "/")
    path = folder / text
    if not path.exists() and "/" not in text:
        below = [one / text for one in sorted(_folders_in(folder)) if (one / text).is_file()]
        if len(below) > 1:
            message = tr("The photo {name} lies in several folders: {folders}. Name its folder, too.")
            raise InputError(message.format(name=name, folders=listed(one.parent.name for one in below)))
        path = below[0] if below else path
    leaves = text.startswith("/") or ":" in text or ".." in text.split("/")
    if leaves or folder.resolve() not in path.resolve().parents:
        message = tr("The photo {name} lies outside the folder of its survey file. Put it beside that file.")
        raise InputError(message.format(name=name))
    return path


def _folders_in(folder: Path) -> list[Path]:
    """Return the folders in a folder: photos of a survey lie in one of these, no deeper."""
    try:
        return [one for one in folder.iterdir() if one.is_dir() and not one.is_symlink()]
    except OSError:
        return []


def looked_at(path: Path) -> KeptFile:
    """Return what a file will be called beside a network, without copying it.

    Raises
    ------
    InputError
        For a file that is not an ordinary photo or document, or that can't be read.
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


class CopiedFiles:
    """Files that were copied near a network, to be put in their place within a batch.

    Parameters
    ----------
    network
        The network.
    files
        The copies, in the order in which they were asked for.
    """

    def __init__(self, network: Network, files: tuple[KeptFile, ...]) -> None:
        self.files = files
        self._network = network
        self._made: list[Path] = []

    def put_in_place(self) -> None:
        """Move the copies into the folder of the network's files.

        Called within the batch that names them: whoever else puts or removes one waits for its lock.

        Raises
        ------
        StoreError
            When the folder can't be written.
        """
        if not self.files:
            return
        folder = self._network.attachments_folder
        _make(folder, _shared_as(self._network))
        for copy in self.files:
            target = folder / copy.file
            try:
                if target.exists() and _hash(target) == copy.attachment_id:
                    continue
                # Twice among the files: the first one is there by now.
                os.replace(copy.path, target)
            except OSError as error:
                raise _not_copied(target, error) from error
            self._made.append(target)

    def take_back(self) -> None:
        """Remove what was put in place, but for files that the network names by now."""
        if not self._made:
            return
        # Without the lock another batch might be naming a file at this moment: then all stay.
        with suppress(StoreError), self._network.attached_names() as names:
            for path in self._made:
                if path.name not in names:
                    with suppress(OSError):
                        path.unlink()
            with suppress(OSError):
                self._network.attachments_folder.rmdir()


@contextmanager
def keeping(network: Network, files: Iterable[Path]) -> Iterator[CopiedFiles]:
    """Copy files near a network while a batch is written; what it put in place is taken back when that fails.

    Parameters
    ----------
    files
        Photos and documents, each an ordinary file.

    Raises
    ------
    InputError
        For a file that is not there, is not an ordinary file, too large, or of an unknown kind.
    StoreError
        When the folder can't be written, or none is named.
    """
    wanted = list(files)
    for path in wanted:
        _refuse_strange(path)
    if not wanted:
        yield CopiedFiles(network, ())
        return
    folder = network.attachments_folder
    with ExitStack() as stack:
        try:
            # On the disk of their folder.
            part = stack.enter_context(scratch.folder(folder.parent, "photo"))
        except OSError as error:
            raise _not_copied(folder, error) from error
        found = tuple(_copied(part, number, path, _shared_as(network)) for number, path in enumerate(wanted))
        copied = CopiedFiles(network, found)
        try:
            yield copied
        except BaseException:
            copied.take_back()
            raise


def _refuse_strange(path: Path) -> None:
    """Refuse what is not an ordinary photo or document."""
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


def _shared_as(network: Network) -> Path:
    """Return what tells to whom the files of a network are open: its file, else what their folder is in."""
    return network.address.path if network.address.is_file else network.attachments_folder.parent


def _make(folder: Path, model: Path) -> None:
    with suppress(FileExistsError, OSError):
        folder.mkdir()
        share_as(folder, model)
    if folder.is_symlink() or not folder.is_dir():
        message = tr("The folder {path} for photos can't be made. Check whether its place can be written.")
        raise StoreError(message.format(path=folder))


def _copied(part: Path, number: int, path: Path, model: Path) -> KeptFile:
    """Copy a file, and name it after its hash."""
    ending = path.suffix.lower()
    copy = part / f"{number}{ending}"
    try:
        shutil.copyfile(path, copy, follow_symlinks=False)
        share_as(copy, model)
        digest = _hash(copy)
    except OSError as error:
        raise _not_copied(path, error) from error
    return KeptFile(digest, f"{digest}{ending}", _kind(ending), copy, path.name)


def _not_copied(path: Path, error: OSError) -> StoreError:
    message = tr("{path} can't be copied beside the network: {reason}. Check the disk and try again.")
    return StoreError(message.format(path=path, reason=error.strerror or error))


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
