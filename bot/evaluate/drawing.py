"""Evaluate stage: curves and bars as SVG for the inside of a page; the only file that imports matplotlib.

What matplotlib draws is made part of the page: its colours become the page's (`currentColor` and `--series-N`, so
that they change in the dark), its names of elements get the chart's in front (several charts stand on one page),
and whatever points to other places goes.
"""

import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from bot.evaluate.report_values import visible

Point = tuple[float, float]

# The mark of each series, in the drawing and as a character for the legend; there are as many colours.
_MARKS = ("o", "s", "^", "D")
LEGEND_MARKS = ("●", "■", "▲", "◆")
_DASHES = ("-", "--", "-.", ":")
# Points of 1/72 inch; about the width of a phone, where the letters then have their size.
_WIDTH, _HEIGHT = 340.0, 230.0
# Colours that stand for the page's own, which matplotlib does not know.
_INK, _GRID = "#010101", "#020202"
_SERIES = ("#0a0a01", "#0a0a02", "#0a0a03", "#0a0a04")
_COLOURS = {_INK: "currentColor", _GRID: "var(--grid)"} | {
    colour: f"var(--series-{number})" for number, colour in enumerate(_SERIES)
}
# Typed as anything: what matplotlib says of the keys changes with its version.
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "citewise",
    "text.parse_math": False,  # a name with two dollar signs is no formula
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _GRID,
    "grid.linewidth": 0.6,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "font.size": 11,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
}
_LABEL = 44
_ROOM_FOR_LABEL, _ROOM_FOR_BAR = 20.0, 16.0
_BINS = 24


def curves(
    lines: Mapping[str, Sequence[Point]],
    *,
    key: str,
    title: str,
    x: str,
    y: str,
    reach: Point = (0.0, 1.0),
    sizes: Mapping[str, Sequence[float]] | None = None,
    diagonal: bool = False,
    whole: bool = False,
) -> str:
    """Draw a curve of each series.

    Args:
        lines: The points of each series.
        key: What the names of elements begin with; each chart of a page has its own.
        title: What the chart shows, for who can't see it.
        x: What goes to the right.
        y: What goes upwards.
        reach: The least and the most that is shown upwards.
        sizes: How much each point stands for; the marks show it.
        diagonal: Whether to draw the line where both are equal.
        whole: Whether only whole numbers go to the right, else shares from 0 to 1.
    """

    def draw(axes: Axes) -> None:
        if diagonal:
            axes.plot([0, 1], [0, 1], color=_INK, linestyle=":", linewidth=1)
        for number, (series, points) in enumerate(lines.items()):
            colour, dash, mark = (kinds[number % len(kinds)] for kinds in (_SERIES, _DASHES, _MARKS))
            xs, ys = [p[0] for p in points], [p[1] for p in points]
            if sizes:
                axes.plot(xs, ys, color=colour, linestyle=dash)
                counts = np.asarray(sizes[series], dtype=float)
                area = 12 + 90 * counts / max(float(counts.max(initial=0)), 1.0)
                axes.scatter(xs, ys, s=area, color=colour, marker=mark)
            else:
                every = max(1, len(points) // 12)
                axes.plot(xs, ys, color=colour, linestyle=dash, marker=mark, markevery=every)
        if whole:
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        else:
            axes.set_xlim(-0.02, 1.02)
        low, high = reach
        axes.set_ylim(low - 0.02 * (high - low), high + 0.02 * (high - low))
        _label(axes, x, y)

    return _drawn(draw, key=key, title=title)


def histogram(values: Sequence[float], *, key: str, title: str, x: str, y: str) -> str:
    """Draw how many values there are of each size, on a logarithmic scale."""
    clipped = np.clip(np.asarray(values, dtype=float), 0.01, None)
    low, high = float(clipped.min()) / 1.05, float(clipped.max()) * 1.05

    def draw(axes: Axes) -> None:
        axes.set_xscale("log")
        axes.hist(clipped, bins=np.geomspace(low, high, _BINS + 1).tolist(), rwidth=0.94, color=_SERIES[0])
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 200 * low else (1,)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(visible=False, axis="x")
        _label(axes, x, y)

    return _drawn(draw, key=key, title=title)


def bars(counts: Mapping[str, Sequence[float]], *, key: str, title: str) -> str:
    """Draw lying bars, one of each series under each label, with its count at the end."""
    height = sum(_ROOM_FOR_LABEL + _ROOM_FOR_BAR * len(row) for row in counts.values())
    most = max((count for row in counts.values() for count in row), default=0) or 1

    def draw(axes: Axes) -> None:
        axes.set_axis_off()
        axes.set_xlim(0, most * 1.12)
        axes.set_ylim(height, 0)
        at = 0.0
        for label, row in counts.items():
            axes.text(0, at + 14, _short(label))
            at += _ROOM_FOR_LABEL
            for number, count in enumerate(row):
                axes.barh(at + 7, count, height=11, color=_SERIES[number % len(_SERIES)])
                axes.text(count + most * 0.02, at + 11, f"{count:g}")
                at += _ROOM_FOR_BAR

    return _drawn(draw, key=key, title=title, height=height + 4, box=(0.01, 0.01, 0.98, 0.98))


def _label(axes: Axes, x: str, y: str) -> None:
    """Write what goes to the right below the axis and what goes upwards above it, where nobody turns his head."""
    axes.set_xlabel(visible(x))
    axes.text(0, 1.04, visible(y), transform=axes.transAxes)


def _short(label: str) -> str:
    seen = visible(label).replace("\n", " ").replace("\t", " ")
    return seen if len(seen) <= _LABEL else seen[: _LABEL - 1] + "…"


def _drawn(
    draw: Callable[[Axes], None],
    *,
    key: str,
    title: str,
    height: float = _HEIGHT,
    box: tuple[float, float, float, float] = (0.1, 0.17, 0.87, 0.73),
) -> str:
    """Have something drawn in the project's style, whatever style this computer's user has chosen."""
    out = io.BytesIO()
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        # The browser's fonts have the Chinese characters that matplotlib's lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = Figure(figsize=(_WIDTH / 72, height / 72))
        FigureCanvasSVG(figure)
        draw(figure.add_axes(box))
        figure.savefig(
            out, format="svg", transparent=True, metadata=dict.fromkeys(("Creator", "Date", "Format", "Type"))
        )
    return _inlined(out.getvalue().decode("utf-8"), key=key, title=title)


def _inlined(svg: str, *, key: str, title: str) -> str:
    root = ElementTree.fromstring(svg)  # noqa: S314 - what matplotlib wrote a moment ago
    for parent in list(root.iter()):
        for child in [one for one in parent if one.tag.endswith(("}style", "}metadata"))]:
            parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.partition("}")[2]
        element.attrib = {
            name.partition("}")[2] or name: _of_page(value, name, key) for name, value in element.attrib.items()
        }
    root.attrib = {"viewBox": root.attrib["viewBox"], "role": "img", "aria-labelledby": f"{key}-title"}
    heading = ElementTree.Element("title", {"id": f"{key}-title"})
    heading.text = visible(title)
    root.insert(0, heading)
    return ElementTree.tostring(root, encoding="unicode")


def _of_page(value: str, attribute: str, key: str) -> str:
    if attribute == "id":
        return f"{key}-{value}"
    if attribute.endswith("href"):
        return f"#{key}-{value.removeprefix('#')}"
    value = re.sub(r"#[0-9a-f]{6}", lambda match: _COLOURS.get(match[0], match[0]), value)
    # The font is the page's.
    return re.sub(r"font-family: [^;]*;? ?", "", re.sub(r"url\(#", f"url(#{key}-", value))
