"""The ledger: every figure of a report with what it counts, its unit, its period and its place."""

import csv
import io
import sys
from pathlib import Path

from bot.ledger import as_csv, ledger
from small import LARVIK, LIBRARY, document

CLINICS = """---
id: clinics
title: 诊所报告
language: zh
---

# 诊所报告

2019年新建诊所3家，选派医生近40名。

二〇一九年的总结里说，2019年新建诊所3家。

又说2019年新建诊所5家，使用2.0版系统。
"""


def test_each_figure_stands_with_its_unit_period_and_line(tmp_path):
    entries = ledger([document(tmp_path, "larvik.md", LARVIK)])

    pilots = next(one for one in entries if one.written == "86")
    crane = next(one for one in entries if one.written.startswith("120"))
    assert (pilots.subject, pilots.number, pilots.period, pilots.heading) == ("pilots", "86", "2019", "People")
    assert (crane.number, crane.unit, crane.kind) == ("120", "tonne", "mass")
    assert (pilots.where, crane.where) == (f"line {pilots.line}", f"line {crane.line}")


def test_a_figure_of_a_table_names_its_cell(tmp_path):
    entries = ledger([document(tmp_path, "teachers.csv", "Region,Teachers,Doctors\nWensu,72,31\nAksu,15,8\n")])

    assert {one.written: one.where for one in entries} == {
        "72": "cell B2", "31": "cell C2", "15": "cell B3", "8": "cell C3",
    }  # fmt: skip


def test_chinese_figures_are_brought_to_base_units(tmp_path):
    entries = ledger([document(tmp_path, "library.md", LIBRARY)])

    found = {one.written: (one.number, one.unit or one.kind) for one in entries}
    assert found["41.6万人次"] == ("416000", "visit")
    assert found["358名"] == ("358", "person")
    assert found["23座"] == ("23", "座")


def test_what_a_report_says_again_or_otherwise_is_marked(tmp_path):
    entries = ledger([document(tmp_path, "clinics.md", CLINICS)])

    marks = [(one.written, one.mark) for one in entries if one.unit == "家"]
    assert {mark for written, mark in marks if written == "5家"} == {"conflict"}
    assert [mark for written, mark in marks if written == "3家"] != ["", ""]
    assert next(one for one in entries if one.written == "2.0").kind == "name"
    assert next(one for one in entries if one.written == "近40名").approximation == "nearly"


def test_no_cell_of_the_csv_is_a_formula(tmp_path):
    made = document(tmp_path, "a.md", "---\nlanguage: zh\n---\n# 报告\n\n=SUM(A1)有3家。\n")

    rows = list(csv.reader(io.StringIO(as_csv(ledger([made])))))

    assert rows[0][0] == "document"
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows[1:] for cell in row)


def test_the_ledger_of_an_original_holds_its_figures(originals, tmp_path):
    sys.path.insert(0, str(Path(originals).parent / "tools"))
    try:
        from check_restated import figures
    finally:
        sys.path.pop(0)
    for path in sorted(originals.glob("*.txt")):
        report = document(tmp_path, path.name, path.read_bytes())
        held = set().union(*(figures(one.written) for one in ledger([report])))
        stated = figures(report.text)
        assert len(stated & held) >= 0.97 * len(stated), sorted(stated - held)
