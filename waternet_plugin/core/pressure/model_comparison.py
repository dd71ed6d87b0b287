"""A run of a hydraulic model beside what loggers read: the difference at each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.units import MPA_METRES

COLUMNS = ("node_id", "mean_mpa", "model_mpa", "difference_m")


@dataclass(frozen=True)
class ModelComparison(PlainFrames):
    """Computed mean pressures less measured ones.

    Parameters
    ----------
    run_id
        The run of the model.
    frame
        node_id, mean_mpa (measured), model_mpa (mean of the run), difference_m (above 0 where the model is
        higher); the largest difference first. Points that the run does not have are left out.
    """

    run_id: str
    frame: pd.DataFrame

    @property
    def mean_m(self) -> float:
        """The mean difference without regard to its sign, m; NaN without a point."""
        return float(self.frame["difference_m"].abs().mean())

    @property
    def worst(self) -> tuple[str, float]:
        """The point that differs most, the first by id of equal ones, and by how much, m; of one or more."""
        return str(self.frame["node_id"].iloc[0]), float(self.frame["difference_m"].iloc[0])


def compare_model(run_id: str, points: pd.DataFrame, results: pd.DataFrame) -> ModelComparison:
    """Return how far a run is from what points read.

    Parameters
    ----------
    points
        node_id and mean_mpa, as `PointFigures.frame`.
    results
        asset and mean of the run's pressures, MPa.
    """
    model = results.drop_duplicates("asset").set_index("asset")["mean"].astype(float)
    frame = points[["node_id", "mean_mpa"]].assign(model_mpa=model.reindex(points["node_id"]).to_numpy())
    frame = frame.assign(difference_m=(frame["model_mpa"] - frame["mean_mpa"]) * MPA_METRES)
    frame = frame[np.isfinite(frame["difference_m"].to_numpy(dtype=float))]
    order = np.lexsort((frame["node_id"].astype(str), -frame["difference_m"].abs().round(6)))
    return ModelComparison(run_id, frame.iloc[order].reset_index(drop=True))
