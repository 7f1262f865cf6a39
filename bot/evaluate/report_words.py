"""Evaluate stage: the words of the report, in Chinese and English."""

import tomllib
from functools import cache
from importlib.resources import files

from corpus.document import Language


@cache
def _words() -> dict[str, dict[str, dict[Language, str]]]:
    return tomllib.loads(files("bot.evaluate").joinpath("report_words.toml").read_text(encoding="utf-8"))


def page_words(language: Language) -> dict[str, str]:
    """Return what the page itself says in a language, by key."""
    return {key: said[language] for key, said in _words()["page"].items()}


def name(table: str, value: str, language: Language) -> str:
    """Return what people call a value of the record; the value itself where there is no other name for it.

    >>> name("language", "zh", "en"), name("kind", "riddle", "en")
    ('Chinese', 'riddle')
    """
    said = _words().get(table, {}).get(value)
    return said[language] if said else value
