"""How people write what is true: each way returns the words in the file and what they say.

What no reader can know from the words (``00年代``, ``2033``, a month 13) says nothing: None.
"""

from __future__ import annotations

import datetime
import random
from typing import Any, Optional

Written = tuple[Any, Optional[Any]]

_PLAIN = {
    "ductile_iron": ("球墨铸铁", "球墨"),
    "cast_iron": ("灰口铸铁", "铸铁"),
    "galvanized_steel": ("镀锌钢管", "镀锌"),
    "steel": ("钢管", "焊接钢管"),
    "pe": ("PE", "聚乙烯"),
    "pvc": ("PVC", "UPVC"),
    "prestressed_concrete": ("预应力混凝土管",),
    "grp": ("玻璃钢管", "玻璃钢"),
}
_WILD = {
    "ductile_iron": ("K9球墨", "球墨铸铁K9", "QT450-10球墨", "球铁管"),
    "cast_iron": ("HT灰铸铁", "铸铁管(灰口)", "砂型铸铁", "灰铸铁管"),
    "galvanized_steel": ("热镀锌", "镀锌管", "热镀锌钢管"),
    "steel": ("焊接钢管Q235B", "螺旋钢管", "钢"),
    "pe": ("PE100", "HDPE", "聚乙烯管", "PE管"),
    "pvc": ("PVC-U", "硬聚氯乙烯", "UPVC管"),
    "prestressed_concrete": ("预应力钢筋混凝土", "水泥管(预应力)", "自应力管"),
    "grp": ("玻璃钢夹砂", "RPMP", "玻璃钢夹砂管"),
}
_ENGLISH = {
    "cast_iron": ("Cast Iron", "CI", "Cast Iron Spun Cast"),
    "ductile_iron": ("Ductile Iron", "DI", "DUCTILE IRON CEMENT LINED"),
    "steel": ("Steel", "WRAPPED STEEL"),
    "pvc": ("PVC", "PVC C900"),
    "pe": ("HDPE", "Polyethylene"),
    "asbestos_cement": ("Asbestos Cement", "AC", "Transite"),
}
_CODES = {
    "zh": {
        "kind": {
            "main_break": ("爆管", "管道爆裂"),
            "main_leak": ("漏水", "暗漏", "明漏"),
            "joint": ("接口漏水", "接口渗漏"),
            "third_party": ("施工挖断", "外力破坏"),
            "service": ("入户管漏水", "户管"),
            "valve": ("阀门", "闸阀", "蝶阀"),
            "hydrant": ("消火栓", "地上消火栓", "消防栓"),
        },
        "status": {"in_use": ("在用", "使用"), "abandoned": ("废弃", "停用")},
        "valve_state": {"open": ("开", "常开"), "closed": ("关", "常闭")},
    },
    "en": {
        "kind": {
            "main_break": ("Main Break", "Burst"),
            "main_leak": ("Leak", "Main leak"),
            "joint": ("Joint leak", "Joint"),
            "third_party": ("Third party", "Damage"),
            "service": ("Service",),
            "valve": ("Gate Valve", "Valve"),
            "hydrant": ("Hydrant", "Fire hydrant"),
        },
        "status": {"in_use": ("Active",), "abandoned": ("Abandoned", "Inactive")},
        "valve_state": {"open": ("Open",), "closed": ("Closed", "Shut")},
    },
}
_NOTHING = ("/", "", "不详")
# Steel tubes by their outside diameter and wall.
_TUBES = {100: "108×4", 150: "159×4.5", 200: "219×6", 300: "325×8", 400: "426×9", 600: "630×9"}


class Spelling:
    """The hand of those who filled in one file.

    Parameters
    ----------
    rng
        Draws the words.
    language
        ``zh`` or ``en``.
    is_wild
        Whether many people wrote, each in an own way.
    """

    def __init__(self, rng: random.Random, language: str, *, is_wild: bool) -> None:
        self._rng, self._language, self._is_wild = rng, language, is_wild

    def _often(self, share: float) -> bool:
        return self._is_wild and self._rng.random() < share

    def material(self, true: str) -> Written:
        """Write a material."""
        if self._often(0.04) and self._language == "zh":
            return self._rng.choice(_NOTHING), None
        if self._language == "en":
            return self._rng.choice(_ENGLISH[true]), true
        return self._rng.choice(_PLAIN[true] + (_WILD[true] if self._is_wild else ())), true

    def code(self, field: str, true: str) -> Written:
        """Write a kind, a status or the state of a valve."""
        words = _CODES[self._language][field][true]
        return (self._rng.choice(words) if self._is_wild else words[0]), true

    def bore(self, true: float, way: str) -> Written:
        """Write a diameter: ``mm``, ``dn``, ``inch``; wild hands write 0.3m, φ, ×2 and D219×6."""
        whole = int(true)
        if way == "inch":
            return round(whole / 25), whole / 25 * 25.4
        if self._often(0.25):
            return self._rng.choice(
                (
                    f"DN{whole}×2",
                    f"φ{whole}",
                    f"{true / 1000:g}m",
                    f"DN{whole}",
                    f"{whole}mm",
                    f"D{_TUBES[whole]}",
                )
            ), true
        return (f"DN{whole}" if way == "dn" else whole), true

    def year(self, true: int, way: str) -> Written:
        """Write a year: ``year``, ``年``, ``day``, ``date`` (a cell).

        Wild hands write 98.5, 79年, and what says nothing, such as 1900.
        """
        if self._often(0.04):
            # What a program writes where nobody knew.
            return ("1900-01-01" if way in ("day", "date") else 1900), None
        if self._often(0.06):
            words = (
                ("00年代", "1958~1959", "2033", "0", "不详", "")
                if self._language == "zh"
                else ("0", "", "N/A")
            )
            return self._rng.choice(words), None
        if self._often(0.3):
            ways = [f"{true}/5/20", f"{true}-06"]
            if self._language == "en":
                return self._rng.choice(ways), true
            ways.append(f"{true}年")
            if true < 2000:
                ways += [f"{true % 100}年", f"{true % 100}.{self._rng.randint(1, 9)}"]
            return self._rng.choice(ways), true
        ways_of_all = {
            "year": true,
            "年": f"{true}年",
            "day": f"{true}-06-15",
            "date": datetime.date(true, 6, 15),
        }
        return ways_of_all[way], true

    def day(self, true: str, way: str) -> Written:
        """Write a day: ``iso``, ``mdy``, ``zh``; wild hands write points, digits alone, serials."""
        one = datetime.date.fromisoformat(true)
        if self._often(0.02):
            return self._rng.choice((f"{one.year}/13/01", "")), None
        if way == "mdy":
            return f"{one.month}/{one.day}/{one.year}", true
        if self._often(0.4):
            serial = (one - datetime.date(1899, 12, 30)).days
            ways = (f"{one.year}.{one.month}.{one.day}", f"{one:%Y%m%d}", serial if way == "sheet" else true)
            return self._rng.choice(ways), true
        return (f"{one.year}年{one.month}月{one.day}日" if way == "zh" else true), true

    def depth(self, true: float) -> Written:
        """Write a depth in metres; wild hands write millimetres, or levels below the ground."""
        if self._often(0.06):
            return self._rng.choice((f"{1000 * true:.0f}", f"-{true}")), true
        return true, true

    def length(self, true: float, way: str) -> Written:
        """Write a length: ``m``, ``km``, ``foot``; wild hands mix km and metres with their unit."""
        if way == "foot":
            return round(true / 0.3048, 2), true
        if way == "km":
            return round(true / 1000, 5), true
        if self._often(0.05):
            return self._rng.choice((f"{true / 1000:.5f}", f"{true / 1000:.5f}km", f"{true}米")), true
        return true, true
