"""Packages and plans for tests of the renewal room."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal.packages.packages import Packages, build_packages
from waternet_plugin.core.renewal.packages.plan_graph import plan_graph
from waternet_plugin.core.renewal.plan_constraints import PlanLimits
from waternet_plugin.core.renewal.planning import PlanConditions, plan_renewal
from waternet_plugin.core.schema.settings import Settings

SETTINGS = Settings()
NO_NODES = pd.DataFrame({"node_id": [], "kind": []}, dtype=object)


def packages_of(
    cost: list[float], benefit: list[float], length: list[float] | None = None, **columns
) -> Packages:
    """Return packages of given cost (money) and benefit a year, one pipe each."""
    count = len(cost)
    ids = [f"P-{i:03}" for i in range(count)]
    cents = np.rint(np.array(cost, dtype=float) * 100).astype(np.int64)
    metres = np.array(length if length is not None else [100.0] * count)
    frame = pd.DataFrame(
        {
            "project_id": ids,
            "street": "S",
            "class": "renew_now",
            "renew_now_share": 1.0,
            "method": "open_cut",
            "material": "ductile_iron",
            "length_m": metres,
            "cost_cents": cents,
            "failures_avoided_y": np.array(benefit, dtype=float) / 30000,
            "benefit_y": np.array(benefit, dtype=float),
            "mean_year": 1960.0,
            "prior_rate": 10.0,
            "failures": 0.0,
            "reasons": "",
            "reason_facts": None,
            "in_compound": False,
            "pipe_ids": [f"{name}a" for name in ids],
            "geom": np.array(shapely.from_wkt(["MULTILINESTRING ((0 0, 1 1))"] * count), dtype=object),
            "trenchless_cents": np.nan,
            "trenchless_avoided_y": np.nan,
            "trenchless_benefit_y": np.nan,
            **columns,
        }
    )
    members = pd.DataFrame(
        {
            "project_id": ids,
            "pipe_id": frame["pipe_ids"],
            "length_m": metres,
            "cost_cents": cents,
            "trenchless_cents": frame["trenchless_cents"],
        }
    )
    network = {"rate_per_100km_y": 8.0, "consequence": 30000.0, "length_m": float(10 * metres.sum())}
    return Packages(frame, members, network, ())


def planned(packages: Packages, *, settings: Settings = SETTINGS, progress: Progress = SILENT, **wanted):
    names = {each.name for each in fields(PlanConditions)}
    conditions = PlanConditions(**{name: wanted.pop(name) for name in names & set(wanted)})
    limits = PlanLimits(**{"budget": 1000.0, "start_year": 2027, "years": 2, **wanted})
    return plan_renewal(packages, limits, conditions, settings=settings, progress=progress)


def packed(
    pipes: pd.DataFrame,
    assessment: pd.DataFrame,
    *,
    nodes: pd.DataFrame = NO_NODES,
    settings: Settings = SETTINGS,
    **given,
) -> Packages:
    """Return packages of pipes that meet at some nodes, and by place."""
    graph = plan_graph(pipes, nodes, settings=settings)
    return build_packages(pipes, assessment, graph=graph, settings=settings, **given)
