"""Messenger: the words that people of a messenger read, from words.toml, in Chinese and English."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from corpus.document import Language


def tell(key: str, language: Language, **values: object) -> str:
    """Return the words for `key` in a language, values filled in as they are: the caller escapes for HTML."""
    return both(key)[language].format(**values)


def both(key: str) -> Mapping[Language, str]:
    """Return the words for `key` in both languages, with the names of values in braces."""
    return words()[key]


@cache
def words() -> Mapping[str, Mapping[Language, str]]:
    """Return all words by key and language."""
    return tomllib.loads(files("bot.messenger").joinpath("words.toml").read_text(encoding="utf-8"))
