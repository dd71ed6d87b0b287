"""Rows in files: days as the language of tables has them, also where GDAL writes text."""

import datetime

import pandas as pd
import pytest
from qgis.core import QgsProject, QgsVectorFileWriter

from waternet_plugin.bridge import sinks

COLUMNS = [("pipe_id", "text"), ("verified_on", "date")]
FRAME = pd.DataFrame({"pipe_id": ["P1", "P2"], "verified_on": [datetime.date(2026, 11, 9), None]})


@pytest.mark.parametrize("is_text", [True, False])
def test_days_in_a_file_of_text_are_written_in_full(qgis_app, tmp_path, is_text):
    path, fields = tmp_path / "pipes.csv", sinks.fields_of(COLUMNS, is_text=is_text)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "CSV"
    context = QgsProject.instance().transformContext()
    none, crs = sinks.wkb_type("none"), sinks.qgis_crs(None)
    writer = QgsVectorFileWriter.create(str(path), fields, none, crs, context, options)
    sinks.write(writer, FRAME, COLUMNS, fields, "none", is_text=is_text)
    # It is written when it goes.
    del writer
    day = "2026-11-09" if is_text else "2026/11/09"
    assert path.read_text(encoding="utf-8").split() == ["pipe_id,verified_on", f"P1,{day}", "P2,"]
