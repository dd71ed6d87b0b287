"""Each role and each algorithm on a network of a server: done, or refused in one sentence before anything."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProcessingProvider
from support import sensible_runs
from support.database_server import server_of_run, skip_or_fail_without_server
from support.store_helpers import CRS, pipe_frame

from waternet_plugin.store import create_network, open_network, parse
from waternet_plugin.store.access.roles import DISTRICT_EDITOR, EDITOR, KEEPER, READER, Granting

pytestmark = pytest.mark.slow

LOGINS = {READER: "looker", EDITOR: "drafter", DISTRICT_EDITOR: "borough", KEEPER: "chief"}
# What editors leave to the keeper, and what they write beside; a reader does none of it. Everything else only
# reads. `undobatch` asks who wrote the batch.
OF_KEEPERS = set(
    "addcode addfield adoptlayers grantroles importinspections importsurvey repairnetwork".split()
)
OF_EDITORS = set(
    "acceptmisconnections adoptscenario assesshealth attachfiles buildzones checkdma"
    " checknetwork compactnetwork compoundfacts decideissues drawdma drawpressurezones"
    " exportfieldpackage findmisconnections gradeinspections importfieldpackage inferdirection"
    " isolateburst matchfailures metertree nightflow observeflow planduties planrenewal plansearch"
    " pressurepoints proposedma recorddig recordsteptest recordwork recordzeropressuretest"
    " restoreasset runepanet runswmm scheduletanks scorecompounds undobatch verifypipe waterbalance"
    " writeorders".split()
)
# Prints for whoever may look, and says that the network keeps no record of it.
TELLS_A_READER = {"exportatlas"}
REFUSALS = ("may only look at this network", "this is done by its keeper")
# What asks for no network, or makes one of its own.
WITHOUT = {"createnetwork", "loadsample", "importepanet", "importswmm", "restorebackup", "scoreutilities"}
# Roles are no rows: nobody renews what shows the network.
WITHOUT_ROWS = {"grantroles"}


@pytest.fixture(scope="module")
def town() -> Iterator[str]:
    """The address of a network of a few pipes in which four people have a role each."""
    skip_or_fail_without_server()
    server = server_of_run()
    database = server.make_database()
    address = server.address(database, "town")
    for login in LOGINS.values():
        server.make_login(login)
    with create_network(address, CRS) as network:
        with network.write("edit") as batch:
            batch.insert("pipe", pipe_frame(3))
            import geopandas as gpd
            import shapely

            zone = {"zone_id": "D1", "kind": "district", "name": "D1"}
            shape = gpd.GeoSeries([shapely.MultiPolygon([shapely.box(0, 0, 9, 9)])], crs=CRS)
            batch.insert("zone", gpd.GeoDataFrame([zone], geometry=shape).rename_geometry("geom"))
        for role, login in LOGINS.items():
            districts = ("D1",) if role == DISTRICT_EDITOR else ()
            with network.granting(Granting((login,), role, districts=districts)):
                pass
    yield address
    server.drop_town(database, LOGINS.values())


def _log_of(address: str) -> Any:
    with open_network(address) as network:
        return network.stamp()


@pytest.mark.parametrize("name", sorted(set(sensible_runs.RUNS) - WITHOUT))
def test_each_role_does_what_it_may_and_is_refused_the_rest_before_anything_is_done(
    provider: QgsProcessingProvider, sensible_inputs: Path, town: str, tmp_path: Path, name: str
) -> None:
    algorithm = provider.algorithm(name)
    assert algorithm.WRITES is (name in (OF_KEEPERS | OF_EDITORS) - WITHOUT_ROWS)
    for role, login in LOGINS.items():
        made = tmp_path / role
        made.mkdir()
        given = sensible_runs.parameters(algorithm, sensible_inputs, made)
        given |= {
            word: word == "STORE" for word in ("STORE", "DRY_RUN") if algorithm.parameterDefinition(word)
        }
        if name == "grantroles":
            given |= {"LOGINS": LOGINS[READER], "ROLE": READER}
        given["NETWORK"] = str(dataclasses.replace(parse(town), user=login))
        before = _log_of(town)
        succeeded, said = sensible_runs.run(algorithm, given)
        refused = [line for line in said.splitlines() if any(word in line for word in REFUSALS)]
        if (name in OF_KEEPERS and role != KEEPER) or (name in OF_EDITORS and role == READER):
            assert not succeeded and len(refused) == 1, (role, said)
            assert "Unexpected" not in said and "may not do this" not in said
            assert not list(made.iterdir()), role
            assert _log_of(town) == before
        elif name != "undobatch":
            # A small network may lack what the run is about, yet nobody is refused it.
            is_told = name in TELLS_A_READER and role == READER
            assert (succeeded and len(refused) == 1) if is_told else not refused, (role, said)
            assert "may not do this" not in said, (role, said)
            assert "Unexpected" not in said, (role, said)
