"""What each algorithm writes: a kind its role is asked for, over rows read after its position."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProcessingProvider
from support import sensible_runs

from waternet_plugin.store.access.roles import EDITOR, RoleOfLogin
from waternet_plugin.store.geopackage.file import GeoPackageNetwork

pytestmark = pytest.mark.slow
ALGORITHMS = Path(__file__).parents[2] / "processing" / "algorithms"
WRITING = {path.stem for path in ALGORITHMS.rglob("*.py") if "WRITES = True" in path.read_text("utf-8")}
# They make a network of their own, or put another in its place.
WITHOUT = {"createnetwork", "loadsample", "importepanet", "importswmm", "copynetwork", "restorebackup"}
# Looks which findings are kept already; what is decided on is read anew.
LOOKS_FIRST = {"acceptmisconnections"}
# What the town of the walk lacks for a run that writes.
GIVEN = {"adoptlayers": {"MODE": "both"}}
ASKED = ("read", "rows", "rows_near", "rows_where")


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What is asked of networks and written to them, in its order."""
    noted: list[tuple[str, Any]] = []

    def note(name: str, real: Any) -> Any:
        def noting(network: Any, *args: Any, **kwargs: Any) -> Any:
            noted.append(("read" if name in ASKED else name, args[0] if args else None))
            return real(network, *args, **kwargs)

        return noting

    write = GeoPackageNetwork.write

    @contextmanager
    def writing(network: Any, kind: str, **more: Any) -> Any:
        with write(network, kind, **more) as batch:
            yield batch
            noted.append(("write", (kind, more.get("seen"), set(batch._session.tables))))

    for name in (*ASKED, "position"):
        monkeypatch.setattr(GeoPackageNetwork, name, note(name, getattr(GeoPackageNetwork, name)))
    monkeypatch.setattr(GeoPackageNetwork, "write", writing)
    return noted


def _read_too_soon(events: list[tuple[str, Any]]) -> set[str]:
    """Return the tables that were written by what was read of them before the position was asked for."""
    names = [name for name, _what in events]
    if "position" not in names:
        return set()
    before = {what for name, what in events[: names.index("position")] if name == "read"}
    return {
        table
        for name, what in events
        if name == "write" and what[1] is not None
        for table in what[2] & before
    }


@pytest.mark.parametrize("name", sorted(WRITING - WITHOUT))
def test_a_run_writes_only_what_its_role_is_asked_for_over_rows_it_read_after_its_position(
    provider: QgsProcessingProvider,
    sensible_inputs: Path,
    tmp_path: Path,
    events: list[tuple[str, Any]],
    name: str,
) -> None:
    algorithm = provider.algorithm(name)
    shutil.copytree(sensible_inputs, tmp_path / "inputs")
    (tmp_path / "made").mkdir()
    given = sensible_runs.parameters(algorithm, tmp_path / "inputs", tmp_path / "made")
    given |= {word: word == "STORE" for word in ("STORE", "DRY_RUN") if algorithm.parameterDefinition(word)}
    given |= GIVEN.get(name, {})
    succeeded, said = sensible_runs.run(algorithm, given)
    assert succeeded, said
    kinds = {what[0] for happened, what in events if happened == "write"}
    editor = RoleOfLogin("li", EDITOR)
    for kind in kinds:
        assert editor.refusal(kind) == editor.refusal(algorithm.KIND), f"it writes {kind}"
    assert name in LOOKS_FIRST or not _read_too_soon(events)


def test_a_table_that_is_read_before_the_position_is_found() -> None:
    wrote = ("write", ("edit", "7", {"pipe"}))
    assert _read_too_soon([("read", "pipe"), ("position", None), wrote]) == {"pipe"}
    assert _read_too_soon([("read", "node"), ("position", None), ("read", "pipe"), wrote]) == set()
