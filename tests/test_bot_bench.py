"""What this machine does in what time: that it is measured, not how much it is."""

import pytest
from rich.console import Console

import bot.bench
from bot.bench import bench, bench_tables, machine
from bot.wiring import Workshop
from small import REPORTS, write_reports

FOUND = {"machine": {"system": "Linux"}, "figures": {"warm answer": {"total, ms": 591.4, "read, ms": 7.25}}}


def test_the_machine_is_named():
    assert set(machine()) == {"system", "processor", "memory", "python", "onnxruntime"}
    assert all(machine().values())


def test_the_tables_show_each_figure():
    console = Console(width=80)
    with console.capture() as shown:
        for table in bench_tables(FOUND):
            console.print(table)

    for part in ("Linux", "warm answer", "total, ms", "591", "7.25"):
        assert part in shown.get()


@pytest.mark.model
@pytest.mark.slow
def test_each_stage_is_measured(monkeypatch, tmp_path, encoder):
    monkeypatch.setattr(bot.bench, "_cold", lambda workshop, progress: {"zh, s": 1.0})
    monkeypatch.setattr(Workshop, "encoder", lambda self: encoder)
    (tmp_path / "reports").mkdir()
    workshop = Workshop.from_settings(index=tmp_path / "index")
    workshop.build(workshop.read([write_reports(tmp_path / "reports", REPORTS)]), encoder)

    figures = bench(workshop)["figures"]

    assert set(figures) == {"cold start", "warm answer", "indexing", "memory and disk"}
    warm = figures["warm answer"]
    assert 0 < warm["read, ms"] < warm["total, ms"] <= warm["p95, ms"]
    assert figures["indexing"]["build / encoder alone"] > 0
    assert figures["memory and disk"]["passages"] >= len(REPORTS)
