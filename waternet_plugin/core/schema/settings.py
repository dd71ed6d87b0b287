"""Thresholds of every room: value, unit, source, clause, certainty; a network may override each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.csvfiles import room_files, rows, rows_of
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class Setting:
    """One threshold as it ships; ``type`` is real, integer, text or list (words with semicolons)."""

    key: str
    type: str
    value: str
    unit: str
    source: str
    clause: str
    certainty: str
    label_en: str
    label_zh: str

    @property
    def source_label(self) -> str:
        """Where the value is from, in the language of the interface."""
        known = _sources().get(self.source, "") if texts.language() == "zh_CN" else ""
        return known or self.source

    @property
    def label(self) -> str:
        """The label in the language of the interface."""
        return self.label_zh if texts.language() == "zh_CN" else self.label_en


@lru_cache(maxsize=None)
def _sources() -> dict[str, str]:
    """Return the sources of settings in Chinese, by their English words."""
    return {row["source"]: row["source_zh"] for row in rows("sources.csv")}


@lru_cache(maxsize=None)
def defaults() -> dict[str, Setting]:
    """Return every setting by its key (``room.name``), as each room's ``settings.csv`` ships it."""
    return {row["key"]: Setting(**row) for path in room_files("settings.csv") for row in rows_of(path)}


class Settings:
    """The values in force for one network: the shipped ones, and over them its own.

    Parameters
    ----------
    overrides
        Values of the network's ``setting`` table by key, as text.

    Raises
    ------
    InputError
        When a network's value is not of the setting's type.
    """

    def __init__(self, overrides: Mapping[str, str] | None = None) -> None:
        self._values = {key: setting.value for key, setting in defaults().items()}
        for key, value in (overrides or {}).items():
            # Networks also keep facts here that are no thresholds, such as the newest run.
            self._values[key] = value
        for key in defaults():
            self._check(key)

    def _check(self, key: str) -> None:
        kind = defaults()[key].type
        if kind not in ("real", "integer"):
            return
        try:
            (int if kind == "integer" else float)(self._values[key])
        except ValueError as error:
            message = tr(
                "Setting {key}: “{value}” is not a number. Correct it in the settings table."
            ).format(key=key, value=self._values[key])
            raise InputError(message) from error

    def replaced(self, values: Mapping[str, str]) -> Settings:
        """Return these settings with some values replaced."""
        return Settings({**self._values, **values})

    def text(self, key: str) -> str:
        """Return a setting as text."""
        return self._values[key]

    def real(self, key: str) -> float:
        """Return a setting as a number."""
        return float(self._values[key])

    def integer(self, key: str) -> int:
        """Return a setting as a whole number."""
        return int(self._values[key])

    def words(self, key: str) -> tuple[str, ...]:
        """Return a setting that is a list."""
        return tuple(word.strip() for word in self._values[key].split(";") if word.strip())

    def get(self, key: str, default: str = "") -> str:
        """Return a value that need not exist."""
        return self._values.get(key, default)
