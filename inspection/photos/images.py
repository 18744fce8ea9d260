"""What a file is, and the copies that are shown of it. Pure: files in, facts and bytes out.

A photo is what decodes: the format is tried from an explicit list and everything else about the file — its name, the
declared type — is ignored. Originals are only ever read; what is served is re-encoded pixels (controls A02–A09).
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import imagehash
import pillow_heif
from PIL import ExifTags, Image, UnidentifiedImageError

from inspection.kernel.calendar import BEIJING
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

pillow_heif.register_heif_opener(thumbnails=False)

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
FOREIGN = (b"<", b"%PDF", b"%!PS", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"PK\x03\x04")
"""How files begin that people do send and that are no photos: SVG, HTML, PDF, PostScript, GIF, BMP, TIFF, ZIP."""

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
    """The camera's clock; Beijing time where it names no offset."""
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
        _refuse_foreign(file.read(16).lstrip()[:8])
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
            image.draft("RGB", (width // 8, height // 8))
            image.load()
    return facts


def derive(file: BinaryIO) -> Copies:
    """The copies of a photo that ``inspect`` has passed: upright, RGB, without any metadata. One decode for all."""
    with _readable(), _opened(file) as image:
        orientation = _orientation(image.getexif())
        size = image.size
        image.draft("RGB", _within(size, WEB_SIDE))
        image.load()
        picture = _upright(_flattened(image), orientation)
    width, height = size[::-1] if orientation in SIDEWAYS else size
    picture.thumbnail((WEB_SIDE, WEB_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    thumb = picture.copy()
    thumb.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
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


def _facts(image: Image.Image, frames: int, exif: Image.Exif) -> Facts:
    orientation = _orientation(exif)
    width, height = image.size[::-1] if orientation in SIDEWAYS else image.size
    details = exif.get_ifd(ExifTags.IFD.Exif)
    camera = " ".join(filter(None, (_text(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))))
    return Facts(
        content_type=TYPES[image.format or ""],
        width=width,
        height=height,
        orientation=orientation,
        frames=frames,
        exif_taken_at=_taken_at(details),
        exif_point=_point(exif.get_ifd(ExifTags.IFD.GPSInfo)),
        camera=camera or None,
        software=_text(exif.get(ExifTags.Base.Software)),
    )


def _orientation(exif: Image.Exif) -> int:
    value = exif.get(ExifTags.Base.Orientation, 1)
    return value if isinstance(value, int) and value in range(1, 9) else 1


def _taken_at(details: dict[int, Any]) -> datetime | None:
    text = _text(details.get(ExifTags.Base.DateTimeOriginal)) or ""
    offset = _text(details.get(ExifTags.Base.OffsetTimeOriginal))
    try:
        naive = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone follows
        return datetime.fromisoformat(f"{naive.isoformat()}{offset}") if offset else naive.replace(tzinfo=BEIJING)
    except ValueError:
        return None


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


def _flattened(image: Image.Image) -> Image.Image:
    """As RGB, with white where it is transparent."""
    if image.mode in ALPHA_MODES or "transparency" in image.info:
        layered = image.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(ground, layered).convert("RGB")
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    return image.convert("RGB")


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    return picture.transpose(TURNS[orientation]) if orientation in TURNS else picture


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    """Only pixels go into the file: no EXIF, XMP, ICC profile or comment."""
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    buffer = io.BytesIO()
    bare.save(buffer, "JPEG", quality=quality, progressive=True)
    return buffer.getvalue()


def _within(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The size scaled to fit, so that the decoder's own scaling is used in full."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


@contextmanager
def _opened(file: BinaryIO) -> Iterator[Image.Image]:
    with warnings.catch_warnings():
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
        message = N_("这个文件不是完整的照片，打不开。请换一张，或再传一次。")
        raise Invalid("photo", message, code="unreadable_photo") from broken


def _refuse_foreign(head: bytes) -> None:
    if head.startswith(FOREIGN):
        raise Invalid("photo", N_("只收照片：JPEG、PNG、WebP 或 HEIC。"), code="unsupported_media")


def _too_many_pixels(most: int | None) -> Invalid:
    if most is None:
        return Invalid("photo", N_("照片的像素太多。"), code="too_many_pixels")
    return Invalid("photo", N_("照片的像素太多，最多 %(most)s 百万。"), code="too_many_pixels", most=str(most))
