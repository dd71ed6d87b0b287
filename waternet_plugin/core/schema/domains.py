"""Value lists: code, labels in both languages, aliases, the standard's code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional

from waternet_plugin.core import texts
from waternet_plugin.core.schema.csvfiles import rows, words


@dataclass(frozen=True)
class Code:
    """One value of a domain; ``base`` is the code of ours that one of a network's own counts as."""

    domain: str
    code: str
    label_en: str
    label_zh: str
    standard_code: str
    family: str
    aliases: tuple[str, ...]
    certainty: str
    base: Optional[str] = None

    @property
    def label(self) -> str:
        """The label in the language of the interface."""
        return self.label_in(texts.language())

    def label_in(self, language: str) -> str:
        """Return the label in ``en`` or ``zh_CN``."""
        return self.label_zh if language == "zh_CN" else self.label_en


@lru_cache(maxsize=None)
def all_domains() -> dict[str, dict[str, Code]]:
    """Return every domain as a mapping from code to its description, in the order of the file."""
    result: dict[str, dict[str, Code]] = {}
    for row in rows("domains.csv"):
        code = Code(
            domain=row["domain"],
            code=row["code"],
            label_en=row["label_en"],
            label_zh=row["label_zh"],
            standard_code=row["standard_code"],
            family=row["family"],
            aliases=words(row["aliases"]),
            certainty=row["certainty"],
        )
        result.setdefault(code.domain, {})[code.code] = code
    return result


def domain(name: str) -> dict[str, Code]:
    """Return the codes of one domain; `Field.codes` has those that a network's users added, too."""
    return all_domains()[name]


def label_of(name: str, code: object) -> str:
    """Return what a stored code of a domain is called; one that is not in the list stands for itself.

    Another program may have written it, or a later version. Unknown is an en dash.
    """
    if code is None or code != code or code == "":
        return "–"
    known = domain(name).get(str(code))
    return str(code) if known is None else known.label


def fold(text: object) -> str:
    """Reduce a word to what comparing should see: width, case, blanks and marks removed."""
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    return "".join(sign for sign in plain if sign.isalnum() or sign in "<>")


@lru_cache(maxsize=None)
def _folded(name: str) -> dict[str, str]:
    """Map every spelling of a domain to its code; the code itself and labels win over aliases."""
    found: dict[str, str] = {}
    codes = all_domains()[name].values()
    for code in codes:
        for spelling in (code.code, code.label_en, code.label_zh):
            found.setdefault(fold(spelling), code.code)
    for code in codes:
        for spelling in (code.standard_code, *code.aliases):
            if spelling:
                found.setdefault(fold(spelling), code.code)
    return found


def suggest(name: str, value: object, own: Iterable[Code] = ()) -> str | None:
    """Return the code that a foreign value most likely means, or None.

    The whole value must be a known spelling; nothing is guessed from parts of words. ``own`` are codes that
    a network's users added to the domain, which go before ours.
    """
    folded = fold(value)
    for one in own:
        if folded in map(fold, (one.code, one.label_en, one.label_zh)):
            return one.code
    return _folded(name).get(folded)
