"""XML from outside, read as a stream: no document type, no entities of its own, bounded in depth."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import IO
from xml.parsers import expat

# Deeper than any file of surveys or workbooks.
MOST_DEPTH = 200
_CHUNK = 1 << 16
_DECLARATION = 200
_DECLARED = re.compile(rb"""(<\?xml\b[^>]*?\bencoding\s*=\s*)["']([-\w]+)["']""")
_CHINESE = (b"gb18030", b"gbk", b"gb2312", b"cp936")

StartHandler = Callable[[str, dict[str, str]], None]
EndHandler = Callable[[str], None]
TextHandler = Callable[[str], None]


class XmlFaultError(Exception):
    """An XML text that can't be read; ``line`` counts from 1, ``reason`` is doctype, depth or syntax."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(f"{reason} at line {line}")
        self.reason = reason
        self.line = line


def local(name: str) -> str:
    """Return the name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


class GuardedParser:
    """A stream of elements; names keep their prefixes.

    Parameters
    ----------
    start, end, text
        Called with name and attributes of an element that begins, the name of one that ends, and the text
        between.
    """

    def __init__(self, start: StartHandler, end: EndHandler, text: TextHandler) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._start, self._end = start, end
        self._depth = 0
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._finish
        self._parser.CharacterDataHandler = text
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype

    @property
    def line(self) -> int:
        """The line that is read, from 1."""
        return self._parser.CurrentLineNumber

    def _doctype(self, *_declaration: object) -> None:
        raise XmlFaultError("doctype", self.line)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise XmlFaultError("depth", self.line)
        self._start(name, attributes)

    def _finish(self, name: str) -> None:
        self._depth -= 1
        self._end(name)

    def read(self, stream: IO[bytes]) -> None:
        """Read a whole stream.

        Raises
        ------
        XmlFaultError
            When it is not XML, has a document type, or is nested too deep.
        """
        try:
            while True:
                chunk = stream.read(_CHUNK)
                self._parser.Parse(chunk, not chunk)
                if not chunk:
                    return
        except expat.ExpatError as error:
            raise XmlFaultError("syntax", error.lineno) from error
        except (ValueError, LookupError) as error:
            # An encoding that expat does not know.
            raise XmlFaultError("syntax", self.line) from error

    def read_bytes(self, raw: bytes) -> None:
        """Read the bytes of a file; raises as `read`."""
        self.read(io.BytesIO(_known_to_expat(raw)))


def _known_to_expat(raw: bytes) -> bytes:
    """Return Chinese texts that say their encoding in UTF-8, which expat does not know otherwise.

    Bytes that their encoding does not have stay, for expat to say where.
    """
    said = _DECLARED.match(raw[:_DECLARATION])
    if said is None or said[2].lower() not in _CHINESE:
        return raw
    try:
        text = raw[said.end() :].decode("gb18030")
    except UnicodeDecodeError:
        return raw
    return said[1] + b'"UTF-8"' + text.encode("utf-8", "surrogatepass")
