"""A folder that holds more than a survey does is refused before its files are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.operations.survey import survey_files


def test_a_drive_chosen_by_mistake_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        (tmp_path / f"{number}.csv").write_text("a\n1\n", encoding="utf-8")
    monkeypatch.setattr(survey_files, "Settings", lambda: Settings({"survey.most_in_folder": "3"}))
    with pytest.raises(InputError, match=r"more than 3 files and folders.*Choose the folder of the survey"):
        survey_files.read_survey_files(str(tmp_path))
