"""Zip files: what is inside, taken out safely - no path leads outside, nothing grows beyond all bounds."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePosixPath

from geo_data.findings import counted
from geo_data.read.unreadable import Unreadable

__all__ = ["MOST_BYTES", "extract", "kml_bytes", "member_names", "open_zip"]

MOST_BYTES = 4 * 1024**3
MOST_MEMBERS = 20_000
MOST_TIMES = 2_000
"""A zip may grow by this factor beyond ``SMALL_BYTES``; deflate's limit is 1032, text with little in it comes near."""
SMALL_BYTES = 200 * 1024**2
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9_\-]+)[\"'][^>]*\?>")


def open_zip(path: Path) -> zipfile.ZipFile:
    """Return the zip file, checked against bombs.

    Raises
    ------
    Unreadable
        Where it is no zip file, holds too much, or needs a password.
    """
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise Unreadable("is no sound zip file", "It may be cut off: copy or download it again.") from error
    members = archive.infolist()
    if any(m.flag_bits & 0x1 for m in members):
        archive.close()
        raise Unreadable("needs a password", "Take it out of the zip file, or zip it without a password.")
    total = sum(m.file_size for m in members)
    packed = max(1, path.stat().st_size)
    if len(members) > MOST_MEMBERS or total > MOST_BYTES or (total > SMALL_BYTES and total > MOST_TIMES * packed):
        archive.close()
        found = f"would unpack to {counted(len(members), 'file')} of {total / 1e6:,.0f} MB"
        raise Unreadable(found, "Unpack it yourself and name the file.")
    return archive


def member_names(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the files in the archive by path; names that Windows wrote in GB18030 are read so."""
    return {_name(m): m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename}


def extract(archive: zipfile.ZipFile, names: list[str], folder: Path) -> None:
    """Take files out of the archive into `folder`.

    Raises
    ------
    Unreadable
        Where a path leads outside, a file is broken, or more comes out than the archive says.
    """
    members = member_names(archive)
    for name in names:
        target = folder / _safe(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_content(archive, members[name]))


def kml_bytes(path: Path) -> bytes:
    """Return the document of a KML or KMZ file as UTF-8, whatever encoding it declares."""
    content = path.read_bytes()
    if content.startswith(b"PK"):
        with open_zip(path) as archive:
            names = [n for n in member_names(archive) if n.lower().endswith(".kml")]
            if not names:
                raise Unreadable("holds no .kml file", "Export it again.")
            main = next((n for n in names if n.lower().endswith("doc.kml")), names[0])
            content = _content(archive, member_names(archive)[main])
    declared = _DECLARED.match(content)
    if declared and declared[1].lower().startswith((b"gb", b"cp936")):  # the parser knows no Chinese encodings
        content = content[declared.end() :].decode("gb18030").encode("utf-8")
    return content


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Bytes of one file, never more than its entry says."""
    try:
        with archive.open(member) as stream:
            content = stream.read(member.file_size + 1)
    except Exception as error:  # BadZipFile, EOFError, zlib.error, lzma.LZMAError, ...: all mean the same
        raise Unreadable(f"holds a broken file '{_name(member)}'", "Copy or download it again.") from error
    if len(content) > member.file_size:
        raise Unreadable(f"holds '{_name(member)}', longer than it says", "Do not trust it.")
    return content


def _name(member: zipfile.ZipInfo) -> str:
    """Path of a member; old Windows zips hold names in the code page of the machine."""
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            return name.encode("cp437").decode("gb18030") if not name.isascii() else name
        except UnicodeError:
            return name
    return name


def _safe(name: str) -> Path:
    """A member's path below the folder it is taken to."""
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in name or "\0" in name:
        raise Unreadable(f"holds the unsafe path '{name}'", "Do not trust it; unpack it yourself and name the file.")
    return Path(*parts.parts)
