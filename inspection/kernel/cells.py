"""Texts on their way into a spreadsheet and out of one: nothing that a cell holds is ever run as a formula. Pure.

What begins with one of the signs that spreadsheets take for the beginning of a formula gets an apostrophe in front of
it in CSV (CWE-1236); an XLSX cell carries its type, so there the text stays as it is.
"""

SIGNS = ("=", "+", "-", "@", "\t", "\r")
APOSTROPHE = "'"


def harmless(text: str) -> str:
    """The text as a CSV cell that no spreadsheet runs."""
    return APOSTROPHE + text if text.startswith(SIGNS) else text


def plain(text: str) -> str:
    """The text that ``harmless`` was given."""
    return text[1:] if text.startswith(APOSTROPHE) and text[1:].startswith(SIGNS) else text
