"""Zipped folders as people send them: unpacked into a temporary folder that lasts as long as the program."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path, PurePosixPath

from waternet_plugin.core.cells.encodings import GB
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

PACKED = ".zip"
# A zipped shapefile, which GDAL reads as it is.
_READ_AS_IT_IS = ".shp.zip"
_MOST_FILES = 5000
_WITH_PASSWORD, _NAMED_IN_UTF8 = 0x1, 0x800


def is_packed(file: Path) -> bool:
    """Return whether a file is a zipped folder by its name."""
    name = file.name.lower()
    return name.endswith(PACKED) and not name.endswith(_READ_AS_IT_IS)


def unpacked(file: Path) -> list[Path]:
    """Return the folders that a zipped folder holds, unpacked; what lies outside of it by its name is left.

    Parameters
    ----------
    file
        Its size when unpacked is known to be honest.

    Raises
    ------
    InputError
        When it is damaged or locked with a password.
    """
    stat = file.stat()
    root = Path(_unpacked(str(file), stat.st_mtime_ns, stat.st_size).name)
    return [root, *sorted(one for one in root.rglob("*") if one.is_dir() and one.suffix.lower() != ".gdb")]


@lru_cache(maxsize=32)
def _unpacked(path: str, _changed_ns: int, _size: int) -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="waternet-unpacked-")
    try:
        with zipfile.ZipFile(path) as packed:
            for part in packed.infolist()[:_MOST_FILES]:
                if part.flag_bits & _WITH_PASSWORD:
                    message = tr("{file} is locked with a password. Unpack it and choose the folder.")
                    raise InputError(message.format(file=Path(path).name))
                name = _name_within(part)
                if name is not None:
                    target = Path(folder.name, *name.parts)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with packed.open(part) as source, target.open("wb") as into:
                        shutil.copyfileobj(source, into)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error) as error:
        message = tr(
            "{file} is damaged, or packed in a way that is not known. Unpack it and choose the folder."
        )
        raise InputError(message.format(file=Path(path).name)) from error
    return folder


def _name_within(part: zipfile.ZipInfo) -> PurePosixPath | None:
    """Return where a file lies in the folder, None for folders and for names that lead out of it."""
    name = part.filename
    if not part.flag_bits & _NAMED_IN_UTF8:
        # Chinese Windows writes its own encoding, which the format does not name.
        raw = name.encode("cp437", "replace")
        for codec in ("utf-8", GB):
            try:
                name = raw.decode(codec)
                break
            except UnicodeDecodeError:
                continue
    path = PurePosixPath(name.replace("\\", "/"))
    is_outside = path.is_absolute() or ".." in path.parts or ":" in name or "\0" in name
    return None if part.is_dir() or is_outside or not path.parts else path
