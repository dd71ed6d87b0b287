"""What people call the formats of survey files."""

from __future__ import annotations

from waternet_plugin.core.texts import tr


def format_words(code: str) -> str:
    """Return a format in words; an unknown one as it is.

    Parameters
    ----------
    code
        As a file was recognised, or a preset of a mapping.
    """
    words = {
        "table": tr("Table"),
        "cass_dat": tr("CASS points (.dat)"),
        "pnezd": tr("Point, north, east, height"),
        "penzd": tr("Point, east, north, height"),
        "cjj61_tables": tr("CJJ 61 tables"),
        "cjj61_combined": tr("CJJ 61 combined table"),
        "landxml": "LandXML",
        "gsi": "Leica GSI",
        "idex": "Leica IDEX",
        "sdr33": "Sokkia SDR33",
        "rw5": "RW5",
        "jobxml": "JobXML",
        "dxf_cass": tr("DXF drawing"),
        "field_gpkg": tr("Field GeoPackage"),
    }
    return words.get(code, code)
