"""Ways to break a file: bytes for any, and what hurts most in text, JSON and XML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

__all__ = ["break_bytes", "mutated"]

Breaker = Callable[[bytes, Random], bytes]

NUMBERS = [
    "nan",
    "inf",
    "-inf",
    "1e308",
    "1e400",
    "-1",
    "0",
    "-0.0",
    "99999999999999999999",
    "1e-320",
    "",
    "x",
    "１２",
    "NULL",
]
"""What is written in place of a number."""
WORDS = [
    "",
    "\x00",
    "'",
    '"',
    "\\",
    "💥",
    "\ufeff",
    "a" * 5000,
    "%s%n",
    "{",
    "]",
    "<",
    "&",
    "\r",
    "东" * 300,
    "null",
    "../../etc",
]
"""What is written in place of a word."""
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
WORD = re.compile(r"[A-Za-z_]{2,}")


def mutated(data: bytes, suffix: str, random: Random) -> bytes:
    """Return a file's bytes broken in one to four ways that suit its kind."""
    kinds = [BYTES, BYTES + TEXT, BYTES + TEXT + JSON][_depth(suffix)]
    for _ in range(random.choice([1, 1, 1, 1, 1, 1, 2, 4])):
        data = random.choice(kinds)(data, random)
    return data


def _depth(suffix: str) -> int:
    """0 for binary files, 1 for text, 2 for JSON."""
    if suffix in {".json", ".geojson"}:
        return 2
    return (
        1
        if suffix in {".csv", ".toml", ".kml", ".gml", ".osm", ".graphml", ".dxf", ".mif", ".mid", ".prj", ".xsd"}
        else 0
    )


def break_bytes(data: bytes, random: Random) -> bytes:
    """Flip one to ten bits."""
    out = bytearray(data)
    for _ in range(random.randint(1, 10) if out else 0):
        out[random.randrange(len(out))] ^= 1 << random.randrange(8)
    return bytes(out)


def _cut(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _swap(data: bytes, random: Random) -> bytes:
    """Two stretches change places."""
    a, b, c, d = sorted(random.randrange(len(data) + 1) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _repeat(data: bytes, random: Random) -> bytes:
    """A stretch stands several times."""
    a, b = sorted(random.randrange(len(data) + 1) for _ in range(2))
    return data[:b] + data[a:b] * random.choice([1, 1, 3]) + data[b:]


def _drop(data: bytes, random: Random) -> bytes:
    a = random.randrange(len(data) + 1)
    return data[:a] + data[a + random.choice([1, 4, 50, 500]) :]


def _blank(data: bytes, random: Random) -> bytes:
    """A stretch of one byte: zeros, ones, letters."""
    a, n = random.randrange(len(data) + 1), random.choice([1, 4, 8, 200])
    return data[:a] + random.choice([b"\0", b"\xff", b"A", b"\x7f"]) * n + data[a + n :]


def _huge_count(data: bytes, random: Random) -> bytes:
    """A whole number of four bytes becomes as large as it can be."""
    a = random.randrange(max(len(data) - 4, 1))
    return data[:a] + random.choice([b"\xff\xff\xff\x7f", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff"]) + data[a + 4 :]


def _number(data: bytes, random: Random) -> bytes:
    return _replaced(data, NUMBER, NUMBERS, random)


def _word(data: bytes, random: Random) -> bytes:
    return _replaced(data, WORD, WORDS, random)


def _replaced(data: bytes, pattern: re.Pattern[str], choices: list[str], random: Random) -> bytes:
    """One match, or all of them, become something else."""
    text = data.decode("utf-8", "surrogateescape")
    found = list(pattern.finditer(text))
    if not found:
        return data
    new = random.choice(choices)
    if random.random() < 0.1:
        return pattern.sub(lambda _: new, text).encode("utf-8", "surrogateescape")
    at = random.choice(found)
    return (text[: at.start()] + new + text[at.end() :]).encode("utf-8", "surrogateescape")


def _lines(data: bytes, random: Random) -> bytes:
    """A line stands twice, is gone, or changes places with another."""
    lines = data.split(b"\n")
    a, b = random.randrange(len(lines)), random.randrange(len(lines))
    what = random.randrange(3)
    if what == 0:
        lines.insert(b, lines[a])
    elif what == 1:
        del lines[a]
    else:
        lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def _other_encoding(data: bytes, random: Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(random.choice(["gb18030", "utf-16", "utf-16-be", "latin-1", "utf-8-sig"]), "replace")


def _element(data: bytes, random: Random) -> bytes:
    """An element or attribute of XML is gone, or stands twice."""
    found = list(re.finditer(rb"<[^<>]*>", data))
    if not found:
        return data
    at = random.choice(found)
    return data[: at.start()] + (b"" if random.random() < 0.5 else at[0] * 2) + data[at.end() :]


def _json_node(data: bytes, random: Random) -> bytes:
    """One value anywhere in a JSON tree becomes of another kind, is gone, or stands twice."""
    try:
        tree = json.loads(data)
    except ValueError:
        return data
    places = list(_places(tree))
    if not places:
        return data
    holder, key = random.choice(places)
    what = random.randrange(4)
    if what == 0:
        del holder[key]
    elif what == 1 and isinstance(holder, list):
        holder.append(holder[key])
    else:
        holder[key] = random.choice([None, True, -1, 1e300, "", "x", [], {}, [[]], [[[]]], {"type": "Point"}, 10**30])
    return json.dumps(tree, ensure_ascii=random.random() < 0.5).encode()


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a tree."""
    keys = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else []
    found = [(tree, key) for key in keys]
    return found + [place for key in keys for place in _places(tree[key])]


BYTES: tuple[Breaker, ...] = (break_bytes, break_bytes, _cut, _swap, _repeat, _drop, _blank, _huge_count)
TEXT: tuple[Breaker, ...] = (_number, _number, _number, _word, _word, _lines, _lines, _other_encoding, _element)
JSON: tuple[Breaker, ...] = (_json_node,) * 8
