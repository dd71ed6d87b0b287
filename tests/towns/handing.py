"""Hand a town over: draw how each file is written, spell its values, write it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from support.cad_drawing import CadDrawing

from towns import headings as names
from towns import sheets
from towns.damage import damaged
from towns.handed_rows import Handed, HandedFile, HandedRow
from towns.projected import Projection
from towns.shapefile import write_shapefile
from towns.spellings import Spelling
from towns.true_town import EN, ZH, Asset, Place, TrueTown

_PIPE_FIELDS = (
    "pipe_id",
    "from_node",
    "to_node",
    "diameter_mm",
    "material",
    "install_year",
    "length_m",
    "street",
    "status",
)
_NODE_FIELDS = ("node_id", "kind", "diameter_mm", "install_year", "street")
_FAILURE_FIELDS = (
    "failure_id",
    "date",
    "kind",
    "street",
    "reported_pipe_id",
    "reported_diameter_mm",
    "reported_material",
)
# Share of the failures that name their pipe and no place.
_PLACELESS = 0.1
_UNITS = {"diameter_mm": "mm", "reported_diameter_mm": "mm"}


class Handover:
    """Writes the files of a town into a folder.

    Parameters
    ----------
    town
        What is true.
    folder
        Where the files go.
    as_seen
        Headings, spellings, damage and sizes as one utility had them; else all is drawn by the town's seed.
    """

    def __init__(self, town: TrueTown, folder: Path, *, as_seen: bool = False) -> None:
        self._rng = random.Random(town.seed * 7919 + 1)
        self._town, self._folder, self._as_seen = town, folder, as_seen
        self._is_english = town.language == EN
        self._way = names.ENGLISH if self._is_english else self._rng.choice((names.CHINESE, names.INITIALS))
        is_wild = as_seen or self._rng.random() < 0.6
        self._spelling = Spelling(self._rng, town.language, is_wild=is_wild)
        self._drawn_in = Projection(
            town.epsg, "feet" if self._is_english else self._rng.choice(("bare", "zone"))
        )
        if as_seen:
            self._way, self._drawn_in = names.INITIALS, Projection(town.epsg, "zone")

    def write(self) -> Handed:
        """Write all files and return what they say."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handed = Handed(str(self._folder), self._town.epsg, self._town.language)
        handed.files += [self._pipes(), self._valves(), self._hydrants(), self._failures()]
        return handed

    # ------------------------------------------------------------------------------------- values

    def _written(
        self, assets: Sequence[Asset], fields: Sequence[str], ways: dict[str, str]
    ) -> list[HandedRow]:
        """Return rows with the words for each value and what those words say."""
        spell = self._spelling
        rows = []
        for asset in assets:
            row = HandedRow({}, {}, [asset.places])
            for name in fields:
                true = asset.values[name]
                if name in ("material", "reported_material"):
                    word, says = spell.material(true)
                elif name in ("diameter_mm", "reported_diameter_mm"):
                    word, says = spell.bore(true, ways["bore"])
                elif name == "install_year":
                    word, says = spell.year(true, ways["year"])
                elif name == "date":
                    word, says = spell.day(true, ways["day"])
                elif name == "depth_start_m":
                    word, says = spell.depth(true)
                elif name == "length_m":
                    word, says = spell.length(true, ways["length"])
                elif name in ("kind", "status", "valve_state"):
                    word, says = spell.code(name, true)
                else:
                    word, says = true, true
                row.words[name], row.true[name] = word, says
            rows.append(row)
        return rows

    def _ways(self) -> dict[str, str]:
        if self._is_english:
            return {"bore": "inch", "year": "year", "day": "mdy", "length": "foot"}
        return {
            "bore": self._rng.choice(("mm", "dn")),
            "year": "year" if self._as_seen else self._rng.choice(("year", "年", "day")),
            "day": self._rng.choice(("iso", "zh")),
            "length": "m" if self._as_seen else self._rng.choice(("m", "m", "km")),
        }

    def _table(self, file: HandedFile, projection: Projection, *, swapped: bool) -> list[list[Any]]:
        """Return the cells of a table with its coordinates in the last two columns."""
        digits = 7 if projection.way == "degrees" else 3
        found = []
        for row in file.rows:
            places = projection.write(row.shape[0]) if row.shape else [(None, None)]
            x, y = (None if one is None else round(one, digits) for one in places[0])
            found.append([*row.words.values(), *((y, x) if swapped else (x, y))])
        return found

    def _point_headings(self, fields: Sequence[str]) -> dict[str, str]:
        return names.headings(self._rng, [*fields, "x", "y"], self._way)

    # -------------------------------------------------------------------------------------- files

    def _pipes(self) -> HandedFile:
        encoding = self._rng.choice(("gbk", "utf-8")) if not self._as_seen else "gbk"
        fields = _PIPE_FIELDS if self._is_english else (*_PIPE_FIELDS, "depth_start_m")
        found = names.headings(self._rng, list(fields), self._way)
        if self._as_seen:
            found = {name: names.SEEN_ONCE[name] for name in fields}
        rows = self._written(self._town.pipes, fields, self._ways())
        if self._as_seen:
            rows = damaged(rows, self._rng)
        file = HandedFile("WaterMains.shp" if self._is_english else "给水管线.shp", "pipe", found, rows)
        # Flat heights say nothing; whoever reads them must not take them for levels.
        heights = 0.0 if not self._as_seen and self._rng.random() < 0.4 else None
        has_prj = self._is_english or (not self._as_seen and self._rng.random() < 0.4)
        write_shapefile(
            self._folder / file.name,
            [self._shapes(row) for row in rows],
            [names.cut(one, encoding) for one in found.values()],
            [list(row.words.values()) for row in rows],
            encoding=encoding,
            # Ten bytes of UTF-8 without a word for it are no headings for anybody.
            is_said=not self._as_seen and (encoding == "utf-8" or self._rng.random() < 0.5),
            prj=self._drawn_in.prj if has_prj else "",
            heights=heights,
        )
        return file

    def _shapes(self, row: HandedRow) -> list[list[Place]]:
        found = [self._drawn_in.write(part) for part in row.shape]
        return [[(y, x) for x, y in part] for part in found] if row.is_swapped else found

    def _valves(self) -> HandedFile:
        fields = (*_NODE_FIELDS, "valve_state")
        if self._town.language == ZH and (self._as_seen or self._rng.random() < 0.5):
            return self._drawn_valves()
        file = HandedFile(
            "valves.csv" if self._is_english else "阀门.csv", "node", self._point_headings(fields)
        )
        file.rows = self._written(self._town.valves, fields, self._ways())
        way = "degrees" if self._is_english else self._rng.choice(("bare", "zone"))
        swapped = not self._is_english and self._rng.random() < 0.3
        if way == "degrees":
            file.headings |= {"x": "LON", "y": "LAT"}
        cells = self._table(file, Projection(self._town.epsg, way), swapped=swapped)
        title = ""
        if self._rng.random() < 0.5:
            title = Projection(self._town.epsg, way).said(self._rng, is_english=self._is_english)
        sheets.write_text(self._folder / file.name, list(file.headings.values()), cells, self._rng, title)
        return file

    def _drawn_valves(self) -> HandedFile:
        """Draw the valves as blocks with attributes, among pipes, labels, houses and a frame."""
        fields = ("node_id", "diameter_mm", "valve_state")
        ways = {**self._ways(), "bore": "dn"}
        file = HandedFile("阀门图（DWG转）.dxf", "node", dict(zip(fields, ("BH", "GJ", "ZT"))))
        file.rows = self._written(self._town.valves, fields, ways)
        drawing = CadDrawing()
        for row in file.rows:
            row.true["kind"] = "valve"
            words = dict(zip(file.headings.values(), map(str, row.words.values())))
            drawing.block("JS-阀门", "FM", self._drawn_in.write(row.parts[0])[0], **words)
        corners = []
        for pipe in self._town.pipes:
            places = self._drawn_in.write(pipe.places)
            corners += places
            drawing.line("JS-管线", places)
            drawing.text("JS-注记", f"DN{pipe.values['diameter_mm']:g}", places[0])
        xs, ys = [x for x, _y in corners], [y for _x, y in corners]
        for number in range(6):
            low = (xs[0] + 90 * number, ys[0] + 15)
            drawing.frame("房屋", low, (low[0] + 20, low[1] + 12))
        drawing.text("0", "给水阀门分布图", (min(xs), max(ys) + 60))
        drawing.frame("图框", (min(xs) - 80, min(ys) - 80), (max(xs) + 80, max(ys) + 120))
        drawing.write(self._folder / file.name)
        return file

    def _hydrants(self) -> HandedFile:
        file = HandedFile(
            "hydrants.csv" if self._is_english else "消火栓.xls", "node", self._point_headings(_NODE_FIELDS)
        )
        is_1904 = not self._is_english and not self._as_seen and self._rng.random() < 0.5
        ways = self._ways()
        if is_1904:
            ways["year"] = "date"
        file.rows = self._written(self._town.hydrants, _NODE_FIELDS, ways)
        way = "degrees" if self._is_english else self._drawn_in.way
        if way == "degrees":
            file.headings |= {"x": "LON", "y": "LAT"}
        cells = self._table(file, Projection(self._town.epsg, way), swapped=False)
        path = self._folder / file.name
        if self._is_english:
            sheets.write_text(path, list(file.headings.values()), cells, self._rng)
        else:
            sheets.write_old_workbook(path, list(file.headings.values()), cells, is_1904=is_1904)
        return file

    def _failures(self) -> HandedFile:
        file = HandedFile("breaks.csv" if self._is_english else "抢修台账.xlsx", "failure", {})
        file.headings = self._point_headings(_FAILURE_FIELDS)
        ways = self._ways()
        if not self._is_english and self._as_seen:
            ways["day"] = "sheet"
        file.rows = self._written(self._town.failures, _FAILURE_FIELDS, ways)
        for row in file.rows:
            if self._rng.random() < _PLACELESS:
                row.drawn = []
        way = "degrees" if self._is_english else self._rng.choice(("bare", "zone"))
        swapped = not self._is_english and (self._as_seen or self._rng.random() < 0.4)
        if way == "degrees":
            file.headings |= {"x": "LON", "y": "LAT"}
        cells = self._table(file, Projection(self._town.epsg, way), swapped=swapped)
        path, heads = self._folder / file.name, list(file.headings.values())
        if self._is_english:
            sheets.write_text(path, heads, cells, self._rng)
        elif self._as_seen or self._rng.random() < 0.5:
            units = [_UNITS.get(name, "") for name in _FAILURE_FIELDS] + ["m", "m"]
            sheets.write_ledger(path, heads, units, cells, self._rng)
        else:
            sheets.write_workbook(path, heads, cells)
        return file
