"""Value lists: code, labels in both languages, aliases, the standard's code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional

from waternet_plugin.core import texts
from waternet_plugin.core.schema.csvfiles import rows, words

# What people write for any value that nobody knows.
NOT_KNOWN = frozenset(
    "na null nil none nodata notavailable notknown tbd tbc nk nan unk unknown unassigned xx xxx"
    " 未知 不详 不明 不知 不清 不清楚 不确定 不祥 待查 待核 待核实 待定 待补"
    " 待补充 待完善 待填 待查明 待确认 待调查 未查明 未探明 未查清 未测 未测得"
    " 无法确定 无法查明 无法探测 暂无 暂缺 无资料 无记录 无数据 无值 空值 空白"
    " 数据缺失 资料不全".split()
)
# Signs of the trade as they are written in Hong Kong and Taiwan, and as our lists have them.
_TRADITIONAL = str.maketrans(
    "號編碼徑質長設鋪線點閥門損壞發現時間紀記錄鑄鐵鋼鍍鋅銅鉛膠預應製磚纖維換開關啟閉狀態況類別種級標層圖"
    "區單價總計數據戶樓棟處務員檢測驗評壓給氣電汙溝廠庫塊壩橋鄉鎮縣縱橫經緯東軸終頂頭積體圓寬規劃廢棄舊報"
    "運營權屬產責備註說無詳確認補裝連續節環聯絡龍錶儀錯誤蝕鬆沖擊車載幹導輸儲佈讀視訊資來調圍牆內襯護塗網"
    "絲麵離廣興業農園醫學館廳辦費繳帳賬戸個萬億兩當際樣範舉畫陽陰險災搶養飲淨濾雜夾強彎異徵變漿溫濕潔滅鍵"
    "鎖銹鏽鑽鐘鑑閘隊階隱雙難靜響頻題顏願風飛騰齊齡審寫實將專對屆歲歷歸獨獎瑪畝監盤眾禮稱穩窪競筆築簡糧糾"
    "紅約純紙細組結統綠緊縮績織繞繼羅義習聲職脈腳臨舖艦藍藥蘇虛蟲裡複見覺觀觸訂討訓許詢試該話誌語請論諮證"
    "識譯議讓負貨貫購貿賓賣贊趕跡踐躍軟較輔輕輛輪轉遠適選遺還邊郵鄰醬釋針鈑銷鋁錨鏈閑閒閱闆陸雲頁項順領頸"
    "額顯馬駁駐驛髒魚鳥鹽麗黃",
    "号编码径质长设铺线点阀门损坏发现时间纪记录铸铁钢镀锌铜铅胶预应制砖纤维换开关启闭状态况类别种级标层图"
    "区单价总计数据户楼栋处务员检测验评压给气电污沟厂库块坝桥乡镇县纵横经纬东轴终顶头积体圆宽规划废弃旧报"
    "运营权属产责备注说无详确认补装连续节环联络龙表仪错误蚀松冲击车载干导输储布读视讯资来调围墙内衬护涂网"
    "丝面离广兴业农园医学馆厅办费缴账账户个万亿两当际样范举画阳阴险灾抢养饮净滤杂夹强弯异征变浆温湿洁灭键"
    "锁锈锈钻钟鉴闸队阶隐双难静响频题颜愿风飞腾齐龄审写实将专对届岁历归独奖玛亩监盘众礼称稳洼竞笔筑简粮纠"
    "红约纯纸细组结统绿紧缩绩织绕继罗义习声职脉脚临铺舰蓝药苏虚虫里复见觉观触订讨训许询试该话志语请论咨证"
    "识译议让负货贯购贸宾卖赞赶迹践跃软较辅轻辆轮转远适选遗还边邮邻酱释针钣销铝锚链闲闲阅板陆云页项顺领颈"
    "额显马驳驻驿脏鱼鸟盐丽黄",
)


@dataclass(frozen=True)
class Code:
    """One value of a domain; ``base`` is the code of ours that one of a network's own counts as."""

    domain: str
    code: str
    label_en: str
    label_zh: str
    standard_code: str
    family: str
    aliases: tuple[str, ...]
    certainty: str
    base: Optional[str] = None

    @property
    def label(self) -> str:
        """The label in the language of the interface."""
        return self.label_in(texts.language())

    def label_in(self, language: str) -> str:
        """Return the label in ``en`` or ``zh_CN``."""
        return self.label_zh if language == "zh_CN" else self.label_en


@lru_cache(maxsize=None)
def all_domains() -> dict[str, dict[str, Code]]:
    """Return every domain as a mapping from code to its description, in the order of the file."""
    result: dict[str, dict[str, Code]] = {}
    for row in rows("domains.csv"):
        code = Code(
            domain=row["domain"],
            code=row["code"],
            label_en=row["label_en"],
            label_zh=row["label_zh"],
            standard_code=row["standard_code"],
            family=row["family"],
            aliases=words(row["aliases"]),
            certainty=row["certainty"],
        )
        result.setdefault(code.domain, {})[code.code] = code
    return result


def domain(name: str) -> dict[str, Code]:
    """Return the codes of one domain; `Field.codes` has those that a network's users added, too."""
    return all_domains()[name]


def label_of(name: str, code: object) -> str:
    """Return what a stored code of a domain is called; one that is not in the list stands for itself.

    Another program may have written it, or a later version. Unknown is an en dash.
    """
    if code is None or code != code or code == "":
        return "–"
    known = domain(name).get(str(code))
    return str(code) if known is None else known.label


def simplified(text: str) -> str:
    """Return a text with traditional signs as our lists have them: 管線編號 as 管线编号."""
    return text if text.isascii() else text.translate(_TRADITIONAL).replace("座标", "坐标")


def fold(text: object) -> str:
    """Reduce a word to what comparing should see: without width, case, blanks, marks, traditional signs."""
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    plain = simplified(plain)
    return "".join(sign for sign in plain if sign.isalnum() or sign in "<>")


@lru_cache(maxsize=None)
def _folded(name: str) -> dict[str, str]:
    """Map every spelling of a domain to its code; the code itself and labels win over aliases."""
    found: dict[str, str] = {}
    codes = all_domains()[name].values()
    for code in codes:
        for spelling in (code.code, code.label_en, code.label_zh):
            found.setdefault(fold(spelling), code.code)
    for code in codes:
        for spelling in (code.standard_code, *code.aliases):
            if spelling:
                found.setdefault(fold(spelling), code.code)
    return found


def suggest(name: str, value: object, own: Iterable[Code] = ()) -> str | None:
    """Return the code that a foreign value most likely means, or None.

    The whole value must be a known spelling; nothing is guessed from parts of words. ``own`` are codes that
    a network's users added to the domain, which go before ours.
    """
    folded = fold(value)
    for one in own:
        if folded in map(fold, (one.code, one.label_en, one.label_zh)):
            return one.code
    return _folded(name).get(folded)
