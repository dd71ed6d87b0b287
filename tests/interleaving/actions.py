"""What one of two writers does to a network: repair, check, decide, match, assess, plan, edit, undo.

Every action stops right before it writes (``Writer.wait``), so that the other writer can come in between.
The writer notes by itself up to which entry of the log each batch had read, whatever the store was told.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from oracle import Seen, plain
from qgis.core import (
    QgsApplication,
    QgsGeometry,
    QgsLineString,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from waternet_plugin import store
from waternet_plugin.bridge.layers.marks import LAYER_MARK
from waternet_plugin.bridge.saving.saves import Saves
from waternet_plugin.core.editing.row_conflicts import MINE, RESTORE, THEIRS, Answers, RowAnswer
from waternet_plugin.core.errors import ConflictError, WaterNetError
from waternet_plugin.operations.checks import decide_on_issues
from waternet_plugin.operations.editing.save_edits import EditConflictsError
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
# What a person changes by hand; which nodes a pipe names follows from where it ends.
BY_HAND = ("diameter_mm", "material", "install_year", "note", "street")


class Refused(Exception):  # noqa: N818 (an answer, not an error)
    """What the user was told instead of a result."""


def change_in_buffer(
    layer: QgsVectorLayer, fid: int, line: QgsGeometry, what: str, chance: random.Random
) -> None:
    """Delete a row in the layer's buffer, move the end of its line, or change one of its fields."""
    if what == "delete":
        layer.deleteFeature(fid)
    elif what == "move":
        *points, end = line.constGet().points()
        end.setX(end.x() + chance.choice((-0.2, 0.2)))
        layer.changeGeometry(fid, QgsGeometry(QgsLineString([*points, end])))
    else:
        index = layer.fields().indexOf(what)
        layer.changeAttributeValue(fid, index, chance.choice(FIELDS[what]))


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
        self.path, self.name, self.wait = path, name, wait
        self.written: list[tuple[str, int]] = []
        self.seen: dict[str, Seen] = {}
        self.conflicts = 0
        self.basis: int | None = None
        # A layer that is being edited may keep a reader's lock: who waits for it in vain says so soon.
        connection.READER_PATIENCE_S = 0.5
        self._watch()

    def newest(self) -> int:
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
            if writer.basis is None:
                writer.basis = writer.newest()
            return read(network, *args, **kwargs)

        @contextmanager
        def watched_write(network: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
            writer.wait()
            try:
                with write(network, *args, **kwargs) as batch:
                    yield batch
            except ConflictError:
                # What is written next rests on what is read next.
                writer.basis = None
                writer.conflicts += 1
                raise
            basis = writer.basis
            writer.written.append((batch.batch_id, writer.newest() if basis is None else basis))

        def watched_undo(network: Any, *args: Any, **kwargs: Any) -> Any:
            writer.wait()
            undone = undo(network, *args, **kwargs)
            writer.written.append((undone.batch_id, 0))
            return undone

        GeoPackageNetwork.read = watched_read
        GeoPackageNetwork.write = watched_write
        GeoPackageNetwork.undo = watched_undo

    def act(self, action: str, seed: int) -> tuple[str, list[tuple[str, int]], int, dict[str, Seen]]:
        """Do something.

        Returns what the user was told ('' for a success), batches with their basis, how often rows had
        been changed before they were written, and what a person had seen before each Save.
        """
        self.written, self.basis, self.conflicts, self.seen = [], None, 0, {}
        told = ""
        try:
            getattr(self, action)(random.Random(seed))
        except (Refused, WaterNetError) as error:
            told = str(error)
        return told, self.written, self.conflicts, self.seen

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
                request = decide_on_issues.DecideRequest([row["issue_id"]], f"said {self.name}", seen)
                decide_on_issues.accept_issues(network, request)
            else:
                request = decide_on_issues.DecideRequest([row["issue_id"]], seen=seen)
                decide_on_issues.reopen_issues(network, request)

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
        self.wait()
        if not layer.commitChanges():
            told = "; ".join(layer.commitErrors())
            layer.rollBack()
            raise Refused(told)

    @staticmethod
    def _change(layer: QgsVectorLayer, feature: Any, chance: random.Random) -> None:
        """Change one thing of a feature in the layer's buffer."""
        what = chance.choice([*FIELDS] * 3 + ["move", "move", "delete"])
        change_in_buffer(layer, feature.id(), feature.geometry(), what, chance)

    # Saves as the plugin makes them.

    def save(self, chance: random.Random) -> None:
        """Edit by QGIS's calls and save as the plugin does; conflicts are answered, or all is discarded."""
        saves = Saves(lambda path: store.open_network(path, by=self.name), lambda: None)
        refused: list[Any] = []
        saves.refused.connect(refused.append)
        try:
            self._save(saves, refused, chance)
        finally:
            QCoreApplication.processEvents()
            saves.remove()
            QgsProject.instance().clear()

    def _save(self, saves: Saves, refused: list[Any], chance: random.Random) -> None:
        layer = QgsVectorLayer(f"{self.path}|layername=pipe{_NO_LOG}", "pipe", "ogr")
        layer.setCustomProperty(LAYER_MARK, "pipe")
        QgsProject.instance().addMapLayer(layer)
        if not layer.isValid() or not layer.startEditing():
            raise Refused("the layer can't be edited")
        seen = Seen()
        for feature in sorted(layer.getFeatures(), key=lambda feature: feature["pipe_id"])[:FEW]:
            for _each in range(chance.choice((0, 0, 1, 2))):
                if layer.getFeature(feature.id()).isValid():
                    self._touch(layer, feature, chance, seen)
        # The other one may write now, long before this one does.
        self.wait()
        is_saved = layer.commitChanges(False)
        while not is_saved and isinstance(refused[-1].error, EditConflictsError) and chance.random() < 0.8:
            answers = self._answers(refused[-1].error.conflicts, chance, seen)
            QCoreApplication.processEvents()
            # Somebody may write while the person thinks.
            self.wait()
            self.basis = None
            is_saved = saves.commit(layer, answers)
        if not is_saved:
            told = f"{type(refused[-1].error).__name__}: {refused[-1].error.message}"
            QCoreApplication.processEvents()
            layer.rollBack()
            raise Refused(told)
        if self.written:
            self.seen[self.written[-1][0]] = seen

    def _touch(self, layer: QgsVectorLayer, feature: Any, chance: random.Random, seen: Seen) -> None:
        """Change one thing of a row, and note what the file had when it was touched."""
        asset, first = feature["pipe_id"], layer.getFeature(feature.id()).geometry()
        versions = [self._row(feature.id())]
        what = chance.choice([*BY_HAND] * 2 + ["move", "delete"])
        change_in_buffer(layer, feature.id(), first, what, chance)
        versions.append(self._row(feature.id()))
        changed = {"move": ("geom",), "delete": (*BY_HAND, "geom")}.get(what, (what,))
        for name in changed:
            seen.values.setdefault(("pipe", asset, name), []).extend(one[name] for one in versions if one)

    def _row(self, fid: int) -> dict[str, Any]:
        names = (*BY_HAND, "geom")
        with closing(sqlite3.connect(self.path, timeout=30)) as database:
            sql = f"SELECT {', '.join(names)} FROM pipe WHERE fid = ?"
            found = database.execute(sql, (fid,)).fetchone()
        return {name: plain(value, name) for name, value in zip(names, found)} if found else {}

    def _answers(self, conflicts: Any, chance: random.Random, seen: Seen) -> Answers:
        """Answer conflicts, each as a whole; what they show has been seen."""
        answers = {}
        seen.answered += len(conflicts)
        for one in conflicts:
            side = chance.choice((RESTORE, THEIRS) if one.is_gone else (MINE, THEIRS))
            if side == RESTORE:
                seen.restored.append((one.table, one.asset))
            elif side == MINE:
                for name in (*BY_HAND, "geom"):
                    there = (
                        shapely.to_wkb(one.theirs[name], flavor="iso").hex()
                        if name == "geom"
                        else one.theirs[name]
                    )
                    value = there if name == "geom" else plain(there, name)
                    seen.values.setdefault((one.table, one.asset, name), []).append(value)
            answers[one.row_key] = RowAnswer(one, side)
        return Answers(answers)
