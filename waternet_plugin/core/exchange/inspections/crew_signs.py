"""Whether headings are those of a crew's table of defects in drains, which importinspections reads."""

from __future__ import annotations

import re
from collections.abc import Iterable

from waternet_plugin.core.cells.headings import JOINT, bare_name
from waternet_plugin.core.schema.domains import fold

_DEFECT = re.compile(
    r"缺陷(?:代码|编码|代号|名称|类型|种类|描述|情况|等级|级别|位置|距离|名称代码|代码名称|名称及等级|代码及等级)?"
)
# What stands on the drain: where along it, where around it, how bad.
_ALONG = re.compile(r"(?:缺陷|纵向|检测)?(?:距离|位置)m?|距.{0,5}(?:距离|起点|井)")
_AROUND = re.compile(r"(?:环向|时钟|钟点).{0,4}")
_GRADE = re.compile(r"(?:缺陷)?(?:等级|级别)")
_DRAIN = re.compile(
    r"(?:检测|起止)?(?:管段|管道|管线|井段|井号|点号)(?:编号|号|起止井号)?|(?:起|终|止|上游|下游)\S{0,7}"
)
# Ids of our own tables, and what tells of repairs.
_OTHERS = re.compile(
    r"(?:inspection|defect)id|检测编号|(?:整改|维修|修复|处置)(?:日期|时间|单位|情况|状态|结果|人员?)|工单.*"
)


def are_of_defects(cells: Iterable[str]) -> bool:
    """Return whether headings name a drain, its defects, and where or how bad these are.

    Parameters
    ----------
    cells
        Headings, or all texts of a workbook in whatever order.
    """
    words = {fold(bare_name(cell.replace(JOINT, ""))) for cell in cells if cell}
    found = {
        part: any(part.fullmatch(word) for word in words)
        for part in (_DEFECT, _ALONG, _AROUND, _GRADE, _DRAIN, _OTHERS)
    }
    if found[_OTHERS] or not found[_DRAIN]:
        return False
    if found[_DEFECT]:
        return found[_ALONG] or found[_AROUND] or found[_GRADE]
    # Nothing else on a drain is told by the hour of a clock.
    return found[_AROUND] and (found[_ALONG] or found[_GRADE])
