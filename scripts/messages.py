"""Keep the catalogs of both languages in step with the code.

    python scripts/messages.py update    extract, keep what is translated, drop what is gone
    python scripts/messages.py check     fail on a missing, empty, fuzzy, surplus or broken entry

English is the language of the code, so its catalog repeats each message. A new message's
Chinese comes from portal/translations/fragments/*.po, plain msgid/msgstr pairs; `update`
takes those in and fails with the list of messages that nobody has translated yet.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "portal" / "translations"
CHINESE, ENGLISH = "zh_Hans", "en"
LOCALES = (CHINESE, ENGLISH)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

Key = tuple[str, str | None]


def key_of(message: Message) -> Key:
    """What makes a message one: its English (singular) text and its context."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return text, message.context


def extracted() -> Catalog:
    """Every message in the code and the templates."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    catalog = Catalog()
    found = extract_from_dir(str(ROOT), methods, options, keywords=KEYWORDS, comment_tags=("Translators:",))
    for name, _line, text, comments, context in found:
        catalog.add(text, None, [(name, None)], auto_comments=comments, context=context)
    return catalog


def read(path: Path, locale: str) -> dict[Key, Message]:
    """The entries of a catalog by key; empty when there is no such file."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {key_of(message): message for message in read_po(file, locale=locale) if message.id}


def path_of(locale: str) -> Path:
    """Where a language's catalog lies."""
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


def fragments() -> dict[Key, Message]:
    """What the fragments translate; where two differ the first wins and the other is named."""
    known: dict[Key, Message] = {}
    for path in sorted((FOLDER / "fragments").glob("*.po")):
        for key, message in read(path, CHINESE).items():
            first = known.setdefault(key, message)
            if first.string != message.string:
                print(f"{path.name}: {key[0]!r} is {message.string!r} here and {first.string!r} before")
    return known


def is_empty(message: Message) -> bool:
    """Say whether some form of the translation is missing."""
    forms = [message.string] if isinstance(message.string, str) else message.string
    return not forms or not all(forms)


def translated(messages: dict[Key, Message]) -> dict[Key, Message]:
    """Those that somebody has translated and nobody has marked as a guess."""
    return {key: message for key, message in messages.items() if not is_empty(message) and not message.fuzzy}


def update() -> list[str]:
    """Write both catalogs; return the messages that have no Chinese."""
    template = extracted()
    chinese = translated(read(path_of(CHINESE), CHINESE)) | translated(fragments())
    missing = []
    for locale in LOCALES:
        catalog = Catalog(locale=locale, project="Linli", header_comment="# Kept by `make messages`.", fuzzy=False)
        for message in template:
            if message.id:
                places = [(name, None) for name, _ in message.locations]
                text = message.id if locale == ENGLISH else chinese_of(message, chinese)
                entry = catalog.add(message.id, text, places, context=message.context)
                if is_empty(entry):
                    missing.append(f"{places[0][0]}: {key_of(message)[0]!r}")
        save(catalog, path_of(locale))
    return missing


def chinese_of(message: Message, chinese: dict[Key, Message]) -> str | tuple[str, ...]:
    """The translation of a message in the shape that its kind wants: Chinese has one plural form."""
    known = chinese.get(key_of(message))
    text = known.string if known else ""
    if isinstance(message.id, str) or not isinstance(text, str):
        return text
    return (text,)


def save(catalog: Catalog, path: Path) -> None:
    """Write a catalog, sorted, unless only its dates would change."""
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.revision_date = catalog.creation_date
    new = BytesIO()
    write_po(new, catalog, width=100, sort_output=True, include_lineno=False)
    if not path.exists() or undated(path.read_bytes()) != undated(new.getvalue()):
        path.write_bytes(new.getvalue())


def undated(content: bytes) -> list[bytes]:
    """The lines of a catalog without those that tell when it was written."""
    return [line for line in content.splitlines() if b"-Date: " not in line]


def placeholders(text: str) -> list[str]:
    """The named placeholders of a text, each once."""
    return sorted(set(PLACEHOLDER.findall(text)) - {"%%"})


def faults_of(message: Message) -> Iterator[str]:
    """What is wrong with one entry."""
    originals = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
    if is_empty(message):
        yield "not translated"
        return
    if message.fuzzy:
        yield "fuzzy"
    for form in forms:
        if placeholders(form) != placeholders(originals[-1]):
            yield f"placeholders differ: {form!r}"


def check() -> list[str]:
    """Every fault of both catalogs, one line each."""
    wanted = {key_of(message): message for message in extracted() if message.id}
    faults = []
    for locale in LOCALES:
        known = read(path_of(locale), locale)
        faults += [f"{locale}: not in the catalog: {key[0]!r}" for key in wanted.keys() - known.keys()]
        faults += [f"{locale}: no longer in the code: {key[0]!r}" for key in known.keys() - wanted.keys()]
        for key, message in known.items():
            faults += [f"{locale}: {fault}: {key[0]!r}" for fault in faults_of(message)]
    return sorted(faults)


def main() -> int:
    """Do what the command line says."""
    verb = sys.argv[1] if len(sys.argv) > 1 else ""
    if verb not in {"update", "check"}:
        print(__doc__)
        return 2
    faults = update() if verb == "update" else check()
    for fault in faults:
        print(fault)
    heading = "without a Chinese text" if verb == "update" else "faults; `make messages` mends the mechanical ones"
    print(f"translations: {len(faults)} {heading}" if faults else "translations: complete in zh_Hans and en")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
