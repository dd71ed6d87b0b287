"""How columns are called in a file: our names or labels, short ones for shapefiles."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from waternet_plugin.core.schema.tables import Field
from waternet_plugin.core.texts import listed, tr

HEADERS = ("names", "en", "zh_CN")
# A .dbf gives a name ten bytes, which are five Chinese characters in GBK.
_SHORT_BYTES = 10
_VOWELS = "aeiou"
# Units that are signs in every language; others are said by the label itself.
_SIGNS = {"mm": "mm", "m": "m", "m3": "m³", "m3/d": "m³/d", "MPa": "MPa", "deg": "°"}


def _unique(names: Iterable[str], taken: Collection[str] = ()) -> list[str]:
    """Return names that differ by more than case, numbered where needed."""
    used = {name.casefold() for name in taken}
    result = []
    for name in names:
        number, free = 1, name
        while free.casefold() in used:
            number += 1
            free = f"{name}_{number}"
        used.add(free.casefold())
        result.append(free)
    return result


def _with_unit(field: Field, language: str, brackets: str) -> str:
    """Return a label with its unit behind it."""
    sign = _SIGNS.get(field.unit)
    return f"{field.label_in(language)} {brackets.format(sign)}" if sign else field.label_in(language)


def headers_of(fields: Sequence[Field], headers: str, *, taken: Collection[str] = ()) -> list[str]:
    """Return the heading of each column.

    Parameters
    ----------
    fields
        The columns.
    headers
        ``names`` for ours, or the language of the labels; a label has its unit behind it.
    taken
        Names that the format keeps for itself.
    """
    if headers == "names":
        return _unique((field.name for field in fields), taken)
    return _unique((_with_unit(field, headers, "({})") for field in fields), taken)


def _without_vowel(word: str) -> str | None:
    """Return a word without its last vowel inside, None when it has none."""
    for place in range(len(word) - 2, 0, -1):
        if word[place] in _VOWELS:
            return word[:place] + word[place + 1 :]
    return None


def _shortened(name: str, limit: int) -> str:
    """Return a name of our kind within a number of characters: vowels go first, then underscores."""
    while len(name) > limit:
        words = name.split("_")
        longest = sorted(range(len(words)), key=lambda place: -len(words[place]))
        for place in longest:
            shorter = _without_vowel(words[place])
            if shorter is not None:
                words[place] = shorter
                name = "_".join(words)
                break
        else:
            name = name.replace("_", "", 1) if "_" in name else name[:limit]
    return name


def _cut(text: str, size: int, encoding: str) -> str:
    """Return the beginning of a text that takes no more bytes than ``size``."""
    return text.encode(encoding, "replace")[:size].decode(encoding, "ignore")


def short_names(fields: Sequence[Field], headers: str, encoding: str) -> list[str]:
    """Return names of at most ten bytes that differ, for a shapefile."""
    result: list[str] = []
    for field in fields:
        label = field.name if headers == "names" else field.label_in(headers)
        plain = re.sub(r"\W+", "_", label).strip("_")
        base = _shortened(plain.lower(), _SHORT_BYTES) if plain.isascii() else plain
        name, number = _cut(base, _SHORT_BYTES, encoding), 1
        while name.casefold() in {each.casefold() for each in result}:
            number += 1
            name = _cut(base, _SHORT_BYTES - len(str(number)), encoding) + str(number)
        result.append(name)
    return result


def legend(fields: Sequence[Field], names: Sequence[str], *, title: str, language: str, codes: bool) -> str:
    """Return the text that says what the short names of a shapefile mean.

    Parameters
    ----------
    fields, names
        The columns, and what they are called in the file.
    title
        First line.
    language
        Of the labels.
    codes
        Say what the codes mean too.
    """
    width = max((len(field.name) for field in fields), default=0)
    lines = [title, ""]
    for field, name in zip(fields, names):
        lines.append(f"{name:<{_SHORT_BYTES}}  {field.name:<{width}}  {_with_unit(field, language, '[{}]')}")
    if codes:
        coded = {field.domain: (field, name) for field, name in zip(fields, names) if field.domain}
        for field, name in coded.values():
            named = listed(f"{code.code} = {code.label_in(language)}" for code in field.codes.values())
            lines += ["", tr("Codes of {field}: {codes}").format(field=name, codes=named)]
    return "\n".join([*lines, ""])
