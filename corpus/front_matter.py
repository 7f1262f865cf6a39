"""Corpus stage: what a report's front matter, or the folder's reports.toml, says about it."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from rapidfuzz import process

from corpus.document import Language, Restated
from corpus.errors import BadFrontMatter
from corpus.files import OVERRIDES

_FENCED = re.compile(r"\A\s*---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_YEARS = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_LARGEST = 16 * 1024
_LARGEST_OVERRIDES = 4 * 1024 * 1024
_FIELDS = frozenset(
    {
        "id",
        "title",
        "language",
        "publisher",
        "region",
        "period",
        "source",
        "translation_of",
        "restates",
    }
)
_KEY = re.compile(r"\s*(?:[\w-]+|\"[^\"\n]+\"|'[^'\n]+')\s*:")
_COMMENTED = re.compile(rf"(?:\s*#[^\n]*\n)+\s*[\"']?(?:{'|'.join(sorted(_FIELDS))})[\"']?\s*:")
_ID = re.compile(r"[^\s/\\][^\\]{0,199}")
_MOST_NESTED = 100


class _Loader(yaml.SafeLoader):
    """Take numbers and dates as they are written: 007 is no 7 and 12:30 no 750."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as the base class has it
        first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":null", ":bool"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Hold what front matter states; None where it is silent."""

    id: str | None = None
    title: str | None = None
    language: Language | None = None
    publisher: str | None = None
    region: str | None = None
    period: tuple[int, int] | None = None
    source: str | None = None
    translation_of: str | None = None
    restates: Restated | None = None


def split_front_matter(text: str, *, name: str) -> tuple[FrontMatter, int]:
    """Return a file's front matter and the offset at which its body begins.

    Raises:
        BadFrontMatter: if the block is no YAML mapping, is too large, or holds a bad value.
    """
    found = _FENCED.match(text)
    # A rule above a heading looks like a comment, so behind one a key must be one of ours.
    if not found or not (_KEY.match(found[1]) or _COMMENTED.match(found[1])):
        return FrontMatter(), 0
    if len(found[1]) > _LARGEST:
        raise BadFrontMatter(f"{name}: front matter is over {_LARGEST} characters")
    if len(re.findall(r"[\[{]", found[1])) > _MOST_NESTED:
        raise BadFrontMatter(f"{name}: front matter is not valid YAML: it has too many brackets")
    try:
        # Aliases can make a small text unfold into gigabytes; front matter needs none.
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(found[1])):
            raise BadFrontMatter(f"{name}: front matter may not use YAML aliases")
        values = yaml.load(found[1], Loader=_Loader)  # noqa: S506 - a kind of SafeLoader
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError) as err:
        line = getattr(getattr(err, "problem_mark", None), "line", None)
        where = f" near line {line + 2}" if line is not None else ""
        raise BadFrontMatter(f"{name}: front matter is not valid YAML{where}") from err
    if not isinstance(values, dict):
        raise BadFrontMatter(f"{name}: front matter must be `key: value` lines")
    return parse_fields(values, name=name), found.end()


def read_overrides(folder: Path) -> dict[str, FrontMatter]:
    """Read `reports.toml` of a folder: a table per file name (or path below the folder).

    Raises:
        BadFrontMatter: if the file is no TOML or holds a bad value.
    """
    path = folder / OVERRIDES
    try:
        if path.stat().st_size > _LARGEST_OVERRIDES:
            raise BadFrontMatter(f"{path}: is over {_LARGEST_OVERRIDES} bytes")
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except RecursionError as err:
        raise BadFrontMatter(f"{path}: can't be read as TOML: nested too deep") from err
    except (OSError, ValueError) as err:
        raise BadFrontMatter(f"{path}: can't be read as TOML: {err}") from err
    found = {}
    for key, values in tables.items():
        if not isinstance(values, dict):
            raise BadFrontMatter(f'{path}: expected a table ["{key}"], found {values!r}')
        unknown = sorted(set(values) - _FIELDS)
        if unknown:
            near = process.extractOne(unknown[0], sorted(_FIELDS), score_cutoff=60)
            meant = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(_FIELDS))}"
            raise BadFrontMatter(f"{path}, {key}: unknown field {unknown[0]!r}{meant}")
        found[key] = parse_fields(values, name=f"{path}, {key}")
    return found


def parse_fields(values: Mapping[object, object], *, name: str) -> FrontMatter:
    """Check the fields of one report.

    Raises:
        BadFrontMatter: naming the field, what was expected and what came.
    """
    known = {key: values[key] for key in _FIELDS if values.get(key) is not None}
    texts: dict[str, str] = {}
    for key in _FIELDS - {"period", "restates", "language"}:
        if key in known:
            texts[key] = _text(known[key], f"{name}: {key}")
    if "id" in texts and not _ID.fullmatch(texts["id"]):
        raise BadFrontMatter(
            f"{name}: id must be of at most 200 characters, without backslashes or a leading /, found {texts['id']!r}"
        )
    return FrontMatter(
        id=texts.get("id"),
        title=texts.get("title"),
        language=_language(known.get("language"), name),
        publisher=texts.get("publisher"),
        region=texts.get("region"),
        period=_period(known.get("period"), name),
        source=texts.get("source"),
        translation_of=texts.get("translation_of"),
        restates=_restated(known.get("restates"), name),
    )


def _text(value: object, what: str) -> str:
    if isinstance(value, dict | list | bool):
        raise BadFrontMatter(f"{what} must be a text, found {value!r}")
    try:
        text = " ".join(str(value).split())
    except ValueError as err:  # a whole number of thousands of digits
        raise BadFrontMatter(f"{what} must have 1 to 500 characters, found a number of thousands of digits") from err
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise BadFrontMatter(f"{what} must be printable, found {text[:80]!r}")
    if not text or len(text) > 500:
        raise BadFrontMatter(f"{what} must have 1 to 500 characters, found {len(text)}")
    return text


def _language(value: object, name: str) -> Language | None:
    if value is None:
        return None
    tag = str(value).lower().replace("_", "-")
    known: tuple[Language, ...] = ("zh", "en")
    for language in known:
        if tag == language or tag.startswith(language + "-"):
            return language
    raise BadFrontMatter(f"{name}: language must be zh or en, found {value!r}")


def _period(value: object, name: str) -> tuple[int, int] | None:
    if value is None:
        return None
    parts = value if isinstance(value, list) else [value]
    years = [int(year) for part in parts for year in _YEARS.findall(str(part))]
    if not years:
        raise BadFrontMatter(f"{name}: period must hold a year, as 2020 or 2014-2020, found {value!r}")
    return min(years), max(years)


def _restated(value: object, name: str) -> Restated | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not value.get("title"):
        raise BadFrontMatter(f"{name}: restates must hold a title, and may hold publisher and period")
    parts = {
        key: _text(value[key], f"{name}: restates.{key}")
        for key in ("title", "publisher", "period")
        if value.get(key) is not None
    }
    return Restated(parts["title"], parts.get("publisher"), parts.get("period"))
