"""Assess again as a run was assessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from waternet_plugin.gui.session.session import Session

# Parameters of a run that hold for the next one.
_ASKED = ("AS_OF", "WINDOW_START", "HORIZON", "MODEL", "RIVERS", "RAILWAYS")


def assess_again(
    session: Session, run: Any, done: Callable[[Any], None], *, section: Any, **other: Any
) -> None:
    """Assess anew as a run was assessed.

    Parameters
    ----------
    done
        Called with the results.
    section
        Shows the progress.
    other
        What shall be asked otherwise, by the names of the parameters; ``failed`` gets an error.
    """
    failed = other.pop("failed", None)
    asked = {key: run.parameters[key] for key in _ASKED if run.parameters.get(key) not in (None, "")}
    session.run_algorithm(
        "assesshealth",
        {"NETWORK": session.network_path, **asked, **other},
        done,
        failed=failed,
        section=section,
    )
