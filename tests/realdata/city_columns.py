"""What the guess makes of the columns of seven cities' drains, held against a list that a person wrote.

Run with the folder of the drainage data (``canada-*``): prints a row a file and field. A field is `right`
where its column is the true one, `asked` where the guess offers it or lists codes to be answered, `unmapped`
where nothing fills it; `wrong` must not come. The list shares nothing with the guess: it was read off the
READMEs.
"""

from __future__ import annotations

import datetime
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult, Destination, adopt
from waternet_plugin.core.exchange.guessing.guessing import Guess, guess
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.store.foreign.foreign import read_foreign

RIGHT, ASKED, UNMAPPED, WRONG = "right", "asked", "unmapped", "wrong"

# The columns that each field may come from; of fields that are not listed no column of the file is right.
_NEWWESTMINSTER = {
    "pipe_id": {"FACILITYID"},
    "system": {"WATERTYPE"},
    "material": {"MATERIAL"},
    "diameter_mm": {"DIAMETER"},
    "length_m": {"DESIGNLEN", "GISLENGTH"},
    "install_year": {"INSTALLDATE"},
    "lined_year": {"LINEDYEAR"},
    "from_node": {"FROMMH"},
    "to_node": {"TOMH"},
    "invert_start_m": {"UPELEV"},
    "invert_end_m": {"DOWNELEV"},
}
_PETERBOROUGH = {
    **{name: columns for name, columns in _NEWWESTMINSTER.items() if name != "length_m"},
    "lining": {"LINERTYPE"},
}
_BARRIE = {
    "pipe_id": {"ASSETID"},
    "material": {"MATERIAL"},
    "diameter_mm": {"WIDTH"},
    "width_mm": {"WIDTH"},
    "height_mm": {"HEIGHT"},
    "install_year": {"DATEINST"},
    "status": {"STATUS"},
    "street": {"LOCATION"},
    "from_node": {"FROM_ID"},
    "to_node": {"TO_ID"},
    "invert_start_m": {"INV_UP_ELV"},
    "invert_end_m": {"INV_DN_ELV"},
}
_KAMLOOPS = {
    "pipe_id": {"FACILITYID"},
    "material": {"MATERIAL"},
    "diameter_mm": {"DIAMETER"},
    "length_m": {"FEATURELENGTH"},
    "status": {"ASSETSTATUS"},
    "owner": {"OWNER"},
    "invert_start_m": {"UPSTREAMINVERT"},
    "invert_end_m": {"DOWNSTREAMINVERT"},
}
_NANAIMO = {
    "pipe_id": {"SEQ_ID"},
    "material": {"MATERIAL"},
    "diameter_mm": {"PIPESIZE"},
    "length_m": {"PIPELENGTH"},
    "install_year": {"INSTALLYR"},
    "lined_year": {"LINEDYEAR"},
    "owner": {"OWNER"},
    "from_node": {"ST_NODE"},
    "to_node": {"END_NODE"},
    "invert_start_m": {"ST_INVERT"},
    "invert_end_m": {"END_INVERT"},
}
_SUDBURY = {
    "pipe_id": {"ASSETID"},
    "material": {"MATERIAL"},
    "diameter_mm": {"WIDTH", "INSIDEDIAMETER"},
    "width_mm": {"WIDTH"},
    "height_mm": {"HEIGHT"},
    "length_m": {"RECORDEDLENGTH"},
    "install_year": {"INSTALLDATE"},
    "status": {"LIFECYCLESTATUS"},
    "street": {"LOCATION"},
    "lining": {"LININGTYPE"},
    "lined_year": {"LINEDDATE"},
    "invert_start_m": {"INVERTUS"},
    "invert_end_m": {"INVERTDS"},
}
_WINDSOR = {
    "pipe_id": {"GISID", "Compkey", "PSR"},
    "system": {"Sewer_Type", "d_SEWER_TY"},
    "material": {"Pipe_Type"},
    "diameter_mm": {"Pipe_Size"},
    "width_mm": {"Pipe_Size"},
    "height_mm": {"Pipe_Heigh"},
    "length_m": {"Pipe_Lengt"},
    "install_year": {"Installati"},
    "status": {"Service_St"},
    "street": {"Street_Nam"},
    "from_node": {"Upstream_M"},
    "to_node": {"Downstream"},
    "invert_start_m": {"Upstream_E"},
    "invert_end_m": {"Downstre_1"},
}
# Of each city its metric CRS, the true columns, and the system of each file that its name or a column says.
CITIES = {
    "barrie": ("EPSG:32617", _BARRIE, {"mains": "storm", "sanitary_mains": "sewage"}),
    "kamloops": ("EPSG:32610", _KAMLOOPS, {"mains": "storm", "sanitary_mains": "sewage"}),
    "nanaimo": ("EPSG:32610", _NANAIMO, {"mains": "storm", "sanitary_mains": "sewage"}),
    "newwestminster": (
        "EPSG:32610",
        _NEWWESTMINSTER,
        {"storm_mains": "storm", "combined_mains": "combined", "sanitary_mains": "sewage"},
    ),
    "peterborough": ("EPSG:32617", _PETERBOROUGH, {"mains": "storm", "sanitary_mains": "sewage"}),
    "sudbury": ("EPSG:32617", _SUDBURY, {"mains": "storm", "sanitary_mains": "sewage"}),
    "windsor": ("EPSG:32617", _WINDSOR, {"mains": "", "sanitary_mains": "sewage"}),
}
# What the cities' codes of materials may mean; the legends are not in the data.
MATERIALS = {
    "CONCRETE": {"concrete"}, "CONC": {"concrete"}, "CON": {"concrete"}, "CNC": {"concrete"},
    "CP": {"concrete"}, "CORRUGATED STEEL": {"steel"}, "CORRUGATED METAL": {"steel"}, "CSP": {"steel"},
    "CMP": {"steel"}, "STL": {"steel"}, "STEEL": {"steel"}, "SP": {"steel"},
    "POLYVINYL CHLORIDE": {"pvc"}, "PVC": {"pvc"}, "HIGH DENSITY POLYETHYLENE": {"pe"}, "HDPE": {"pe"},
    "PE": {"pe"}, "POLYETHYLENE": {"pe"}, "VITRIFIED CLAY": {"clay"}, "VC": {"clay"}, "VCP": {"clay"},
    "VCT": {"clay"}, "VIT": {"clay"}, "CL": {"clay"}, "CT": {"clay"}, "BR": {"brick"},
    "AC": {"asbestos_cement"}, "ASBESTOS CEMENT": {"asbestos_cement"}, "CI": {"cast_iron"},
    "CIP": {"cast_iron"}, "DI": {"ductile_iron"}, "RCP": {"reinforced_concrete"},
    "REINFORCED CONCRETE": {"reinforced_concrete"}, "PCCP": {"pccp"}, "UNK": {"unknown"},
    "UNKNOWN": {"unknown"}, "XXX": {"unknown"}, "OTH": {"other"}, "PP": {"ppr", "other"},
    "RPM": {"grp", "other"},
}  # fmt: skip
# Years that are one default day of the city, by the READMEs' count; all others are the city's own.
DEFAULTS = {1905, 1906, 1911, 1943, 1965, 1971}


@dataclass(frozen=True)
class Verdict:
    """What became of one field of one file; ``what`` names the column, or the codes that are asked."""

    city: str
    file: str
    field: str
    state: str
    what: str


def guessed(folder: Path, city: str, file: str) -> tuple[Guess, AdoptionResult]:
    """Return the guess of a file and what adopting it by the guess alone would give."""
    frame = read_foreign(folder / f"canada-{city}" / f"{file}.geojson")
    found = guess(frame, name=f"{file}.geojson")
    target = Destination(CITIES[city][0], settings=Settings())
    today = datetime.date(2026, 11, 25)
    return found, adopt(frame, found.mapping, "pipe", into=target, today=today, dry_run=True)


def verdicts(folder: Path, city: str, file: str) -> list[Verdict]:
    """Return a verdict for each field that the file could fill, or that the guess fills."""
    _crs, truth, systems = CITIES[city]
    found, result = guessed(folder, city, file)
    columns = {name: source.column for name, source in found.mapping.fields.items()}
    offered = {(one.field, one.column) for one in found.suggestions}
    told = []
    for name in sorted(set(truth) | set(columns) | set(found.mapping.defaults)):
        column = columns.get(name, "")
        if column:
            state = RIGHT if column in truth.get(name, ()) else WRONG
        elif any((name, one) in offered for one in truth.get(name, ())):
            state = ASKED
        else:
            state = UNMAPPED
        if name == "system":
            state = _system(found, systems[file], column, state)
        told.append(Verdict(city, file, name, state, column))
    return [*told, *_codes(city, file, found), *_values(city, file, found, result)]


def _system(found: Guess, true: str, column: str, state: str) -> str:
    """Return whether the system is right; what nothing fills must be known and is asked."""
    if column:
        meant = set(found.mapping.values.get("system", {}).values())
        own = {true} if true else {"storm", "combined"}
        return state if meant <= own else WRONG
    default = found.mapping.defaults.get("system")
    return ASKED if default is None else RIGHT if default == true else WRONG


def _codes(city: str, file: str, found: Guess) -> list[Verdict]:
    """Return a verdict for each code of a material that the guess gives a meaning, or leaves open."""
    return [
        Verdict(
            city,
            file,
            f"material {one.value}",
            ASKED
            if one.suggestion is None
            else RIGHT
            if one.suggestion in MATERIALS.get(one.value.upper(), ())
            else WRONG,
            one.suggestion or "",
        )
        for one in found.codes
        if one.field == "material"
    ]


def _values(city: str, file: str, found: Guess, result: AdoptionResult) -> list[Verdict]:
    """Return verdicts on owners, on days that stand for unknown, and on sentinels among the levels."""
    told = []
    if "owner" in result.rows:
        figures = result.rows["owner"].dropna().astype(str).str.fullmatch(r"-?\d+").any()
        told.append(Verdict(city, file, "owners", WRONG if figures else RIGHT, "names"))
    elif any(one.kind == "codes" for one in found.remarks):
        told.append(Verdict(city, file, "owners", UNMAPPED, "codes"))
    asked = {int(word) for one in result.doubts for word in _years(one.words) if one.kind == "words"}
    if asked:
        state = ASKED if asked & DEFAULTS or max(asked) >= 1990 else WRONG
        told.append(Verdict(city, file, "shared days", state, ", ".join(map(str, sorted(asked)))))
    levels = [name for name in ("invert_start_m", "invert_end_m") if name in result.rows]
    if levels:
        read = result.rows[levels].to_numpy(dtype=float)
        known = read[np.isfinite(read)]
        odd = np.isin(known, (0.0, 9999.0, -1.0)).any()
        told.append(Verdict(city, file, "levels for unknown", WRONG if odd else RIGHT, f"{len(known)} known"))
    return told


def _years(words: tuple[str, ...]) -> list[int]:
    """Return the years of days as the files write them: ISO, or milliseconds since 1970."""
    found = []
    for word in words:
        if word.lstrip("-").isdigit():
            found.append(int(str(np.datetime64(int(word), "ms"))[:4]))
        else:
            found.append(int(word[:4]))
    return found


def main(folder: Path) -> None:
    """Print the table."""
    print("| city | file | field | state | what |\n|---|---|---|---|---|")
    for city, (_crs, _truth, systems) in CITIES.items():
        for file in systems:
            for one in verdicts(folder, city, file):
                print(f"| {one.city} | {one.file} | {one.field} | {one.state} | {one.what} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
