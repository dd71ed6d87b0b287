"""What was decided about a file, on what evidence, and what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.deciding.evidence_sentences import DecisionEvidence
from waternet_plugin.core.places.reading import Reading

# The keys of DECISIONS that are decided for each file, in the order in which they are asked.
KEYS = (
    "encoding",
    "sheets",
    "level_columns",
    "axes",
    "crs",
    "height_datum",
    "height_of",
    "level_of",
    "diameter_of",
)


@dataclass(frozen=True)
class Candidate:
    """One possible answer.

    Parameters
    ----------
    letter
        A, B, C ...: the same in the question and on the map.
    value
        The answer to the question's key.
    answers
        All that choosing it decides, by key: a click on a place answers axes and crs.
    evidence
        Sentences for and against it.
    reading
        How the file is read where the key is of places, else None.
    east, north
        Middle of the file's points in the network's CRS, m; NaN where the key is not of places.
    distance_m
        Median distance of the points from the nearest asset or planned pipe, m; NaN where there is none.
    """

    letter: str
    value: str
    answers: Mapping[str, Any]
    evidence: tuple[DecisionEvidence, ...] = ()
    reading: Reading | None = None
    east: float = float("nan")
    north: float = float("nan")
    distance_m: float = float("nan")

    def as_json(self) -> dict[str, Any]:
        """Return the candidate as it is stored with the batch and in reports."""
        described: dict[str, Any] = {
            "letter": self.letter,
            "value": self.value,
            "answers": dict(self.answers),
        }
        described["evidence"] = [reason.as_json() for reason in self.evidence]
        if np.isfinite(self.east):
            described["east"], described["north"] = round(self.east, 3), round(self.north, 3)
        if np.isfinite(self.distance_m):
            described["distance_m"] = round(self.distance_m, 1)
        return described


@dataclass(frozen=True)
class Decision:
    """One key of one file: ``value`` None is open; ``column`` is the heading or sheet asked for."""

    key: str
    value: str | None
    evidence: tuple[DecisionEvidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    column: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the decision as it is stored with the batch and in reports."""
        return {
            "value": self.value,
            "evidence": [reason.as_json() for reason in self.evidence],
            "candidates": [candidate.as_json() for candidate in self.candidates],
        }


@dataclass(frozen=True)
class SurveyQuestion:
    """An open decision of a file; ``column`` is the heading or sheet that is asked for, '' for none."""

    file: str
    key: str
    candidates: tuple[Candidate, ...]
    column: str = ""

    @property
    def name(self) -> str:
        """The key as a refusal names it, with the column or sheet."""
        return f"{self.key}, {self.column}" if self.column else self.key

    def as_json(self) -> dict[str, Any]:
        """Return the question as reports have it."""
        return {
            "file": self.file,
            "key": self.key,
            **({"column": self.column} if self.column else {}),
            "candidates": [candidate.as_json() for candidate in self.candidates],
        }


@dataclass(frozen=True)
class FileRefusal:
    """Why a file can't be placed whatever is decided; ``evidence`` says it in a sentence."""

    file: str
    key: str
    evidence: DecisionEvidence

    @property
    def text(self) -> str:
        """The sentence, with file and key."""
        return f"{self.file}, {self.key}: {self.evidence.text}"


@dataclass(frozen=True)
class Decisions:
    """All decisions about one file.

    Parameters
    ----------
    file
        Its name.
    decided
        By key of `KEYS`, only those that a row of the file needs.
    refusals
        What forbids the import whatever is answered.
    reading
        How the places are read where axes and CRS are decided and not refused, else None.
    rows_against
        (n,) bool by rule id, as `FileFacts.first`: points against what was decided. ``axes_mixed``: they fit
        only the other order of the axes; ``zone_mixed``: another zone prefix, or one too many or few;
        ``outside_transform_area``. Rules without such points are left out.
    """

    file: str
    decided: Mapping[str, Decision]
    refusals: tuple[FileRefusal, ...] = ()
    reading: Reading | None = None
    rows_against: Mapping[str, Array] = field(default_factory=dict)

    def value(self, key: str) -> str | None:
        """Return what was decided for a key; None where it is open or not needed."""
        decision = self.decided.get(key)
        return None if decision is None else decision.value

    @property
    def questions(self) -> tuple[SurveyQuestion, ...]:
        """The open keys, in the order of `KEYS`."""
        return tuple(
            SurveyQuestion(self.file, key, self.decided[key].candidates, self.decided[key].column)
            for key in KEYS
            if key in self.decided and self.decided[key].value is None
        )

    def as_json(self) -> dict[str, Any]:
        """Return the decisions as they are stored with the batch and in reports."""
        return {key: self.decided[key].as_json() for key in KEYS if key in self.decided}
