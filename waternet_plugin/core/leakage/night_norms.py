"""Night use of a household by kind of compound and size of area, as areas without excess leakage show it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array, grouped
from waternet_plugin.core.dma.zone_tree import ZoneTree
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.network.model.customers import households_of
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.schema.settings import Settings

NORM_COLUMNS = ("type", "households", "zones", "l_household_h", "lower", "upper")
# Why an area tells nothing of night use.
HOUSEHOLDS, NIGHTS, PARTS, ALARM, EXCESS = "households", "nights", "parts", "alarm", "excess"
MIXED = "mixed"
_LITRES = 1000.0
_MAIN_SHARE = 0.5
_QUARTER_SHARES = (0.25, 0.5, 0.75)


def zone_households(
    tree: ZoneTree, pipes: pd.DataFrame, customers: pd.DataFrame, compounds: pd.DataFrame
) -> pd.DataFrame:
    """Return zone_id, type and count of the households of each zone, descendants included.

    The type is that of the compounds of more than half of the households, None where these are in no
    compound, MIXED where no type has so many. The count is NaN where no customer has households recorded;
    elsewhere a customer without counts as one.

    Parameters
    ----------
    tree
        The zones.
    pipes
        pipe_id and dma_id.
    customers
        pipe_id, compound_id and households, as `with_supply` returns them.
    compounds
        compound_id and type.
    """
    at = rows_of_ids(column(pipes, "pipe_id"), column(customers, "pipe_id"))
    zone = np.append(tree.numbers(column(pipes, "dma_id")), -1)[at]
    count = households_of(customers)
    recorded = tree.summed(zone, customers["households"].notna().to_numpy().astype(float))
    total = tree.summed(zone, count)
    kinds = dict(zip(compounds["compound_id"], compounds["type"]))
    kind = np.array([kinds.get(one) for one in column(customers, "compound_id")], dtype=object)
    codes, names = pd.factorize(kind)
    main = np.full(tree.count, MIXED, dtype=object)
    for code, name in [(-1, None), *enumerate(names)]:
        held = tree.summed(zone, count * (codes == code))
        main[held > _MAIN_SHARE * total] = name
    households: pd.DataFrame = pd.DataFrame(
        {
            "zone_id": pd.Series(tree.zone_id, dtype=object),
            "type": pd.Series(main, dtype=object),
            "count": np.where(recorded > 0, total, np.nan),
        }
    )
    return households


def zone_night_use(
    households: pd.DataFrame,
    nights: pd.DataFrame,
    with_alarm: Sequence[str],
    holds: Array,
    settings: Settings,
) -> pd.DataFrame:
    """Return zones with l_household_h and ``lacks``: why a zone tells nothing of night use, None if it does.

    Night use is the median over the nights of the mean of the window less background leakage, and no less
    than 0.

    Parameters
    ----------
    households
        As `zone_households`.
    nights
        zone_id, window_mean_m3h, background_m3h and excess_m3h.
    with_alarm
        Zones with an alarm in these nights.
    holds
        ``holds[a, z]``: which zones lie in which, themselves included (Z, Z).
    settings
        Fewest nights, greatest median excess.
    """
    known = nights[nights["window_mean_m3h"].notna()]
    use = (known["window_mean_m3h"] - known["background_m3h"].fillna(0.0)).clip(lower=0.0)
    zones = households["zone_id"]
    ids = known["zone_id"]
    many = zones.map(ids.value_counts()).fillna(0).to_numpy()
    use_m3h = zones.map(use.groupby(ids).median()).to_numpy(dtype=float)
    excess_m3h = zones.map(known["excess_m3h"].groupby(ids).median()).to_numpy(dtype=float)
    count = households["count"].to_numpy(dtype=float)
    lacks = np.full(len(zones), None, dtype=object)
    inside = (holds & ~np.eye(len(zones), dtype=bool))[:, many > 0].any(axis=1)
    # The first that holds is what is told.
    for why, holding in (
        (EXCESS, ~(excess_m3h < settings.real("leakage.norm_excess_m3h"))),
        (ALARM, zones.isin(list(with_alarm)).to_numpy()),
        (PARTS, inside),
        (HOUSEHOLDS, ~(count > 0)),
        (NIGHTS, many < settings.integer("leakage.norm_nights")),
    ):
        lacks[holding] = why
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(count > 0, use_m3h / count * _LITRES, np.nan)
    used: pd.DataFrame = households.assign(l_household_h=rate, lacks=pd.Series(lacks, dtype=object))
    return used


def size_class(count: Array, sizes: Sequence[float]) -> Array:
    """Return the class of each number of households, such as ``300-999`` or ``3000+`` (Z,).

    Parameters
    ----------
    count
        Households (Z,), NaN unknown: None.
    sizes
        Where the next class begins, ascending.
    """
    bounds = [0, *(int(one) for one in sizes)]
    names = [f"{first}-{last - 1}" for first, last in zip(bounds, bounds[1:])] + [f"{bounds[-1]}+"]
    known = np.isfinite(count)
    at = np.searchsorted(bounds, np.where(known, count, 0.0), side="right") - 1
    made = np.asarray(np.array(names, dtype=object)[at])
    made[~known] = None
    return made


def night_norms(zones: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return NORM_COLUMNS: median and quartiles of the night use of a household by type and class of size.

    Parameters
    ----------
    zones
        As `zone_night_use`.
    settings
        Where the classes begin.
    """
    sizes = _sizes(settings)
    good = zones[zones["lacks"].isna().to_numpy()]
    classes = size_class(good["count"].to_numpy(dtype=float), sizes)
    rates: dict[tuple[str | None, str], list[float]] = grouped(
        ((kind, name), rate) for kind, name, rate in zip(good["type"], classes, good["l_household_h"])
    )
    # By type, that of areas in no compound last, and by size.
    keys = sorted(
        rates, key=lambda key: (key[0] is None, key[0] or "", int(key[1].rstrip("+").split("-")[0]))
    )
    lower, middle, upper = (
        np.array([np.quantile(rates[key], _QUARTER_SHARES) for key in keys]).reshape(-1, 3).T
    )
    columns = (
        pd.Series([key[0] for key in keys], dtype=object), pd.Series([key[1] for key in keys], dtype=object),
        np.array([len(rates[key]) for key in keys], dtype=np.int64), middle, lower, upper,
    )  # fmt: skip
    norms: pd.DataFrame = pd.DataFrame(dict(zip(NORM_COLUMNS, columns)))
    return norms


def norm_m3h(zones: pd.DataFrame, norms: pd.DataFrame, settings: Settings) -> Array:
    """Return the night use of each zone by the norm of its type and size, m3/h, NaN where there is none (Z,).

    Parameters
    ----------
    zones
        type and count, as `zone_households`.
    norms
        As `night_norms`.
    settings
        Where the classes begin.
    """
    count = zones["count"].to_numpy(dtype=float)
    rate = dict(zip(zip(norms["type"], norms["households"]), norms["l_household_h"]))
    keys = zip(zones["type"], size_class(count, _sizes(settings)))
    litres = np.array([rate.get(key, np.nan) for key in keys], dtype=float)
    return np.asarray(litres * count / _LITRES)


def _sizes(settings: Settings) -> list[float]:
    return sorted(float(one) for one in settings.words("leakage.norm_sizes"))
