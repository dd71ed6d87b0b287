"""Parameters of proposals of metered areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waternet_plugin.core.dma.proposal.proposal_options import SIZE_BY, SOLUTIONS, ProposalOptions
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import LARGEST_WHOLE

if TYPE_CHECKING:
    from waternet_plugin.processing.base import WaterNetAlgorithm
    from waternet_plugin.processing.job import Job


def add_zone_sizes(algorithm: WaterNetAlgorithm) -> None:
    """Add how many zones of which size."""
    algorithm.add_number(
        "COUNT",
        tr("Number of zones"),
        tr("Give this or TARGET_SIZE."),
        integer=True,
        optional=True,
        between=(1, 100_000),
    )
    algorithm.add_number(
        "TARGET_SIZE",
        tr("Size of a zone"),
        tr("Usual size, in the unit of SIZE_BY. Give this or COUNT."),
        optional=True,
        between=(0, 1e12),
    )
    algorithm.add_choice(
        "SIZE_BY",
        tr("Size counted by"),
        tr("Customers, households, demand (m³/d) or length of pipes (m)."),
        list(SIZE_BY),
        labels={
            "customers": tr("customers"),
            "households": tr("households"),
            "demand": tr("demand"),
            "length": tr("length"),
        },
        default="customers",
    )
    algorithm.add_number(
        "MIN_SIZE",
        tr("Smallest zone"),
        tr("Empty: half of the mean."),
        optional=True,
        advanced=True,
        between=(0, 1e12),
    )
    algorithm.add_number(
        "MAX_SIZE",
        tr("Largest zone"),
        tr("Empty: one and a half of the mean."),
        optional=True,
        advanced=True,
        between=(0, 1e12),
    )


def add_zone_rules(algorithm: WaterNetAlgorithm) -> None:
    """Add inlets, what stays as it is, and what is best."""
    algorithm.add_number(
        "MAX_INLETS",
        tr("Most inlets"),
        tr("Most meters that a zone is fed by."),
        default=2,
        integer=True,
        between=(1, 1000),
    )
    algorithm.add_number(
        "TRUNK_DN",
        tr("Trunk mains from (mm)"),
        tr("Pipes of this diameter and more belong to no zone. Empty: none."),
        optional=True,
        between=(0, 10_000),
    )
    algorithm.add_text(
        "FIXED_ZONES",
        tr("Zones to keep"),
        tr("Ids of zones that keep their pipes, separated by commas."),
        advanced=True,
    )
    algorithm.add_choice(
        "SOLUTION",
        tr("Solution"),
        tr("Which of the three solutions the outputs hold; the report compares all of them."),
        list(SOLUTIONS),
        labels={
            "fewest_devices": tr("fewest devices"),
            "most_even": tr("most even sizes"),
            "cheapest": tr("lowest cost"),
        },
        default="fewest_devices",
    )
    algorithm.add_number(
        "SEED",
        tr("Seed"),
        tr("Seed of the random choices."),
        default=0,
        integer=True,
        advanced=True,
        between=(0, LARGEST_WHOLE),
    )
    algorithm.add_text(
        "SCENARIO",
        tr("Scenario"),
        tr("Name to keep the solution under as a scenario. Empty: nothing is stored."),
    )


def zone_options(job: Job) -> ProposalOptions:
    """Return what is asked of a proposal."""

    def given(name: str) -> float | None:
        return job.number(name) if job.has(name) else None

    return ProposalOptions(
        count=job.integer("COUNT") if job.has("COUNT") else None,
        target_size=given("TARGET_SIZE"),
        size_by=job.choice("SIZE_BY"),
        min_size=given("MIN_SIZE"),
        max_size=given("MAX_SIZE"),
        max_inlets=job.integer("MAX_INLETS"),
        trunk_dn_mm=given("TRUNK_DN"),
        fixed_zones=tuple(
            name for part in job.text("FIXED_ZONES").replace(";", ",").split(",") if (name := part.strip())
        ),
        solution=job.choice("SOLUTION"),
        seed=job.integer("SEED"),
    )
