"""Files that are no plain text: what is read of them, where it stands, and that none stops the others."""

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Place
from corpus.errors import BeyondLimits, DuplicateId, NeedsExtra, ReportUnreadable
from corpus.formats import extractor as extractor_module
from corpus.formats.blocks import NOWHERE, Block, Piece, from_plain, to_plain
from corpus.formats.extractor import Extractor, Limits
from corpus.formats.kinds import KINDS, SUFFIXES, Kind
from corpus.formats.tables import Cell, table_blocks
from corpus.formats.written import to_report
from corpus.reader import read_corpus, read_report
from hostile_files import write_hostile_files
from index.records import document_record, read_documents, write_lines
from small import write_reports

FORMATS = Path(__file__).parent / "data/formats"
SHIPPED = Path(__file__).parents[1] / "corpus/reports"
ROWS = {
    "教师": [
        "地区：温宿县；选派教师：72；金额：1250.5万元。",
        "地区：乌什县；选派教师：48；金额：860万元。",
        "地区：柯坪县；选派教师：31；金额：415.25万元。",
    ],
    "teachers": [
        "Region: Wensu; Teachers sent: 72; Funds: 12.5 million yuan.",
        "Region: Wushi; Teachers sent: 48; Funds: 8.6 million yuan.",
        "Region: Kalpin; Teachers sent: 31; Funds: 4.15 million yuan.",
    ],
}
TEXT = {
    "教师": ["2020年，浙江省向阿克苏地区选派教师358名。", "培训当地教师1200人次。"],
    "teachers": ["In 2020 the province sent 358 teachers to Aksu.", "They trained 1,200 local teachers."],
}


@pytest.fixture(scope="module")
def extractor():
    with Extractor() as made:
        yield made


def sample(extractor, name, kind):
    suffix = {"scanned": ".pdf"}.get(kind, f".{kind}")
    return read_report(FORMATS / f"small/{name}-{kind}{suffix}", extractor=extractor)


# --- What is read


@pytest.mark.parametrize("name", ["教师", "teachers"])
@pytest.mark.parametrize("kind", ["pdf", "docx", "html", "pptx"])
def test_text_and_rows_of_tables_are_read(extractor, name, kind):
    report = sample(extractor, name, kind)

    lines = report.text.splitlines()
    assert [line for line in lines if line in TEXT[name] + ROWS[name]] == TEXT[name] + ROWS[name]
    assert report.title == {"教师": "援疆教师情况", "teachers": "Teachers in Aksu"}[name]
    assert report.heading_path(report.text.index("358")) == (report.title,)


@pytest.mark.parametrize("name", ["教师", "teachers"])
@pytest.mark.parametrize("kind", ["eml", "rtf", "epub"])
def test_text_of_letters_and_books_is_read(extractor, name, kind):
    lines = sample(extractor, name, kind).text.splitlines()

    assert lines[0] == {"教师": "援疆教师情况", "teachers": "Teachers in Aksu"}[name]
    assert lines[-2:] == TEXT[name]


@pytest.mark.parametrize("name", ["教师", "teachers"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_each_cell_of_a_row_has_its_place(extractor, name, kind):
    report = sample(extractor, name, kind)

    assert report.text.splitlines()[-3:] == ROWS[name]
    start = report.text.index(ROWS[name][1])
    row = report.stretches_of(start, start + len(ROWS[name][1]))
    sheet = {"教师": "正文", "teachers": "Text"}[name] if kind == "xlsx" else None
    assert [stretch.place for stretch in row] == [Place(sheet=sheet, cell=cell) for cell in ("A3", "B3", "C3")]


def test_pages_and_slides_are_counted_from_one(extractor):
    slides = sample(extractor, "teachers", "pptx")
    at = slides.text.index("Wensu")

    assert slides.stretches_of(0, 4)[0].place == Place(slide=1)
    assert slides.stretches_of(at, at + 5)[0].place == Place(slide=2)
    report = read_report(FORMATS / "pdf/zhejiang-zh.pdf", extractor=extractor)
    pages = [stretch.place.page for stretch in report.stretches]
    assert pages == sorted(pages)
    assert set(pages) == set(range(1, max(pages) + 1))


@pytest.mark.parametrize("kind", ["pdf", "pdf-two-columns", "docx", "html"])
def test_the_shipped_reports_are_read_line_by_line_as_they_are(kind):
    shipped = {one.id: one for one in read_corpus([SHIPPED]).documents}

    for report in read_corpus([FORMATS / kind]).documents:
        text = shipped[report.id]
        whole = set(text.text.splitlines())
        read = report.text.splitlines()
        kept = sum(line in whole for line in read)
        # Of columns in English a line or two is set in another order than it is read.
        assert kept >= (len(whole) if report.language == "zh" or kind in {"docx", "html"} else 0.85 * len(whole)), (
            report.id
        )
        assert [report.text[h.start : h.end] for h in report.headings] == [
            text.text[h.start : h.end] for h in text.headings
        ]
        assert (report.title, report.period, report.restates) == (text.title, text.period, text.restates)


def test_scanned_pages_are_told_from_others(extractor, monkeypatch):
    try:
        import rapidocr_onnxruntime  # noqa: F401
    except ImportError:
        with pytest.raises(NeedsExtra, match=r"is scanned.*pip install 'citewise\[ocr\]'"):
            sample(extractor, "教师", "scanned")
    else:
        assert "".join(TEXT["教师"]) in sample(extractor, "教师", "scanned").text.replace("\n", "")


# --- Tables


def rows(*texts):
    return [[Cell(text) for text in row] for row in texts]


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        (rows(["地区", "金额（万元）"], ["温宿", "26.4"]), ["地区：温宿；金额：26.4万元。"]),
        (rows(["单位：万元", ""], ["年份", "投入"], ["2019", "5"]), ["单位：万元", "年份：2019；投入：5万元。"]),
        (rows(["项目", "占比（%）"], ["教育", "12.5"]), ["项目：教育；占比：12.5%。"]),
        (rows(["Year", "Cost (RMB million)"], ["2019", "5"]), ["Year: 2019; Cost: 5 million RMB."]),
        (rows(["人数", "72"], ["金额", "5万元"]), ["人数：72。", "金额：5万元。"]),
        (rows(["地区", "2019年", "2020年"], ["温宿", "7", "9"]), ["地区：温宿；2019年：7；2020年：9。"]),
        (rows(["地区", "人数（含家属）"], ["温宿", "7"]), ["地区：温宿；人数（含家属）：7。"]),
        (rows(["a", "b"], ["", "2"], ["", ""]), ["b: 2."]),
    ],
)
def test_rows_carry_their_headings_and_units(table, lines):
    assert [one.text for one in table_blocks(table)] == lines


def test_headings_of_two_rows_are_put_together():
    head = [Cell("地区", down=False), Cell("2020年"), Cell("2020年", across=True)]
    below = [Cell("地区", down=True), Cell("教师"), Cell("医生")]

    made = table_blocks([head, below, *rows(["温宿", "7", "9"])])

    assert [one.text for one in made] == ["地区：温宿；2020年教师：7；2020年医生：9。"]


PLACES = st.builds(
    Place, st.none() | st.integers(1, 9), st.none(), st.none() | st.just("表1"), st.none() | st.just("B7")
)
PIECES = st.builds(Piece, st.text("教师a 1，。", min_size=1).map(str.strip).filter(bool), PLACES)


@settings(max_examples=60)
@given(st.lists(st.builds(Block, st.lists(PIECES, min_size=1, max_size=4).map(tuple), st.integers(0, 3)), max_size=5))
def test_a_text_is_made_of_its_stretches_each_with_its_place(blocks):
    blocks = from_plain(to_plain(blocks))
    made = to_report(blocks)

    assert made.text == "\n".join(one.text for one in blocks)
    pieces = [piece for one in blocks for piece in one.pieces]
    assert [made.text[s.start : s.end] for s in made.stretches] == [piece.text for piece in pieces]
    assert [s.place or NOWHERE for s in made.stretches] == [piece.place for piece in pieces]
    extracted = "\n".join(piece.text for piece in pieces)
    assert all(extracted[s.source :].startswith(made.text[s.start : s.end]) for s in made.stretches)
    between = "".join(made.text[a.end : b.start] for a, b in zip(made.stretches, made.stretches[1:], strict=False))
    assert between.strip() == ""


def test_places_are_kept_in_an_index(extractor, tmp_path):
    report = sample(extractor, "教师", "xlsx")

    write_lines(tmp_path / "documents.jsonl", [document_record(report)])

    assert read_documents(tmp_path / "documents.jsonl")[report.id].stretches == report.stretches


# --- What can't be read


def test_a_report_in_two_formats_is_said_with_what_to_do(tmp_path):
    write_reports(tmp_path, {"a.html": "<p>The port rebuilt 14 quays.</p>", "a.csv": "a,b\n1,2\n"})

    with pytest.raises(DuplicateId, match=r"a\.csv and .*a\.html; if they are the same report, leave one of them out"):
        read_corpus([tmp_path])


def test_what_is_missing_is_said_with_its_line(tmp_path, monkeypatch):
    monkeypatch.setitem(KINDS, ".pdf", Kind("PDF", "pdf:read_pdf", b"%PDF-", "pdf", ("no_such_module",)))

    with pytest.raises(NeedsExtra, match=r"needs a library: `pip install 'citewise\[pdf\]'`"):
        read_report(FORMATS / "small/teachers-pdf.pdf")


def test_older_formats_are_named_with_what_to_save_them_as(tmp_path):
    write_reports(tmp_path, {"a.html": "<p>The port rebuilt 14 quays.</p>", "b.doc": b"\xd0\xcf"})

    assert [skipped.reason for skipped in read_corpus([tmp_path]).skipped] == [
        "files of kind '.doc' are not read; save it as .docx"
    ]


HANGS = """
import sys, time
for line in sys.stdin.buffer:
    {what}
"""


@pytest.mark.parametrize(
    ("what", "error", "said"),
    [
        ("time.sleep(60)", BeyondLimits, r"takes more than 1 s \(setting corpus\.max_seconds\)"),
        ("sys.exit(3)", ReportUnreadable, r"died \(exit code 3\)"),
        ("print('not json', flush=True)", ReportUnreadable, "gave something else than text"),
        ("print('{\"blocks\": [[1]]}', flush=True)", ReportUnreadable, "gave something else than text"),
    ],
)
def test_a_worker_that_hangs_or_dies_fails_one_file_and_is_replaced(tmp_path, monkeypatch, what, error, said):
    start = extractor_module.subprocess.Popen
    commands = [[sys.executable, "-c", HANGS.format(what=what)]]

    def popen(command, **options):
        return start(commands.pop() if commands else command, **options)

    monkeypatch.setattr(extractor_module.subprocess, "Popen", popen)
    path = write_reports(tmp_path, {"a.html": "<p>The port rebuilt 14 quays.</p>"}) / "a.html"

    with Extractor(Limits(seconds=1)) as extractor:
        with pytest.raises(error, match=said):
            read_report(path, extractor=extractor)
        extractor.limits = Limits(seconds=60)
        assert read_report(path, extractor=extractor).text == "The port rebuilt 14 quays."


@pytest.mark.slow
def test_hostile_files_are_each_named_or_read_harmlessly(tmp_path):
    paths = write_hostile_files(tmp_path / "reports")
    write_reports(tmp_path / "reports", {"good.html": "<p>The port rebuilt 14 quays.</p>"})

    corpus = read_corpus([tmp_path / "reports"], max_bytes=64 * 2**20, limits=Limits(seconds=60, memory_mb=1024))

    assert len(paths) >= 100
    read = {Path(one.path).name: one for one in corpus.documents}
    skipped = {Path(one.path).name: one.reason for one in corpus.skipped}
    assert read["good.html"].text == "The port rebuilt 14 quays."
    assert {path.name for path in paths} - set(read) - set(skipped) == set()
    assert all(reason and "\n" not in reason and len(reason) < 400 for reason in skipped.values())
    assert {path.suffix for path in paths} >= SUFFIXES - {".txt", ".md", ".markdown", ".htm", ".tsv"}
    for name in ("sparse.pdf", "bomb.docx", "bomb.pdf", "laughs.xlsx", "encrypted.pdf", "is-pdf.docx", "one-line.csv"):
        assert name in skipped
    assert all(one.text == one.text.strip() != "" for one in read.values())
