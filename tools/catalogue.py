"""Brings the English catalogue up to the texts in the code: new ones come in empty, gone ones go, none is guessed.

``python tools/catalogue.py``, or ``make translations``. The file is sorted by text and tells neither when nor where it
was made, so that a change to it is a change of words.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
CATALOGUE = ROOT / "inspection" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = DEFAULT_KEYWORDS | parse_keywords(["N_", "Nn_:1,1"])
HEADERS = {
    "Project-Id-Version": "Mingcha",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
    "Content-Type": "text/plain; charset=utf-8",
}


def texts() -> Catalog:
    """Every text of the code and the templates, with the files it stands in."""
    found = Catalog(charset="utf-8", fuzzy=False, header_comment="", locale="en")
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    for file, _line, text, _comments, context in extract_from_dir(
        ROOT, methods, options, KEYWORDS, strip_comment_tags=True, directory_filter=_is_ours
    ):
        found.add(text, locations=[(file, 0)], context=context)
    return found


def _is_ours(folder: str) -> bool:
    """Neither what others wrote nor what is hidden."""
    return not any(part in {"node_modules", "vendor"} or part.startswith(".") for part in Path(folder).parts)


def merged(found: Catalog, known: Catalog) -> Catalog:
    """The texts with what is known of their translations, and the translators' notes."""
    for message in found:
        if message.id and (old := known.get(message.id, message.context)):
            message.string, message.user_comments = _fitting(message, old), old.user_comments
    return found


def write(catalogue: Catalog) -> None:
    """Write it down, sorted by text."""
    head = "".join(f'"{name}: {value}\\n"\n' for name, value in HEADERS.items())
    with CATALOGUE.open("wb") as file:
        file.write(f'msgid ""\nmsgstr ""\n{head}\n'.encode())
        write_po(file, catalogue, omit_header=True, sort_output=True, width=0, include_lineno=False)


def _fitting(message: Message, old: Message) -> str | tuple[str, ...]:
    return old.string if message.pluralizable == old.pluralizable else message.string


def main() -> int:
    """Update the file and say which texts want words; 1 if there are any."""
    with CATALOGUE.open("rb") as file:
        catalogue = merged(texts(), read_po(file, locale="en"))
    write(catalogue)
    wanting = [message.id for message in catalogue if message.id and not all(_forms(message))]
    sys.stdout.writelines(f"no English yet: {text}\n" for text in wanting)
    sys.stdout.write(f"{len(catalogue)} texts, {len(wanting)} without English\n")
    return 1 if wanting else 0


def _forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


if __name__ == "__main__":
    sys.exit(main())
