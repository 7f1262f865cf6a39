"""Evaluate stage: an evaluation as one HTML page that needs nothing else and trusts nothing in the record."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from bot.evaluate.charts import charts
from bot.evaluate.report_questions import filters, questions
from bot.evaluate.report_tables import headline, slice_tables
from bot.evaluate.report_values import items, mapping, mappings, text, visible
from bot.evaluate.report_words import page_words
from corpus.document import Language


def html_report(record: Mapping[str, Any], language: Language = "en") -> str:
    """Return the page of an evaluation; what the record lacks, the page leaves out.

    Args:
        record: What the evaluation found: `made`, `files`, `skipped`, `figures`, `curves`, `losses`, `questions`.
        language: That of the page's own words.
    """
    script = _part("report.js")
    asked = questions(record, language)
    return _template().render(
        language=language,
        w=SimpleNamespace(**page_words(language)),  # a dict would give its own `clear` for the word
        policy=_policy(script),
        style=Markup(_part("report.css")),  # noqa: S704 - the package's own file
        script=Markup(script),  # noqa: S704 - the package's own file
        made=_made(record, language),
        settings=_pairs(mapping(mapping(record.get("made")).get("settings")).items()),
        headline=headline(record, language),
        tables=slice_tables(record, language),
        charts=charts(record, language),
        drawn=Markup,
        skipped=[
            [text(line.get(key)) for key in ("file", "line", "reason")] for line in mappings(record.get("skipped"))
        ],
        filters=filters(asked, language),
        questions=asked,
    )


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: value if isinstance(value, Markup) else visible(str(value)),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(_part("report.html"))


def _part(file: str) -> str:
    return files("bot.evaluate").joinpath(file).read_text(encoding="utf-8")


def _policy(script: str) -> str:
    """Return the Content-Security-Policy: nothing is loaded or sent, and only this very script runs."""
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )


def _made(record: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    w = page_words(language)
    made = mapping(record.get("made"))
    index = mapping(made.get("index"))
    known = [
        (w["at"], made.get("at")),
        (w["version"], made.get("version")),
        (w["machine"], made.get("machine")),
        (w["files"], ", ".join(map(text, items(record.get("files"))))),
        (w["documents"], ", ".join(map(text, items(index.get("documents"))))),
        (w["passages"], index.get("passages")),
    ]
    return _pairs(known)


def _pairs(known: Iterable[tuple[str, object]]) -> list[tuple[str, str]]:
    return [(str(key), text(value)) for key, value in known if text(value)]
