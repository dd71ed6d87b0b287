"""What the files of a survey are like on the disk: whether they have changed since they were read."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.survey.survey_files import named_files
from waternet_plugin.store.attachments import DOCUMENT_ENDINGS, PHOTO_ENDINGS

# Of each file its path, its size in bytes and when it was changed, ns.
Seen = frozenset[tuple[str, int, int]]


def files_seen(paths: Sequence[str]) -> Seen:
    """Return the survey files that some files and folders name, as they are now; none where none is there."""
    return _seen(_files(paths).values())


def photos_seen(paths: Sequence[str], names: Collection[str]) -> Seen:
    """Return the photos and documents where those of survey files are looked for, as they are now.

    Parameters
    ----------
    paths
        Files and folders of the survey.
    names
        The survey files that name photos.
    """
    folders = {path.parent for name, path in _files(paths).items() if name in names}
    return _seen(path for folder in folders for path in _photos_near(folder))


def _files(paths: Sequence[str]) -> dict[str, Path]:
    there = [path for path in paths if Path(path).exists()]
    with suppress(InputError):
        return dict(named_files(";".join(there)))
    return {}


def _photos_near(folder: Path) -> Iterator[Path]:
    """Yield the photos in a folder and in those within it, no deeper."""
    endings = (*PHOTO_ENDINGS, *DOCUMENT_ENDINGS)
    for depth, (root, folders, files) in enumerate(os.walk(folder)):
        if depth:
            folders.clear()
        yield from (Path(root) / name for name in files if name.lower().endswith(endings))


def _seen(paths: Collection[Path] | Iterator[Path]) -> Seen:
    found = set()
    for path in paths:
        # What is gone meanwhile has no size.
        with suppress(OSError):
            facts = path.stat()
            found.add((str(path), facts.st_size, facts.st_mtime_ns))
    return frozenset(found)
