"""Fields and codes that a network's users added: a mapping may name them where the network has them."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from support.adoption_frames import CRS, TODAY, frame, line, mapping_of

from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult, Destination, adopt
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.own_fields import made
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Table, table

K9 = Code("material", "k9_iron", "K9 iron", "K9球墨铸铁", "", "", (), "", base="ductile_iron")
FILE = frame([line((0, 0), (40, 0))], ID=["A"], CZ=["K9球墨铸铁"], DUE=[datetime.date(2150, 1, 2)])
FIELDS = {"pipe_id": "ID", "material": "CZ", "due": "DUE"}


def own_pipe() -> Table:
    return table("pipe").with_own((made("pipe", "due", "date"),), (K9,))


def adopted(own: dict[str, Table]) -> AdoptionResult:
    given: dict[str, Any] = {
        "defaults": {"system": "potable"},
        "values": {"material": {"K9球墨铸铁": "k9_iron"}},
    }
    into = Destination(CRS, settings=Settings(), own=own)
    return adopt(FILE, mapping_of(FIELDS, **given), "pipe", into=into, today=TODAY)


def test_they_are_filled_where_the_network_has_them() -> None:
    result = adopted({"pipe": own_pipe()})
    assert result.rows["material"].tolist() == ["k9_iron"]
    # Nobody said that such a day can't lie ahead.
    assert [str(one)[:10] for one in result.rows["due"]] == ["2150-01-02"]
    assert result.described.field("material").code_label("k9_iron") in ("K9 iron", "K9球墨铸铁")


def test_another_network_knows_nothing_of_them() -> None:
    adopted({"pipe": own_pipe()})
    with pytest.raises(MappingError, match="has no field due"):
        adopted({})


def test_a_guess_takes_them_where_they_are() -> None:
    found = guess(FILE, table="pipe", own={"pipe": own_pipe()})
    assert found.mapping.fields["due"].column == "DUE"
    assert found.mapping.values["material"] == {"K9球墨铸铁": "k9_iron"}
    found = guess(FILE, table="pipe")
    assert "due" not in found.mapping.fields
    assert found.mapping.values["material"] == {"K9球墨铸铁": "ductile_iron"}
