"""Text whose encoding nobody states: Chinese and western European files are told apart by their bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo_data.read.encoding import decode_text, guess_encoding

TEXTS = [
    ("id,name\n1,Liège\n2,Séraing nord\n", "cp1252", "Windows-1252"),
    ("id;nom\n1;café à l’été\n", "cp1252", "Windows-1252"),
    ("id,name\n1,武汉\n2,江夏区\n", "gb18030", "GB18030"),
    ("编号,名称\n1,朱镕基路\n2,Poste 5°\n", "gb18030", "GB18030"),
    ("id,名称\n1,München Straße\n", "utf-8", ""),
]


@pytest.mark.parametrize(("text", "encoding", "guess"), TEXTS)
def test_text_tells_its_encoding(text: str, encoding: str, guess: str) -> None:
    assert decode_text(text.encode(encoding)) == (text, guess)


@pytest.mark.parametrize(("text", "encoding", "guess"), TEXTS[:4])
def test_table_of_a_shapefile_tells_its_encoding(tmp_path: Path, text: str, encoding: str, guess: str) -> None:
    head = bytes(8) + (32).to_bytes(2, "little") + bytes(22)
    (tmp_path / "t.shp").touch()
    (tmp_path / "t.dbf").write_bytes(head + text.encode(encoding))
    assert guess_encoding(tmp_path / "t.shp") == guess
