"""Names of compounds as lists write them, matched with the compounds of the network."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Optional

_MARKS = re.compile(r"[()\[\]{}<>〈〉《》【】「」『』〔〕“”\"'·・.,，。、\-_/\s]+")
# What a list may leave out of a name, or write in place of each other; tried in this order.
_KINDS = (("小区", "花园"), ("小区",))
# Less than this is not a name any more.
_SHORTEST = 2


def folded_name(name: str) -> str:
    """Return what names have in common that mean one compound.

    Spaces, brackets and marks, wide and narrow letters, and the words 小区 and 花园 don't count, unless
    hardly anything else is left.
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", name)).casefold()
    for kinds in _KINDS:
        rest = plain
        for kind in kinds:
            rest = rest.replace(kind, "")
        if len(rest) >= _SHORTEST:
            return rest
    return plain


def compounds_by_name(names: Mapping[str, Optional[str]]) -> dict[str, tuple[str, ...]]:
    """Return the ids of compounds by their folded names, sorted.

    Parameters
    ----------
    names
        The names by id, None where there is none.
    """
    found: dict[str, list[str]] = {}
    for compound_id, name in sorted(names.items()):
        folded = folded_name(name or "")
        if folded:
            found.setdefault(folded, []).append(compound_id)
    return {name: tuple(ids) for name, ids in found.items()}


def matched_compounds(
    names: Iterable[Optional[str]], compounds: Mapping[str, tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """Return for each name the compounds that may be meant: one where it is clear, none or several else.

    Parameters
    ----------
    names
        As lists write them.
    compounds
        `compounds_by_name`.
    """
    return [compounds.get(folded_name(name or ""), ()) for name in names]
