"""Plans of pages, their words and fonts."""

import pytest
from qgis.PyQt.QtGui import QFontDatabase

from waternet_plugin.atlas.pages.page_layout import PAPERS_MM, STANDARD_FRAMES_MM, plan_of, standard_plan
from waternet_plugin.atlas.pages.page_words import LANGUAGES, PageWords
from waternet_plugin.bridge.printing import page_fonts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.csvfiles import rows_of
from waternet_plugin.paths import ROOT


def test_a3_is_the_page_of_the_design():
    plan = plan_of("A3")
    assert (plan.page.width, plan.page.height) == (420, 297)
    assert (plan.frame.x, plan.frame.y, plan.frame.width, plan.frame.height) == (10, 10, 315, 250)
    assert (plan.column.x, plan.column.width) == (330, 80)
    assert (plan.strip.y, plan.strip.height, plan.strip.width) == (267, 20, 400)


@pytest.mark.parametrize("paper", [*PAPERS_MM, *STANDARD_FRAMES_MM])
def test_parts_of_a_page_do_not_overlap(paper):
    plan = standard_plan(paper) if paper in STANDARD_FRAMES_MM else plan_of(paper)
    assert plan.frame.right < plan.column.x
    assert plan.column.right <= plan.page.width - 10
    assert plan.frame.bottom < plan.strip.y
    assert plan.strip.bottom == plan.page.height - 10


def test_every_word_is_there_in_both_languages():
    words = [PageWords(language) for language in LANGUAGES]
    for row in rows_of(ROOT / "styles" / "page_words.csv"):
        assert all(of_language(row["key"]).strip() for of_language in words), row["key"]


def test_every_theme_has_a_title_and_a_heading():
    from waternet_plugin.bridge.styling import look

    words = PageWords("zh_CN")
    for theme in look.themes():
        assert words(f"theme_{theme}")
        assert words(f"legend_{theme}")


def test_chinese_page_without_a_chinese_font_is_refused(qgis_app, monkeypatch):
    families = {QFontDatabase.WritingSystem.Latin: ["DejaVu Sans"]}
    monkeypatch.setattr(page_fonts, "installed_families", lambda system: families.get(system, []))
    with pytest.raises(InputError, match="fonts-noto-cjk"):
        page_fonts.page_families("zh_CN")
    assert page_fonts.page_families("en") == ("DejaVu Sans",)


@pytest.mark.parametrize(
    ("latin", "chinese", "families"),
    [
        # Letters and signs of one family.
        (["DejaVu Sans"], ["Noto Sans CJK SC", "SimHei"], ("Noto Sans CJK SC", "DejaVu Sans")),
        # Letters that go with the signs.
        (["Arial", "Segoe UI"], ["Microsoft YaHei"], ("Segoe UI", "Microsoft YaHei")),
        # Signs whose own letters are all of one width.
        (["Arial"], ["SimHei"], ("Arial", "SimHei")),
        (["Arial"], [], ("Arial",)),
    ],
)
def test_letters_go_with_the_signs(qgis_app, monkeypatch, latin, chinese, families):
    system = QFontDatabase.WritingSystem
    installed = {system.Latin: latin, system.SimplifiedChinese: chinese}
    monkeypatch.setattr(page_fonts, "installed_families", installed.get)
    assert page_fonts.page_families("en") == families


def test_each_theme_has_a_title_on_pages():
    words = {row["key"] for row in rows_of(ROOT / "styles" / "page_words.csv")}
    themes = {row["theme"] for row in rows_of(ROOT / "styles" / "themes.csv")}
    assert len(themes) > 10 and {f"theme_{theme}" for theme in themes} <= words
