"""Rebuild metroplan-sans-sc.otf: Noto Sans CJK SC cut to the characters that Chinese names on maps are written with.

Run as ``python make_font.py NotoSansCJK-Regular.ttc Unihan_OtherMappings.txt`` (Debian package fonts-noto-cjk; the
Unicode character database). Kept: GB 2312, the Table of General Standard Chinese Characters of 2013 (kTGH, which has
the rare characters of place names such as the one of Wuhan's Qiaokou), Latin 1 and the signs used on maps.
"""

import sys
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]

SIGNS = "–—‘’“”•…‰′″€≤≥≠≈±×÷µμΩ→←↑↓✓■□○●◇◆△▲▽▼〓〇°²³·"


def standard_table(unihan: Path) -> set[int]:
    """Return the code points of the Table of General Standard Chinese Characters."""
    rows = (line.split("\t") for line in unihan.read_text(encoding="utf-8").splitlines() if "\tkTGH\t" in line)
    return {int(row[0].removeprefix("U+"), 16) for row in rows}


def gb2312() -> set[int]:
    """Return the code points of GB 2312."""
    cells = (bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    return {ord(char) for cell in cells for char in cell.decode("gb2312", "ignore")}


def cut(font: TTFont, code_points: set[int]) -> TTFont:
    """Return the font reduced to `code_points`, without hints (figures are drawn at 200 dpi)."""
    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.glyph_names = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=code_points)
    cutter.subset(font)
    return font


if __name__ == "__main__":
    collection = TTCollection(sys.argv[1])
    chinese = next(font for font in collection.fonts if font["name"].getDebugName(4) == "Noto Sans CJK SC")
    latin = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100)) | {ord(sign) for sign in SIGNS}
    wanted = latin | gb2312() | standard_table(Path(sys.argv[2]))
    cut(chinese, wanted).save(Path(__file__).with_name("metroplan-sans-sc.otf"))
