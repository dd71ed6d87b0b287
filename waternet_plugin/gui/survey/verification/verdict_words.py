"""Verdicts of verifications as people read them, and the colours that the map draws them in."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.schema.domains import domain

COLOURS = dict(zip(("pass", "open", "fail"), ("#22a397", "#f4c430", "#99000d")))


def label(code: Any) -> str:
    """Return a verdict's label."""
    found = domain("verification_verdict").get(str(code))
    return found.label if found else str(code)


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
