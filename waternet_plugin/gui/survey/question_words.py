"""Questions about survey files as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waternet_plugin.core.survey.decisions.decision_words import key_name, value_words
from waternet_plugin.core.texts import joined, listed, tr

if TYPE_CHECKING:
    from waternet_plugin.core.places.deciding.decisions import Candidate

_NEAR = ("near_asset", "near", "near_planned", "far")


def sentence(key: str, column: str = "") -> str:
    """Return the question of a key in one sentence, with the column it asks for."""
    return {
        "encoding": tr("In which encoding are the texts written?"),
        "level_columns": tr("The column “{column}” looks like levels or depths. What does it hold?").format(
            column=column
        ),
        "sheets": tr("Nobody knows what the sheet “{sheet}” holds. Leave it out?").format(sheet=column),
        "axes": tr("Where do the points lie?"),
        "crs": tr("Where do the points lie?"),
        "height_datum": tr("To which height datum do the heights refer?"),
        "height_of": tr("Of what are the heights of the points?"),
        "level_of": tr("What do the levels and depths of the lines refer to?"),
        "diameter_of": tr(
            "Which diameters are the bare sizes of plastic pipes? They are stored as written; the answer "
            "stands in the report."
        ),
        "planned_pipe": tr("Which planned pipe was laid here?"),
        "again": tr("This file was imported already. Import it again?"),
    }.get(key, key_name(key))


def candidate_words(key: str, candidate: Candidate) -> tuple[str, str]:
    """Return a candidate in a few words, and what else speaks for or against it.

    Parameters
    ----------
    key
        Of the question.
    candidate
        As decisions have it: a place is told by what it is near to, other values by what they mean.
    """
    meant = [value_words(name, value) for name, value in candidate.answers.items()]
    if key in ("level_columns", "sheets") or not meant:
        # The answers hold those about other columns and sheets, too.
        meant = [value_words(key, candidate.value)]
    near = [piece.text for piece in candidate.evidence if piece.code in _NEAR]
    others = [piece.text for piece in candidate.evidence if piece.code not in _NEAR]
    if key in ("axes", "crs") and near:
        return near[0].rstrip(".。"), joined([tr("{what}.").format(what=listed(meant)), *others])
    return listed(meant), joined([*near, *others])
