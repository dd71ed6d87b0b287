"""A verdict as a row of ``verification``: what was judged, on what evidence, and who overrides it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Optional

from waternet_plugin.core.editing.row_edits import Row, is_unknown
from waternet_plugin.core.facts import stored_text
from waternet_plugin.core.survey.verification import verdict_words
from waternet_plugin.core.survey.verification.known_of_pipe import PipeVerdict
from waternet_plugin.core.survey.verification.pipe_evidence import KnownPipe, text
from waternet_plugin.core.survey.verification.verdict import PASS

PLANNED, IN_USE = "planned", "in_use"
# Where verdicts are, and how their ids begin.
TABLE, PREFIX = "verification", "VF-"


def verdict_row(
    known: KnownPipe, found: PipeVerdict, *, name: str, override: tuple[str, str]
) -> dict[str, Any]:
    """Return a row of ``verification`` without what the store fills.

    Parameters
    ----------
    known, found
        The pipe and the verdict on it.
    name
        Id of the row.
    override
        Who overrides the verdict, and why; '' for nobody.
    """
    evidence = known.evidence
    last: Row = known.newest or {}
    return {
        "verification_id": name,
        "pipe_id": known.pipe.get("pipe_id"),
        "survey_batch": text(known.pipe.get("survey_batch")) or text(last.get("survey_batch")) or None,
        "verdict": found.verdict,
        "off_line_m": _rounded(found.off_line_m),
        "off_level_m": _rounded(found.off_level_m),
        "cover_m": _rounded(found.cover_m),
        "material_verified_by": evidence.material_verified_by or None,
        "material_verified_on": evidence.material_verified_on,
        "surveyed_on": evidence.surveyed_on,
        "backfilled_on": evidence.backfilled_on,
        "photos": ";".join(photo.attachment_id for photo in evidence.photos) or None,
        "reasons": verdict_words.said(found.reasons) or None,
        "reason_facts": stored_text(found.reasons) if found.reasons else None,
        "override_by": override[0] or None,
        "override_reason": override[1] or None,
        "planned": None if evidence.planned is None else evidence.planned.as_json(),
    }


def _rounded(value: Optional[float]) -> Optional[float]:
    """Round to tenths of a millimetre: what is beyond is noise of the arithmetic."""
    return None if value is None else round(float(value), 4)


def is_enough(row: Mapping[str, Any]) -> bool:
    """Return whether a verification allows its pipe to be in use."""
    return row.get("verdict") == PASS or bool(
        text(row.get("override_by")) and text(row.get("override_reason"))
    )


def use_of(pipe: Row, surveyed_on: Optional[datetime.date]) -> dict[str, Any]:
    """Return what a planned pipe becomes that comes into use.

    Parameters
    ----------
    pipe
        Its row as it is, or is about to be.
    surveyed_on
        When it was surveyed: it was built in that year, where nobody knows better.
    """
    values: dict[str, Any] = {"status": IN_USE}
    if is_unknown(pipe.get("install_year")) and surveyed_on is not None:
        values["install_year"] = surveyed_on.year
    return values


def override_of(row: Optional[Row]) -> tuple[str, str]:
    """Return who overrides a verdict and why."""
    there: Row = row or {}
    return text(there.get("override_by")), text(there.get("override_reason"))


def with_entries(known: KnownPipe, **values: Any) -> KnownPipe:
    """Return what is known of a pipe with evidence that was entered; unknown values change nothing."""
    given = {name: value for name, value in values.items() if value not in (None, "", ())}
    return replace(known, evidence=replace(known.evidence, **given))
