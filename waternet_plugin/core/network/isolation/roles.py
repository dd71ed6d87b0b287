"""What a valve has to do with a burst: codes, words and counts for everybody who shows them.

Light, since QGIS asks for it when it starts.
"""

from __future__ import annotations

from waternet_plugin.core.texts import tr

CLOSE, INSTEAD, SECOND_CHOICE, ALREADY_CLOSED, OPEN_TO_FEED = (
    "close", "instead", "second_choice", "already_closed", "open_to_feed",
)  # fmt: skip
# In the order in which lists show them.
ROLES = (CLOSE, INSTEAD, SECOND_CHOICE, ALREADY_CLOSED, OPEN_TO_FEED)
# Closing these, and no other, isolates the burst. SECOND_CHOICE stays open unless another valve fails.
TO_CLOSE = (CLOSE, INSTEAD)


def role_label(role: str) -> str:
    """Return what to do with a valve, in a word."""
    return {
        CLOSE: tr("Close"),
        INSTEAD: tr("Close instead"),
        SECOND_CHOICE: tr("In reserve"),
        ALREADY_CLOSED: tr("Already closed"),
        OPEN_TO_FEED: tr("Open to feed"),
    }[role]


def closing_headline(to_close: int, in_reserve: int, to_check: int = 0) -> str:
    """Return how many valves have to be closed, and how many more only if one of these fails.

    Parameters
    ----------
    to_close, in_reserve
        Numbers of valves.
    to_check
        Valves drawn beside the pipes that have to be checked before anything is closed.
    """
    if in_reserve:
        closing = tr("{close} to close, {reserve} in reserve").format(close=to_close, reserve=in_reserve)
    else:
        closing = tr("{close} to close").format(close=to_close)
    if not to_check:
        return closing
    first = tr("Check the drawing first, %n valve(s) beside the pipes are not joined", "", to_check)
    return tr("{first}; as drawn {closing}").format(first=first, closing=closing)
