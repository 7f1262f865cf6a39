"""Documents that an admin sends: which may become reports, and under what name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messenger.uploads import (
    AlreadyKnown,
    DocumentTooLarge,
    DocumentUnreadable,
    NoReportName,
    UnknownKind,
    UploadRefused,
    check,
    keep,
    safe_name,
)
from corpus.formats.kinds import SUFFIXES
from corpus.reader import read_corpus
from small import BERGEN, LARVIK, documents

LIMIT = 16 * 2**20
PLAIN = b"# Quays\n\nThe port of Skien rebuilt 3 quays in 2020.\n"


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    return documents(tmp_path_factory.mktemp("reports"), {"larvik.md": LARVIK, "bergen.md": BERGEN})


# --- Names


@given(st.text() | st.text("./\\ab\x00\n \u202e字😀", max_size=300))
def test_a_safe_name_can_t_lead_anywhere(name):
    safe = safe_name(name)

    assert 1 <= len(safe.encode()) <= 120
    assert not set(safe) & set('/\\:*?"<>|\x00\n\r\u202e')
    assert not safe.startswith(".")
    assert safe == safe.strip()
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("sent", "safe"),
    [
        ("年报.md", "年报.md"), ("../../etc/passwd", "passwd"), ("..\\..\\boot.ini", "boot.ini"),
        (".hidden.md", "hidden.md"),
        ("a\x00b\u202e.md", "a b.md"), ("", "report"), ("...", "report"), (".md", "md"), ("con.txt", "report.txt"),
        ("字" * 100 + ".md", "字" * 39 + ".md"), ("a." + "b" * 300, "a." + "b" * 118), ("A: b.TXT", "A b.TXT"),
    ],
)  # fmt: skip
def test_names_are_made_safe(sent, safe):
    assert safe_name(sent) == safe


# --- What is taken


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_kinds_of_file_that_the_corpus_reads_are_taken(suffix):
    assert check(f"report{suffix.upper()}", 10, max_bytes=LIMIT) == f"report{suffix.upper()}"


@pytest.mark.parametrize("name", ["report.exe", "report.md.exe", "report", "reports.toml", None, ".md"])
def test_other_kinds_are_refused(name):
    with pytest.raises(UnknownKind, match=r"I read \.md, \.csv, .*, \.txt, .*\.markdown files\.$"):
        check(name, 10, max_bytes=LIMIT)


@pytest.mark.parametrize("name", ["README.md", "license.txt", "Licence.md"])
def test_files_that_would_be_passed_over_are_refused(name):
    with pytest.raises(NoReportName):
        check(name, 10, max_bytes=LIMIT)


def test_the_smaller_of_the_limits_of_telegram_and_the_corpus_counts():
    assert check("a.md", 20 * 2**20, max_bytes=2**30) == "a.md"
    assert check("a.md", None, max_bytes=5) == "a.md"
    with pytest.raises(DocumentTooLarge, match=r"20\.1 MB, and I read at most 20\.0 MB"):
        check("a.md", 20 * 2**20 + 10**5, max_bytes=2**30)
    with pytest.raises(DocumentTooLarge) as refused:
        check("a.md", LIMIT + 10**5, max_bytes=LIMIT)
    assert refused.value.told("zh") == "《a.md》太大了：16.1 MB，最多只能16.0 MB。"


# --- What is kept


def test_a_document_is_kept_under_its_name_and_nothing_else_is_left(tmp_path, reports):
    path = keep(tmp_path / "uploads", "skien.MD", PLAIN, reports, max_bytes=LIMIT)

    assert path == tmp_path / "uploads/skien.md"
    assert path.read_bytes() == PLAIN
    assert list(path.parent.iterdir()) == [path]


def test_a_name_that_is_taken_is_numbered(tmp_path, reports):
    names = [keep(tmp_path, "Skien.md", PLAIN + bytes([65 + i]), reports, max_bytes=LIMIT).name for i in range(3)]
    other_kind = keep(tmp_path, "skien.txt", PLAIN, reports, max_bytes=LIMIT).name
    of_another_folder = keep(tmp_path, "larvik.txt", PLAIN, reports, max_bytes=LIMIT).name

    assert (*names, other_kind, of_another_folder) == (
        "Skien.md", "Skien-2.md", "Skien-3.md", "skien-4.txt", "larvik-2.txt",
    )  # fmt: skip
    assert len(read_corpus([tmp_path]).documents) == 5


@pytest.mark.parametrize(
    ("name", "content", "error", "said"),
    [
        ("copy.md", LARVIK.encode(), AlreadyKnown, "I have this report already: Port of Larvik."),
        ("new.md", LARVIK.replace("14", "15").encode(), AlreadyKnown, "Another report has the id “larvik” already"),
        ("empty.md", b"", DocumentUnreadable, "“empty.md” can't be read: "),
        ("picture.md", bytes(range(256)) * 4, DocumentUnreadable, "“picture.md” can't be read: "),
        ("wrong.md", b"---\nlanguage: klingon\n---\ntext", DocumentUnreadable, "“wrong.md” can't be read: "),
        ("large.md", b"a" * 2000, DocumentTooLarge, "“large.md” is too large"),
        ("x.png", PLAIN, UnknownKind, "I can't read “x.png”"),
    ],
)
def test_what_can_t_become_a_report_is_refused_and_leaves_nothing(tmp_path, reports, name, content, error, said):
    with pytest.raises(error) as refused:
        keep(tmp_path / "uploads", name, content, reports, max_bytes=1500)

    assert isinstance(refused.value, UploadRefused)
    assert said in str(refused.value)
    assert "\n" not in refused.value.told("zh")
    assert str(tmp_path) not in str(refused.value)
    assert not (tmp_path / "uploads").exists() or list((tmp_path / "uploads").iterdir()) == []
