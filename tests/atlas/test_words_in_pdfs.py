"""Every sign that we print is found by search, in every kind of PDF: characters, letters and digits."""

from pathlib import Path

import pytest

from waternet_plugin.atlas.report import print_report
from waternet_plugin.bridge.printing import drawing_pdf
from waternet_plugin.core.exchange.drawings.dxf import Drawing, Text
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable

WORDS = (
    "人民路 长度 居民 阀门 页码 东风 用户数 户数 青年路 食品厂 见证 车站 贝壳 马路 鱼塘 "
    "鸟巢 麦田 黄河路 龙门 齐 风险 门牌 飞 韦 角 言 谷 赤 走 足 身 里 金 雨 非 面 革 "
    "音 页 骨 高 鬼 黑 鼓 鼻 水 火 牛 犬 玉 瓜 瓦 甘 生 田 白 皮 目 石 示 禾 穴 "
    "立 竹 米 羊 羽 老 耳 肉 臣 自 至 臼 舌 舟 色 虫 血 行 衣 西 文昌路 工人 力 口 "
    "土 大 女 子 山 川 户 手 支 斗 斤 方 日 月 木 止 毛 氏 气 父 片 牙 用 彐 胶圈 "
    "胶州路"
).split()

# What stands between digits on paper, beside what a keyboard has.
SIGNS = "–—°²³·×±µ‰≥≤→…“”‘’"


@pytest.fixture(scope="module")
def lines():
    """What is printed: letters, digits, the words, and every character of GB 2312, the common set."""
    rows = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    characters = "".join(code.decode("gb2312", errors="ignore") for code in rows)
    assert len(characters) == 6763
    plain = "".join(chr(code) for code in range(0x21, 0x7F)) + SIGNS
    words = [" ".join(WORDS[at : at + 12]) for at in range(0, len(WORDS), 12)]
    return words + [text[at : at + 40] for text in (plain, characters) for at in range(0, len(text), 40)]


def _report(lines) -> Report:
    table = ReportTable(("名称", "页码"), tuple((line, place) for place, line in enumerate(lines[:24])))
    return Report(
        "清源县 居民用户数", "人民路。", "东风镇", (ReportSection("阀门长度", tuple(lines), table),)
    )


def _drawing(path: Path, lines) -> None:
    texts = tuple(Text("frame", 5.0, 8.0 + 6.0 * place, 3.0, line) for place, line in enumerate(lines))
    drawing_pdf.print_drawing(path, Drawing(300.0, 10.0 + 6.0 * len(lines), (), texts, {}), title="长度")


def _page(path: Path, lines) -> None:
    from waternet_plugin.atlas.pages.page_layout import Box
    from waternet_plugin.atlas.pages.pdf_pages import pdf_pages
    from waternet_plugin.bridge.printing.page_fonts import font, page_families

    with pdf_pages(path, Box(0.0, 0.0, 420.0, 10.0 + 6.0 * len(lines)), "图册") as book:
        painter = book.next()
        for bold in (False, True):
            painter.setFont(font(page_families("zh_CN"), 30, bold=bold))
            for place, line in enumerate(lines):
                painter.drawText(50 + 2000 * bold, 80 + 60 * place, line)


KINDS = {
    "order of a burst": lambda path, lines: print_report(path, _report(lines), fits_page=True),
    "statement, report on the data": lambda path, lines: print_report(path, _report(lines)),
    "long profile": _drawing,
    "map book and project sheets": _page,
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_chinese_character_is_found(qgis_app, tmp_path, page_texts, lines, kind):
    path = tmp_path / "纸.pdf"
    KINDS[kind](path, lines)
    text = "".join("".join(page_texts(path)).split())
    assert [word for word in WORDS if word not in text] == []
    wanted = {sign for line in lines for sign in line if sign.strip()}
    assert sorted(wanted - set(text)) == []
    # Nothing is found under a radical, or under a traditional form that nobody wrote.
    assert [sign for sign in text if "\u2e80" <= sign <= "\u2fdf"] == []
    assert "戶" not in text
    assert [each.name for each in tmp_path.iterdir()] == ["纸.pdf"]
