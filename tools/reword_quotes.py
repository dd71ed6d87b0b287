"""How tests quote the sentences that users read: whole, with values, or in part (for ``reword.py``)."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from waternet_plugin.core import texts

# Parts of a text shorter than this are too common to be told from other words.
_SHORTEST_PART = 8
_PLURAL = r"\((s|es)\)(?: ([a-z]+)\b)?"
HOLE = re.compile(r"\{[^{}]*\}|%n")


@dataclass(frozen=True)
class _Template:
    """A text with holes as tests may quote it: filled in."""

    old: str
    new: str
    pattern: re.Pattern[str]
    anchor: str

    @classmethod
    def of(cls, old: str, new: str) -> _Template | None:
        """Return the template of a text, None where it has too little that is fixed."""
        anchor = max(re.split(f"{HOLE.pattern}|{_PLURAL}", old), key=lambda one: len(one or "")) or ""
        if not HOLE.search(old) or len(anchor) < _SHORTEST_PART:
            return None
        parts, at, seen = [], 0, set()
        for hole in re.finditer(HOLE.pattern + "|" + _PLURAL, old):
            parts.append(re.escape(old[at : hole.start()]))
            at = hole.end()
            name = "n_" if hole[0] == "%n" else re.sub(r"\W.*", "", hole[0][1:])
            if hole[0].startswith("("):
                verb = hole.group(2)
                verbs = f" (?:{verb}|{texts._AFTER_ONE.get(verb, verb)})" if verb else ""
                parts.append(f"(?:{hole.group(1)})?{verbs}")
            elif name in seen:
                parts.append(f"(?P={name})")
            else:
                seen.add(name)
                parts.append(f"(?P<{name}>[\\d,]+)" if name == "n_" else f"(?P<{name}>.+?)")
        return cls(old, new, re.compile("".join(parts) + re.escape(old[at:])), anchor)

    def filled(self, literal: str) -> str | None:
        """Return the new text with the values of a literal that is the old one with values."""
        found = self.pattern.fullmatch(literal) if self.anchor in literal else None
        if found is None or HOLE.search(literal):
            return None
        values = found.groupdict()
        number = int(values["n_"].replace(",", "")) if "n_" in values else -1
        new = texts._english(self.new, "", number)
        return HOLE.sub(lambda hole: values[re.sub(r"\W.*", "", hole[0][1:])], new)


def _mapped(part: str, old: str, new: str) -> str | None:
    """Return what a part of the old wording is in the new one; None where words at its edges changed."""
    words_old, words_new = re.findall(r"\w+|\W", old), re.findall(r"\w+|\W", new)
    begin = old.index(part)
    end = begin + len(part)
    edges_old, edges_new = [0], [0]
    for word in words_old:
        edges_old.append(edges_old[-1] + len(word))
    for word in words_new:
        edges_new.append(edges_new[-1] + len(word))
    where: dict[int, int] = {0: 0, len(old): len(new)}
    for block in difflib.SequenceMatcher(None, words_old, words_new, autojunk=False).get_matching_blocks():
        for step in range(block.size + 1):
            where.setdefault(edges_old[block.a + step], edges_new[block.b + step])
    if begin not in where or end not in where or where[begin] >= where[end]:
        return None
    return new[where[begin] : where[end]]


class Quotes:
    """How literals of tests and tools follow the table.

    Parameters
    ----------
    table
        The new wording of each text.
    current
        Every text of the plugin, reworded ones in their old wording or not.
    """

    def __init__(self, table: dict[str, str], current: set[str]) -> None:
        self.table = table
        self._current = current
        made = [_Template.of(old, new) for old, new in table.items()]
        self._templates = sorted((one for one in made if one), key=lambda one: -len(HOLE.sub("", one.old)))
        self._escaped = {
            re.escape(old): re.escape(new) for old, new in table.items() if re.escape(old) != old
        }
        self._old = "\0".join(table)
        self._kept = "\0".join((current - set(table)) | set(table.values()))

    def follow(self, literal: str) -> tuple[str | None, bool]:
        """Return the new form of a literal, None to leave it, and whether a person has to look at it."""
        if literal in self.table:
            # One word of the plugin may be anything in a test; one that only tests quote is meant.
            shared = {literal, self.table[literal]} & self._current
            word = literal.islower() and re.fullmatch(r"\w+", literal)
            return (None, True) if word and shared else (self.table[literal], False)
        if literal in self._escaped:
            return self._escaped[literal], False
        plain = re.sub(r"\\(.)", r"\1", literal)
        if plain in self._kept:
            return None, False
        # Of several templates that fit, the one with most fixed words is meant.
        for template in self._templates:
            filled = template.filled(literal)
            if filled is not None:
                return filled, False
        if len(plain) < _SHORTEST_PART or " " not in plain.strip() or plain not in self._old:
            return None, False
        concerned = [(old, new) for old, new in self.table.items() if plain in old and plain not in new]
        if not concerned:
            return None, False
        mapped = {_mapped(plain, old, new) for old, new in concerned}
        only = mapped.pop() if len(mapped) == 1 else None
        if not only or not only.strip():
            return None, True
        return (re.escape(only).replace("\\ ", " ") if plain != literal else only), False
