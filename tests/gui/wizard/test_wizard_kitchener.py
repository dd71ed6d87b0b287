"""A planner's own data: the wizard writes what the headless run writes with the same mapping."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support.headless import must
from support.wizard_helpers import InstantSession

from waternet_plugin import store
from waternet_plugin.gui.wizard.dialog import CHECK, CODES, PLACE, AdoptionWizard

MAPPINGS = Path(__file__).resolve().parents[2] / "realdata" / "mappings"
# What a run writes of itself.
_OWN = ["edited_by", "edited_on", "batch_id", "row_version"]


@pytest.fixture(scope="module")
def kitchener(data_dir: Path) -> Path:
    folder = data_dir / "kitchener"
    if not folder.is_dir():
        pytest.skip("needs the real data: no kitchener folder")
    return folder


def _tables(path: Path) -> dict[str, pd.DataFrame]:
    tables = {}
    with store.open_network(path) as network:
        for name in ("pipe", "failure"):
            frame = network.read(name)
            tables[name] = pd.DataFrame(frame.drop(columns=[*_OWN, "geom"])).assign(
                place=frame.geometry.to_wkb().to_numpy()
            )
    return tables


def _wizard(session: InstantSession, tmp_path: Path, kitchener: Path) -> AdoptionWizard:
    wizard = AdoptionWizard(session)
    wizard.library.folder = tmp_path / "mappings"
    # In one pass, the breaks first: they are adopted after the pipes all the same.
    wizard.add([str(kitchener / "breaks.csv"), str(kitchener / "pipes.gpkg")])
    return wizard


@pytest.mark.realdata
@pytest.mark.slow
def test_rows_and_km_equal_the_headless_run(session, kitchener: Path, tmp_path: Path) -> None:
    headless = tmp_path / "headless.gpkg"
    must("createnetwork", CRS="EPSG:26917", OUTPUT=headless)
    for file, table, mapping in (("pipes.gpkg", "pipe", "pipes"), ("breaks.csv", "failure", "breaks")):
        must(
            "adoptlayers",
            NETWORK=headless,
            INPUT=kitchener / file,
            TABLE=table,
            MAPPING=MAPPINGS / f"kitchener_{mapping}.json",
        )
    wizard = _wizard(session, tmp_path, kitchener)
    wizard.go_to(1)
    for place, name in enumerate(("pipes", "breaks")):
        wizard.fields.tabs.setCurrentIndex(place)
        wizard.fields.load(MAPPINGS / f"kitchener_{name}.json", "", name)
        assert wizard.message.text() == ""
    wizard.go_to(PLACE)
    assert wizard.step == PLACE and wizard.state.new_crs == "EPSG:26917"
    wizard.state.new_path = str(tmp_path / "wizard.gpkg")
    wizard.go_to(CHECK)
    assert wizard.adopting.counts() == "15,373 rows ready, 43 rejected"
    wizard.go_on()
    ours, theirs = _tables(tmp_path / "wizard.gpkg"), _tables(headless)
    assert len(ours["pipe"]) == 13_215 and len(ours["failure"]) == 2_158
    for name, frame in theirs.items():
        pd.testing.assert_frame_equal(ours[name], frame)


@pytest.mark.slow
@pytest.mark.realdata
def test_the_guess_needs_one_decision(session, kitchener: Path, tmp_path: Path) -> None:
    wizard = _wizard(session, tmp_path, kitchener)
    wizard.go_to(CODES)
    wizard.codes.accept_suggestions()
    codes = [one for source in wizard.state.ready for one in source.meanings()]
    waiting = [(one.field, one.value) for one in codes if one.state != "given"]
    assert waiting == [("system", "ADDRESS")]
    box = wizard.codes.table.cellWidget(0, 4)
    box.lineEdit().setText("potable")
    box.lineEdit().editingFinished.emit()
    wizard.go_to(CHECK)
    assert wizard.step == CHECK
    assert [(one.rows_written, one.rows_rejected) for one in wizard.state.results] == [
        (13_215, 43),
        (2_158, 0),
    ]
