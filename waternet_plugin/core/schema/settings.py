"""Thresholds of every room: value, unit, source, clause, certainty; a network may override each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional

from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.csvfiles import room_files, rows, rows_of
from waternet_plugin.core.schema.map_views import SHOWN_PLAN, SHOWN_PROGRAMME, SHOWN_RUN
from waternet_plugin.core.texts import listed, tr

# The position in the log up to which everything was checked.
CHECKED_UP_TO = "quality.checked_up_to"
# The radius of the last matching of failures, in metres.
MATCH_RADIUS = "health.match_radius_m"
# What work itself notes, such as what maps show, beside the thresholds that people set.
NOTED = (SHOWN_RUN, SHOWN_PLAN, SHOWN_PROGRAMME, CHECKED_UP_TO, MATCH_RADIUS)
# Types of settings that are numbers.
_NUMBERS: dict[str, type] = {"real": float, "integer": int}


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


def _number_of(value: str, kind: type) -> Optional[float]:
    """Return the number that a value says, None where it says none."""
    try:
        found = kind(value)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


class Settings:
    """The values in force for one network: the shipped ones, and over them its own.

    A value that is not of its setting's type stops only what reads it.

    Parameters
    ----------
    overrides
        Values of the network's ``setting`` table by key, as text.
    """

    def __init__(self, overrides: Mapping[str, str] | None = None) -> None:
        # Networks also keep facts here that are not thresholds, such as the newest run.
        self._values = {key: setting.value for key, setting in defaults().items()} | dict(overrides or {})

    def _number(self, key: str, kind: type) -> float:
        found = _number_of(self._values[key], kind)
        if found is not None:
            return found
        kinds = {
            one: _NUMBERS[setting.type] for one, setting in defaults().items() if setting.type in _NUMBERS
        }
        wrong = [
            f"{one} “{self._values[one]}”"
            for one, wanted in {**kinds, key: kind}.items()
            if _number_of(self._values[one], wanted) is None
        ]
        if len(wrong) == 1:
            message = tr("Setting {key}: “{value}” is not a number. Correct it in the settings table.")
            raise InputError(message.format(key=key, value=self._values[key]))
        message = tr("These settings are not numbers: {settings}. Correct them in the settings table.")
        raise InputError(message.format(settings=listed(wrong)))

    def replaced(self, values: Mapping[str, str]) -> Settings:
        """Return these settings with some values replaced."""
        return Settings({**self._values, **values})

    def text(self, key: str) -> str:
        """Return a setting as text."""
        return self._values[key]

    def real(self, key: str) -> float:
        """Return a setting as a number.

        Raises
        ------
        InputError
            When it is none; names each setting that should be a number and is not.
        """
        return self._number(key, float)

    def integer(self, key: str) -> int:
        """Return a setting as a whole number."""
        return int(self._number(key, int))

    def real_or(self, key: str, fallback: float) -> float:
        """Return a setting that need not exist as a number."""
        return self.real(key) if key in self._values else fallback

    def check(self, keys: Iterable[str]) -> None:
        """Refuse values that are not of their settings' types.

        Raises
        ------
        InputError
            As for `real`.
        """
        for key in keys:
            kind = _NUMBERS.get(defaults()[key].type)
            if kind is not None:
                self._number(key, kind)

    def words(self, key: str) -> tuple[str, ...]:
        """Return a setting that is a list."""
        return tuple(word.strip() for word in self._values[key].split(";") if word.strip())

    def pairs(self, key: str) -> tuple[tuple[float, float], ...]:
        """Return a setting that is a list of numbers with a number each, such as 0.35:0.5;0.55:1.

        Raises
        ------
        InputError
            When it is none.
        """
        read = []
        for word in self.words(key):
            numbers = [_number_of(part, float) for part in word.split(":")]
            if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
                message = tr(
                    "Setting {key}: “{value}” is not two numbers with a colon. Correct it in the "
                    "settings table."
                )
                raise InputError(message.format(key=key, value=word))
            read.append((numbers[0], numbers[1]))
        return tuple(read)

    def below(self, prefix: str) -> dict[str, str]:
        """Return the values of all keys that begin with some words, by the rest of the key."""
        return {key[len(prefix) :]: value for key, value in self._values.items() if key.startswith(prefix)}

    def get(self, key: str, default: str = "") -> str:
        """Return a value that need not exist."""
        return self._values.get(key, default)
