"""Tell the encoding of texts of others: UTF-8 by its strict form, else GB 18030, else what is declared."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

UTF_8 = "utf-8"
GB = "gb18030"
WESTERN = "cp1252"
BIG5 = "cp950"
# The common signs of Big5 begin with these bytes; text of mainland China has most of its signs beyond.
_BIG5_LEADS = range(0xA1, 0xC7)
# Letters of Western languages and signs of units; three bytes beyond ASCII in a row are another script.
_ACCENTED = frozenset("äöüÄÖÜßàâçèéêëîïôùûáíóúñÀÂÇÈÉÊËÎÏÔÙÛÁÍÓÚÑåÅøØæÆ°²³Ø±µ")
_OTHER_SCRIPT = re.compile(rb"[\x80-\xff]{3}")

_GB_SIGNS = tuple(sign.encode(GB) for sign in "³²¹㎡㎥㎏㎜㎝㎞")
_OTHER_DOUBLE_BYTE = ("cp932", "cp949", "cp950", "big5", "euc_kr", "shift_jis")

# A cell cut at its width may end within a sign of at most so many bytes.
_CUT = 3
# Share of Chinese cells from which on text is taken as GB 18030.
_CHINESE = 0.8
# Share of signs that are common ones from which on text is taken as Big5.
_TRADITIONAL = 0.95
# How much of a long text is looked at first.
_FIRST_BYTES = 200_000
# Stands for a character that somebody could not read.
LOST = "\ufffd"
# Share of lost characters from which on a text is of another encoding.
_MOST_LOST = 0.001
# What no text has.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
# Share of zero bytes of a text in UTF-16, and how many more they are at one side: 一 has one at the other.
_LEAST_ZEROS, _MOST_OTHERS = 0.1, 4
_MARKS = (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))


def known_codec(name: str) -> str | None:
    """Return Python's name of an encoding as .cpg files and people write it, None if it is none."""
    word = name.strip().strip("\ufeff").casefold()
    for prefix in ("ansi ", "cp", "windows-", "ibm", "oem "):
        if word.startswith(prefix) and word[len(prefix) :].strip().isdecimal():
            word = word[len(prefix) :].strip()
    if word in ("936", "54936", "gbk", "gb2312", "gb18030", "cp936"):
        return GB
    if word == "65001":
        return UTF_8
    if word.replace(" ", "").replace("-", "").startswith("iso8859"):
        digits = word.replace(" ", "").replace("-", "").replace("_", "")[len("iso8859") :]
        word = f"iso-8859-{digits}" if digits.isdecimal() else word
    for candidate in (f"cp{word}", word) if word.isdecimal() else (word,):
        try:
            return codecs.lookup(candidate).name
        except LookupError:
            continue
    return None


def _decodes(cells: Iterable[bytes], codec: str, *, cut: bool) -> bool:
    """Return whether all cells are text of an encoding; a cut cell may end within a sign."""
    for cell in cells:
        try:
            cell.decode(codec)
        except UnicodeDecodeError as error:
            if not cut or error.start < len(cell) - _CUT:
                return False
    return True


def _looks_chinese(cells: list[bytes], *, cut: bool) -> bool:
    """Return whether most cells are common Chinese signs in GB 2312, which Western text is not."""
    common = sum(_decodes([_without_signs(cell)], "gb2312", cut=cut) for cell in cells)
    return common >= _CHINESE * len(cells)


def _looks_traditional(cells: list[bytes], *, cut: bool) -> bool:
    """Return whether nearly all cells are common signs of Big5, as in Hong Kong and Taiwan."""
    if not _decodes(cells, BIG5, cut=cut):
        return False
    texts = (cell.decode(BIG5, "ignore") for cell in cells)
    signs = [sign.encode(BIG5)[0] for text in texts for sign in text if not sign.isascii()]
    return sum(lead in _BIG5_LEADS for lead in signs) >= _TRADITIONAL * len(signs) > 0


def _without_signs(cell: bytes) -> bytes:
    """Return a cell without the signs of units that GB 18030 writes in four bytes or beyond GB 2312."""
    for sign in _GB_SIGNS:
        cell = cell.replace(sign, b"")
    return cell


def _is_western(cell: bytes) -> bool:
    """Return whether the only signs beyond ASCII are single umlauts and accented letters: Höhe, Straße."""
    text = cell.decode(WESTERN, "replace")
    return not _OTHER_SCRIPT.search(cell) and all(sign.isascii() or sign in _ACCENTED for sign in text)


def _unclear(name: str) -> InputError:
    message = tr(
        "The encoding of {file} can't be determined. Choose it, or give it in the mapping, for example "
        "{example}."
    )
    return InputError(message.format(file=name, example='"encoding": "gb18030"'))


def tell(cells: list[bytes], declared: str | None, weak: str | None, name: str, *, cut: bool) -> str:
    """Return the encoding of cells that hold more than ASCII.

    Parameters
    ----------
    cells
        Distinct raw cells.
    declared, weak
        Encoding that the file declares, and one that programs write by default.
    name
        Of the file, for the message.
    cut
        Whether cells may be cut within a sign.

    Raises
    ------
    InputError
        When no encoding fits.
    """
    if not cells:
        return declared or UTF_8
    if _decodes(cells, UTF_8, cut=cut):
        return UTF_8
    if declared in _OTHER_DOUBLE_BYTE and _decodes(cells, str(declared), cut=cut):
        return str(declared)
    if _decodes(cells, GB, cut=cut) and (declared == GB or _looks_chinese(cells, cut=cut)):
        return GB
    if declared in (None, UTF_8) and _looks_traditional(cells, cut=cut):
        return BIG5
    for codec in (declared, weak):
        if codec is not None and codec != UTF_8 and _decodes(cells, codec, cut=False):
            return codec
    if all(_is_western(cell) for cell in cells):
        return WESTERN
    raise _unclear(name)


def decode(text: bytes, codec: str) -> str:
    """Decode a cell strictly; a last sign that the cell's width cut off is left out.

    Raises
    ------
    UnicodeDecodeError
        When the cell is not a text of this encoding.
    """
    try:
        return text.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(text) - _CUT:
            raise
        return text[: error.start].decode(codec)


def _strange_cells(raw: bytes) -> set[bytes]:
    """Return the distinct cells of a text that are more than ASCII."""
    # Cells stand between separators, which are ASCII in every encoding that is asked for.
    # But for the bar, which may be the second byte of a sign.
    return {cell for cell in re.split(rb"[\r\n,;\t]|(?<![\x81-\xfe])\|", raw) if not cell.isascii()}


def wide_codec(raw: bytes) -> str | None:
    """Return which UTF-16 a text without a mark is in, None for other texts.

    Figures, separators and ends of lines have a zero byte there, always at the same side.
    """
    head = raw[:_FIRST_BYTES]
    zeros = [head[side::2].count(0) for side in (0, 1)]
    for side, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        is_one_sided = zeros[side] > max(_LEAST_ZEROS * len(head), _MOST_OTHERS * zeros[1 - side])
        if is_one_sided and not _CONTROL.search(head.decode(codec, "replace")):
            return codec
    return None


def encoding_of_text(raw: bytes, name: str, given: str | None, *, declared: str | None = None) -> str:
    """Return the encoding of the bytes of a text file: by its mark, as given, else found out.

    Parameters
    ----------
    name
        Of the file, for the message.
    given
        Encoding that somebody named, None for none.
    declared
        Encoding that the file says it has, None for none: it decides where the bytes leave it open.

    Raises
    ------
    InputError
        When no encoding fits.
    """
    for codec, mark in _MARKS:
        if raw.startswith(mark) and (given is None or known_codec(given) == UTF_8):
            return codec
    if given is not None:
        return known_codec(given) or given
    wide = wide_codec(raw)
    if wide is not None:
        return wide
    try:
        raw.decode(UTF_8)
        return UTF_8
    except UnicodeDecodeError:
        # The first lines tell it; whether the others agree is seen when all is decoded.
        strange = _strange_cells(raw[: raw.rfind(b"\n", 0, _FIRST_BYTES) + 1]) or _strange_cells(raw)
    return tell(sorted(strange), declared, None, name, cut=False)


def decoded_text(
    raw: bytes,
    name: str,
    given: str | None,
    *,
    declared: str | None = None,
    may_lose: bool = False,
) -> tuple[str, str]:
    """Return the text of the bytes of a file and its encoding; parameters as for `encoding_of_text`.

    Parameters
    ----------
    may_lose
        Whether single bytes that a given encoding does not know become the sign for lost characters, which
        the caller tells with their rows.

    Raises
    ------
    InputError
        When no encoding fits, or the given one does not; it names the first line that is no such text.
    """
    codec = encoding_of_text(raw, name, given, declared=declared)
    try:
        return raw.decode(codec), codec
    except UnicodeDecodeError as error:
        if given is not None and may_lose:
            text = raw.decode(codec, "replace")
            if text.count(LOST) <= max(1.0, _MOST_LOST * len(text)):
                return text, codec
        line = raw.count(b"\n", 0, error.start) + 1
        message = tr(
            "{file}, line {line}: this is not text in the encoding {encoding}. Correct the line, or give "
            "another encoding."
        )
        raise InputError(message.format(file=name, line=line, encoding=codec)) from error
    except LookupError as error:
        message = tr("The encoding “{name}” is not known; try utf-8 or gb18030.")
        raise InputError(message.format(name=codec)) from error
