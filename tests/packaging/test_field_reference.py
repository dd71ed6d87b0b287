"""The field reference in docs/ says what the schema says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from waternet_plugin.core.schema.domains import all_domains
from waternet_plugin.core.schema.settings import defaults
from waternet_plugin.core.schema.tables import all_tables


@pytest.fixture(scope="module")
def tool(repo_root: Path) -> ModuleType:
    """The tool that writes the reference."""
    spec = importlib.util.spec_from_file_location(
        "field_reference", repo_root / "tools" / "field_reference.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_pages_are_up_to_date(tool: ModuleType, language: str) -> None:
    written = tool.FILES[language].read_text(encoding="utf-8")
    assert written == tool.page(language), "run: python tools/field_reference.py"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_field_code_and_setting_is_there(tool: ModuleType, language: str) -> None:
    page = tool.page(language)
    for table in all_tables().values():
        assert f"### {table.name}\n" in page
        for field in table.fields:
            assert f"`{field.name}`" in page
    for codes in all_domains().values():
        for code in codes.values():
            assert f"| `{code.code}` | {code.label_in(language)} |" in page
    for key in defaults():
        assert f"`{key}`" in page


def test_links_lead_somewhere(tool: ModuleType) -> None:
    page = tool.page("en")
    for table in all_tables().values():
        for field in table.fields:
            if field.domain:
                assert f'<a id="list-{field.domain}"></a>' in page
