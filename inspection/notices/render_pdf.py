"""A notice as PDF, set by typst in the layout of GB/T 9704-2012.

typst sees one folder that is made for the purpose and thrown away: the template, which is part of the program, the
words as JSON, and the photos. It can read nothing else, and nothing of what people wrote is ever markup.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import typst

from inspection.notices.content import Block, Content, Heading, Paragraph, Pictures
from inspection.notices.fonts import Fonts
from inspection.notices.render import (
    Copy,
    Photos,
    Row,
    copies,
    in_rows,
    made_at,
)

TEMPLATE = Path(__file__).with_name("notice.typ")


def pdf(content: Content, photos: Photos, fonts: Fonts) -> bytes:
    """The notice as PDF. The same content, photos and fonts give the same bytes; a draft is marked 样稿 on every page.

    A photo that is missing or cannot be read leaves an empty frame; a character that no font has leaves 〓.
    """
    with _folder(content, photos, fonts) as root:
        return typst.compile(
            root / TEMPLATE.name,
            root=root,
            font_paths=fonts.book,
            ignore_system_fonts=True,
            package_path=root / "packages",
            package_cache_path=root / "packages",
            timestamp=made_at(content),
        )


@contextmanager
def _folder(content: Content, photos: Photos, fonts: Fonts) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="notice-") as name:
        root = Path(name)
        files = _put_photos(copies(content, photos), root)
        words = json.dumps(_data(content, files, fonts), ensure_ascii=False)
        (root / "content.json").write_text(fonts.printable(words), encoding="utf-8")
        shutil.copyfile(TEMPLATE, root / TEMPLATE.name)
        yield root


def _put_photos(prints: dict[str, Copy], root: Path) -> dict[str, tuple[str, Copy]]:
    files = {}
    for number, (photo_id, copy) in enumerate(prints.items()):
        file = root / f"{number}.jpg"
        file.write_bytes(copy.data)
        files[photo_id] = (file.name, copy)
    return files


def _data(content: Content, files: dict[str, tuple[str, Copy]], fonts: Fonts) -> dict[str, Any]:
    day: date | None = content.masthead.dated
    return {
        "masthead": content.masthead.name,
        "issue": [content.masthead.issue_line, content.masthead.total_line],
        "unit": content.masthead.unit,
        "day": content.masthead.date_line,
        "date": {"year": day.year, "month": day.month, "day": day.day} if day else None,
        "title": content.title,
        "subtitle": content.subtitle,
        "blocks": [_block(block, files) for block in content.blocks],
        "note": content.note,
        "office": content.masthead.office,
        "imprint": [vars(line) for line in content.masthead.imprint],
        "draft": content.draft,
        "fonts": fonts.families,
        "heavy": fonts.heavy_title,
    }


def _block(block: Block, files: dict[str, tuple[str, Copy]]) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": block.kind, "level": block.level, "text": block.text}
        case Paragraph():
            return {"kind": block.kind, **vars(block)}
        case Pictures():
            prints = {photo_id: copy for photo_id, (_, copy) in files.items()}
            return {"kind": block.kind, "rows": [_row(row, files) for row in in_rows(block, prints)]}
        case _:
            columns = [vars(column) for column in block.columns]
            return {
                "kind": block.kind,
                "title": block.title,
                "columns": columns,
                "rows": [list(row) for row in block.rows],
            }


def _row(row: Row, files: dict[str, tuple[str, Copy]]) -> dict[str, Any]:
    shown = [{"file": files.get(p.photo_id, (None,))[0], "caption": p.caption} for p in row.pictures]
    return {"height": row.height_mm, "pictures": shown}
