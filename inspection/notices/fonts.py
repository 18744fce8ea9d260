"""Which fonts a notice is set in, and which characters none of them has.

Fonts are looked for in this order: a folder by setting (the office's own 方正小标宋 and 仿宋_GB2312, or the free Fandol
ones), the system's, and as the last resort the Noto Serif and Sans SC that come with a package. A character that a
role's first font lacks is taken from its next one; a character that none has can be asked for before anything is set.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst
from fontTools.ttLib import TTFont

STAND_IN = "〓"
"""Set where no font has a character: the printer's own mark for type that is not in the case."""

_LAST = ("Noto Serif CJK SC", "Noto Serif SC", "Noto Sans CJK SC", "Noto Sans SC", "DejaVu Sans")

ROLES: Mapping[str, tuple[str, ...]] = {
    "fang": ("FZFangSong-Z02", "FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FandolFang R"),
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "FandolSong", "STZhongsong"),
    "hei": ("FZHei-B01S", "SimHei", "黑体", "STHeiti", "FandolHei", "Noto Sans CJK SC", "Noto Sans SC"),
    "kai": ("FZKai-Z03S", "KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "FandolKai"),
    "song": ("FZShuSong-Z01S", "SimSun", "宋体", "STSong", "FandolSong"),
}
"""Roles (仿宋 text, 小标宋 titles, 黑体 and 楷体 headings, 宋体 page numbers) and the families that can play them."""

BOLD_ENOUGH = 600
"""A weight from which on a title font needs no help; 小标宋 itself is heavy by design and calls itself regular."""


@dataclass(frozen=True)
class Fonts:
    """The fonts that were found in ``folder``, in the system if it is to be looked at, and in the package."""

    folder: Path | None
    system: bool = True

    @cached_property
    def book(self) -> typst.Fonts:
        """For typst: everything that was found."""
        own = [self.folder] if self.folder and self.folder.is_dir() else []
        return typst.Fonts(self.system, False, [*own, pylopdf_fonts_zh_cn.serif_path().parent])

    @cached_property
    def families(self) -> dict[str, list[str]]:
        """The families of each role that are there, the best first; never empty."""
        there = set(self.book.families())
        return {
            role: [family for family in dict.fromkeys((*wanted, *_LAST)) if family in there]
            for role, wanted in ROLES.items()
        }

    @cached_property
    def heavy_title(self) -> bool:
        """Whether the title's font has a heavy cut, or is a 小标宋; a light one is set with a stroke around it."""
        family = self.families["title"][0]
        weights = [font.weight for font in self.book.fonts() if font.family == family]
        return max(weights) >= BOLD_ENOUGH or family in ROLES["title"][:3]

    def missing_glyphs(self, text: str) -> tuple[str, ...]:
        """The characters of ``text`` that no font of any role has, each once, in order."""
        return tuple(sign for sign in dict.fromkeys(text) if not sign.isspace() and ord(sign) not in self._known)

    def printable(self, text: str) -> str:
        """``text`` with a mark in the place of every character that no font has."""
        missing = self.missing_glyphs(text)
        return text.translate(dict.fromkeys(map(ord, missing), STAND_IN)) if missing else text

    @cached_property
    def _known(self) -> frozenset[int]:
        used = {family for families in self.families.values() for family in families}
        files = {(font.path, font.index) for font in self.book.fonts() if font.family in used and font.path}
        return frozenset().union(*(_characters(path, index) for path, index in files))


@lru_cache(maxsize=4)
def found(folder: Path | None, *, system: bool = True) -> Fonts:
    """The fonts of this machine, looked for once."""
    return Fonts(folder, system)


@lru_cache(maxsize=64)
def _characters(path: str, index: int) -> frozenset[int]:
    with TTFont(path, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap())
