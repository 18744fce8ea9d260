"""What a phone could not send, as a file (导出未发送): read with care, since anybody may have made it. Pure.

A ZIP of ``outbox.json`` and ``bytes/<sha256>``. Every name in it is compared with what may be there, none becomes a
path; sizes are counted as they are unpacked, not as the file says (control B03).
"""

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

FORMAT = "mingcha-outbox-1"
LIST = "outbox.json"
BYTES = re.compile(r"bytes/([0-9a-f]{64})")
MOST_MEMBERS = 2_000
MOST_LIST_BYTES = 5_000_000
MOST_BYTES = 4_000_000_000
MOST_RATIO = 20
"""Photos hardly shrink in a ZIP: what unpacks to more than this is no outbox."""
PIECE = 256 * 1024


@dataclass(frozen=True)
class Kept:
    """One record of the file: its id, what kind of thing it is, and its manifest as the phone would have sent it."""

    id: str
    kind: str
    manifest: dict[str, Any]
    photos: tuple[str, ...]
    recordings: tuple[str, ...]


class Outbox:
    """An opened file: whose it is, its records, and each piece of evidence by its hash."""

    def __init__(self, file: IO[bytes]) -> None:
        """Open and check the file; raises Invalid("file") naming what is wrong with it."""
        try:
            self._zip = zipfile.ZipFile(file)
            self._members = {info.filename: info for info in self._zip.infolist()}
            _check(self._zip.infolist())
            told = json.loads(self._read(LIST, MOST_LIST_BYTES))
        except (zipfile.BadZipFile, json.JSONDecodeError, UnicodeDecodeError, NotImplementedError, EOFError) as broken:
            raise _wrong(N_("这不是手机导出的文件，或没有传完整。")) from broken
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise _wrong(N_("这个文件的格式不认识，可能是别的版本导出的。"))
        self.person_id, self.records = _whose(told), tuple(_records(told))

    def has(self, sha256: str) -> bool:
        """Whether the file holds these bytes."""
        return f"bytes/{sha256}" in self._members

    def bytes_of(self, sha256: str, most: int) -> Iterator[bytes]:
        """The bytes with this hash, piece by piece; raises Invalid("file") once there are more than ``most``."""
        with self._zip.open(f"bytes/{sha256}") as member:
            yield from _counted(member, most)

    def _read(self, name: str, most: int) -> bytes:
        if name not in self._members:
            raise _wrong(N_("文件里没有清单 outbox.json。"))
        with self._zip.open(name) as member:
            return b"".join(_counted(member, most))


def _check(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(names) > MOST_MEMBERS or len(set(names)) != len(names):
        raise _wrong(N_("文件里的东西太多，或有重名。"))
    if any(name != LIST and not BYTES.fullmatch(name) for name in names):
        raise _wrong(N_("文件里有不该有的东西。"))
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if total > MOST_BYTES or total > MOST_RATIO * max(packed, 1) + MOST_LIST_BYTES:
        raise _wrong(N_("文件解开以后太大。"))
    if any(member.flag_bits & 1 for member in members):
        raise _wrong(N_("文件加了密，打不开。"))


def _counted(member: IO[bytes], most: int) -> Iterator[bytes]:
    size = 0
    while piece := member.read(PIECE):
        size += len(piece)
        if size > most:
            raise _wrong(N_("文件解开以后太大。"))
        yield piece


def _whose(told: dict[str, Any]) -> str:
    person = told.get("person")
    if not isinstance(person, dict) or not isinstance(person.get("id"), str):
        raise _wrong(N_("文件里没有写是谁的。"))
    return str(person["id"])


def _records(told: dict[str, Any]) -> Iterator[Kept]:
    listed = told.get("records")
    if not isinstance(listed, list):
        raise _wrong(N_("文件里没有记录。"))
    for one in listed:
        if not isinstance(one, dict) or not isinstance(one.get("manifest"), dict):
            raise _wrong(N_("有一条记录看不懂。"))
        yield Kept(
            str(one.get("id", "")),
            str(one.get("kind", "")),
            one["manifest"],
            tuple(map(str, one.get("photos", ()))),
            tuple(map(str, one.get("recordings", ()))),
        )


def _wrong(message: str) -> Invalid:
    return Invalid("file", message)
