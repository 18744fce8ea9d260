"""What a file is, and the copies that are shown of it. Pure: files in, facts and bytes out.

A photo is what decodes: the format is tried from an explicit list and everything else about the file — its name, the
declared type — is ignored. Originals are only ever read; what is served is re-encoded pixels (controls A02–A09).
"""

import io
import mmap
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import imagehash
import pillow_heif
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from inspection.kernel.calendar import BEIJING
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

pillow_heif.register_heif_opener(thumbnails=False)

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
FOREIGN = (b"<", b"%PDF", b"%!PS", b"\xc5\xd0\xd3\xc6", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"PK\x03\x04")
"""How files begin that people do send and that are no photos: SVG, HTML, PDF, EPS (two ways), GIF, BMP, TIFF, ZIP."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
"""Of the many kinds of file that begin with ``ftyp``, films and AVIF among them, those that are HEIF pictures."""
BOXES, BOX_HEAD = {b"ftyp", b"meta", b"mdat"}, 8

JPEG_START, SCAN, END, WITH_LENGTH = b"\xff\xd8", 0xDA, 0xD9, 0xC0
MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""A marker: neither a stuffed byte nor a restart. From 0xC0 on they have a length behind them (ITU-T T.81, B.1.1)."""
PLAIN_BITS = 8
"""A perceptual hash with fewer bits set, or fewer not set, is of a picture with next to nothing in it."""
MOST_SCANS = 32
"""A progressive photo has about ten. Each costs a pass over all pixels and may take less than 200 bytes."""

MOST_FRAMES = 100
WEB_SIDE, THUMB_SIDE = 1600, 320
WEB_QUALITY, THUMB_QUALITY = 82, 75
ALPHA_MODES = {"RGBA", "LA", "PA"}
MEGA = 1_000_000

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a picture of each EXIF orientation upright (EXIF 2.32, tag 0x0112)."""
SIDEWAYS = range(5, 9)
SRGB = ImageCms.createProfile("sRGB")
YEARS = range(1990, 2100)
"""A camera that says another year has no clock; the first and last years of the calendar have no UTC either."""


@dataclass(frozen=True)
class Limits:
    """The most pixels that are decoded, in millions."""

    megapixels: int


@dataclass(frozen=True)
class Facts:
    """What a file says about itself. Width and height as it is shown, turned upright."""

    content_type: str
    width: int
    height: int
    orientation: int
    frames: int
    exif_taken_at: datetime | None
    """The camera's clock, UTC."""
    zone_assumed: bool
    """Whether the camera names no offset, so that its clock was taken for Beijing time."""
    exif_point: tuple[float, float] | None
    """Latitude and longitude in degrees, WGS-84."""
    camera: str | None
    software: str | None


@dataclass(frozen=True)
class Copies:
    """JPEG bytes of at most 1600 and 320 pixels a side, the original's size upright, and its perceptual hash in hex."""

    web: bytes
    thumb: bytes
    width: int
    height: int
    phash: str


def inspect(path: Path, limits: Limits) -> Facts:
    """Decode the file wholly and say what it is.

    Raises Invalid("photo"): ``unsupported_media`` for another kind of file, ``too_many_pixels``, or
    ``unreadable_photo`` for what is empty, cut off or broken.
    """
    with path.open("rb") as file:
        _refuse_foreign(file.read(16))
        _refuse_cut_boxes(file)
        _refuse_many_scans(file)
        file.seek(0)
        with _readable(), _opened(file) as image:
            width, height = image.size
            if width * height > limits.megapixels * MEGA:
                raise _too_many_pixels(limits.megapixels)
            frames = getattr(image, "n_frames", 1)
            if frames > MOST_FRAMES:
                raise Invalid("photo", N_("这个文件里的画面太多，不像一张照片。"), code="unreadable_photo")
            exif = image.getexif()
            facts = _facts(image, frames, exif)
            image.draft("RGB", (max(1, width // 8), max(1, height // 8)))
            image.load()
    return facts


def derive(file: BinaryIO) -> Copies:
    """The copies of a photo that ``inspect`` has passed: upright, RGB, without any metadata. One decode for all."""
    with _readable(), _opened(file) as image:
        orientation = _orientation(image.getexif())
        size = image.size
        image.draft("RGB", _within(size, WEB_SIDE))
        image.load()
        picture = _scaled(_plain(image), WEB_SIDE)
        picture = _upright(_in_srgb(_on_white(picture), image.info.get("icc_profile")), orientation)
    width, height = size[::-1] if orientation in SIDEWAYS else size
    thumb = _scaled(picture, THUMB_SIDE)
    return Copies(
        web=_jpeg(picture, WEB_QUALITY),
        thumb=_jpeg(thumb, THUMB_QUALITY),
        width=width,
        height=height,
        phash=str(imagehash.phash(thumb)),
    )


def phash_distance(one: str, other: str) -> int:
    """In how many of their 64 bits two perceptual hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def phash_tells(phash: str) -> bool:
    """Whether a perceptual hash can tell its picture from others: not one with next to nothing in it."""
    return PLAIN_BITS <= int(phash, 16).bit_count() <= 64 - PLAIN_BITS


def _facts(image: Image.Image, frames: int, exif: Image.Exif) -> Facts:
    orientation = _orientation(exif)
    width, height = image.size[::-1] if orientation in SIDEWAYS else image.size
    details = exif.get_ifd(ExifTags.IFD.Exif)
    taken_at = _taken_at(details)
    camera = " ".join(filter(None, (_text(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))))
    return Facts(
        content_type=TYPES[image.format or ""],
        width=width,
        height=height,
        orientation=orientation,
        frames=frames,
        exif_taken_at=taken_at,
        zone_assumed=taken_at is not None and _offset(details) is None,
        exif_point=_point(exif.get_ifd(ExifTags.IFD.GPSInfo)),
        camera=camera or None,
        software=_text(exif.get(ExifTags.Base.Software)),
    )


def _orientation(exif: Image.Exif) -> int:
    value = exif.get(ExifTags.Base.Orientation, 1)
    return value if isinstance(value, int) and value in range(1, 9) else 1


def _taken_at(details: dict[int, Any]) -> datetime | None:
    text = _text(details.get(ExifTags.Base.DateTimeOriginal)) or ""
    offset = _offset(details)
    try:
        naive = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone follows
        moment = datetime.fromisoformat(f"{naive.isoformat()}{offset}") if offset else naive.replace(tzinfo=BEIJING)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo and moment.year in YEARS else None


def _offset(details: dict[int, Any]) -> str | None:
    return _text(details.get(ExifTags.Base.OffsetTimeOriginal))


def _point(gps: dict[int, Any]) -> tuple[float, float] | None:
    try:
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef])
        lng = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    nowhere = not (abs(lat) <= 90 and abs(lng) <= 180) or (lat, lng) == (0.0, 0.0)
    return None if nowhere else (lat, lng)


def _degrees(parts: Any, reference: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(reference).upper() in {"S", "W"} else value


def _text(value: object) -> str | None:
    return value.replace("\x00", "").strip()[:120] or None if isinstance(value, str) else None


def _plain(image: Image.Image) -> Image.Image:
    """As RGB, or RGBA where something is transparent; the image itself if it is that already."""
    if image.mode in ALPHA_MODES or "transparency" in image.info:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _scaled(picture: Image.Image, side: int) -> Image.Image:
    return picture.resize(_within(picture.size, side), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours that the profile means, since the copy carries none; a profile that says nonsense is ignored."""
    if not profile:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if ImageCms.getProfileDescription(source).startswith("sRGB"):
            return picture
        return ImageCms.profileToProfile(picture, source, SRGB, outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    return picture.transpose(TURNS[orientation]) if orientation in TURNS else picture


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    """Only pixels go into the file: no EXIF, XMP, ICC profile or comment."""
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    buffer = io.BytesIO()
    bare.save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()


def _within(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The size scaled to fit, so that the decoder's own scaling is used in full."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


@contextmanager
def _opened(file: BinaryIO) -> Iterator[Image.Image]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a damaged EXIF block: the pixels are what counts
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(file, formats=FORMATS) as image:
            yield image


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_many_pixels(None) from bomb
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, MemoryError, RuntimeError) as broken:
        if isinstance(broken, OSError) and broken.errno is not None:
            raise
        raise _unreadable() from broken


def _refuse_foreign(head: bytes) -> None:
    other_boxes = head[4:8] == b"ftyp" and head[8:12] not in BRANDS
    if other_boxes or head.removeprefix(BYTE_ORDER_MARK).lstrip().startswith(FOREIGN):
        raise Invalid("photo", N_("只收照片：JPEG、PNG、WebP 或 HEIC。"), code="unsupported_media")


def _refuse_cut_boxes(file: BinaryIO) -> None:
    """Refuse a HEIC that was cut off: its decoder paints over what is missing (boxes: ISO/IEC 14496-12, 4.2)."""
    end, at = file.seek(0, io.SEEK_END), 0
    while at + BOX_HEAD <= end:
        file.seek(at)
        size, kind = int.from_bytes(file.read(4), "big"), file.read(4)
        if at == 0 and kind != b"ftyp":
            return
        size = int.from_bytes(file.read(8), "big") if size == 1 else size
        if kind in BOXES and at + size > end:
            raise _unreadable()
        if size < BOX_HEAD:
            return
        at += size


def _refuse_many_scans(file: BinaryIO) -> None:
    """Refuse a JPEG of so many scans that decoding it would take minutes."""
    file.seek(0)
    if file.read(len(JPEG_START)) != JPEG_START:
        return
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        scans, at = 0, len(JPEG_START)
        while (marker := MARKER.search(data, at)) and data[marker.end() - 1] != END:
            at, kind = marker.end(), data[marker.end() - 1]
            scans += kind == SCAN
            if scans > MOST_SCANS:
                raise Invalid("photo", N_("这个文件的编码太繁复，不像一张照片。"), code="unreadable_photo")
            at += max(2, int.from_bytes(data[at : at + 2], "big")) if kind >= WITH_LENGTH else 0


def _unreadable() -> Invalid:
    return Invalid("photo", N_("这个文件不是完整的照片，打不开。请换一张，或再传一次。"), code="unreadable_photo")


def _too_many_pixels(most: int | None) -> Invalid:
    if most is None:
        return Invalid("photo", N_("照片的像素太多。"), code="too_many_pixels")
    return Invalid("photo", N_("照片的像素太多，最多 %(most)s 百万。"), code="too_many_pixels", most=str(most))
