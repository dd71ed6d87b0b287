"""Metered areas of which the proof by arrays and the one by NetworkX do not say the same."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waternet_plugin.core.dma.second_proof.confirmation import NO
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.quality.zones.zone_checks import of_zones
from waternet_plugin.core.quality.zones.zone_context import (
    confirmations_of,
    dma_of,
    only_with_zones,
    proven_answers_of,
    second_proof_of,
)

PROOFS_DIFFER = "dma_proofs_differ"


@only_with_zones
def differing_proofs(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield the zones whose two proofs differ, with both answers."""
    zones = np.flatnonzero(subject.once(confirmations_of) == NO)
    if not len(zones):
        return
    answers, proof = subject.once(proven_answers_of), subject.once(second_proof_of)
    names = [str(name) for name in subject.once(dma_of).zones.zone_id[zones]]
    yield of_zones(
        subject,
        PROOFS_DIFFER,
        zones,
        first=np.array([answers[name].text() for name in names], dtype=object),
        second=np.array([proof.of_zone[name].answer.text() for name in names], dtype=object),
        version=np.array([proof.version] * len(names), dtype=object),
    )


CHECKS = (Check((PROOFS_DIFFER,), differing_proofs),)
