"""Number plates drawn for the tests (GA 36-2018), on the back of a car, photographed as a passer-by would.

The glyphs are those of the program's own fonts pressed into a plate's cells of 45 × 90 mm, not the plate maker's own:
what is read here says how well reading works in kind, not how many of a city's plates it reads.
"""

import io
import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from random import Random

import numpy as np
import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SERIAL = "0123456789" * 2 + "ABCDEFGHJKLMNPQRSTUVWXYZ"
PROVINCES = "京" * 12 + "津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂渝川陕"
MM = 2
"""Pixels a millimetre, as the plate is drawn."""
WHITE, BLACK, RED = (245, 245, 245), (18, 18, 18), (190, 30, 30)


class Paint(StrEnum):
    """The kinds of plate that are drawn."""

    BLUE = "blue"
    YELLOW = "yellow"
    TWO_ROWS = "two rows"
    GREEN = "green"
    POLICE = "police"


@dataclass(frozen=True)
class Shot:
    """How the plate is photographed: its width in a picture of 1600 pixels, degrees, blur in pixels, noise, light."""

    width: int = 240
    turn: float = 0.0
    lean: float = 0.0
    """How far the car is turned away, degrees."""
    blur: float = 0.0
    noise: float = 0.0
    light: float = 1.0


def some_plate(paint: Paint, rng: Random) -> str:
    """A lawful plate of this kind, without the dot."""
    head = rng.choice(PROVINCES) + rng.choice("ABCEFGHJKLMNPQ")
    serial = "".join(rng.choice(SERIAL) for _ in range(5))
    if paint is Paint.GREEN:
        return head + rng.choice("DF") + "".join(rng.choice("0123456789") for _ in range(5))
    return head + serial[:4] + "警" if paint is Paint.POLICE else head + serial


def some_shot(rng: Random) -> Shot:
    """From some metres away, a little askew, by a phone's camera."""
    return Shot(
        width=rng.randint(110, 320),
        turn=rng.uniform(-8, 8),
        lean=rng.uniform(-35, 35),
        blur=rng.uniform(0, 1.2),
        noise=rng.uniform(2, 12),
        light=rng.uniform(0.55, 1.1),
    )


def photo(text: str, paint: Paint, shot: Shot, rng: Random, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """The JPEG of a car's back with the plate on it."""
    picture = _street(size, rng)
    plate = _photographed(_plate(text, paint), shot)
    left = int(size[0] * rng.uniform(0.3, 0.7) - plate.width / 2)
    top = int(size[1] * rng.uniform(0.5, 0.72) - plate.height / 2)
    _car(ImageDraw.Draw(picture), left + plate.width / 2, top + plate.height / 2, shot.width, rng)
    picture.paste(plate, (left, top), plate)
    return _developed(picture, shot, rng)


def sign(lines: list[str], rng: Random, *, ink: tuple[int, int, int] = WHITE, ground: str = "#1450a0") -> bytes:
    """The JPEG of a signboard with some lines of writing."""
    picture = _street((1600, 1200), rng)
    draw, font = ImageDraw.Draw(picture), _font(64)
    draw.rectangle((300, 300, 1300, 380 + 110 * len(lines)), fill=ground)
    for number, line in enumerate(lines):
        draw.text((340, 330 + 110 * number), line, font=font, fill=ink)
    return _developed(picture, Shot(noise=4), rng)


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), size)


def _plate(text: str, paint: Paint) -> Image.Image:
    wide, high = {Paint.TWO_ROWS: (440, 220), Paint.GREEN: (480, 140)}.get(paint, (440, 140))
    ground = {Paint.BLUE: (16, 66, 160), Paint.POLICE: WHITE}.get(paint, (240, 186, 20))
    plate = Image.new("RGB", (wide * MM, high * MM), ground)
    if paint is Paint.GREEN:
        shade = Image.linear_gradient("L").resize(plate.size)
        plate = Image.composite(
            Image.new("RGB", plate.size, (60, 176, 100)), Image.new("RGB", plate.size, WHITE), shade
        )
    ink = WHITE if paint is Paint.BLUE else BLACK
    draw = ImageDraw.Draw(plate)
    draw.rounded_rectangle((4 * MM, 4 * MM, (wide - 4) * MM, (high - 4) * MM), 8 * MM, outline=ink, width=MM)
    if paint is Paint.TWO_ROWS:
        _glyphs(plate, text[:2], 110, 15, 60, (80, 60), ink, 60)
        _dot(draw, 220, 45, ink)
        _glyphs(plate, text[2:], 27, 90, 110, (65, 110), ink, 15)
        return plate
    cell, gap = (43, 9) if paint is Paint.GREEN else (45, 12)
    _glyphs(plate, text[:2], 15, 25, 90, (cell, 90), ink, gap)
    rest = 15 + 2 * (cell + gap) + (38 if paint is Paint.GREEN else 22)
    _dot(draw, rest - 17, 70, ink)
    _glyphs(plate, text[2:], rest, 25, 90, (cell, 90), ink, gap)
    return plate


def _glyphs(
    plate: Image.Image,
    text: str,
    left: int,
    top: int,
    height: int,
    cell: tuple[int, int],
    ink: tuple[int, int, int],
    gap: int,
) -> None:
    """Each character pressed into its cell, as a plate's are."""
    for number, sign_ in enumerate(text):
        font = _font(200)
        box = font.getbbox(sign_, stroke_width=6)
        glyph = Image.new("L", (int(box[2] - box[0]), int(box[3] - box[1])))
        ImageDraw.Draw(glyph).text((-box[0], -box[1]), sign_, font=font, fill=255, stroke_width=6)
        narrow = 16 if sign_ == "1" else cell[0]
        glyph = glyph.resize((narrow * MM, height * MM), Image.Resampling.LANCZOS)
        at = left + number * (cell[0] + gap) + (cell[0] - narrow) // 2
        plate.paste(RED if sign_ == "警" else ink, (at * MM, top * MM), glyph)


def _dot(draw: ImageDraw.ImageDraw, at: int, down: int, ink: tuple[int, int, int]) -> None:
    draw.ellipse(((at - 5) * MM, (down - 5) * MM, (at + 5) * MM, (down + 5) * MM), fill=ink)


def _photographed(plate: Image.Image, shot: Shot) -> Image.Image:
    """The plate as it comes out: leaned away, turned, small; transparent around it."""
    width, height = plate.size
    squeeze, shrink = math.cos(math.radians(shot.lean)), abs(math.sin(math.radians(shot.lean))) * 0.22
    rise = height * shrink / 2
    corners = [(0, 0), (width * squeeze, rise), (width * squeeze, height - rise), (0, height)]
    if shot.lean < 0:
        corners = [(0, rise), (width * squeeze, 0), (width * squeeze, height), (0, height - rise)]
    whole = [(0, 0), (width, 0), (width, height), (0, height)]
    leaned = plate.convert("RGBA").transform(
        (max(1, int(width * squeeze)), height), Image.Transform.PERSPECTIVE, _perspective(corners, whole), Image.BICUBIC
    )
    scale = shot.width / width
    turned = leaned.rotate(shot.turn, Image.Resampling.BICUBIC, expand=True)
    return turned.resize((max(1, int(turned.width * scale)), max(1, int(turned.height * scale))), Image.LANCZOS)


def _perspective(shown: list[tuple[float, float]], drawn: list[tuple[float, float]]) -> list[float]:
    rows, wanted = [], []
    for (x, y), (u, v) in zip(shown, drawn, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return [float(one) for one in np.linalg.solve(np.array(rows), np.array(wanted))]


def _street(size: tuple[int, int], rng: Random) -> Image.Image:
    """A wall, a pavement and some shapes on them."""
    picture = Image.new("RGB", size, (120, 124, 120))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, int(size[1] * 0.7), *size), fill=(90, 92, 94))
    for _ in range(40):
        x, y = rng.randrange(size[0]), rng.randrange(size[1])
        tone = rng.randint(60, 190)
        draw.rectangle((x, y, x + rng.randint(10, 220), y + rng.randint(6, 90)), fill=(tone, tone, tone - 10))
    return picture


def _car(draw: ImageDraw.ImageDraw, x: float, y: float, plate: int, rng: Random) -> None:
    """Its back, four plates wide, with a window and lamps."""
    unit, tone = plate, rng.randint(30, 220)
    draw.rounded_rectangle(
        (x - 2 * unit, y - 2.4 * unit, x + 2 * unit, y + 0.8 * unit), unit // 4, fill=(tone, tone, min(255, tone + 8))
    )
    draw.rectangle((x - 1.5 * unit, y - 2.2 * unit, x + 1.5 * unit, y - 1.2 * unit), fill=(28, 34, 38))
    draw.rectangle((x - 1.9 * unit, y - 0.9 * unit, x - 1.2 * unit, y - 0.5 * unit), fill=(160, 30, 30))
    draw.rectangle((x + 1.2 * unit, y - 0.9 * unit, x + 1.9 * unit, y - 0.5 * unit), fill=(160, 30, 30))


def _developed(picture: Image.Image, shot: Shot, rng: Random) -> bytes:
    pixels = np.asarray(picture.filter(ImageFilter.GaussianBlur(shot.blur)), dtype=np.float32) * shot.light
    grain = np.random.default_rng(rng.getrandbits(32)).normal(0, shot.noise, pixels.shape)
    buffer = io.BytesIO()
    Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=82)
    return buffer.getvalue()
