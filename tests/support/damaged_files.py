"""Files damaged at random: cut, bits flipped, other encodings, parts joined; the same for a seed."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Sequence

_CODECS = ("utf-8", "gb18030", "utf-16", "latin-1")


def _cut(raw: bytes, dice: random.Random) -> bytes:
    first, last = sorted((dice.randrange(len(raw) + 1), dice.randrange(len(raw) + 1)))
    return raw[:first] + raw[last:] if dice.random() < 0.5 else raw[:last]


def _flipped(raw: bytes, dice: random.Random) -> bytes:
    changed = bytearray(raw)
    for _time in range(dice.randint(1, 12)):
        if changed:
            changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _encoded(raw: bytes, dice: random.Random) -> bytes:
    text = raw.decode(dice.choice(_CODECS), "replace")
    return text.encode(dice.choice(_CODECS), "replace")


def _doubled(raw: bytes, dice: random.Random) -> bytes:
    first, last = sorted((dice.randrange(len(raw) + 1), dice.randrange(len(raw) + 1)))
    return raw[:last] + raw[first:last] * dice.randint(1, 30) + raw[last:]


def _sprinkled(raw: bytes, dice: random.Random) -> bytes:
    signs = dice.choice(
        (b'"', b",", b"\0", b"\r", b"<", b"&", b"\xef\xbf\xbd", b";", b"1e999", b"-", b"\xa3")
    )
    place = dice.randrange(len(raw) + 1)
    return raw[:place] + signs * dice.randint(1, 200) + raw[place:]


def damaged(corpus: Sequence[bytes], seed: int) -> bytes:
    """Return one file of a corpus, damaged in one to three ways."""
    dice = random.Random(seed)
    raw = dice.choice(corpus)
    for _time in range(dice.randint(1, 3)):
        way = dice.choice((_cut, _flipped, _encoded, _doubled, _sprinkled))
        raw = way(raw, dice) if dice.random() < 0.85 else raw + dice.choice(corpus)
        raw = raw[:2_000_000]
    return raw


_WILD = (
    *(
        "-1 0 1 7 1e999 NaN 16385 1048577 99999999999 A1:XFD1048576 ZZZZZ9 e s d b str inlineStr 管 &#0;"
        " rId1 rId9 ../../etc/passwd /xl/workbook.xml #N/A 2815193.253 45889.5 -45889"
    ).split(),
    "",
    " ",
    "x" * 40_000,
)
_VALUE = re.compile(rb'"[^"]*"|(?<=>)[^<>]+(?=<)')
_ELEMENT = re.compile(rb"<[^/?][^<>]*/>|<(\w+)[^<>]*>[^<>]*</\1>|</?\w+[^<>]*>")


def _reworded(part: bytes, dice: random.Random) -> bytes:
    """Return an XML with some values replaced, or some elements gone, doubled or moved."""
    for _time in range(dice.randint(1, 4)):
        pattern = _VALUE if dice.random() < 0.6 else _ELEMENT
        found = list(pattern.finditer(part))
        if not found:
            break
        one, other = dice.choice(found), dice.choice(found)
        word = part[one.start() : one.end()]
        if pattern is _VALUE:
            new = dice.choice(_WILD).encode() if dice.random() < 0.7 else other.group().strip(b'"')
            new = b'"' + new + b'"' if word.startswith(b'"') else new
        else:
            new = dice.choice((b"", word * dice.randint(2, 50), other.group(), other.group() + word))
        part = part[: one.start()] + new + part[one.end() :]
    return part


def reworded(corpus: Sequence[bytes], seed: int) -> bytes:
    """Return one file of a corpus of XML with other values and elements; mostly it stays XML."""
    dice = random.Random(seed)
    return _reworded(dice.choice(corpus), dice)


def damaged_within(raw: bytes, seed: int) -> bytes:
    """Return a packed file some of whose parts are damaged; what packs them is whole."""
    dice = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    for name in dice.sample(sorted(parts), min(dice.choice((1, 1, 2)), len(parts))):
        if dice.random() < 0.8:
            parts[name] = _reworded(parts[name], dice)
        else:
            parts[name] = damaged(list(parts.values()), seed)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return packed.getvalue()
