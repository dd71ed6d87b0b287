"""Words printed on a page, in the language asked for, which need not be the user's."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.csvfiles import rows_of
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.paths import ROOT

LANGUAGES = ("en", "zh_CN")


@lru_cache(maxsize=None)
def _all_words() -> dict[str, dict[str, str]]:
    """Return every word by key, in both languages."""
    rows = rows_of(ROOT / "styles" / "page_words.csv")
    return {row["key"]: {"en": row["en"], "zh_CN": row["zh"]} for row in rows}


class PageWords:
    """Words of one language.

    Raises
    ------
    InputError
        When the language is none of ours.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise InputError(
                tr("LANGUAGE “{language}” is not known. Choose one of: {known}.").format(
                    language=language, known=listed(LANGUAGES)
                )
            )
        self.language = language

    def __call__(self, key: str) -> str:
        """Return the word of a key of ``styles/page_words.csv``."""
        return _all_words()[key][self.language]

    @property
    def colon(self) -> str:
        """The sign between a caption and its value."""
        return "：" if self.language == "zh_CN" else ": "

    def listed(self, items: Iterable[str]) -> str:
        """Return names as a list."""
        return listed(items, self.language)

    @property
    def comma(self) -> str:
        """The sign between two parts of a phrase."""
        return "，" if self.language == "zh_CN" else ", "
