"""What duties and what they rest on are called."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.duties import duty_rows as codes
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr


def basis_labels() -> dict[str, str]:
    """Return what each basis of a duty is called, by its code."""
    own = {
        codes.INTERVAL: tr("Interval since the last time"),
        codes.DEPOSIT: tr("Deposits too deep"),
        codes.HEAVY_TWICE: tr("Heavy deposits twice running"),
        codes.STORM: tr("Ponding place, before storms"),
        codes.RATE: tr("Monthly rate"),
        codes.NO_PERMIT: tr("No permit"),
        codes.PERMIT_ENDS: tr("Permit ends"),
    }
    return {code: each.label for code, each in domain("tank_basis").items()} | own


def labels_of(values: Iterable[object], labels: dict[str, str]) -> Array:
    """Return what codes are called; a code that has no word stays."""
    return np.array(
        ["" if value is None else labels.get(str(value), str(value)) for value in values], dtype=object
    )


def domain_labels(name: str) -> dict[str, str]:
    """Return what the codes of a domain are called."""
    return {code: each.label for code, each in domain(name).items()}
