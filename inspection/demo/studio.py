"""The demo's photographs: drawn scenes, each from a standpoint of its own, with a camera's EXIF (演示照片).

A scene is a setting (the lane, the estate, the road, the village) with a thing in it. Another look at the same place
has the same setting from nearly the same standpoint, so that before and after can be told to be one place.
"""

import io
import math
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random

import pylopdf_fonts_zh_cn
import typst
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from inspection.geography.points import Point
from inspection.kernel.calendar import BEIJING

SCENES = Path(__file__).with_name("scenes")
PHOTOS = Path(__file__).with_name("photos")
SHADE = "vignette"
DRAWN = (1000, 750)
PRINTED, SKETCHED = (800, 600), (400, 300)
MARGIN = 0.035
GREYS = (0.299, 0.587, 0.114)
"""How bright each channel looks (ITU-R BT.601)."""
POINTS_AN_INCH = 90.0
"""Turns a drawing of 800 × 600 into DRAWN."""
NUMBER_AT, NUMBER_SIZE = (324, 505), (382, 124)
"""Where the plate is in the drawing of one, and how large."""
QUALITY = 82
CAMERAS = (
    ("HUAWEI", "NOH-AN00"),
    ("Xiaomi", "2201122C"),
    ("OPPO", "PGEM10"),
    ("Apple", "iPhone 13"),
    ("vivo", "V2241A"),
)

Camera = tuple[str, str]


@dataclass(frozen=True)
class View:
    """Where the photographer stands and what the light is like: shares of the picture, degrees, factors."""

    mirrored: bool
    zoom: float
    left: float
    top: float
    tilt: float
    light: float
    colour: float

    def again(self, rng: Random) -> "View":
        """About the same standpoint at another time."""
        return replace(
            self,
            zoom=_within(self.zoom + rng.uniform(-0.05, 0.05), 0.76, 0.92),
            left=_within(self.left + rng.uniform(-0.25, 0.25), 0.0, 1.0),
            top=_within(self.top + rng.uniform(-0.2, 0.2), 0.5, 1.0),
            tilt=self.tilt + rng.uniform(-1.2, 1.2),
            light=rng.uniform(0.82, 1.14),
            colour=rng.uniform(0.75, 1.15),
        )

    def closer(self) -> "View":
        """A few steps nearer to the thing."""
        return replace(self, zoom=self.zoom * 0.66, left=0.55, top=0.86)


@dataclass(frozen=True)
class Stamp:
    """What the camera writes into the file: when, where, and what it is."""

    taken_at: datetime | None
    point: Point | None
    camera: Camera


def some_view(rng: Random) -> View:
    """Somewhere in front of the scene."""
    return View(
        mirrored=rng.random() < 0.5,
        zoom=rng.uniform(0.76, 0.92),
        left=rng.random(),
        top=rng.uniform(0.55, 1.0),
        tilt=rng.uniform(-2.2, 2.2),
        light=rng.uniform(0.78, 1.12),
        colour=rng.uniform(0.7, 1.15),
    )


class Studio:
    """The scenes, drawn once."""

    def __init__(self) -> None:
        """Draw every scene."""
        self._drawn = {file.stem: _drawn(file) for file in sorted(SCENES.glob("*.svg"))}
        self._scenes: dict[tuple[str, str], Image.Image] = {}

    def shot(self, setting: str, thing: str, view: View, size: tuple[int, int] = PRINTED) -> Image.Image:
        """The setting with the thing in it, or with nothing, from a standpoint."""
        return self._printed(self._scene(setting, thing), view, size)

    def shot_of_plate(self, setting: str, number: str, view: View) -> Image.Image:
        """The plate of a car there, from a standpoint; its number can be read."""
        scene = self._scene(setting, "plate").copy()
        scene.paste(_number(number), NUMBER_AT)
        return self._printed(scene, replace(view, mirrored=False), PRINTED)

    def _printed(self, scene: Image.Image, view: View, size: tuple[int, int]) -> Image.Image:
        framed = scene.transform(size, Image.Transform.AFFINE, _standpoint(view, size), Image.Resampling.BILINEAR)
        return framed.convert("RGB", _developed(view))

    def _scene(self, setting: str, thing: str) -> Image.Image:
        if (setting, thing) not in self._scenes:
            scene = self._drawn[setting].copy()
            for layer in filter(None, (thing, SHADE)):
                scene.alpha_composite(self._drawn[layer])
            self._scenes[setting, thing] = scene.convert("RGB")
        return self._scenes[setting, thing]


def jpeg(picture: Image.Image, stamp: Stamp) -> bytes:
    """The file as the camera would leave it."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY, exif=_exif(stamp))
    return buffer.getvalue()


def real_photo(name: str) -> bytes:
    """One of the real files, unchanged."""
    return (PHOTOS / name).read_bytes()


def _drawn(file: Path) -> Image.Image:
    png = typst.compile(
        SCENES / "scene.typ",
        root=SCENES,
        format="png",
        ppi=POINTS_AN_INCH,
        ignore_system_fonts=True,
        sys_inputs={"drawing": file.name},
    )
    with Image.open(io.BytesIO(png)) as image:
        return image.convert("RGBA").resize(DRAWN)


def _number(number: str) -> Image.Image:
    png = typst.compile(
        SCENES / "number.typ",
        root=SCENES,
        format="png",
        ppi=2 * POINTS_AN_INCH,
        font_paths=[pylopdf_fonts_zh_cn.sans_path().parent],
        ignore_system_fonts=True,
        sys_inputs={"number": number},
    )
    with Image.open(io.BytesIO(png)) as image:
        return image.convert("RGB").resize(NUMBER_SIZE)


def _standpoint(view: View, size: tuple[int, int]) -> tuple[float, float, float, float, float, float]:
    """From a pixel of the print to one of the drawing: framed, mirrored, and tilted about the print's middle.

    The frame keeps clear of the drawing's edges, so that tilting shows nothing from beyond.
    """
    (width, height), (across, down) = DRAWN, size
    scale = width * view.zoom / across
    room_x, room_y = width * (1 - 2 * MARGIN - view.zoom), height * (1 - 2 * MARGIN - view.zoom)
    middle_x = width * (MARGIN + view.zoom / 2) + room_x * view.left
    middle_y = height * (MARGIN + view.zoom / 2) + room_y * view.top
    if view.mirrored:
        middle_x = width - middle_x
    turned, leaned = scale * math.cos(math.radians(view.tilt)), scale * math.sin(math.radians(view.tilt))
    side = -1 if view.mirrored else 1
    a, b, d, e = side * turned, -side * leaned, leaned, turned
    return a, b, middle_x - a * across / 2 - b * down / 2, d, e, middle_y - d * across / 2 - e * down / 2


def _developed(view: View) -> tuple[float, ...]:
    """The colour matrix that makes a print lighter or darker, and its colours stronger or weaker."""
    rows = []
    for channel in range(3):
        kept = [view.colour if other == channel else 0.0 for other in range(3)]
        rows += [view.light * (own + (1 - view.colour) * grey) for own, grey in zip(kept, GREYS, strict=True)] + [0.0]
    return tuple(rows)


def _exif(stamp: Stamp) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = stamp.camera
    if stamp.taken_at:
        local = stamp.taken_at.astimezone(BEIJING)
        details = exif.get_ifd(ExifTags.IFD.Exif)
        details[ExifTags.Base.DateTimeOriginal] = f"{local:%Y:%m:%d %H:%M:%S}"
        details[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    if stamp.point:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", _sexagesimal(stamp.point.lat)
        gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", _sexagesimal(stamp.point.lng)
    return exif


def _sexagesimal(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    seconds = (degrees - whole - minutes / 60) * 3600
    return IFDRational(whole), IFDRational(minutes), IFDRational(round(seconds * 1000), 1000)


def _within(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)
