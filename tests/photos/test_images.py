"""What a file is, and copies that carry nothing but pixels."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from inspection.kernel.calendar import BEIJING
from inspection.kernel.errors import Invalid
from inspection.photos import images
from inspection.photos.images import Limits

DATA = Path(__file__).parent / "data"
LIMITS = Limits(megapixels=64)

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 180, 30), (30, 30, 220), (230, 220, 40)
UPRIGHT = {("top", "left"): RED, ("top", "right"): GREEN, ("bottom", "left"): BLUE, ("bottom", "right"): YELLOW}

# EXIF 2.32, tag 0x0112: which side of the upright picture the stored row 0 and column 0 are.
ORIENTATIONS = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
OPPOSITE = {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}

ALLOWED = {0xD8, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA, 0xD9}
"""SOI, JFIF, tables, frame, scan, EOI: what a served JPEG may consist of."""


def look(data: bytes, tmp_path: Path, limits: Limits = LIMITS) -> images.Facts:
    file = tmp_path / "photo"
    file.write_bytes(data)
    return images.inspect(file, limits)


def copies(data: bytes) -> images.Copies:
    return images.derive(io.BytesIO(data))


def refused(data: bytes, tmp_path: Path) -> str:
    with pytest.raises(Invalid) as refusal:
        look(data, tmp_path)
    assert refusal.value.field == "photo"
    return refusal.value.code


def saved(picture: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **more)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data), formats=("JPEG",))
    picture.load()
    return picture


def near(pixel: object, colour: tuple[int, int, int], slack: int = 24) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= slack for a, b in zip(pixel, colour, strict=True))


def stored_as(orientation: int, size: tuple[int, int]) -> Image.Image:
    """A picture whose upright corners are UPRIGHT, stored as a camera of that orientation stores it."""
    row, column = ORIENTATIONS[orientation]
    width, height = size if row in {"top", "bottom"} else size[::-1]
    picture = Image.new("RGB", (width, height))
    for y, x, sides in (
        (0, 0, {row, column}),
        (0, 1, {row, OPPOSITE[column]}),
        (1, 0, {OPPOSITE[row], column}),
        (1, 1, {OPPOSITE[row], OPPOSITE[column]}),
    ):
        colour = next(colour for corner, colour in UPRIGHT.items() if set(corner) == sides)
        picture.paste(colour, (x * width // 2, y * height // 2, (x + 1) * width // 2, (y + 1) * height // 2))
    return picture


def segments(data: bytes) -> list[int]:
    """The markers of a JPEG in order; fails unless the file ends with its EOI."""
    assert data[:2] == b"\xff\xd8"
    found, at = [0xD8], 2
    while True:
        assert data[at] == 0xFF, f"no marker at {at}"
        marker = data[at + 1]
        found.append(marker)
        if marker == 0xD9:
            assert at + 2 == len(data), "bytes after the end"
            return found
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker == 0xDA:
            while not (data[at] == 0xFF and data[at + 1] not in {0x00, *range(0xD0, 0xD8)}):
                at += 1


def exif(**tags: object) -> Image.Exif:
    made = Image.Exif()
    details = made.get_ifd(ExifTags.IFD.Exif)
    for name, value in tags.items():
        tag = ExifTags.Base[name]
        (details if name in {"DateTimeOriginal", "OffsetTimeOriginal"} else made)[tag] = value
    return made


def profile(picture: Path) -> bytes:
    """The colour profile of a camera's file."""
    with Image.open(picture) as camera:
        kept = camera.info["icc_profile"]
    assert isinstance(kept, bytes)
    return kept


def with_scans(count: int) -> bytes:
    """A progressive JPEG with its last scan again and again."""
    whole = saved(stored_as(1, (64, 48)), progressive=True)
    last = whole.rindex(b"\xff\xc4")
    return whole[:-2] + whole[last:-2] * (count - segments(whole).count(0xDA)) + whole[-2:]


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_with(*chunks: bytes) -> bytes:
    """A small PNG with chunks before its pixels."""
    whole = saved(Image.new("RGB", (8, 8), RED), "PNG")
    return whole[:33] + b"".join(chunks) + whole[33:]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_every_orientation_is_turned_upright(orientation: int, tmp_path: Path) -> None:
    data = saved(stored_as(orientation, (80, 60)), quality=95, subsampling=0, exif=exif(Orientation=orientation))

    facts, made = look(data, tmp_path), copies(data)

    shown = opened(made.web)
    assert (facts.width, facts.height, facts.orientation) == (80, 60, orientation)
    assert (made.width, made.height) == shown.size == (80, 60)
    corners = {
        ("top", "left"): (5, 5),
        ("top", "right"): (74, 5),
        ("bottom", "left"): (5, 54),
        ("bottom", "right"): (74, 54),
    }
    assert all(near(shown.getpixel(corners[corner]), colour) for corner, colour in UPRIGHT.items())


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_changes_nothing(orientation: int, tmp_path: Path) -> None:
    data = saved(stored_as(1, (80, 60)), exif=exif(Orientation=orientation))

    assert look(data, tmp_path).orientation == 1
    assert opened(copies(data).web).size == (80, 60)


@pytest.mark.parametrize("name", ["landscape_6.jpg", "portrait_8.jpg"])
def test_a_sideways_photo_of_a_camera_stands_upright(name: str, tmp_path: Path) -> None:
    with Image.open(DATA / name) as camera:
        stored = camera.size

    facts = images.inspect(DATA / name, LIMITS)

    assert (facts.width, facts.height) == stored[::-1]
    assert opened(copies((DATA / name).read_bytes()).web).size == stored[::-1]


def test_what_a_camera_says_is_read() -> None:
    nikon = images.inspect(DATA / "DSCN0010.jpg", LIMITS)
    phone = images.inspect(DATA / "IMG_5195.HEIC", LIMITS)

    assert nikon.exif_taken_at == datetime(2008, 10, 22, 16, 28, 39, tzinfo=BEIJING)
    assert nikon.exif_point == pytest.approx((43.46745, 11.88513), abs=1e-5)
    assert nikon.camera == "NIKON COOLPIX P6000"
    assert phone.content_type == "image/heic"
    assert phone.exif_taken_at == datetime(2021, 4, 11, 20, 47, 53, tzinfo=UTC)
    assert phone.exif_point == pytest.approx((39.05134, -94.28877), abs=1e-5)


def test_an_iphone_photo_becomes_a_jpeg_without_any_of_it() -> None:
    made = copies((DATA / "IMG_5195.HEIC").read_bytes())

    shown = opened(made.web)
    assert (made.width, made.height) == (2566, 3313)
    assert shown.size == (1239, 1600)
    assert set(segments(made.web)) <= ALLOWED
    for word in (b"Apple", b"iPhone", b"Exif", b"2021:04:11", b"ICC_PROFILE"):
        assert word not in made.web + made.thumb


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_where_a_picture_is_transparent_the_copy_is_white(kind: str, tmp_path: Path) -> None:
    picture = Image.new("RGBA", (64, 64), (*RED, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 32, 64))
    data = saved(picture, kind, lossless=True) if kind == "WEBP" else saved(picture, kind)

    shown = opened(copies(data).web)

    assert look(data, tmp_path).content_type == f"image/{kind.lower()}"
    assert near(shown.getpixel((8, 32)), (255, 255, 255))
    assert near(shown.getpixel((56, 32)), RED)


def test_a_palette_with_a_transparent_colour_is_white_there() -> None:
    picture = Image.new("P", (64, 64), 0)
    picture.putpalette([0, 0, 0, *RED])
    picture.paste(1, (32, 0, 64, 64))

    shown = opened(copies(saved(picture, "PNG", transparency=0)).web)

    assert near(shown.getpixel((8, 32)), (255, 255, 255))
    assert near(shown.getpixel((56, 32)), RED)


def test_sixteen_bits_become_eight() -> None:
    picture = Image.new("I;16", (64, 64), 32768)
    picture.paste(65535, (32, 0, 64, 64))

    shown = opened(copies(saved(picture, "PNG")).web)

    assert near(shown.getpixel((8, 32)), (128, 128, 128), 3)
    assert near(shown.getpixel((56, 32)), (255, 255, 255), 3)


def test_print_colours_become_screen_colours(tmp_path: Path) -> None:
    data = saved(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), quality=95)

    shown = opened(copies(data).web)

    assert look(data, tmp_path).content_type == "image/jpeg"
    assert shown.mode == "RGB"
    assert near(shown.getpixel((32, 32)), (255, 0, 0))


def test_colours_of_a_wide_profile_become_those_of_the_screen() -> None:
    """Display P3 (200, 100, 100): linear .578 .127 .127, by the matrix .679 .108 .118, encoded 215 93 97."""
    wide = profile(DATA / "IMG_5195.HEIC")
    data = saved(Image.new("RGB", (64, 64), (200, 100, 100)), quality=98, subsampling=0, icc_profile=wide)

    shown = opened(copies(data).web)

    assert near(shown.getpixel((32, 32)), (215, 93, 97), 3)


@pytest.mark.parametrize(
    "kept",
    [ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), b"nonsense" * 30, b"\x00"],
    ids=["sRGB", "nonsense", "too short"],
)
def test_another_profile_changes_no_colour(kept: bytes) -> None:
    data = saved(Image.new("RGB", (64, 64), (200, 100, 100)), quality=98, subsampling=0, icc_profile=kept)

    shown = opened(copies(data).web)

    assert near(shown.getpixel((32, 32)), (200, 100, 100), 3)


def test_a_profile_for_other_colours_than_the_pictures_is_ignored() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    data = saved(Image.new("RGB", (64, 64), (200, 100, 100)), quality=98, subsampling=0, icc_profile=lab)

    assert near(opened(copies(data).web).getpixel((32, 32)), (200, 100, 100), 3)


def test_the_edge_of_a_transparent_part_has_no_dark_seam() -> None:
    picture = Image.new("RGBA", (3300, 30), (0, 0, 0, 0))
    picture.paste((*RED, 255), (1651, 0, 3300, 30))

    shown = opened(copies(saved(picture, "PNG")).web)

    reds = [pixel[0] for pixel in (shown.getpixel((x, 7)) for x in range(1600)) if isinstance(pixel, tuple)]
    assert len(reds) == 1600 and min(reds) >= 205


def test_of_a_phones_two_pictures_in_one_file_the_first_is_shown(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in (RED, BLUE)]
    data = saved(frames[0], "MPO", save_all=True, append_images=frames[1:], quality=95)

    facts, made = look(data, tmp_path), copies(data)

    assert (facts.content_type, facts.frames) == ("image/jpeg", 2)
    assert near(opened(made.web).getpixel((32, 32)), RED)
    assert set(segments(made.web)) <= ALLOWED


def test_of_several_frames_the_first_is_shown(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in (RED, BLUE)]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)

    assert look(data, tmp_path).frames == 2
    assert near(opened(copies(data).web).getpixel((32, 32)), RED)


def test_a_film_is_no_photo(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 4), (number, 0, 255 - number)) for number in range(images.MOST_FRAMES + 1)]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)

    assert refused(data, tmp_path) == "unreadable_photo"


def test_copies_are_as_large_as_they_may_be() -> None:
    made = copies(saved(Image.new("RGB", (4000, 1000), BLUE)))

    assert opened(made.web).size == (1600, 400)
    assert opened(made.thumb).size == (320, 80)
    assert (made.width, made.height) == (4000, 1000)


@pytest.mark.parametrize("size", [(1, 1), (7, 3), (3, 2000)])
def test_a_tiny_or_thin_picture_is_a_picture(size: tuple[int, int], tmp_path: Path) -> None:
    data = saved(Image.new("RGB", size, RED))

    assert (look(data, tmp_path).width, look(data, tmp_path).height) == size
    assert opened(copies(data).web).size[0] >= 1


def test_a_copy_has_no_metadata_and_nothing_after_its_end() -> None:
    picture = stored_as(1, (200, 150))
    data = saved(
        picture,
        exif=exif(Make="GEHEIM-CAM", Software="GEHEIM-SOFT", DateTimeOriginal="2026:11:23 09:42:37"),
        comment=b"GEHEIM-COMMENT",
        icc_profile=b"GEHEIM-PROFILE" * 20,
        xmp=b"<x:xmpmeta>GEHEIM-XMP</x:xmpmeta>",
    )
    assert {0xE1, 0xE2, 0xFE} <= set(segments(data))

    made = copies(data)

    for copy in (made.web, made.thumb):
        assert set(segments(copy)) <= ALLOWED
        assert b"GEHEIM" not in copy
        assert not opened(copy).getexif()


@pytest.mark.parametrize("name", ["45-gps_ifd.jpg", "DSCN0010.jpg", "landscape_6.jpg", "no_exif.jpg", "portrait_8.jpg"])
def test_a_cameras_file_gives_bare_copies(name: str) -> None:
    made = copies((DATA / name).read_bytes())

    assert set(segments(made.web)) | set(segments(made.thumb)) <= ALLOWED


@pytest.mark.parametrize(
    "hidden",
    [b"<html><script>alert(1)</script></html>", b"%PDF-1.7 hidden", b"PK\x03\x04 hidden", b"ftypmp42 hidden \xff\xda"],
    ids=["html", "pdf", "zip head", "film"],
)
def test_what_hangs_behind_or_hides_in_a_photo_is_in_no_copy(hidden: bytes, tmp_path: Path) -> None:
    plain = saved(stored_as(1, (64, 48)))
    comment = b"\xff\xfe" + struct.pack(">H", len(hidden) + 2) + hidden
    double = plain[:2] + comment + plain[2:] + hidden

    facts, made = look(double, tmp_path), copies(double)

    assert facts.content_type == "image/jpeg"
    for copy in (made.web, made.thumb):
        assert hidden not in copy
        assert set(segments(copy)) <= ALLOWED


def test_a_photo_that_is_also_an_archive_gives_a_copy_that_is_none(tmp_path: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("evil.js", "alert(1)")
    double = saved(stored_as(1, (64, 48))) + archive.getvalue()
    assert zipfile.is_zipfile(io.BytesIO(double))

    look(double, tmp_path)
    made = copies(double)

    assert not zipfile.is_zipfile(io.BytesIO(made.web))
    assert b"evil.js" not in made.web + made.thumb


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "unreadable_photo"),
        (b"\xff", "unreadable_photo"),
        (b"\xff\xd8\xff", "unreadable_photo"),
        (b"nothing that anyone knows" * 40, "unreadable_photo"),
        (b"\x00" * 5000, "unreadable_photo"),
        (b"GIF89a" + b"\x00" * 40, "unsupported_media"),
        (b"II*\x00" + b"\x00" * 40, "unsupported_media"),
        (b"MM\x00*" + b"\x00" * 40, "unsupported_media"),
        (b"%PDF-1.7\n", "unsupported_media"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "unsupported_media"),
        (b"\xc5\xd0\xd3\xc6" + b"\x00" * 30, "unsupported_media"),
        (b"\x00\x00\x00\x20ftypmp42" + b"\x00" * 30, "unsupported_media"),
        (b"\x00\x00\x00\x20ftypavif" + b"\x00" * 30, "unsupported_media"),
        (b"\x00\x00\x00\x20ftypheic" + b"\x00" * 30, "unreadable_photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_media"),
        (b"\n  <?xml version='1.0'?><svg/>", "unsupported_media"),
        (b"\xef\xbb\xbf<svg/>", "unsupported_media"),
        (b"<!doctype html><script>alert(1)</script>", "unsupported_media"),
        (b"BM" + b"\x00" * 60, "unsupported_media"),
        (b"PK\x03\x04" + b"\x00" * 60, "unsupported_media"),
    ],
)
def test_what_is_no_photo_is_refused_by_its_kind(data: bytes, code: str, tmp_path: Path) -> None:
    assert refused(data, tmp_path) == code


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "PPM", "ICO", "TGA", "PDF", "EPS"])
def test_a_picture_of_another_format_is_refused(kind: str, tmp_path: Path) -> None:
    code = refused(saved(Image.new("RGB", (32, 32), RED), kind), tmp_path)

    assert code in {"unsupported_media", "unreadable_photo"}
    if kind in {"GIF", "TIFF", "BMP", "PDF", "EPS"}:
        assert code == "unsupported_media"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("bomb_30000x30000.png", "too_many_pixels"),
        ("html_named.jpg", "unsupported_media"),
        ("truncated_half.jpg", "unreadable_photo"),
        ("zero_byte.jpg", "unreadable_photo"),
    ],
)
def test_a_hostile_file_is_refused(name: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        images.inspect(DATA / name, LIMITS)

    assert refusal.value.code == code


def test_a_name_says_nothing_about_what_a_file_is() -> None:
    assert images.inspect(DATA / "jpeg_named.png", LIMITS).content_type == "image/jpeg"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.3, 0.5, 0.9])
def test_a_photo_that_was_cut_off_is_refused(kind: str, part: float, tmp_path: Path) -> None:
    noise = Image.effect_noise((200, 150), 60).convert("RGB")
    whole = saved(noise, kind)

    assert refused(whole[: int(len(whole) * part)], tmp_path) == "unreadable_photo"


@pytest.mark.parametrize("part", [0.001, 0.01, 0.5, 0.999])
def test_a_cut_off_iphone_photo_is_refused(part: float, tmp_path: Path) -> None:
    whole = (DATA / "IMG_5195.HEIC").read_bytes()

    assert refused(whole[: int(len(whole) * part)], tmp_path) == "unreadable_photo"


def test_an_iphone_photo_with_something_behind_it_is_a_photo(tmp_path: Path) -> None:
    whole = saved(stored_as(1, (64, 64)), "HEIF")

    assert look(whole + b"SEFT and more", tmp_path).content_type == "image/heic"


def test_the_limit_of_pixels_is_ours(tmp_path: Path) -> None:
    data = saved(Image.new("1", (1100, 1000)), "PNG")

    assert look(data, tmp_path, Limits(megapixels=2)).width == 1100
    with pytest.raises(Invalid) as refusal:
        look(data, tmp_path, Limits(megapixels=1))
    assert refusal.value.code == "too_many_pixels"
    assert "1" in str(refusal.value)


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    tracemalloc.start()
    with pytest.raises(Invalid):
        images.inspect(DATA / "bomb_30000x30000.png", LIMITS)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 4_000_000


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP"])
def test_a_text_that_swells_is_refused_and_does_not_fill_the_memory(kind: bytes, tmp_path: Path) -> None:
    swelling = png_with(png_chunk(kind, b"Comment\x00\x00" + zlib.compress(b"\x00" * 100_000_000)))

    tracemalloc.start()
    code = refused(swelling, tmp_path)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert code == "unreadable_photo"
    assert most < 32_000_000


@pytest.mark.parametrize("count", [images.MOST_SCANS + 1, 5000])
def test_a_photo_of_endless_passes_is_refused(count: int, tmp_path: Path) -> None:
    data = with_scans(count)
    assert segments(data).count(0xDA) == count

    assert refused(data, tmp_path) == "unreadable_photo"


def test_endless_passes_behind_a_feigned_length_are_refused(tmp_path: Path) -> None:
    whole = with_scans(images.MOST_SCANS + 1)
    first = whole.index(b"\xff\xda")

    with pytest.raises(Invalid, match="繁复"):
        look(whole[:first] + b"\xff\x02\xff\xff" + whole[first:], tmp_path)


def test_a_photo_in_passes_with_a_thumbnail_and_a_film_behind_it_is_a_photo(tmp_path: Path) -> None:
    whole = with_scans(images.MOST_SCANS)
    thumbnails = b"\xff\xe2" + struct.pack(">H", 2 + 600) + b"\xff\xda" * 300

    facts = look(whole[:2] + thumbnails + whole[2:] + b"\x00\x02" + b"\xff\xda\x00\x02" * 300, tmp_path)

    assert (facts.width, facts.height) == (64, 48)


def test_many_texts_do_not_fill_the_memory(tmp_path: Path) -> None:
    one = png_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"\x00" * 1_000_000))

    assert refused(png_with(*[one] * 100), tmp_path) == "unreadable_photo"


def test_exif_as_large_as_it_can_be_is_not_in_the_copies(tmp_path: Path) -> None:
    large = exif(Make="X" * 60_000, Software="Y" * 4_000)

    facts = look(saved(stored_as(1, (64, 48)), exif=large), tmp_path)
    made = copies(saved(stored_as(1, (64, 48)), exif=large))

    assert facts.camera == "X" * 120
    assert facts.software == "Y" * 120
    assert b"XXXX" not in made.web


def test_megabytes_of_exif_in_a_png_are_read_in_little_memory(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    huge = exif(Make="X" * 6_000_000).tobytes()
    data = saved(Image.new("RGB", (8, 8)), "PNG", pnginfo=info, exif=huge)

    tracemalloc.start()
    facts = look(data, tmp_path)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert facts.camera == "X" * 120
    assert most < 64_000_000


@pytest.mark.parametrize(
    ("written", "offset", "moment"),
    [
        ("2026:11:23 09:42:37", None, datetime(2026, 11, 23, 9, 42, 37, tzinfo=BEIJING)),
        ("2026:11:23 09:42:37", "+00:00", datetime(2026, 11, 23, 9, 42, 37, tzinfo=UTC)),
        ("2026:11:23 09:42:37", "Z", datetime(2026, 11, 23, 9, 42, 37, tzinfo=UTC)),
        ("2026:11:23 09:42:37", "nonsense", None),
        ("2026:11:23 09:42:37", ".5", None),
        ("0000:00:00 00:00:00", None, None),
        ("    :  :     :  :  ", None, None),
        ("2026-11-23 09:42:37", None, None),
        ("0001:01:01 00:00:00", None, None),
        ("9999:12:31 23:59:59", "-12:00", None),
        ("", None, None),
    ],
)
def test_the_cameras_clock_is_a_moment_or_nothing(
    written: str, offset: str | None, moment: datetime | None, tmp_path: Path
) -> None:
    tags = exif(DateTimeOriginal=written, **({"OffsetTimeOriginal": offset} if offset else {}))

    facts = look(saved(stored_as(1, (16, 12)), exif=tags), tmp_path)

    assert facts.exif_taken_at == moment
    assert facts.zone_assumed == (moment is not None and offset is None)
    if facts.exif_taken_at:
        assert facts.exif_taken_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("gps", "point"),
    [
        ({1: "N", 2: (39.0, 55.0, 44.0), 3: "E", 4: (116.0, 25.0, 4.0)}, (39.928889, 116.417778)),
        ({1: "S", 2: (33.0, 30.0, 0.0), 3: "W", 4: (70.0, 45.0, 0.0)}, (-33.5, -70.75)),
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, None),
        ({1: "N", 2: (99.0, 0.0, 0.0), 3: "E", 4: (116.0, 0.0, 0.0)}, None),
        ({2: (39.0, 55.0, 44.0), 4: (116.0, 25.0, 4.0)}, None),
        ({1: "N", 2: 39.0, 3: "E", 4: 116.0}, None),
    ],
)
def test_the_cameras_place_is_a_point_or_nothing(
    gps: dict[int, object], point: tuple[float, float] | None, tmp_path: Path
) -> None:
    tags = Image.Exif()
    tags.get_ifd(ExifTags.IFD.GPSInfo).update(gps)

    facts = look(saved(stored_as(1, (16, 12)), exif=tags), tmp_path)

    assert facts.exif_point == (pytest.approx(point, abs=1e-5) if point else None)


def test_deriving_twice_gives_the_same_bytes() -> None:
    data = (DATA / "DSCN0010.jpg").read_bytes()

    assert copies(data) == copies(data)


def test_a_picture_and_its_smaller_self_look_alike_and_two_pictures_do_not() -> None:
    with Image.open(DATA / "DSCN0010.jpg") as camera:
        first = camera.convert("RGB")
    smaller = copies(saved(first.resize((320, 240)), quality=60)).phash
    other = copies((DATA / "45-gps_ifd.jpg").read_bytes()).phash
    mine = copies((DATA / "DSCN0010.jpg").read_bytes()).phash

    assert images.phash_distance(mine, smaller) <= 6
    assert images.phash_distance(mine, other) > 16
    assert images.phash_distance("0" * 16, "f" * 16) == 64


WHOLE = {
    "jpeg": saved(
        stored_as(6, (48, 32)),
        exif=exif(Make="M", DateTimeOriginal="2026:11:23 09:42:37", OffsetTimeOriginal="+08:00", Orientation=6),
    ),
    "jpeg in passes": saved(
        stored_as(1, (48, 32)), progressive=True, icc_profile=profile(DATA / "IMG_5195.HEIC"), comment=b"comment"
    ),
    "png": saved(stored_as(1, (48, 32)), "PNG", exif=exif(Orientation=3).tobytes()),
    "webp": saved(stored_as(1, (48, 32)), "WEBP", exif=exif(Orientation=3).tobytes()),
    "heic": saved(stored_as(1, (64, 64)), "HEIF", exif=exif(Make="M").tobytes()),
}


@given(
    kind=st.sampled_from(sorted(WHOLE)),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=6),
)
@settings(max_examples=300)
def test_a_damaged_file_is_a_photo_or_refused_and_nothing_else(
    kind: str, changes: list[tuple[float, int]], tmp_path: Path
) -> None:
    damaged = bytearray(WHOLE[kind])
    for place, value in changes:
        damaged[int(place * len(damaged))] = value

    try:
        look(bytes(damaged), tmp_path)
        made = copies(bytes(damaged))
    except Invalid as refusal:
        assert refusal.field == "photo"
    else:
        assert set(segments(made.web)) <= ALLOWED
