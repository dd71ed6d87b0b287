"""Survey files of XML: which kind they are, and the one way in which both are streamed."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Optional

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.guarded_xml import GuardedParser, XmlFaultError, local
from waternet_plugin.core.survey.tables_read import refused
from waternet_plugin.core.texts import tr

_MOST_DIGITS = 40


class _RootFoundError(Exception):
    """Ends the reading at the first element."""


class ElementStream:
    """Elements without prefixes, with the text between; a format's reader overrides what it needs."""

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an element that begins, its name and attributes without prefixes."""

    def finish(self, tag: str, text: str) -> None:
        """Take an element that ends, with the text directly in it."""

    def __init__(self) -> None:
        self._pieces: list[list[str]] = []

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._pieces.append([])
        self.begin(local(name), {local(key): value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        self.finish(local(name), "".join(self._pieces.pop()).strip())

    def _text(self, piece: str) -> None:
        if self._pieces:
            self._pieces[-1].append(piece)

    def read(self, raw: bytes, name: str) -> None:
        """Read the bytes of a file.

        Parameters
        ----------
        raw
            The bytes.
        name
            Of the file, for messages.

        Raises
        ------
        InputError
            When it is not XML, declares a document type, or is nested too deep.
        """
        try:
            GuardedParser(self._begin, self._end, self._text).read_bytes(raw)
        except XmlFaultError as fault:
            raise xml_refused(fault, name) from fault


def xml_refused(fault: XmlFaultError, name: str) -> InputError:
    """Return the error of a file of XML that can't be read, with its line."""
    reasons = {
        "doctype": tr("the file declares a document type, which no survey needs. It is not read."),
        "depth": tr("the elements are nested too deep. Export the file again."),
    }
    return refused(
        name, fault.line, reasons.get(fault.reason, tr("the XML is damaged. Export the file again."))
    )


def root_of(raw: bytes, name: str) -> str:
    """Return the name of the outermost element, without its prefix; errors as for `ElementStream.read`."""
    tags: list[str] = []

    def start(tag: str, _attributes: dict[str, str]) -> None:
        tags.append(local(tag))
        raise _RootFoundError

    try:
        GuardedParser(start, lambda _tag: None, lambda _text: None).read_bytes(raw)
    except _RootFoundError:
        pass
    except XmlFaultError as fault:
        raise xml_refused(fault, name) from fault
    return tags[0] if tags else ""


def metres(text: Optional[str], unit_m: Decimal) -> Optional[str]:
    """Return a number in metres as text; what is not a number stays as it stands.

    Parameters
    ----------
    text
        The number in the file's unit, None for none.
    unit_m
        One unit in metres.
    """
    if text is None or not text.strip():
        return None
    word = text.strip()
    if unit_m == 1:
        return word
    try:
        number = Decimal(word)
    except InvalidOperation:
        return word
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return word
    return format(round(number * unit_m, 6).normalize(), "f")
