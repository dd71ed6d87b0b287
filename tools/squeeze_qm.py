"""Take the English texts out of compiled translations: ``squeeze_qm.py FILE.qm ...``.

Qt looks a text up by its hash, and needs the text itself only where two of them share one; ``lrelease`` has
no way to leave it out. Half of the file goes.
"""

from __future__ import annotations

import struct
import sys
from collections import Counter
from pathlib import Path

_MAGIC_BYTES = 16
# Sections of a file: where the message of each hash begins, and the messages.
_HASHES, _MESSAGES = 0x42, 0x69
# Parts of a message: its end, which has no length, and a translation.
_END, _TRANSLATION = 1, 3


def _sections(content: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    start = _MAGIC_BYTES
    while start < len(content):
        tag, size = struct.unpack_from(">BI", content, start)
        found[tag] = content[start + 5 : start + 5 + size]
        start += 5 + size
    return found


def _message(messages: bytes, start: int, *, complete: bool) -> bytes:
    """Return the message that begins at a byte: complete, or its translations alone."""
    kept = b""
    while messages[start] != _END:
        (size,) = struct.unpack_from(">i", messages, start + 1)
        # An empty part has the length -1.
        end = start + 5 + max(size, 0)
        if complete or messages[start] == _TRANSLATION:
            kept += messages[start:end]
        start = end
    return kept + bytes([_END])


def squeezed(content: bytes) -> bytes:
    """Return compiled translations without the texts that they are of, wherever the hash tells which."""
    sections = _sections(content)
    places = list(struct.iter_unpack(">II", sections[_HASHES]))
    count = Counter(code for code, _start in places)
    hashes, messages = bytearray(), bytearray()
    for code, start in places:
        hashes += struct.pack(">II", code, len(messages))
        messages += _message(sections[_MESSAGES], start, complete=count[code] > 1)
    sections.update({_HASHES: bytes(hashes), _MESSAGES: bytes(messages)})
    parts = (struct.pack(">BI", tag, len(part)) + part for tag, part in sections.items())
    return content[:_MAGIC_BYTES] + b"".join(parts)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_bytes(squeezed(path.read_bytes()))
