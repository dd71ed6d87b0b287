"""The text of a model file: which encoding its bytes are in."""

from __future__ import annotations

import codecs
import re

# What Chinese text in GBK consists of: ideographs, their punctuation, full-width forms.
_CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u00b7\u2018-\u201d\u2026\u2014]+")


def text_of_bytes(data: bytes, end: re.Pattern[bytes] | None = None) -> tuple[str, str]:
    """Return a file's text and the encoding it was in: UTF-8, UTF-16, GB 18030 or Latin-1.

    Parameters
    ----------
    data
        The bytes.
    end
        What ends the file for its engine, whatever comes behind.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), "utf-8"
    stop = end.search(data) if end is not None else None
    if stop is not None:
        data = data[: stop.end()]
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"
    strange = "".join(sign for sign in text if not sign.isascii())
    if _CHINESE.fullmatch(strange):
        return text, "gb18030"
    return data.decode("latin-1"), "latin-1"
