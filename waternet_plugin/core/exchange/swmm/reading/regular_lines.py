"""Lines of as many words each, which are read by columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array

_TAB, _LINE_BREAK, _BLANK, _MINUS, _POINT, _ZERO = b"\t\n -.0"
# Blanks beyond ASCII at which Python, too, ends a word.
_WIDE_BLANKS = "\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
# Lines with a longer word are read one by one.
_MAX_SIZE = 64
_NUMBER_BYTES = 8
# The first bytes of eight, by their number.
_MASKS = np.frombuffer(
    b"".join(b"\xff" * size + bytes(_NUMBER_BYTES - size) for size in range(_NUMBER_BYTES + 1)),
    dtype=np.int64,
)
# Whole numbers of so many digits, and powers of ten up to this one, are exact as real numbers: their quotient
# is the number that Python reads.
_MAX_DIGITS, _SHORT_DIGITS = 15, 10
_POWERS = 10.0 ** np.arange(_MAX_DIGITS + 1)


@dataclass(frozen=True)
class RegularLines:
    """The bytes of lines of as many words each, and where words start and stop, (lines, words)."""

    data: Array
    starts: Array
    stops: Array

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def width(self) -> int:
        """How many words each line has."""
        return int(self.starts.shape[1])

    def words(self, index: int) -> list[str]:
        """Return one word of each line."""
        signs = _signs(self.keys(index))
        return list(map(bytes.decode, signs.view(f"S{signs.shape[1]}").ravel().tolist()))

    def keys(self, index: int) -> Array:
        """Return one word of each line as whole numbers of eight bytes each, (numbers, lines)."""
        start = np.ascontiguousarray(self.starts[:, index])
        size = self.stops[:, index] - start
        windows = np.lib.stride_tricks.as_strided(
            self.data[:_NUMBER_BYTES].view(f"V{_NUMBER_BYTES}"), (len(self.data) - _NUMBER_BYTES + 1,), (1,)
        )
        keys = np.empty((-(-size.max() // _NUMBER_BYTES), len(self)), dtype=np.int64)
        for number, row in enumerate(keys):
            before = _NUMBER_BYTES * number
            mask = _MASKS[np.clip(size - before, 0, _NUMBER_BYTES)]
            np.bitwise_and(windows[start + before].view(np.int64), mask, out=row)
        return keys

    def values(self, index: int) -> Array:
        """Return one word of each line as a number, (lines,) float; a `ValueError` where one is none."""
        size = (self.stops[:, index] - self.starts[:, index]).astype(np.uint8)
        signs = np.ascontiguousarray(_signs(self.keys(index)).T)[: size.max()]
        digits = signs - np.uint8(_ZERO)
        is_digit, is_point, is_negative = digits < 10, signs == _POINT, signs[0] == _MINUS
        whole: Array = np.zeros(len(self), dtype=np.int32 if len(signs) < _SHORT_DIGITS else np.int64)
        decimals, is_behind = np.zeros(len(self), dtype=np.uint8), np.zeros(len(self), dtype=bool)
        for digit, is_used, is_here in zip(digits, is_digit, is_point):
            np.copyto(whole, whole * 10 + digit, where=is_used)
            is_behind |= is_here
            decimals += is_used & is_behind
        count, points = (np.add.reduce(signs, axis=0, dtype=np.uint8) for signs in (is_digit, is_point))
        is_plain = (count + points + is_negative == size) & (points < 2)
        is_plain &= (count > 0) & (count <= _MAX_DIGITS)
        result = whole / _POWERS[np.where(is_plain, decimals, 0)]
        np.negative(result, where=is_negative, out=result)
        for row in np.flatnonzero(~is_plain).tolist():
            result[row] = float(signs[: size[row], row].tobytes().decode())
        return np.asarray(result)


def _signs(keys: Array) -> Array:
    """Return the bytes of words, (words, bytes), zeros behind shorter ones."""
    return np.ascontiguousarray(keys.T).view(np.uint8)


def regular_lines(text: str) -> RegularLines | None:
    """Return the words of lines, None where they are not as many in each or must be looked at one by one."""
    if not text or ";" in text or '"' in text:
        return None
    if not text.isascii() and any(blank in text for blank in _WIDE_BLANKS):
        return None
    data = np.frombuffer(text.encode("utf-8", "surrogatepass") + bytes(_MAX_SIZE), dtype=np.uint8)
    signs = data[: len(data) - _MAX_SIZE]
    if ((signs < _BLANK) & (signs != _TAB) & (signs != _LINE_BREAK)).any():
        return None
    is_word = np.zeros(len(signs) + 2, dtype=bool)
    np.greater(signs, _BLANK, out=is_word[1:-1])
    edges = np.flatnonzero(is_word[1:] != is_word[:-1])
    line_stops = np.append(np.flatnonzero(signs == _LINE_BREAK), len(signs))
    width, rest = divmod(len(edges) // 2, len(line_stops))
    if rest or not width:
        return None
    starts, stops = edges.reshape(-1, width, 2).transpose(2, 0, 1)
    is_regular = (stops[:, -1] <= line_stops).all() and (starts[1:, 0] > line_stops[:-1]).all()
    return RegularLines(data, starts, stops) if is_regular and (stops - starts).max() <= _MAX_SIZE else None
