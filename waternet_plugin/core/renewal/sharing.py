"""Who pays for a project: the cost split between parties, to the last cent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

PARTIES = ("government", "utility", "residents")
_WHOLE = 100.0


def party_label(code: str) -> str:
    """Return the name of a party in the language of the interface."""
    return {
        "government": tr("Government"),
        "utility": tr("Utility", "who pays"),
        "residents": tr("Residents"),
    }[code]


def shares_of_parties(settings: Settings) -> Array:
    """Return the shares of the parties in the renewal of compounds, in the order of `PARTIES`, 0 to 1.

    Raises
    ------
    InputError
        When the settings don't add up to 100 %.
    """
    percent = np.array([settings.real(f"renewal.party.{party}") for party in PARTIES])
    if (percent < 0).any() or abs(percent.sum() - _WHOLE) > 1e-6:
        raise InputError(
            tr(
                "The shares of the parties (renewal.party.*) add up to {sum} %; they must add up to 100 %."
            ).format(sum=f"{percent.sum():g}")
        )
    return np.asarray(percent / _WHOLE)


def split(cost_cents: Array, in_compound: Array, settings: Settings) -> pd.DataFrame:
    """Return what each party pays of each project, whole cents, one column a party.

    Inside compounds the parties share; in the street the utility pays all. Fractions of cents go to the
    utility, so that the parts add up.

    Parameters
    ----------
    cost_cents
        Whole cents of each project.
    in_compound
        Which projects lie in compounds.
    settings
        ``renewal.party.*``.
    """
    shares = shares_of_parties(settings)
    own = PARTIES.index("utility")
    street = np.eye(len(PARTIES))[own]
    part = np.floor(cost_cents[:, None] * np.where(in_compound[:, None], shares, street)).astype(np.int64)
    part[:, own] += cost_cents - part.sum(axis=1)
    parts: pd.DataFrame = pd.DataFrame(part, columns=list(PARTIES))
    return parts
