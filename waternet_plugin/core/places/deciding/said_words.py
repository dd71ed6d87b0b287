"""Words by which a file names its datum, meridian, axes and heights."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from waternet_plugin.core.cells.headings import bare_name
from waternet_plugin.core.places.deciding.decision_facts import Declared
from waternet_plugin.core.places.reading import X_EAST, X_NORTH
from waternet_plugin.core.schema.csvfiles import rows_of, words
from waternet_plugin.core.schema.domains import fold
from waternet_plugin.core.texts import tr

NATIONAL_DATUM, ELLIPSOIDAL = "1985", "ellipsoidal"

_MERIDIAN = re.compile(
    r"(?:中央子午线|中央经线|中央经度|central\s+meridian|(?-i:\bCM))\D{0,6}?(?P<degrees>\d{2,3}(?:\.\d+)?)"
    r"(?:\s*[°º度]\s*(?P<minutes>\d{1,2}))?",
    re.IGNORECASE,
)
# Zones 13 to 23 have 6 degrees, 25 to 45 have 3; UTM numbers its zones otherwise. 带 alone also means "with".
_ZONE = re.compile(
    r"(?:zone|带号)\s*[:：]?\s*(?P<after>\d{2})(?!\d)"
    r"|(?:第|[度°]\s*分?带)\D{0,4}(?P<before>\d{2})\s*号?带|(?<![\d.])(?P<named>\d{2})\s*[号度]带",
    re.IGNORECASE,
)
# Headings of columns that name the height datum of each row.
_DATUM_COLUMN = re.compile(
    r"高程(?:系统?|基准面?|坐标系统?|基面)|(?:height|vertical|elev(?:ation)?)datum|vdatum", re.IGNORECASE
)
_CODE = re.compile(r"EPSG\s*[:：]{1,2}\s*(\d{4,5})", re.IGNORECASE)


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return (folded word, value) of each key, longest words first."""
    vocabulary: dict[str, list[tuple[str, str]]] = {}
    for row in rows_of(Path(__file__).parent / "said_words.csv"):
        vocabulary.setdefault(row["key"], []).extend(
            (fold(word), row["value"]) for word in words(row["words"])
        )
    return {
        key: tuple(sorted(set(pairs), key=lambda pair: (-len(pair[0]), pair)))
        for key, pairs in vocabulary.items()
    }


def _first_mentions(key: str, texts: Iterable[str]) -> dict[str, str]:
    """Return the values that texts name, each with the text that does."""
    known_words: dict[str, str] = {}
    for text in texts:
        folded = fold(text)
        for word, value in _vocabulary()[key]:
            if word in folded:
                known_words.setdefault(value, text.strip())
                # A longer word is not read again as a shorter one within it.
                folded = folded.replace(word, "\n")
    return known_words


def datums_said(texts: Iterable[str]) -> dict[str, str]:
    """Return the datums that texts name, each with the text that does."""
    return _first_mentions("datum", texts)


def height_datums_said(texts: Iterable[str]) -> dict[str, str]:
    """Return the height datums that texts name, each with the text that does."""
    return _first_mentions("height_datum", texts)


def datum_of_heading(heading: str) -> str:
    """Return the height datum that the heading of a column of heights names, also in short; '' for none."""
    said = height_datums_said((heading,)) or _first_mentions("height_heading", (heading,))
    return next(iter(said), "")


def is_of_other_datum(heading: str) -> bool:
    """Return whether a heading names heights above the ellipsoid or of any datum but the national one."""
    return datum_of_heading(heading) not in ("", NATIONAL_DATUM)


def datum_of_network(setting: str) -> str:
    """Return the height datum of a network by what its printed pages name."""
    return datum_of_heading(setting) or NATIONAL_DATUM


def heads_datums(heading: str) -> bool:
    """Return whether a column is headed as that of the height datum of its rows: 高程系统."""
    return bool(_DATUM_COLUMN.fullmatch(fold(bare_name(heading))))


def datum_of_rows(words: Iterable[object], network_datum: str) -> str:
    """Return the datum that cells below such a heading name, one that is not the network's first."""
    datums = {datum_of_heading(str(word)) for word in words if word is not None} - {""}
    return next((datum for datum in sorted(datums) if datum != network_datum), next(iter(datums), ""))


def other_datum(heading: str, texts: Iterable[str], network_datum: str) -> str:
    """Return the datum of heights by their heading, else by texts of the file; '' for that of the network."""
    own = datum_of_heading(heading)
    said = (own,) if own else tuple(height_datums_said(texts))
    return next((datum for datum in said if datum != network_datum), "")


def datum_name(datum: str) -> str:
    """Return what people call a height datum."""
    return {
        "1985": tr("1985 national height datum"),
        "1956": tr("1956 Yellow Sea height datum"),
        "local": tr("a local height datum"),
    }[datum]


def meridians_said(texts: Iterable[str]) -> dict[float, str]:
    """Return the central meridians that texts name, or the zones, degrees east, each with the text."""
    meridians: dict[float, str] = {}
    for text in texts:
        for mention in _MERIDIAN.finditer(text):
            degrees = float(mention["degrees"]) + float(mention["minutes"] or 0) / 60.0
            meridians.setdefault(degrees, text.strip())
        if "utm" in text.casefold():
            continue
        for mention in _ZONE.finditer(text):
            number = int(mention["after"] or mention["before"] or mention["named"])
            if 13 <= number <= 23 or 25 <= number <= 45:
                meridians.setdefault(float(6 * number - 3 if number < 24 else 3 * number), text.strip())
    return meridians


def codes_said(texts: Iterable[str]) -> dict[str, str]:
    """Return the EPSG codes that texts name, each with the text that does."""
    codes: dict[str, str] = {}
    for text in texts:
        for code in _CODE.findall(text):
            codes.setdefault(f"EPSG:{code}", text.strip())
    return codes


def _axis_named(heading: str) -> set[str]:
    axis_headings = {value for word, value in _vocabulary()["axis_whole"] if word == fold(heading)}
    return axis_headings or set(_first_mentions("axis", (heading,)))


def axes_said(first_heading: str, second_heading: str) -> Declared | None:
    """Return the order of the axes that two headings name; X and Y alone say nothing."""
    first, second = (_axis_named(heading) for heading in (first_heading, second_heading))
    headings = f"{first_heading.strip()}, {second_heading.strip()}".strip(", ")
    north_first = first == {"north"} or second == {"east"}
    east_first = first == {"east"} or second == {"north"}
    if north_first == east_first:
        return None
    return Declared(X_NORTH if north_first else X_EAST, headings)
