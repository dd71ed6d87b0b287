"""Value lists: code, labels in both languages, aliases, the standard's code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
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


# What users added to the lists of the network that this thread adopts into; `Field.codes` tells it always.
_own: ContextVar[Mapping[str, Mapping[str, Code]]] = ContextVar("own codes", default=MappingProxyType({}))


def use_own(codes: Iterable[Code]) -> Token[Mapping[str, Mapping[str, Code]]]:
    """Let this thread know codes that the users of a network added; the token takes that back."""
    found: dict[str, dict[str, Code]] = {}
    for one in codes:
        found.setdefault(one.domain, {})[one.code] = one
    return _own.set(found)


def forget_own(token: Token[Mapping[str, Mapping[str, Code]]]) -> None:
    """Let this thread know the codes that it knew before."""
    _own.reset(token)


def domain(name: str) -> dict[str, Code]:
    """Return the codes of one domain."""
    own = _own.get().get(name)
    return {**all_domains()[name], **own} if own else all_domains()[name]


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


def suggest(name: str, value: object) -> str | None:
    """Return the code that a foreign value most likely means, or None.

    The whole value must be a known spelling; nothing is guessed from parts of words.
    """
    folded = fold(value)
    for one in _own.get().get(name, {}).values():
        if folded in map(fold, (one.code, one.label_en, one.label_zh)):
            return one.code
    return _folded(name).get(folded)
