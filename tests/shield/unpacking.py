"""All that an answer holds: its text, its members, its metadata, the pictures in it and what they say of themselves."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress

import brotli
import pypdf
from PIL import Image
from PIL.ExifTags import IFD

ZIP, PDF, GZIP = b"PK\x03\x04", b"%PDF", b"\x1f\x8b"
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF")
NEVER = (1980, 1)
"""The year and month that stand for no time in a zip file."""


def inside(data: bytes, encoding: str = "") -> Iterator[bytes]:
    """The bytes themselves, and all that can be taken out of them."""
    if encoding == "br":
        data = brotli.decompress(data)
    if encoding == "gzip" or data.startswith(GZIP):
        data = gzip.decompress(data)
    yield data
    if data.startswith(ZIP):
        yield from _of_zip(data)
    elif data.startswith(PDF):
        yield from _of_pdf(data)
    elif data.startswith(PICTURES):
        yield from _of_picture(data)


def _of_zip(data: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        yield packed.comment
        for member in packed.infolist():
            yield f"{member.filename} {member.date_time}".encode() + member.comment + member.extra
            yield from inside(packed.read(member))


def _of_pdf(data: bytes) -> Iterator[bytes]:
    paper = pypdf.PdfReader(io.BytesIO(data))
    yield f"{paper.metadata} {paper.trailer.get('/ID', '')}".encode()
    for page in paper.pages:
        yield page.extract_text().encode()
    for number in {*paper.xref_objStm, *(number for each in paper.xref.values() for number in each)} - {0}:
        with suppress(pypdf.errors.PdfReadError, KeyError, zlib.error, NotImplementedError, ValueError):
            thing = paper.get_object(number)
            yield repr(thing).encode()
            if isinstance(thing, pypdf.generic.StreamObject):
                yield from inside(thing.get_data())


def _of_picture(data: bytes) -> Iterator[bytes]:
    with Image.open(io.BytesIO(data)) as picture:
        exif = picture.getexif()
        yield repr(picture.info).encode()
        yield repr([dict(exif), *(dict(exif.get_ifd(part)) for part in (IFD.Exif, IFD.GPSInfo))]).encode()


def worn(data: bytes) -> list[str]:
    """What a document or picture should not wear: who made it, when it was packed, a camera's words."""
    if data.startswith(ZIP):
        return _worn_by_zip(data)
    if data.startswith(PDF):
        told = pypdf.PdfReader(io.BytesIO(data)).metadata or {}
        return [f"{name}: {told[name]}" for name in ("/Author", "/Keywords", "/Subject") if told.get(name)]
    if data.startswith(PICTURES):
        with Image.open(io.BytesIO(data)) as picture:
            tags = [f"exif {tag}" for tag in picture.getexif()]
            return tags + [name for name in ("comment", "xmp", "photoshop", "icc_profile") if name in picture.info]
    return []


def _worn_by_zip(data: bytes) -> list[str]:
    wrong = []
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for member in packed.infolist():
            if member.date_time[:2] != NEVER:
                wrong.append(f"{member.filename} was packed {member.date_time}")
            if member.filename.startswith(("word/media/", "xl/media/")):
                wrong += worn(packed.read(member))
        core = packed.read("docProps/core.xml").decode() if "docProps/core.xml" in packed.namelist() else ""
    for name in ("dc:creator", "cp:lastModifiedBy", "dc:description", "cp:keywords"):
        if f"<{name}>" in core and f"<{name}></{name}>" not in core:
            wrong.append(name)
    return wrong
