"""What a batch keeps of the file that it came from: its name and the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

_CHUNK = 1 << 20


def file_facts(source: str) -> dict[str, str]:
    """Return file and sha256 of a source; nothing where it is no file that can be read.

    Parameters
    ----------
    source
        A path, or path|layername=name; '' for none.
    """
    path = Path(source.partition("|")[0]) if source else None
    if path is None or not path.is_file():
        return {}
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        # It was read a moment ago: its name is known, whatever became of it.
        return {"file": path.name}
    return {"file": path.name, "sha256": digest.hexdigest()}
