"""Day sheets of crews: grouped by team, day and compound, with a sketch and every order."""

from __future__ import annotations

import datetime
from pathlib import Path

import pandas as pd
import pytest
from support.compound_town import make_compounds, write

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.work.day_sheets import item_sheets
from waternet_plugin.operations.work.record_work import WorkRequest, record_work
from waternet_plugin.operations.work.write_orders import OrderRequest, write_orders

DAY, DUE = datetime.date(2026, 3, 2), datetime.date(2026, 3, 9)


@pytest.mark.slow
def test_each_team_and_day_has_a_sheet_with_the_orders_of_each_compound(tmp_path: Path) -> None:
    given = {"type": "clean", "opened_on": DAY, "note": "Clean <it>."}
    with store.open_network(make_compounds(tmp_path / "compounds.gpkg")) as network:
        assets = tuple(f"IN-{number}" for number in range(5))
        request = OrderRequest(assets, due_on=DUE, team="二班", **given)
        ids = write_orders(network, request).item_ids
        other = write_orders(network, OrderRequest(("T-1",), person="Wu", **given)).item_ids
        record_work(network, WorkRequest(ids[:1], "done", DAY))
        with pytest.raises(InputError, match="are over"):
            item_sheets(network, ids[:1])
        # What has no place is on the sheet too.
        item = {"item_id": ["X-1"], "type": "patrol", "state": "sent", "person": "Wu", "compound_id": "C-2"}
        write(network, "work_item", pd.DataFrame(item))
        made = item_sheets(network, [*other, *ids, "X-1"])
    assert [(sheet.crew, sheet.day, sheet.stem) for sheet in made.sheets] == [
        ("Wu", None, "Wu-undated"),
        ("二班", DUE, "二班-2026-03-09"),
    ]
    first, second = (sheet.report(made.network, made.around) for sheet in made.sheets)
    where, fill, *visits = second.sections
    assert where.title == "Where" and where.chart.count("<circle") == 2 and ">B<" in where.chart
    assert fill.table.rows[0][1] == "二班"
    assert [section.title for section in visits] == ["A. 河畔花园", "B. Outside compounds"]
    numbers = [[row[0] for row in section.table.rows] for section in visits]
    assert numbers == [["1", "2", "3"], ["4"]]
    assert second.figures["items"] == list(ids[1:])
    assert all(section.chart.startswith("<svg") for section in visits)
    assert visits[0].table.rows[0][:4] == ("1", ids[1], "Clean", "Storm inlet IN-1")
    assert "Clean &lt;it&gt;." in second.to_html()
    # A compound without a name goes by its id.
    placeless = next(section for section in first.sections if section.title.endswith("C-2"))
    assert placeless.chart == "" and "Without a place" in placeless.note
