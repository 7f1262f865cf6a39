"""Config stage: from a glossary file to pairs of Chinese and English terms."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.errors import SettingsError, plain, shown, suggestion
from config.settings import Settings, read_toml

_SHIPPED: Final = Path(__file__).with_name("glossary.toml")
_HAN: Final = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LETTER: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """Terms that stand for one another: each of `zh` may be said as each of `en`."""

    zh: tuple[str, ...]
    en: tuple[str, ...]


def glossary_path(settings: Settings) -> Path | None:
    """Return the file of the glossary to use, None for none."""
    if settings.retrieval.glossary == "default":
        return _SHIPPED
    return Path(settings.retrieval.glossary) if settings.retrieval.glossary else None


def load_glossary(path: Path) -> tuple[GlossaryEntry, ...]:
    """Return the entries of a glossary in the file's order.

    A term said twice in an entry is kept once (English: whatever its case), and entries with the
    same Chinese terms become one.

    Raises:
        SettingsError: The file can't be read, or an entry is not as glossary.toml describes.
    """
    content = read_toml(path)
    name = plain(path)
    for key in content:
        if key != "entry":
            raise SettingsError(f"{name}: unknown table {shown(key)}{suggestion(key, ['entry'])}")
    tables = content.get("entry", [])
    if not isinstance(tables, list):
        raise SettingsError(f"{name}: 'entry' must be tables, [[entry]], got {shown(tables)}")
    merged: dict[frozenset[str], GlossaryEntry] = {}
    for number, table in enumerate(tables, start=1):
        entry = _entry(table, f"{name}: entry {number}")
        same = frozenset(entry.zh)
        if same in merged:
            first = merged[same]
            entry = GlossaryEntry(first.zh, _once((*first.en, *entry.en)))
        merged[same] = entry
    return tuple(merged.values())


def _entry(table: object, where: str) -> GlossaryEntry:
    if not isinstance(table, dict):
        raise SettingsError(f"{where} must be a table with 'zh' and 'en', got {shown(table)}")
    for key in table:
        if key not in ("zh", "en"):
            raise SettingsError(f"{where}: unknown key {shown(key)}{suggestion(key, ['zh', 'en'])}")
    for key in ("zh", "en"):
        if key not in table:
            raise SettingsError(f"{where}: '{key}' is missing")
    zh, en = (_terms(table[key], f"{where}: '{key}'") for key in ("zh", "en"))
    for term in zh:
        if not _HAN.search(term):
            raise SettingsError(f"{where}: 'zh' must be Chinese, got {shown(term)}")
    for term in en:
        if _HAN.search(term) or not _LETTER.search(term):
            raise SettingsError(f"{where}: 'en' must be English, got {shown(term)}")
    return GlossaryEntry(zh, en)


def _terms(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise SettingsError(f"{where} must be a list of terms, got {shown(value)}")
    if not value:
        raise SettingsError(f"{where} must have a term, got an empty list")
    for term in value:
        if not isinstance(term, str) or not term.strip():
            raise SettingsError(f"{where} must be a list of terms, one is {shown(term)}")
    return _once(tuple(" ".join(term.split()) for term in value))


def _once(terms: tuple[str, ...]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for term in terms:
        first.setdefault(term.casefold(), term)
    return tuple(first.values())
