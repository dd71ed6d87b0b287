"""A drain whose flow is not determined is explained in the legend of its sheet, and of no other."""

import shutil

import pytest
from support.printed_sheets import read_sheets

from waternet_plugin import store
from waternet_plugin.atlas.map_layers import map_content
from waternet_plugin.atlas.page_contents import pages_of
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
from waternet_plugin.bridge.printing import page_fonts
from waternet_plugin.bridge.project.project_basis import project_basis_at
from waternet_plugin.bridge.styling.look import Look


@pytest.mark.slow
@pytest.mark.parametrize(("language", "label"), [("en", "Flow not determined"), ("zh_CN", "流向不明")])
def test_the_sign_of_unknown_flow_is_explained_where_it_is(sample_town, tmp_path, language, label):
    path = shutil.copy(sample_town / language / "sample_town.gpkg", tmp_path / "town.gpkg")
    families = page_fonts.page_families(language)
    content = map_content(
        project_basis_at(path),
        theme="system",
        palette="print",
        language=language,
        scale=1000,
        families=families,
    )
    with store.open_network(path) as network:
        sheets = read_sheets(network, SheetRequest(1000))
        flows = network.read("pipe", ["pipe_id", "map_flow"], geometry=False).set_index("pipe_id")["map_flow"]
    pages = list(pages_of(sheets, content, "system", Look("print", language), PageWords(language)))
    counted = sheets.pieces[sheets.pieces["is_counted"]]
    ids = sheets.pipes["pipe_id"].to_numpy()[counted["line"]]
    undetermined = counted[flows.reindex(ids).to_numpy() == 0]
    wanted = set(undetermined["sheet"])
    explained = {
        page.number - 1: sign.figure for page in pages for sign in page.legend[0].signs if sign.label == label
    }
    content.project.clear()
    assert 0 < len(wanted) < len(pages)
    assert set(explained) == wanted
    for sheet, figure in explained.items():
        length_m = undetermined.loc[undetermined["sheet"] == sheet, "length_m"].sum()
        assert figure == f"{length_m:,.0f} m"
