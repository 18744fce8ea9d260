"""Reads what is written in one picture. A program of its own, so that it can be stopped and held to its memory.

A JPEG comes in at standard input; out go its lines as JSON: [[text, confidence, [left, top, right, bottom]], …], the
box in shares of the picture. Started by ``reader``; nothing else imports this, as the models take a second to load.
"""

import json
import math
import re
import resource
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import rapidocr
from rapidocr import RapidOCR

MOST_BYTES = 2 * 1024**3
"""Of addresses; a picture of 1600 × 1200 takes 0.8 GB, 0.35 of it in memory. More is refused by the
system, and the program ends.
"""
MOST_SECONDS = 30
"""Of work: fifteen times of what a picture takes."""
LOOKED_AT_SIDE = 960
"""The longer side, in pixels, of the picture in which lines are looked for; they are read from the whole one.

At 1280 not one plate more was read, and it took twice as long.
"""
LEAST_CONFIDENCE = 0.5
PART = re.compile(r"[0-9A-Z]{4}")
"""A line with so many letters and digits running may be part of a plate."""
MOST_LOOKED_AT, NEAR_SIDE = 4, 640
"""So many such lines are looked at again from near, at so many pixels: the upper row of a yellow plate and the
province are small. Of ten plates of two rows this reads nine, where one look reads five.
"""
MODELS = Path(rapidocr.__file__).with_name("models")


def lines(jpeg: bytes) -> list[list[Any]]:
    """The lines of a picture, as they are written out."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("not a picture")
    engine = _engine()
    height, width = picture.shape[:2]
    found = _read(engine, picture, (0, 0, width, height))
    parts = [box for text, _sure, box in found if PART.search(text)]
    again = [one for box in parts[:MOST_LOOKED_AT] for one in _read(engine, picture, _around(box, width, height))]
    return [
        [text, sure, [round(edge, 4) for edge in (box[0] / width, box[1] / height, box[2] / width, box[3] / height)]]
        for text, sure, box in found + again
    ]


def _read(engine: Any, picture: Any, part: tuple[int, int, int, int]) -> list[tuple[str, float, list[float]]]:
    """The lines in a part of a picture, with their boxes in its pixels: left, top, right, bottom."""
    left, top, right, bottom = part
    near = picture[top:bottom, left:right]
    scale = max(1.0, NEAR_SIDE / max(near.shape[:2]))
    if scale > 1:
        near = cv2.resize(near, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    found = engine(near)
    if found.boxes is None or found.txts is None or found.scores is None:
        return []
    return [
        (text, float(sure), _edges(corners / scale, left, top))
        for text, sure, corners in zip(found.txts, found.scores, found.boxes, strict=True)
    ]


def _edges(corners: Any, left: int, top: int) -> list[float]:
    across, down = corners[:, 0] + left, corners[:, 1] + top
    return [float(edge) for edge in (across.min(), down.min(), across.max(), down.max())]


def _around(box: list[float], width: int, height: int) -> tuple[int, int, int, int]:
    """The box with room for a row above it and for a sign on either side, within the picture."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    room = max(0.0, left - 0.4 * wide), max(0.0, top - 1.2 * high)
    return (
        int(room[0]),
        int(room[1]),
        math.ceil(min(width, right + 0.4 * wide)),
        math.ceil(min(height, bottom + 0.5 * high)),
    )


def _engine() -> Any:
    """Both models from the package's own folder, so that nothing is ever fetched; one thread; nothing upside down."""
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.text_score": LEAST_CONFIDENCE,
            "Det.model_path": str(MODELS / "PP-OCRv6_det_small.onnx"),
            "Rec.model_path": str(MODELS / "PP-OCRv6_rec_small.onnx"),
            "Det.limit_type": "max",
            "Det.limit_side_len": LOOKED_AT_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


if __name__ == "__main__":
    cv2.setNumThreads(1)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    json.dump(lines(sys.stdin.buffer.read()), sys.stdout, ensure_ascii=True)
