"""The server to try things on has the sample town, whole, and a login for each role."""

from __future__ import annotations

import pytest
from support.database_server import LOGINS, make_town, server_of_run, skip_or_fail_without_server

from waternet_plugin.store import open_network


@pytest.mark.slow
def test_it_has_the_sample_town_and_logins():
    skip_or_fail_without_server()
    server = server_of_run()
    database = server.make_database()
    make_town(server, database)
    for login, role in LOGINS.items():
        with open_network(server.address(database, "town", login)) as network:
            assert network.own_role.role == role
            assert network.count("pipe") > 600
            assert network.repairs == ()
    server.drop_town(database, LOGINS)
