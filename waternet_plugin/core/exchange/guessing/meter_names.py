"""Which meter a heading or a tag speaks of that says quantity, unit and place beside its id."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace

from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.units.reading_units import is_reading_unit, spoken_quantity

_BRACKETS = re.compile(r"[(\[{【][^)\]}】]*[)\]}】]")
_SPOKEN = re.compile(
    r"(?:瞬时|实时|当前|累计|累积|净|正向|反向|正|反|负|总|平均|小时|读数|表底|止码|行度|示数|流量(?!计)|压力(?![计表传])|水压|液位(?!计)"
    r"|水位|噪声|数值|测值|值|量(?!计))+"
    r"|(?<![A-Za-z])(?:flow ?rate|flow|pressure|press|level|counter|reading|index|volume|noise|value|val|pv"
    r"|instantaneous|inst|cumulative|cum|total(?:i[sz]er)?|tot|forward|fwd|positive|reverse|rev|backward"
    r"|negative|net|average|avg|mean|discharge)(?![A-Za-z])",
    re.IGNORECASE,
)
_SEPARATORS = " \t\n_-:/.,;|#·、，。；"
# What stands beside readings in tables of loggers and is none.
_OTHER = re.compile(
    r"电压|电池|电量|温度|信号|状态|流速|浊度|余氯|报警|volt|batter|temp|signal|status|veloc|turbid|chlor|alarm|\bph\b",
    re.IGNORECASE,
)
_OF_ROWS = re.compile(r"序号|行号|xh|no\.?|row(?:[ _]?(?:id|no\.?|number))?|objectid|fid|index")
_DEVICES = re.compile(
    r"流量计|压力计|压力表|压力传感器|液位计|水表|flow ?meter|pressure (?:meter|gauge|logger)", re.IGNORECASE
)
_NET = re.compile(r"净|\bnet\b", re.IGNORECASE)
_FORWARD = re.compile(r"正|forward|fwd|positive", re.IGNORECASE)
_BACKWARD = re.compile(r"反|负|reverse|backward|negative", re.IGNORECASE)
_LONGEST, _SHORT_ID = 80, 3
# Days and numbers of exports in the names of files, and what else stands there.
_OF_FILES = re.compile(
    r"(?<!\d)(?:19|20)\d{2}(?:[-_.年]?\d{1,2}(?:[-_.月]?\d{1,2}日?)?)?(?!\d)|\(\d+\)"
    r"|(?<![A-Za-z])(?:export|data|history|hist|log|report|scada|iot|readings?|raw|xlsx?|csv)(?![A-Za-z])",
    re.IGNORECASE,
)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def without_quantity(text: str) -> str:
    """Return a heading without what it says of quantity and unit."""
    bare = _BRACKETS.sub(" ", unicodedata.normalize("NFKC", text))
    words = [word for word in re.split(r"[\s_,;]+", bare) if len(word) < 2 or not is_reading_unit(word)]
    kept = bare if len(words) == len(re.split(r"[\s_,;]+", bare)) else " ".join(words)
    return _SPOKEN.sub(" ", kept).strip(_SEPARATORS)


def is_no_reading(text: str) -> bool:
    """Return whether a heading speaks of something else, such as the voltage of a battery."""
    plain = unicodedata.normalize("NFKC", text)
    units = [found[1:-1].strip() for found in _BRACKETS.findall(plain)]
    strange = [
        unit for unit in units if re.fullmatch(r"%|[vV]|m?[aA]h?|°?[cC]|℃|m/s|ntu|mg/[lL]|db[mM]", unit)
    ]
    return bool(strange or _OTHER.search(plain))


def numbers_rows(text: str) -> bool:
    """Return whether a heading is that of the numbers of rows, which nothing measures: 序号."""
    return bool(_OF_ROWS.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold()))


def speaks_of_value(text: str) -> bool:
    """Return whether a heading speaks of what a device measures, not of the device alone: 流量计瞬时流量."""
    return bool(spoken_quantity(_DEVICES.sub(" ", unicodedata.normalize("NFKC", text))))


def sense_rank(text: str) -> int:
    """Return which of several counters of a meter goes first: net, plain, forward, backward."""
    ranks = ((_NET, 0), (_BACKWARD, 3), (_FORWARD, 2))
    return next((rank for words, rank in ranks if words.search(text)), 1)


def with_meters_of_file(kept: Mapping, guessed: Mapping) -> Mapping:
    """Return a mapping kept of another file with the meters of this one, where headings name none.

    Many platforms write a file for each meter, all with the same headings.
    """
    own = {
        column: replace(meter, node_id=guessed.meters[column].node_id)
        for column, meter in kept.meters.items()
        if column in guessed.meters and not without_quantity(column)
    }
    return replace(kept, meters={**kept.meters, **own}) if own else kept


class MeterNames:
    """Finds meters in headings.

    Parameters
    ----------
    nodes
        Ids of the nodes of the network.
    """

    def __init__(self, nodes: Collection[str]) -> None:
        self._ids = {_plain(str(node)): str(node) for node in nodes}

    def of(self, text: str) -> str:
        """Return the id of the meter that a heading speaks of, '' for none.

        Beside the id there may stand words for quantity and unit, and a name without Latin letters where the
        heading speaks of a quantity.
        """
        plain = _plain(text)
        for one in (plain, _plain(_BRACKETS.sub(" ", plain)), _plain(without_quantity(text))):
            if one in self._ids:
                return self._ids[one]
        return "" if len(plain) > _LONGEST else self._inside(plain)

    def of_file(self, name: str) -> str:
        """Return the id of the meter that the name of a file or sheet speaks of, '' for none.

        Beside the id there may stand a day, and words without Latin letters.
        """
        plain = _OF_FILES.sub(" ", _plain(name))
        return self.of(plain) or self._inside(plain, speaks=True)

    def _inside(self, plain: str, *, speaks: bool | None = None) -> str:
        size = len(plain)
        speaks = bool(spoken_quantity(plain)) if speaks is None else speaks
        for length in range(size - 1, 0, -1):
            for start in range(size - length + 1):
                part = plain[start : start + length]
                if part not in self._ids:
                    continue
                around = plain[:start], plain[start + length :]
                joined = (
                    start > 0 and around[0][-1].isalnum() and around[0][-1].isascii() and part[0].isascii()
                ) or (around[1][:1].isalnum() and around[1][:1].isascii() and part[-1].isascii())
                if joined:
                    continue
                rest = "".join(without_quantity(_DEVICES.sub(" ", one)) for one in around)
                if not rest or (speaks and length >= _SHORT_ID and not re.search(r"[a-z0-9]", rest)):
                    return self._ids[part]
        return ""
