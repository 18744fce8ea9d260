"""Texts that people read, before anyone knows in which language."""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, translate later"
    """Mark a Chinese text for the catalogue and return it unchanged; the edges translate it."""
    return message


def Nn_(message: str) -> str:  # noqa: N802 - as above, "n" as in ngettext
    """Mark a Chinese text that says how many by its place ``%(count)s``: other languages have a form for one."""
    return message


def typed(text: str) -> str:
    """What was typed into a form, without blanks around it and with one character for a line's end.

    Browsers send two, but count one when they hold somebody to a greatest length.
    """
    return text.replace("\r\n", "\n").strip()
