"""Number plates (号牌) as people type them, brought into one writing, so that the same car is the same car. Pure.

The shapes are those of GA 36-2018 (机动车号牌): a province's character and a letter, then five places, or six for new
energy; four and a character for police, learners, trailers, consulates, and cars of Hong Kong and Macao; six digits and
a character for embassies. The letters I and O stand in no serial number: whoever typed one meant 1 or 0.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
BETWEEN = re.compile(r"[\s·•・.．。,，、\-—_:：]+")
SERIAL_SIGNS = "0-9A-HJ-NP-Z"
HEAD = rf"[{PROVINCES}][A-Z]"
MEANT = str.maketrans("IO", "10")


class PlateKind(StrEnum):
    """What a plate's writing tells of the car: blue and yellow ones are written alike (普通)."""

    ORDINARY = "ordinary"
    NEW_ENERGY = "new_energy"
    NEW_ENERGY_LARGE = "new_energy_large"
    POLICE = "police"
    LEARNER = "learner"
    TRAILER = "trailer"
    CONSULATE = "consulate"
    EMBASSY = "embassy"
    HONG_KONG = "hong_kong"
    MACAO = "macao"


SHAPES = (
    (PlateKind.ORDINARY, re.compile(rf"{HEAD}[{SERIAL_SIGNS}]{{5}}")),
    (PlateKind.NEW_ENERGY, re.compile(rf"{HEAD}[A-HJK][{SERIAL_SIGNS}]\d{{4}}")),
    (PlateKind.NEW_ENERGY_LARGE, re.compile(rf"{HEAD}\d{{5}}[A-HJK]")),
    (PlateKind.POLICE, re.compile(rf"{HEAD}[{SERIAL_SIGNS}]{{4}}警")),
    (PlateKind.LEARNER, re.compile(rf"{HEAD}[{SERIAL_SIGNS}]{{4}}学")),
    (PlateKind.TRAILER, re.compile(rf"{HEAD}[{SERIAL_SIGNS}]{{4}}挂")),
    (PlateKind.CONSULATE, re.compile(rf"{HEAD}[{SERIAL_SIGNS}]{{4}}领")),
    (PlateKind.EMBASSY, re.compile(r"\d{6}使")),
    (PlateKind.HONG_KONG, re.compile(rf"粤Z[{SERIAL_SIGNS}]{{4}}港")),
    (PlateKind.MACAO, re.compile(rf"粤Z[{SERIAL_SIGNS}]{{4}}澳")),
)
OLD_EMBASSY = re.compile(r"使(\d{6})")
"""As it stood on the black plates before: the character first."""

SERIAL_AT = 2
"""A serial number begins after the province and the letter."""


@dataclass(frozen=True)
class Plate:
    """One plate: ``text`` without anything between (京A12345), equal for the same plate however it was typed."""

    text: str
    kind: PlateKind

    @property
    def told(self) -> str:
        """As it stands on the car: 京A·12345, and 224·578使 for an embassy."""
        at = 3 if self.kind is PlateKind.EMBASSY else SERIAL_AT
        return f"{self.text[:at]}·{self.text[at:]}"


def read(typed: str) -> Plate | None:
    """The plate that was typed; None for what is none, for a part of one, and for empty text.

    Full-width signs, small letters, dots, dashes and spaces make no difference. Nothing is guessed that was not typed:
    a plate without its province is a part of one.
    """
    text = BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).upper()
    text = OLD_EMBASSY.sub(r"\1使", text)
    meant = text[:SERIAL_AT] + text[SERIAL_AT:].translate(MEANT)
    return next((Plate(meant, kind) for kind, shape in SHAPES if shape.fullmatch(meant)), None)
