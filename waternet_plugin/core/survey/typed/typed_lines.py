"""Lines of a survey file: ends, levels, sizes, materials, years and evidence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import written_numbers
from waternet_plugin.core.cells.foreign_values import over_distinct
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.schema.domains import suggest
from waternet_plugin.core.survey.typed.columns import TypedColumns, is_nothing

# Smaller widths and heights count pipes (2X300) instead of measuring a section, mm.
_LEAST_SECTION_MM = 20.0

# What a point says of the lines that it makes, in columns of its own: with this before their names.
ALONG_PREFIX = "line_"
ALONG = (
    "start_depth_m",
    "start_level_m",
    "material",
    "diameter_mm",
    "width_mm",
    "height_mm",
    "burial",
    "owner",
    "install_year",
    "street",
    "backfilled_on",
    "material_verified_by",
    "material_verified_on",
    "function",
)


def typed_lines(columns: TypedColumns, named_system: Array) -> pd.DataFrame:
    """Return the lines of a file, typed.

    Parameters
    ----------
    columns
        The lines as texts; their faults are noted there.
    named_system
        The system that the sheet, title, file or mapping of each line names, None for none.

    Returns
    -------
    DataFrame
        row, pipe_id, start_no, end_no, start_depth_m, end_depth_m, start_level_m, end_level_m, length_m,
        material, diameter_mm, width_mm, height_mm, burial, owner, install_year, street, backfilled_on,
        material_verified_by, material_verified_on, photo, function, system, vertices.
    """
    # 管线性质 names the system in a survey of many, and what the pipe is for in one of a water utility.
    purpose = over_distinct(columns.text("system"), lambda word: suggest("function", word))
    own = columns.code("system", "system", "unknown_code", known=pd.notna(purpose))
    function = columns.code("function", "function", "unknown_code")
    return made_of(
        {
            "row": columns.frame["row"].to_numpy(np.int64),
            "pipe_id": columns.identifier("pipe_id"),
            "start_no": columns.identifier("start_no"),
            "end_no": columns.identifier("end_no"),
            "start_depth_m": columns.length("start_depth"),
            "end_depth_m": columns.length("end_depth"),
            "start_level_m": columns.length("start_level"),
            "end_level_m": columns.length("end_level"),
            "length_m": columns.length("length"),
            "material": columns.code("material", "material", "unknown_material"),
            **_sections(columns),
            "burial": columns.code("burial", "burial", "unknown_burial"),
            "owner": columns.text("owner"),
            "install_year": columns.year("year"),
            "street": columns.text("street"),
            "backfilled_on": columns.day("backfilled_on"),
            "material_verified_by": columns.text("material_verified_by"),
            "material_verified_on": columns.day("material_verified_on"),
            "photo": columns.text("photo"),
            "function": np.where(pd.isna(function), purpose, function),
            "system": np.where(pd.isna(own), named_system, own),
            "vertices": columns.vertices(),
        }
    )


def _sections(columns: TypedColumns) -> dict[str, Array]:
    """Return diameter, width and height, mm."""
    words, codes = columns.distinct("size")
    zero = is_nothing(words)
    written = words.copy()
    written[zero] = None
    read = written_numbers.sections(pd.Series(written, dtype=object), _LEAST_SECTION_MM)
    diameter = np.asarray(read.diameter.values, dtype=float)
    unread = ~zero & np.isnan(diameter) & np.isnan(read.width)
    columns.note("bad_size", np.append(unread | (diameter < 0), False)[codes], text=columns.text("size"))
    columns.note("size_unknown", np.append(zero, False)[codes])
    # A section says its own diameter beside its width and height, where that is known.
    equal = columns.number("equal_diameter")
    sizes = np.append(np.where(diameter > 0, diameter, np.nan), np.nan)[codes]
    return {
        "diameter_mm": np.where(np.isnan(sizes) & (equal > 0), equal, sizes),
        "width_mm": np.append(read.width, np.nan)[codes],
        "height_mm": np.append(read.height, np.nan)[codes],
    }
