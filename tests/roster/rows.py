"""A list of inspectors as somebody hands it in."""

import csv
import io
from typing import Any

import openpyxl

from inspection.roster.checking import HEADINGS

HEAD = {code: names[0] for code, names in HEADINGS.items()}


def row(number: int, **more: Any) -> dict[str, Any]:
    """An inspector with what must be said of one."""
    return {"name": f"新人{number:02}", "phone": f"139000001{number:02}", "kind": "热心市民"} | more


def table(*rows: dict[str, Any]) -> bytes:
    """As a CSV file, in the columns that the rows have."""
    codes = [code for code in HEAD if any(code in one for one in rows)]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([HEAD[code] for code in codes])
    writer.writerows([[one.get(code, "") for code in codes] for one in rows])
    return out.getvalue().encode("gb18030")


def workbook(*rows: dict[str, Any]) -> bytes:
    """As an XLSX file, in all columns."""
    book = openpyxl.Workbook()
    book.active.append(list(HEAD.values()))
    for one in rows:
        book.active.append([one.get(code) for code in HEAD])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
