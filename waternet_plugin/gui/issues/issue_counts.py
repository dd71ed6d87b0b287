"""Counts in words, one thing and several told apart."""

from __future__ import annotations

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts


def _of(count: int, sentence: str, several: str) -> str:
    return sentence if count == 1 else several.format(n=amounts.number(count))


def errors(count: int) -> str:
    """Say how many errors."""
    return _of(count, tr("1 error"), tr("{n} errors"))


def warnings(count: int) -> str:
    """Say how many warnings."""
    return _of(count, tr("1 warning"), tr("{n} warnings"))


def issues(count: int) -> str:
    """Say how many issues."""
    return _of(count, tr("1 issue"), tr("{n} issues"))


def to_mend(count: int) -> str:
    """Say how many issues are left to mend."""
    return _of(count, tr("1 issue to fix."), tr("{n} issues to fix."))


def advice(count: int) -> str:
    """Say how many pieces of advice."""
    return _of(count, tr("1 piece of advice"), tr("{n} pieces of advice"))


def more(count: int) -> str:
    """Say how many are not listed."""
    return _of(count, tr("and 1 more"), tr("and {n} more"))


def changed(count: int) -> str:
    """Say how many assets changed since the check, -1 for what can't be told."""
    if count < 0:
        return tr("Many changes since the check")
    return _of(count, tr("1 asset changed since the check"), tr("{n} assets changed since the check"))


def fixable(count: int) -> str:
    """Say how many issues one batch can fix."""
    sentence = tr("1 issue can be fixed, in a batch that can be undone.")
    return _of(count, sentence, tr("{n} issues can be fixed, in one batch that can be undone."))


def needing_person(count: int) -> str:
    """Say how many issues need a person."""
    return _of(count, tr("1 needs a person’s judgement."), tr("{n} need a person’s judgement."))
