"""Packed files (workbooks, KMZ, ZIP): how large they get is known before anything of them is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

# Told by the name: a file that SQLite keeps must not be opened and closed here (its locks would go).
PACKED_SUFFIXES = frozenset(".xlsx .xlsm .ods .kmz .zip .shz".split())
_MB = 1024 * 1024


def check_unpacked(file: Path) -> None:
    """Refuse a packed file that would fill the memory; readers never unpack more than its directory says.

    Raises
    ------
    InputError
        When it is too large, or packed as no honest file is.
    """
    if file.suffix.lower() not in PACKED_SUFFIXES or not file.is_file():
        return
    try:
        with zipfile.ZipFile(file) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        # Whoever reads it says that it is damaged.
        return
    settings = Settings()
    most = settings.integer("exchange.most_unpacked_mb")
    dense = size > settings.integer("exchange.most_unpacked_ratio") * file.stat().st_size
    if size > most * _MB or (dense and size > settings.integer("exchange.ratio_from_mb") * _MB):
        message = tr(
            "{file} is {size} MB when unpacked, too much to be read safely. Check where it comes from, or "
            "save its table as CSV."
        )
        raise InputError(message.format(file=file.name, size=round(size / _MB)))
