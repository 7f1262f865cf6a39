"""Draw and tabulate what `scripts/scale.py measure` found: time, recall, building and memory by number of vectors."""

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")

import matplotlib.pyplot as plt

from index.store.kinds import SEARCH_WIDTH, lists_for, probes_for

COLOURS = {"flat": "#444444", "hnsw": "#1f77b4", "ivfpq": "#d95f02"}
NAMES = {"flat": "flat (exact)", "hnsw": "HNSW", "ivfpq": "IVF-PQ, re-ranked"}
# The curves over size show the parameters that the store uses.
BEGIN, END = "<!-- searches -->", "<!-- end -->"
BUILT = {"flat": {}, "hnsw": {"links": 32, "width": 100}, "ivfpq": {"codes": 48}}


def draw(measured: dict[str, Any], path: Path) -> None:
    """Write the four charts as one SVG, its text as text."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "scale", "font.size": 9}):
        figure, ((left, right), (below, last)) = plt.subplots(2, 2, figsize=(9, 6.4), layout="constrained")
        for kind in COLOURS:
            results = sorted(
                (one for one in measured["results"] if one["kind"] == kind and one["build"] == BUILT[kind]),
                key=lambda one: one["vectors"],
            )
            sizes = [one["vectors"] for one in results]
            style = {"color": COLOURS[kind], "marker": "o", "markersize": 3.5, "label": NAMES[kind]}
            for axes, key in ((left, "p50_cpu_ms"), (right, "recall")):
                for k, line in ((10, "-"), (800, ":")):
                    axes.plot(sizes, [_search(one, kind, k)[key] for one in results], linestyle=line, **style)
                    style.pop("label", None)
            style["label"] = NAMES[kind]
            below.plot(sizes, [max(one["build_cpu_seconds"], 0.01) for one in results], **style)
            last.plot(sizes, [one["memory_mb"] for one in results], **style)
        for axes, title in (
            (left, "median processor time of a search, ms (10 results; dotted: 800)"),
            (right, "recall against the exact ones (of 10; dotted: of 800)"),
            (below, "building, processor seconds, one thread"),
            (last, "held by the search, MB (flat: in memory or mapped)"),
        ):
            axes.set_title(title, fontsize=9)
            axes.set_xscale("log")
            axes.set_xlabel("vectors of 384 numbers")
            axes.grid(alpha=0.3)
            if axes is not right:
                axes.set_yscale("log")
        right.set_ylim(top=1.005)
        left.legend(frameon=False)
        figure.savefig(path, metadata={"Date": None})


def _search(result: dict[str, Any], kind: str, k: int) -> dict[str, float]:
    """Return the search with the parameters that the store uses."""
    probes = max(128, probes_for(lists_for(result["vectors"])))  # of the fewer lists there are all are looked into
    used = {"flat": {}, "hnsw": {"width": SEARCH_WIDTH}, "ivfpq": {"probes": probes}}[kind]
    return next(one for one in result["searches"] if one["search"] == used and one["k"] == k)


def tabulate(measured: dict[str, Any], page: Path) -> None:
    """Put the table of all searches into a page, between its two marks."""
    names = ["vectors", "kind", "built in, s", "memory to build, MB", "held, MB", "loaded in, s"]
    names += ["search", "results", "p50, ms", "p95, ms", "recall"]
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    for one in sorted(measured["results"], key=lambda one: (one["vectors"], *map(str, (one["kind"], one["build"])))):
        made = [f"{one['vectors']:,}", _named(one["kind"], one["build"]), f"{one['build_cpu_seconds']:,.0f}"]
        made += [f"{one['build_memory_mb']:,.0f}", f"{one['memory_mb']:,.0f}", str(one.get("load_seconds", ""))]
        for search in one["searches"]:
            found = [f"{search[key]:.2f}" for key in ("p50_cpu_ms", "p95_cpu_ms")] + [f"{search['recall']:.3f}"]
            cells = [*made, _named("", search["search"]), str(search["k"]), *found]
            lines.append(f"| {' | '.join(cells)} |")
            made = [""] * len(made)
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    page.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def _named(kind: str, parameters: dict[str, int]) -> str:
    return " ".join([kind, *(f"{name} {value}" for name, value in parameters.items())]).strip()
