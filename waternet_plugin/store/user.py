"""Who writes, when nobody says so."""

from __future__ import annotations

import getpass
import os

# Triggers and the list of batches say this of an edit made by a program that names nobody.
UNKNOWN_CLIENT = "unknown client"


def default_user() -> str:
    """Return ``WATERNET_USER``, else the user of the operating system."""
    named = os.environ.get("WATERNET_USER", "").strip()
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        # A container's user need not have a name.
        return UNKNOWN_CLIENT
