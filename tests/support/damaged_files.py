"""Files damaged at random: cut, bits flipped, other encodings, parts joined; the same for a seed."""

from __future__ import annotations

import random
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
