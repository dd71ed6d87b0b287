"""Translate the sentences that users read, without knowing Qt.

Every text is written in English in the code, ``tr("...")``, and looked up when it is needed. Inside QGIS
the plugin installs Qt's translator here; without QGIS the English text is returned.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

Translator = Callable[[str, str, int], str]


# Verbs that follow a counted noun, as they read after one.
_AFTER_ONE = {
    "are": "is", "were": "was", "have": "has", "do": "does", "name": "names", "lie": "lies", "end": "ends",
    "cost": "costs", "cut": "cuts", "become": "becomes", "stay": "stays",
}  # fmt: skip
_PLURAL = re.compile(r"\((s|es)\)(?: ([a-z]+)\b)?")


def _english(text: str, _comment: str, number: int) -> str:
    """Return the text with its number, and its nouns as that number wants them: pipe(s) is pipe or pipes."""
    if number < 0:
        return text

    def ending(found: re.Match[str]) -> str:
        verb = found.group(2)
        said = _AFTER_ONE.get(verb, verb) if number == 1 else verb
        return ("" if number == 1 else found.group(1)) + (f" {said}" if verb else "")

    return _PLURAL.sub(ending, text).replace("%n", f"{number:,}")


_state: dict[str, object] = {"translator": _english, "language": "en"}
# What one thread writes for a while in a language that need not be the user's.
_here = threading.local()


def set_translator(translator: Translator | None, language: str) -> None:
    """Install the function that translates, and the language it translates to.

    Parameters
    ----------
    translator
        Function of text, comment and number (-1 where there is none); None gives English back.
    language
        ``en`` or ``zh_CN``; it chooses the labels of the schema.
    """
    _state["translator"] = translator or _english
    _state["language"] = language


@contextmanager
def speaking(translator: Translator | None, language: str) -> Iterator[None]:
    """Let this thread speak another language within the block, as a document in that language needs.

    Parameters
    ----------
    translator, language
        As for `set_translator`.
    """
    before = getattr(_here, "state", None)
    _here.state = {"translator": translator or _english, "language": language}
    try:
        yield
    finally:
        _here.state = before


@contextmanager
def in_interface() -> Iterator[None]:
    """Let this thread speak the language of the interface within a block, or a function that it decorates.

    What tells the user why a paper in another language can't be written is not part of that paper.
    """
    before = getattr(_here, "state", None)
    _here.state = None
    try:
        yield
    finally:
        _here.state = before


def _spoken() -> dict[str, object]:
    return getattr(_here, "state", None) or _state


def language() -> str:
    """Return the language that is spoken, ``en`` or ``zh_CN``."""
    return str(_spoken()["language"])


def tr(text: str, comment: str = "", number: int = -1) -> str:
    """Translate one text; ``%n`` in it stands for ``number``, with its thousands."""
    translator: Translator = _spoken()["translator"]  # type: ignore[assignment]
    return translator(text, comment, number)


def said_now(text: str) -> str:
    """Return a stored English text in the language that is spoken; one that is not of ours is unchanged."""
    translator: Translator = _spoken()["translator"]  # type: ignore[assignment]
    return translator(text, "", -1)


def listed(items: Iterable[str], spoken: str = "") -> str:
    """Return names or numbers as a list within a sentence; ``spoken`` is its language where it is said."""
    return ("、" if (spoken or language()) == "zh_CN" else ", ").join(items)


def shortened(items: Iterable[object], most: int = 12) -> str:
    """Return names or numbers as a list within a sentence, of many the first and how many there are more."""
    words = [str(one) for one in items]
    if len(words) <= most:
        return listed(words)
    return joined((listed(words[:most]), tr("and {n} more").format(n=len(words) - most)))


def with_name(identity: object, name: object) -> str:
    """Return an id with the name behind it, where there is one; NaN is none either."""
    return str(identity) if name is None or name != name or name == "" else f"{identity} {name}"


def joined(sentences: Iterable[str], spoken: str = "") -> str:
    """Return whole sentences, or parts of one, one after the other; Chinese sets no space between them.

    ``spoken`` is their language where it is said.
    """
    return ("" if (spoken or language()) == "zh_CN" else " ").join(sentences)


def labelled(label: object, text: object) -> str:
    """Return a text behind what it is about and a colon, which is a wide one in Chinese."""
    return f"{label}{'：' if language() == 'zh_CN' else ': '}{text}"
