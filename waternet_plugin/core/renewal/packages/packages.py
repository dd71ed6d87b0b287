"""Group the pipes that need renewing into packages: works that one team does in one street."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.facts import joined, stored_text
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.coded_columns import by_word
from waternet_plugin.core.health.rates import factors
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal import costs
from waternet_plugin.core.renewal.packages import package_reasons, rests, split_packages, stretches
from waternet_plugin.core.renewal.packages.plan_graph import PlanGraph
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.core.units import HUNDRED_KM_M

# From the most urgent on; a package has the class of its most urgent pipe.
_CLASSES = ("renew_now", "priority", "monitor", "in_service")
# Pipes of one package are as urgent as each other, sound pieces between them aside.
_ALIKE = (("renew_now", "priority"), ("monitor",), ("in_service",))

PIPE_COLUMNS = (
    "pipe_id", "system", "street", "material", "diameter_mm", "length_m", "install_year", "road_class",
    "from_node", "to_node", "compound_id",
)  # fmt: skip
# What packages are made of beside pipes: columns of an assessment.
ASSESSED = ("pipe_id", "rate_per_100km_y", "consequence", "class", "reason_facts", "reasons")
_MEMBER_COLUMNS = ["project_id", "pipe_id", "length_m", "cost_cents", "trenchless_cents"]
_COLUMNS = [
    "project_id", "street", "class", "renew_now_share", "method", "material", "length_m", "cost_cents",
    "failures_avoided_y", "benefit_y", "mean_year", "prior_rate", "failures", "reasons", "in_compound",
    "pipe_ids", "geom", "reason_facts", "trenchless_cents", "trenchless_avoided_y", "trenchless_benefit_y",
]  # fmt: skip


@dataclass(frozen=True)
class Packages(PlainFrames):
    """Packages that a plan may choose from.

    Attributes
    ----------
    frame
        One row a package, sorted by its id: project_id, street, class (of its most urgent pipe),
        renew_now_share (of its length, 0 to 1), method, material, length_m, cost_cents,
        failures_avoided_y (a year), benefit_y (money a year), mean_year, prior_rate (of the old pipes, from
        surveys), failures (recorded), reasons, reason_facts, in_compound (most of its length), pipe_ids,
        geom; what it would cost and bring without digging, NaN where that does not suit or is the method
        anyway: trenchless_cents, trenchless_avoided_y, trenchless_benefit_y.
    members
        One row a pipe: project_id, pipe_id, length_m, cost_cents and trenchless_cents (its share of
        mobilisation included).
    network
        Means and length of all rated pipes: rate_per_100km_y, consequence, length_m.
    notes
        Sentences on what was left out and why, and on pipes that were taken as joined.
    joined
        Ids of the pipes that meet others of their package within `renewal.join_tolerance_m` only.
    """

    frame: pd.DataFrame
    members: pd.DataFrame
    network: dict[str, Any]
    notes: tuple[str, ...]
    joined: tuple[str, ...] = ()


def _usable_pipes(
    pipes: pd.DataFrame, assessment: pd.DataFrame, failures: pd.DataFrame | None, settings: Settings
) -> tuple[pd.DataFrame, int]:
    """Return the assessed pipes in the order of their ids, and how many of them are not there any more.

    Pipes of a supply system that could not be rated, such as fittings too short for a rate, are among
    them (``rated`` is False): bad pipes may be joined over them.
    """
    judged = assessment.reindex(columns=ASSESSED)
    rated = judged["class"].isin(_CLASSES)
    is_present = judged["pipe_id"].isin(pipes["pipe_id"])
    frame = pd.DataFrame(pipes[[*PIPE_COLUMNS, "geom"]]).merge(judged.assign(rated=rated), on="pipe_id")
    frame = frame[frame["rated"] | frame["system"].isin(settings.words("health.rated_systems"))]
    frame = frame.rename(columns={"rate_per_100km_y": "rate"}).sort_values("pipe_id", ignore_index=True)
    frame["length_m"] = frame["length_m"].fillna(0.0)
    frame["material"] = frame["material"].fillna("unknown")
    frame["decade"] = package_reasons.decade(frame["install_year"])
    counts = failures["pipe_id"].value_counts() if failures is not None else pd.Series(dtype=float)
    frame["failures"] = frame["pipe_id"].map(counts).fillna(0.0).astype(float)
    return frame, int((rated & ~is_present).sum())


def _groups(pipes: pd.DataFrame) -> Array:
    """Return the group within which pipes may be joined: the street, else material and decade."""
    street: pd.Series = pipes["street"].fillna("").astype(str)
    alike = pipes["material"].astype(str) + "|" + pipes["decade"].astype(str)
    key = ("s|" + street).where(street.str.strip() != "", "m|" + alike)
    return np.asarray(pd.factorize(key)[0], dtype=np.int64)


def _stretches(pipes: pd.DataFrame, graph: PlanGraph, settings: Settings) -> tuple[Array, Array]:
    """Return the number of the package of each pipe, -1 for none, and which pipes joined as a rest."""
    ends = stretches.vertices(_groups(pipes), graph.ends(pipes["pipe_id"]))
    wanted = set(settings.words("renewal.candidate_classes"))
    length = pipes["length_m"].to_numpy()
    gap, limit = settings.real("renewal.gap_m"), settings.real("renewal.max_length_m")
    rest = settings.real("renewal.rest_m")
    label = np.full(len(pipes), -1, dtype=np.int64)
    joined = np.zeros(len(pipes), dtype=bool)
    for classes in _ALIKE:
        rows = np.flatnonzero(label < 0)
        bad = pipes["class"].isin(wanted.intersection(classes)).to_numpy()[rows]
        if not bad.any():
            continue
        stretches_cut = stretches.join_bad(ends[rows], bad, length[rows], gap_m=gap)
        stretches_cut = split_packages.cut(stretches_cut, ends[rows], bad, length[rows], max_length_m=limit)
        # Ways to other stretches lead over all pipes of the street.
        every = np.full(len(pipes), -1, dtype=np.int64)
        every[rows] = stretches_cut
        every, came = rests.join_rests(every, ends, length, rest_m=rest, max_length_m=limit)
        has_package = every >= 0
        label[has_package] = every[has_package] + int(label.max()) + 1
        joined |= came
    return label, joined


def _most(members: pd.DataFrame, column: str) -> pd.Series:
    """Return the value of ``column`` that most of each package's length has."""
    sums = members.groupby(["package", column])["length_m"].sum().reset_index()
    sums = sums.sort_values(["package", "length_m", column], ascending=[True, False, True])
    most: pd.Series = sums.drop_duplicates("package").set_index("package")[column]
    return most


def _new_rate(material: pd.Series, diameter_mm: Array, settings: Settings) -> Array:
    """Return the surveys' rate of new pipes, failures per 100 km and year.

    Without the factor of length: what is renewed in one go is one long pipe.
    """
    expected = factors.factors_of(
        pd.DataFrame(
            {
                "material": material.to_numpy(),
                "diameter_mm": diameter_mm,
                "length_m": 100.0,
                "install_year": np.nan,
                "soil": None,
                "pressure_mpa": np.nan,
                "pressure_max_mpa": np.nan,
            }
        ),
        settings,
    )
    return np.asarray(expected.survey * expected.diameter)


def _has_most(members: pd.DataFrame, suits: Array) -> Array:
    """Return the members of packages most of whose length suits."""
    words = members.assign(suits=np.where(suits, "yes", "no"))
    return np.asarray(members["package"].map(_most(words, "suits")).to_numpy() == "yes")


def _renewed(members: pd.DataFrame, trenchless: Array, settings: Settings) -> pd.DataFrame:
    """Return method, new material, cost, and what renewing each member is worth a year."""
    size = costs.sizes(members["diameter_mm"], settings)
    method = np.where(trenchless, settings.text("renewal.trenchless_method"), "open_cut")
    material = np.where(
        trenchless, settings.text("renewal.trenchless_material"), costs.new_material(size, settings)
    )
    own = costs.pipe_cents(members, material, method, settings)
    start = round(settings.real("renewal.mobilisation") * 100)
    shared = costs.shares(start, members["package"].to_numpy(), members["length_m"].to_numpy())
    saved = members["rate"].to_numpy() - _new_rate(pd.Series(material), size, settings)
    avoided = np.nan_to_num(saved) * members["length_m"].to_numpy() / HUNDRED_KM_M
    frame: pd.DataFrame = pd.DataFrame(
        {
            "method": method,
            "new_material": material,
            "cost_cents": own + shared,
            "avoided_y": avoided,
            "benefit_y": avoided * members["consequence"].fillna(0.0).to_numpy(),
        },
        index=members.index,
    )
    return frame


def _priced(members: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the members with method, new material, cost, worth a year, and the same without digging."""
    trenchless = _has_most(members, costs.is_trenchless(members, settings))
    members = members.assign(**_renewed(members, trenchless, settings))
    members["prior_rate"] = by_word(members["material"], lambda word: factors.survey_rate(word, settings))
    other = _renewed(members, np.ones(len(members), dtype=bool), settings)
    can = _has_most(members, costs.suits_trenchless(members, settings)) & ~trenchless
    for name, column in (("cents", "cost_cents"), ("avoided_y", "avoided_y"), ("benefit_y", "benefit_y")):
        members[f"trenchless_{name}"] = other[column].astype(float).where(can)
    return members


def renew_now_share(members: pd.DataFrame) -> pd.Series:
    """Return which share of each package's length is of the class renew_now, 0 to 1.

    Parameters
    ----------
    members
        Pipes of packages: ``package``, ``length_m``, ``class``.
    """
    urgent = members["length_m"].where(members["class"] == "renew_now", 0.0)
    total = members["length_m"].groupby(members["package"]).sum()
    share: pd.Series = urgent.groupby(members["package"]).sum() / total.where(total > 0)
    return share


def _lines(members: pd.DataFrame) -> Array:
    """Return one MultiLineString a package, without heights; None where no pipe has a place."""
    result = np.full(int(members["package"].max()) + 1, None, dtype=object)
    placed = members[members["geom"].notna()].sort_values("package", kind="stable")
    flat = shapely.force_2d(placed["geom"].to_numpy(dtype=object))
    shapely.multilinestrings(flat, indices=placed["package"].to_numpy(), out=result)
    return result


def _sum_known(value: pd.Series) -> float:
    """Return a sum, NaN where nothing is known."""
    return float(value.sum(min_count=1))


def _summed(members: pd.DataFrame, rated: pd.DataFrame) -> pd.DataFrame:
    """Return one row a package."""
    by = members.groupby("package")
    frame = by.agg(
        length_m=("length_m", "sum"),
        cost_cents=("cost_cents", "sum"),
        failures_avoided_y=("avoided_y", "sum"),
        benefit_y=("benefit_y", "sum"),
        trenchless_cents=("trenchless_cents", _sum_known),
        trenchless_avoided_y=("trenchless_avoided_y", _sum_known),
        trenchless_benefit_y=("trenchless_benefit_y", _sum_known),
        failures=("failures", "sum"),
        street=("street", "first"),
    )
    weight = members["length_m"].where(members["install_year"].notna(), 0.0)
    year_sum = (members["install_year"].fillna(0.0) * weight).groupby(members["package"]).sum()
    frame["mean_year"] = year_sum / weight.groupby(members["package"]).sum().replace(0.0, np.nan)
    prior = (members["prior_rate"] * members["length_m"]).groupby(members["package"]).sum()
    frame["prior_rate"] = (prior / frame["length_m"].replace(0.0, np.nan)).fillna(0.0)
    rank_of = {code: index for index, code in enumerate(_CLASSES)}
    urgency = members["class"].map(rank_of).fillna(len(_CLASSES) - 1).astype(int)
    frame["class"] = np.array(_CLASSES, dtype=object)[urgency.groupby(members["package"]).min()]
    frame["renew_now_share"] = renew_now_share(members)
    frame["method"] = _most(members, "method")
    inside = members["compound_id"].notna() | (members["road_class"] == "compound")
    frame["in_compound"] = _most(members.assign(inside=inside), "inside").astype(bool)
    frame["material"] = _most(members, "new_material")
    why = package_reasons.package_reasons(members, rated)
    sentences = package_reasons.WORDS.say_each(why)
    frame["reasons"] = pd.Series([joined(each) for each in sentences], index=why.index, dtype=object)
    frame["reason_facts"] = why.map(stored_text)
    frame["pipe_ids"] = by["pipe_id"].agg(";".join)
    frame["geom"] = _lines(members)
    # Named after its first pipe: the id stays while the package does, whatever else changes, so a
    # package that was locked in one plan is found again in the next. A rest that joins changes no name.
    first = members[~members["joined"]].groupby("package")["pipe_id"].first().astype(str)
    short = first.str.removeprefix("P-")
    frame["project_id"] = "P-" + short.where(~short.duplicated(keep=False), first)
    return frame


def _empty() -> pd.DataFrame:
    """Return the frame of no packages, with the types of the columns."""
    texts = {"project_id", "street", "class", "method", "material", "reasons", "pipe_ids", "geom"}
    texts.add("reason_facts")
    columns = {name: pd.Series(dtype=object if name in texts else float) for name in _COLUMNS}
    columns["cost_cents"] = pd.Series(dtype=np.int64)
    columns["in_compound"] = pd.Series(dtype=bool)
    frame: pd.DataFrame = pd.DataFrame(columns)
    return frame


def build_packages(
    pipes: pd.DataFrame,
    assessment: pd.DataFrame,
    *,
    graph: PlanGraph,
    settings: Settings,
    failures: pd.DataFrame | None = None,
    taken: Collection[str] = (),
    progress: Progress = SILENT,
) -> Packages:
    """Group pipes of the classes to renew into packages, and cost them.

    A package lies within one ``street`` value, cut into connected runs where ends meet; where the street is
    unknown, within a connected run of like material and decade. Sound pieces between bad ones are taken in,
    long runs are cut. What is too short for a project of its own (hydrant leads, stubs, rests up to
    ``renewal.rest_m``) joins the nearest package of its run, so its pipes need not touch those of the
    package: they hang together over sound pipes of the street. A pipe is in at most one package. Where pipes
    to monitor or in service may be renewed too, they are packed by themselves: one sound street does not
    dilute a bad one.

    Parameters
    ----------
    pipes
        Pipes with geometry (frames.py); the columns ``PIPE_COLUMNS``.
    assessment
        One run: pipe_id, rate_per_100km_y, consequence (money per failure), class.
    graph
        Where these pipes meet, among others.
    settings
        Lengths, gaps, costs (``renewal.*``).
    failures
        Failures on known pipes (``pipe_id``); used for reasons and for comparing strategies.
    taken
        Pipes that are in a project already decided; they are in no package.
    """
    usable, missing = _usable_pipes(pipes, assessment, failures, settings)
    rated = usable[usable["rated"]]
    notes = []
    if missing:
        notes.append(tr("%n assessed pipe(s) are no longer in the network, so in no package.", "", missing))
    progress.at(0.1)
    open_pipes = usable[~usable["pipe_id"].isin(list(taken))]
    label, joined = _stretches(open_pipes, graph, settings)
    progress.at(0.5)
    members = open_pipes.assign(package=label, joined=joined)[label >= 0]
    network = package_reasons.network_means(rated)
    if members.empty:
        return Packages(_empty(), members.reindex(columns=_MEMBER_COLUMNS), network, tuple(notes))
    members = _priced(members, settings)
    without_money = int((members["consequence"].isna() & members["rated"]).sum())
    if without_money:
        notes.append(tr("No benefit is counted for %n pipe(s) of unknown consequence.", "", without_money))
    progress.at(0.7)
    frame = _summed(members, rated)
    long = int((frame["length_m"] > settings.real("renewal.max_length_m") + 1e-6).sum())
    if long:
        notes.append(
            tr("%n package(s) are longer than the limit because a single pipe is never split.", "", long)
        )
    slack = graph.joined_by_slack(members["pipe_id"], members["package"].to_numpy())
    if slack:
        message = tr(
            "Taken as joined, since their ends lie at most {slack} m apart (renewal.join_tolerance_m): "
            "%n pipe(s), {pipes}.",
            "",
            len(slack),
        )
        slack_m = f"{settings.real('renewal.join_tolerance_m'):g}"
        notes.append(message.format(slack=slack_m, pipes=shortened(slack)))
    members = members.assign(project_id=members["package"].map(frame["project_id"]))
    frame = frame.sort_values("project_id", ignore_index=True)
    members = members.sort_values(["project_id", "pipe_id"], ignore_index=True)
    progress.at(1.0)
    return Packages(frame[_COLUMNS], members[_MEMBER_COLUMNS], network, tuple(notes), slack)


def districts_of(packages: Packages, zones: pd.DataFrame) -> pd.Series:
    """Return the zone that each package lies in by a point on it, None for none; the first id wins.

    Parameters
    ----------
    zones
        zone_id and geometry of the districts.
    """
    result = np.full(len(packages.frame), None, dtype=object)
    areas = zones[zones["geom"].notna()].sort_values("zone_id", ascending=False)
    tree = shapely.STRtree(areas["geom"].to_numpy())
    lines = packages.frame["geom"].to_numpy(dtype=object)
    package, area = tree.query(shapely.point_on_surface(lines), predicate="intersects")
    order = np.lexsort((area, package))
    # Later assignments win: the areas are in falling order of their ids.
    result[package[order]] = areas["zone_id"].to_numpy(dtype=object)[area[order]]
    districts: pd.Series = pd.Series(result, index=packages.frame.index, dtype=object)
    return districts
