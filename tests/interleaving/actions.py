"""What one of two writers does to a network: repair, check, decide, match, assess, plan, edit, undo.

Every action stops right before it writes (``Writer.wait``), so that the other writer can come in between.
The writer notes by itself up to which entry of the log each batch had read, whatever the store was told.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from qgis.core import (
    QgsApplication,
    QgsGeometry,
    QgsLineString,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsVectorLayer,
)

from waternet_plugin import store
from waternet_plugin.core.errors import ConflictError, WaterNetError
from waternet_plugin.operations import decide_on_issues
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.file import GeoPackageNetwork

RULES = (
    "",
    "unknown_node_id, blank_node_id",
    "near_miss_end, near_miss_ends, id_far_from_end, end_beside_node, blank_node_id, unknown_node_id",
    "missing_material, missing_diameter_mm, missing_install_year",
    "blank_node_id, unknown_node_id, missing_material, missing_diameter_mm",
)
# Mostly what makes a finding that can be repaired.
FIELDS = {
    "diameter_mm": (None, None, 150.0, 300.0),
    "material": (None, None, "pe", "steel"),
    "install_year": (None, 1971.0),
    "from_node": (None, "nowhere", "N2"),
    "to_node": (None, "nowhere"),
    "note": ("dug up", "looked at", None),
    "street": ("人民路", "建设路"),
}
# Without it QGIS switches an edited file to write-ahead mode, whose own dangers are not asked about here.
_NO_LOG = "|option:PRELUDE_STATEMENTS=PRAGMA journal_mode=delete"
# Both work on the same few rows.
FEW = 6


class Refused(Exception):  # noqa: N818 (an answer, not an error)
    """What the user was told instead of a result."""


class Ear(QgsProcessingFeedback):
    """Keep the errors that an algorithm says."""

    def __init__(self) -> None:
        super().__init__(False)
        self.errors: list[str] = []

    def reportError(self, error: str, fatalError: bool = False) -> None:
        """Keep one."""
        self.errors.append(error)


class Writer:
    """One of the two.

    Parameters
    ----------
    path
        The network.
    name
        Of the person, for the log.
    wait
        Called right before each write; returns when it may go on.
    """

    def __init__(self, path: str, name: str, wait: Callable[[], None]) -> None:
        self.path, self.name, self._wait = path, name, wait
        self.written: list[tuple[str, int]] = []
        self.conflicts = 0
        self._basis: int | None = None
        # A layer that is being edited may keep a reader's lock: who waits for it in vain says so soon.
        connection.READER_PATIENCE_S = 0.5
        self._watch()

    def _newest(self) -> int:
        database = sqlite3.connect(self.path, timeout=30)
        try:
            return int(database.execute("SELECT coalesce(max(seq), 0) FROM change_log").fetchone()[0])
        finally:
            database.close()

    def _watch(self) -> None:
        """Note what each batch has read before it wrote, and wait before it writes."""
        writer = self
        read, write, undo = GeoPackageNetwork.read, GeoPackageNetwork.write, GeoPackageNetwork.undo

        def watched_read(network: Any, *args: Any, **kwargs: Any) -> Any:
            if writer._basis is None:
                writer._basis = writer._newest()
            return read(network, *args, **kwargs)

        @contextmanager
        def watched_write(network: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
            writer._wait()
            try:
                with write(network, *args, **kwargs) as batch:
                    yield batch
            except ConflictError:
                # What is written next rests on what is read next.
                writer._basis = None
                writer.conflicts += 1
                raise
            basis = writer._basis
            writer.written.append((batch.batch_id, writer._newest() if basis is None else basis))

        def watched_undo(network: Any, *args: Any, **kwargs: Any) -> Any:
            writer._wait()
            undone = undo(network, *args, **kwargs)
            writer.written.append((undone.batch_id, 0))
            return undone

        GeoPackageNetwork.read = watched_read
        GeoPackageNetwork.write = watched_write
        GeoPackageNetwork.undo = watched_undo

    def act(self, action: str, seed: int) -> tuple[str, list[tuple[str, int]], int]:
        """Do something.

        Returns what the user was told ('' for a success), batches with their basis, and how often rows had
        been changed before they were written.
        """
        self.written, self._basis, self.conflicts = [], None, 0
        told = ""
        try:
            getattr(self, action)(random.Random(seed))
        except (Refused, WaterNetError) as error:
            told = str(error)
        return told, self.written, self.conflicts

    def _run(self, name: str, **parameters: Any) -> dict[str, Any]:
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"waternet:{name}")
        ear = Ear()
        results, succeeded = algorithm.run({"NETWORK": self.path, **parameters}, QgsProcessingContext(), ear)
        if not succeeded:
            raise Refused("\n".join(ear.errors))
        return dict(results)

    # The actions.

    def repair(self, chance: random.Random) -> None:
        """Repair all findings of a rule, or every open issue."""
        self._run("repairnetwork", ISSUES=chance.choice(RULES))

    def join_inventory(self, chance: random.Random) -> None:
        """Fill what is unknown of some pipes from a table."""
        table = Path(self.path).with_name(f"inventory_{self.name}.csv")
        rows = [
            f"P{number},{chance.choice((110, 160))},{chance.randint(1960, 2010)}" for number in range(1, 13)
        ]
        table.write_text("id,dn,year\n" + "\n".join(rows) + "\n", encoding="utf-8")
        mapping = '{"fields": {"pipe_id": "id", "diameter_mm": "dn", "install_year": "year"}}'
        self._run("repairnetwork", INVENTORY=str(table), MAPPING=mapping)

    def check(self, chance: random.Random) -> None:
        """Check everything, or what changed."""
        self._run("checknetwork", ONLY_CHANGED=chance.random() < 0.5)

    def decide(self, chance: random.Random) -> None:
        """Accept issues by a list that was read before, or open them again."""
        with store.open_network(self.path, by=self.name) as network:
            seen = network.position()
            issues = network.read("issue", ["issue_id", "state"], geometry=False)
            if issues.empty:
                return
            row = issues.iloc[chance.randrange(min(FEW, len(issues)))]
            if row["state"] == "open":
                decide_on_issues.accept_issues(network, [row["issue_id"]], f"said {self.name}", seen=seen)
            else:
                decide_on_issues.reopen_issues(network, [row["issue_id"]], seen=seen)

    def match(self, chance: random.Random) -> None:
        """Match failures anew."""
        self._run("matchfailures", RADIUS=chance.choice((5, 25, 80)))

    def assess(self, _chance: random.Random) -> None:
        """Assess the health."""
        self._run("assesshealth", AS_OF="2025-12-31", MODEL="hierarchy")

    def plan(self, chance: random.Random) -> None:
        """Plan, which takes the place of the plan before."""
        self._run("planrenewal", BUDGET=chance.choice((2e5, 1e6)), START_YEAR=2027, YEARS=2, TIME_LIMIT=0)

    def edit(self, chance: random.Random) -> None:
        """Change a row by what it was: a batch that rests on a read."""
        with store.open_network(self.path, by=self.name) as network:
            seen = network.position()
            pipes = network.read("pipe", ["pipe_id", "diameter_mm"], geometry=False)
            row = pipes.iloc[chance.randrange(min(FEW, len(pipes)))]
            value = (row["diameter_mm"] if row["diameter_mm"] == row["diameter_mm"] else 90.0) + 1.0
            with network.write("edit", name="edit", seen=seen) as batch:
                frame = pd.DataFrame({"pipe_id": [row["pipe_id"]], "diameter_mm": [value]})
                batch.update("pipe", frame)

    def decide_project(self, chance: random.Random) -> None:
        """Approve a project of the plan, which later plans keep."""
        with store.open_network(self.path, by=self.name) as network:
            seen = network.position()
            projects = network.read("project", ["project_id", "state"], geometry=False)
            if projects.empty:
                return
            row = projects.iloc[chance.randrange(min(FEW, len(projects)))]
            with network.write("edit", name="approve", seen=seen) as batch:
                batch.update(
                    "project", pd.DataFrame({"project_id": [row["project_id"]], "state": ["approved"]})
                )

    def undo(self, chance: random.Random) -> None:
        """Take one of the last batches back."""
        with store.open_network(self.path, by=self.name) as network:
            batches = network.batches()
        open_ = batches[batches["undone"].isna() & batches["kind"].isin(["repair", "edit", "match", "plan"])]
        if len(open_):
            chosen = open_["batch_id"].iloc[chance.randrange(min(3, len(open_)))]
            self._run("undobatch", BATCH=chosen)

    def native(self, chance: random.Random) -> None:
        """Change rows as QGIS's own Save does."""
        layer = QgsVectorLayer(f"{self.path}|layername=pipe{_NO_LOG}", "pipe", "ogr")
        if not layer.isValid() or not layer.startEditing():
            raise Refused("the layer can't be edited")
        features = sorted(layer.getFeatures(), key=lambda feature: feature["pipe_id"])[:FEW]
        for feature in features:
            for _each in range(chance.choice((0, 1, 2, 3))):
                self._change(layer, feature, chance)
        self._wait()
        if not layer.commitChanges():
            told = "; ".join(layer.commitErrors())
            layer.rollBack()
            raise Refused(told)

    @staticmethod
    def _change(layer: QgsVectorLayer, feature: Any, chance: random.Random) -> None:
        """Change one thing of a feature in the layer's buffer."""
        what = chance.choice([*FIELDS] * 3 + ["move", "move", "delete"])
        if what == "delete":
            layer.deleteFeature(feature.id())
        elif what == "move":
            *points, end = feature.geometry().constGet().points()
            end.setX(end.x() + chance.choice((-0.2, 0.2)))
            layer.changeGeometry(feature.id(), QgsGeometry(QgsLineString([*points, end])))
        else:
            index = layer.fields().indexOf(what)
            layer.changeAttributeValue(feature.id(), index, chance.choice(FIELDS[what]))
