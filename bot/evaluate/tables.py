"""Evaluate stage: an evaluation, and two compared, as tables for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from bot.evaluate.compare import Comparison
from bot.evaluate.summary import GROUPS
from bot.render import plain

_LISTED = 20
_LONGEST = 80


def tables(record: Mapping[str, Any]) -> Iterator[Table]:
    """Yield the figures by language with their intervals and n, those by kind, and what was lost where."""
    figures = record["figures"]
    languages = sorted({one["slice"]["language"] for one in figures if set(one["slice"]) == {"language"}})
    table = Table("figure", *languages, title="Figures with 95 % intervals and n", title_justify="left")
    for name in dict.fromkeys(one["name"] for one in figures):
        cells = [_cell(_find(figures, name, {"language": language})) for language in languages]
        if any(cells):
            table.add_row(name, *cells)
    yield table
    yield _by_kind(figures)
    if record["losses"]:
        lost = Table("stage", *record["losses"], title="Where answers were lost", title_justify="left")
        for stage in dict.fromkeys(stage for counts in record["losses"].values() for stage in counts):
            lost.add_row(stage, *(str(counts.get(stage, 0)) for counts in record["losses"].values()))
        yield lost


# With headings that leave a terminal of 80 columns room for the kinds.
_KIND_FIGURES = {
    "recall@1": "recall@1", "first three": "of 3", "first": "first", "refused": "refused",
    "wrongly refused": "wrongly",
}  # fmt: skip


def _by_kind(figures: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(title="By kind of question", title_justify="left")
    for heading in ("kind", "n", *_KIND_FIGURES.values()):
        table.add_column(heading, no_wrap=True)
    kinds = sorted({(one["slice"]["language"], one["slice"]["kind"]) for one in figures if "kind" in one["slice"]})
    for language, kind in kinds:
        found = [_find(figures, name, {"language": language, "kind": kind}) for name in _KIND_FIGURES]
        most = max((one["n"] for one in found if one), default=0)
        table.add_row(f"{language} {plain(kind)}", str(most), *(f"{one['mean']:.3f}" if one else "-" for one in found))
    return table


def _find(figures: Sequence[Mapping[str, Any]], name: str, chosen: Mapping[str, str]) -> Mapping[str, Any] | None:
    return next((one for one in figures if one["name"] == name and one["slice"] == chosen), None)


def _cell(figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return ""
    digits = 1 if figure["group"] == "speed" else 3
    mean, low, high = (f"{figure[key]:.{digits}f}" for key in ("mean", "low", "high"))
    return f"{mean} {low}–{high} n {figure['n']}"


def comparison_tables(found: Comparison) -> Iterator[Table]:
    """Yield how each figure differs, and the questions that became right and wrong."""
    known = [name for names in GROUPS.values() for name in names]
    table = Table("", "figure", "first", "second", "difference", "95 % interval", "p", "n")
    for language, name in sorted(
        found.differences, key=lambda key: (key[0], known.index(key[1]) if key[1] in known else 99)
    ):
        one = found.differences[language, name]
        table.add_row(
            language, name, f"{one.first:.3f}", f"{one.second:.3f}", f"{one.second - one.first:+.3f}",
            f"{one.low:+.3f} to {one.high:+.3f}", f"{one.p:.3f}", str(one.n),
        )  # fmt: skip
    yield table
    for title, rows in (("became right", found.better), ("became wrong", found.worse)):
        listed = Table("id", "question", "verdict", title=f"{len(rows)} {title}", title_justify="left")
        for row in rows[:_LISTED]:
            listed.add_row(
                Text(plain(str(row["id"]))), Text(plain(str(row.get("question", "")))[:_LONGEST]), row["verdict"]
            )
        yield listed
