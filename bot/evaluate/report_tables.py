"""Evaluate stage: figures as tables, those of all questions and those of each slice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluate.report_values import mapping, mappings, number, text
from bot.evaluate.report_words import name, page_words
from corpus.document import Language

_Slice = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold a figure as it is shown; `bar` is where its interval begins, its mean and its end, in per cent."""

    label: str
    group: str
    slice: _Slice
    value: str
    interval: str
    n: str
    bar: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class SliceTable:
    """Hold the figures of one group for the slices of one sort; a cell is None where a slice lacks the figure."""

    title: str
    head: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[Shown | None, ...]], ...]


def headline(record: Mapping[str, Any], language: Language) -> dict[str, list[Shown]]:
    """Return the figures of all questions, by group."""
    made: dict[str, list[Shown]] = {}
    for figure in _figures(record, language):
        if not figure.slice:
            made.setdefault(figure.group, []).append(figure)
    return made


def slice_tables(record: Mapping[str, Any], language: Language) -> dict[str, list[SliceTable]]:
    """Return the tables of slices, by what the questions are sliced by; one table for each group of figures."""
    w = page_words(language)
    found: dict[tuple[str, ...], dict[str, list[Shown]]] = {}
    for figure in _figures(record, language):
        if figure.slice:
            keys = tuple(key for key, _ in figure.slice)
            found.setdefault(keys, {}).setdefault(figure.group, []).append(figure)
    made = {}
    for keys, groups in found.items():
        head = tuple(name("key", key, language) for key in keys)
        title = w["by"].format(keys=w["and"].join(head))
        made[title] = [_table(group, head, figures, language) for group, figures in groups.items()]
    return made


def _table(group: str, head: tuple[str, ...], figures: Sequence[Shown], language: Language) -> SliceTable:
    columns = tuple(dict.fromkeys(figure.label for figure in figures))
    cells = {(figure.slice, figure.label): figure for figure in figures}
    return SliceTable(
        title=group,
        head=head,
        columns=columns,
        rows=tuple(
            (
                tuple(name(key, value, language) for key, value in of),
                tuple(cells.get((of, column)) for column in columns),
            )
            for of in dict.fromkeys(figure.slice for figure in figures)
        ),
    )


def _figures(record: Mapping[str, Any], language: Language) -> list[Shown]:
    return [_shown(figure, language) for figure in mappings(record.get("figures"))]


def _shown(figure: Mapping[str, Any], language: Language) -> Shown:
    group = text(figure.get("group"))
    # Times have no more than a tenth of a millisecond; shares are comparable in the third place.
    form = "{:,.1f}" if group == "speed" else "{:.3f}"
    mean, low, high = (number(figure.get(key)) for key in ("mean", "low", "high"))
    count = number(figure.get("n"))
    return Shown(
        label=name("figure", text(figure.get("name")), language),
        group=name("group", group, language),
        slice=tuple((str(key), text(value)) for key, value in mapping(figure.get("slice")).items()),
        value="–" if mean is None else form.format(mean),
        interval="" if low is None or high is None else f"{form.format(low)} – {form.format(high)}",
        n="" if count is None else f"{count:,.0f}",
        bar=None if group == "speed" else _bar(low, mean, high),
    )


def _bar(low: float | None, mean: float | None, high: float | None) -> tuple[float, float, float] | None:
    """Return where an interval begins, its mean and its end, in per cent; None where the mean is no share.

    >>> _bar(-0.01, 0.93, 0.975), _bar(80.0, 81.0, 82.0)
    ((0.0, 93.0, 97.5), None)
    """
    if low is None or mean is None or high is None or not 0 <= mean <= 1:
        return None
    return round(100 * max(low, 0.0), 1), round(100 * mean, 1), round(100 * min(high, 1.0), 1)
