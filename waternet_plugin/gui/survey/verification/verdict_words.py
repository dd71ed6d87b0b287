"""Verdicts of verifications as people read them, and the colours that the map draws them in."""

from __future__ import annotations

from typing import Any

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.schema.domains import domain

_VERDICTS = ("pass", "open", "fail")


def colour(code: Any) -> str | None:
    """Return the colour that the map gives a verdict; None for anything else."""
    return Look("screen", "en").colour(f"verdict.{code}") if code in _VERDICTS else None


def label(code: Any) -> str:
    """Return a verdict's label."""
    verdict = domain("verification_verdict").get(str(code))
    return verdict.label if verdict else str(code)


def missing(reasons: Any, facts: Any) -> str:
    """Return in one line what a verification says against a pipe, in the language of the interface.

    Parameters
    ----------
    reasons, facts
        As the verification has them: a text, and JSON from which the text is said anew.
    """
    from waternet_plugin.core.survey.verification.verdict_words import told

    return told(_known(facts), _known(reasons))


def _known(value: Any) -> Any:
    return None if value is None or value != value else value
