"""A case sheet as PDF, set by typst on A4. Pure.

As with a notice, typst sees one folder that is made for the purpose: the template, the words as JSON, and the photos.
"""

import json
import shutil
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from inspection.notices.fonts import Fonts
from inspection.notices.render import Photos, small_copy
from inspection.sheets.content import Sheet

TEMPLATE = Path(__file__).with_name("sheet.typ")


def pdf(sheet: Sheet, photos: Photos, fonts: Fonts) -> bytes:
    """The sheet as PDF: the same sheet, photos and fonts give the same bytes.

    A photo that is missing or cannot be read leaves an empty frame; a character that no font has leaves 〓.
    """
    with tempfile.TemporaryDirectory(prefix="sheet-") as name:
        root = Path(name)
        words = json.dumps(_data(sheet, _put_photos(photos, root), fonts), ensure_ascii=False)
        (root / "content.json").write_text(fonts.printable(words), encoding="utf-8")
        shutil.copyfile(TEMPLATE, root / TEMPLATE.name)
        return typst.compile(
            root / TEMPLATE.name,
            root=root,
            font_paths=fonts.book,
            ignore_system_fonts=True,
            package_path=root / "packages",
            package_cache_path=root / "packages",
            timestamp=datetime(sheet.as_of.year, sheet.as_of.month, sheet.as_of.day, tzinfo=UTC),
        )


def _put_photos(photos: Photos, root: Path) -> dict[str, str]:
    files = {}
    for number, (photo_id, jpeg) in enumerate(photos.items()):
        copy = small_copy(jpeg)
        if copy is not None:
            files[photo_id] = f"{number}.jpg"
            (root / files[photo_id]).write_bytes(copy.data)
    return files


def _data(sheet: Sheet, files: dict[str, str], fonts: Fonts) -> dict[str, Any]:
    day = sheet.as_of
    return asdict(sheet) | {
        "as_of": {"year": day.year, "month": day.month, "day": day.day},
        "pictures": [{"file": files.get(one.photo_id), "caption": one.caption} for one in sheet.pictures],
        "fonts": fonts.families,
    }
