"""Folders of files to reports: ids, order, what is left out and why, what is refused."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from corpus.errors import BadFrontMatter, DuplicateId, FolderUnreadable, NoReports, ReportUnreadable
from corpus.files import Skipped, Stamp, file_stamps, find_files, is_unchanged
from corpus.formats.kinds import SUFFIXES
from corpus.reader import read_corpus, read_report

QUAYS = "The port rebuilt 14 quays between 2015 and 2021.\n"
TEACHERS = "2014年以来，全县累计选派援疆教师1569人，投入3.5亿元。\n"
KNOWN = ", ".join(sorted(SUFFIXES))
RUNS_AS_ROOT = getattr(os, "geteuid", lambda: 1)() == 0


def write(folder, **contents):
    """Write files; two underscores in a name stand for a dot, contents are text or bytes."""
    for name, content in contents.items():
        put(folder / name.replace("__", "."), content)
    return folder


def put(path, content=QUAYS):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def ids(*folders, **options):
    return [document.id for document in read_corpus(folders, **options).documents]


def skipped(folder, **options):
    """Return what was left out of a folder, by the path below it."""
    return {
        Path(one.path).relative_to(folder.resolve()).as_posix(): one.reason
        for one in read_corpus([folder], **options).skipped
    }


def test_an_id_is_the_path_below_the_folder_without_its_suffix(tmp_path):
    put(tmp_path / "quays.txt")
    put(tmp_path / "2021/quays.v2.md")
    put(tmp_path / "报告/金华.markdown", TEACHERS)

    assert ids(tmp_path) == ["quays", "2021/quays.v2", "报告/金华"]


def test_front_matter_gives_the_id(tmp_path):
    write(tmp_path, quays__md=f"---\nid: larvik-2021\n---\n{QUAYS}")

    assert ids(tmp_path) == ["larvik-2021"]


def test_an_override_gives_the_id(tmp_path):
    write(tmp_path, quays__md=QUAYS, reports__toml='["quays.md"]\nid = "larvik"\n')

    assert ids(tmp_path) == ["larvik"]


def test_one_file_may_be_named_instead_of_a_folder(tmp_path):
    write(tmp_path, a__txt=QUAYS, b__txt=QUAYS)

    assert ids(tmp_path / "b.txt") == ["b"]


def test_suffixes_count_in_any_case(tmp_path):
    write(tmp_path, A__TXT=QUAYS, B__Md=QUAYS)

    assert ids(tmp_path) == ["A", "B"]


def test_a_document_says_where_it_comes_from(tmp_path):
    write(tmp_path, teachers__txt=TEACHERS.encode("gb18030"))

    (document,) = read_corpus([tmp_path]).documents

    assert document.path == str((tmp_path / "teachers.txt").resolve())
    assert document.digest == hashlib.sha256(TEACHERS.encode("gb18030")).hexdigest()
    assert (document.language, document.text) == ("zh", TEACHERS.strip())


def test_a_title_falls_back_on_the_file_s_stem(tmp_path):
    write(tmp_path, quays_2021__txt=QUAYS)

    (document,) = read_corpus([tmp_path]).documents

    assert document.title == "quays_2021"
    assert "title" not in document.evidence


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("quays.txt", "quays.md"),
        ("a.md", "b.md"),
    ],
    ids=["one stem", "one id in front matter"],
)
def test_two_reports_with_one_id_are_an_error_that_names_both(tmp_path, first, second):
    content = QUAYS if first == "quays.txt" else f"---\nid: quays\n---\n{QUAYS}"
    put(tmp_path / first, content)
    put(tmp_path / second, content)

    with pytest.raises(DuplicateId, match="two reports have the id 'quays'") as caught:
        read_corpus([tmp_path])

    assert str(tmp_path / first) in str(caught.value)
    assert str(tmp_path / second) in str(caught.value)


def test_one_name_in_two_folders_is_a_duplicate_too(tmp_path):
    put(tmp_path / "north/quays.txt")
    put(tmp_path / "south/quays.txt")

    with pytest.raises(DuplicateId, match=r"north/quays\.txt and .*south/quays\.txt"):
        read_corpus([tmp_path / "north", tmp_path / "south"])


def test_one_name_in_two_folders_of_one_root_is_none(tmp_path):
    put(tmp_path / "north/quays.txt")
    put(tmp_path / "south/quays.txt")

    assert ids(tmp_path) == ["north/quays", "south/quays"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("README.md", "not a report by its name"),
        ("readme", "not a report by its name"),
        ("Readme.zh.txt", "not a report by its name"),
        ("LICENSE", "not a report by its name"),
        ("licence.txt", "not a report by its name"),
        (".draft.md", "hidden"),
        (".DS_Store", "hidden"),
        ("sub/.draft.txt", "hidden"),
        ("scan.png", f"unknown kind of file '.png'; expected {KNOWN}"),
        ("notes", f"unknown kind of file 'notes'; expected {KNOWN}"),
    ],
)
def test_what_is_no_report_by_its_name_is_left_out_and_said(tmp_path, name, reason):
    put(tmp_path / "quays.txt")
    put(tmp_path / name)

    assert ids(tmp_path) == ["quays"]
    assert skipped(tmp_path) == {name: reason}


def test_hidden_folders_are_not_entered_but_said(tmp_path):
    put(tmp_path / "quays.txt")
    put(tmp_path / ".git/notes.txt")

    assert ids(tmp_path) == ["quays"]
    assert skipped(tmp_path) == {".git": "hidden"}


@pytest.mark.parametrize("twice", [("", ""), ("", "sub"), ("", "sub/quays.txt"), ("sub", "")])
def test_a_file_below_two_of_the_folders_is_one_report(tmp_path, twice):
    put(tmp_path / "sub/quays.txt")

    found = ids(*(tmp_path / name for name in twice))

    assert found == (["quays"] if twice[0] else ["sub/quays"])


def test_the_overrides_of_a_folder_below_count_there(tmp_path):
    put(tmp_path / "quays.txt")
    put(tmp_path / "sub/quays.txt")
    put(tmp_path / "reports.toml", '["quays.txt"]\ntitle = "Above"\n')
    put(tmp_path / "sub/reports.toml", '["quays.txt"]\ntitle = "Below"\n')

    found = {document.id: document.title for document in read_corpus([tmp_path]).documents}

    assert found == {"quays": "Above", "sub/quays": "Below"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_named_like_overrides_is_not_waited_for(tmp_path):
    put(tmp_path / "quays.txt")
    os.mkfifo(tmp_path / "reports.toml")

    assert skipped(tmp_path) == {"reports.toml": "not a regular file"}


def test_overrides_count_in_whatever_order_folders_are_named(tmp_path):
    put(tmp_path / "sub/quays.txt")
    put(tmp_path / "reports.toml", '["sub/quays.txt"]\ntitle = "Quays"\n')

    found = [
        read_corpus(order).documents[0].title for order in ([tmp_path, tmp_path / "sub"], [tmp_path / "sub", tmp_path])
    ]

    assert found == ["Quays", "Quays"]


def test_overrides_of_a_file_that_is_not_asked_for_are_no_fault(tmp_path):
    put(tmp_path / "quays.txt")
    put(tmp_path / "cranes.txt")
    put(tmp_path / "reports.toml", '["quays.txt"]\ntitle = "Quays"\n["cranes.txt"]\ntitle = "Cranes"\n')

    assert read_corpus([tmp_path / "quays.txt"]).skipped == ()


def test_an_override_of_no_report_is_said(tmp_path):
    put(tmp_path / "quays.txt")
    put(tmp_path / "reports.toml", '["quay.txt"]\ntitle = "Quays"\n')

    assert skipped(tmp_path) == {"reports.toml": "names 'quay.txt', which is no report in this folder"}


def test_a_name_that_is_no_unicode_is_left_out_and_said(tmp_path):
    put(tmp_path / "quays.txt")
    try:
        put(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.txt")))
    except OSError:
        pytest.skip("this file system takes no such names")

    corpus = read_corpus([tmp_path])

    assert [document.id for document in corpus.documents] == ["quays"]
    assert [one.reason for one in corpus.skipped] == ["its name, or a folder's above it, is not valid Unicode"]
    assert all(path.isprintable() for path in corpus.stamps)


def test_overrides_are_neither_a_report_nor_left_out(tmp_path):
    write(tmp_path, quays__txt=QUAYS, reports__toml="")

    assert skipped(tmp_path) == {}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "holds no text"),
        (b"\xef\xbb\xbf", "holds no text"),
        (b" \r\n\t\n", "holds no text"),
        ("　\n\u200b\n".encode(), "holds no text"),
        (b"---\nid: x\n---\n", "holds no text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "expected text, found binary data"),
        (bytes(range(128, 255)) * 4, "expected UTF-8, GB18030 or UTF-16 text, found bytes that are none of them"),
        (f"---\nlanguage: de\n---\n{QUAYS}".encode(), "language must be zh or en, found 'de'"),
        (f"---\ntitle: [\n---\n{QUAYS}".encode(), "front matter is not valid YAML"),
    ],
    ids=["empty", "mark only", "blank", "wide blank", "front matter only", "picture", "bytes", "bad field", "bad yaml"],
)
def test_a_file_that_can_t_be_used_is_left_out_and_said_and_the_others_are_read(tmp_path, content, reason):
    write(tmp_path, a__txt=QUAYS, bad__txt=content, c__txt=TEACHERS)

    assert ids(tmp_path) == ["a", "c"]
    assert list(skipped(tmp_path)) == ["bad.txt"]
    assert reason in skipped(tmp_path)["bad.txt"]


def test_a_file_over_the_limit_is_left_out_and_said(tmp_path):
    write(tmp_path, big__txt=b"a" * 3_000_001, quays__txt=QUAYS)

    assert ids(tmp_path, max_bytes=3_000_000) == ["quays"]
    assert (
        "3 MB is over the limit of 3 MB (setting corpus.max_file_mb)"
        in skipped(tmp_path, max_bytes=3_000_000)["big.txt"]
    )


def test_a_file_at_the_limit_is_read_whole(tmp_path):
    write(tmp_path, quays__txt=QUAYS)

    (document,) = read_corpus([tmp_path], max_bytes=len(QUAYS)).documents

    assert document.text == QUAYS.strip()


def test_one_report_alone_raises_what_makes_it_unusable(tmp_path):
    write(tmp_path, empty__txt="")

    with pytest.raises(ReportUnreadable, match=r"empty\.txt: holds no text"):
        read_report(tmp_path / "empty.txt")


@pytest.mark.parametrize("code", [errno.ENOENT, errno.EACCES, errno.EIO])
def test_a_file_that_vanishes_or_fails_while_it_is_read_is_left_out_and_said(tmp_path, monkeypatch, code):
    write(tmp_path, a__txt=QUAYS, gone__txt=QUAYS, z__txt=QUAYS)
    opened = Path.open

    def fail(path, *args, **options):
        if path.name == "gone.txt":
            raise OSError(code, os.strerror(code), str(path))
        return opened(path, *args, **options)

    monkeypatch.setattr(Path, "open", fail)

    assert ids(tmp_path) == ["a", "z"]
    assert skipped(tmp_path)["gone.txt"].endswith(f"can't be read: {os.strerror(code)}")


def test_a_file_that_vanishes_before_it_is_looked_at_is_left_out_and_said(tmp_path):
    write(tmp_path, a__txt=QUAYS, b__txt=QUAYS)

    corpus = read_corpus([tmp_path], progress=lambda done, total: (tmp_path / "b.txt").unlink(missing_ok=True))

    assert [document.id for document in corpus.documents] == ["a"]
    assert [Path(one.path).name for one in corpus.skipped] == ["b.txt"]


def test_an_empty_folder_holds_no_reports(tmp_path):
    with pytest.raises(NoReports, match=r"holds no reports; put \.txt, \.md, \.pdf, \.docx or other reports there$"):
        read_corpus([tmp_path])


def test_a_folder_without_a_usable_file_says_why(tmp_path):
    write(tmp_path, a__txt="", b__txt=b"\x00")

    with pytest.raises(NoReports, match=r"no file could be used; .*a\.txt: holds no text \(and 1 more\)$"):
        read_corpus([tmp_path])


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FolderUnreadable, match=r"nowhere: no such folder; name one that holds reports"):
        read_corpus([tmp_path / "nowhere"])


def test_one_missing_folder_among_others_is_named(tmp_path):
    put(tmp_path / "here/quays.txt")

    with pytest.raises(FolderUnreadable, match="nowhere: no such folder"):
        read_corpus([tmp_path / "here", tmp_path / "nowhere"])


def test_a_file_of_an_unknown_kind_in_place_of_a_folder_is_no_report(tmp_path):
    write(tmp_path, scan__png="x")

    with pytest.raises(NoReports, match=r"scan\.png: unknown kind of file"):
        read_corpus([tmp_path / "scan.png"])


@pytest.mark.skipif(RUNS_AS_ROOT, reason="root may read every folder")
def test_a_folder_that_may_not_be_read_is_said_to_be(tmp_path):
    put(tmp_path / "closed/quays.txt")
    (tmp_path / "closed").chmod(0)

    with pytest.raises(FolderUnreadable, match="closed: may not be read; check its permissions"):
        read_corpus([tmp_path / "closed"])


def test_a_folder_that_the_system_refuses_is_said_to_be(tmp_path, monkeypatch):
    put(tmp_path / "quays.txt")
    monkeypatch.setattr(os, "access", lambda *args, **options: False)

    with pytest.raises(FolderUnreadable, match="may not be read; check its permissions"):
        read_corpus([tmp_path])


def test_a_folder_below_that_may_not_be_read_is_said_and_the_others_are_read(tmp_path, monkeypatch):
    put(tmp_path / "quays.txt")
    put(tmp_path / "closed/crane.txt")
    scan = os.scandir

    def refuse(path):
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)

    assert ids(tmp_path) == ["quays"]
    assert skipped(tmp_path) == {"closed": f"can't be read: {os.strerror(errno.EACCES)}"}


def test_links_in_a_loop_end(tmp_path):
    put(tmp_path / "sub/quays.txt")
    (tmp_path / "sub/loop").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "nowhere.txt").symlink_to(tmp_path / "missing")

    assert ids(tmp_path) == ["sub/quays"]
    assert skipped(tmp_path) == {
        "nowhere.txt": "not a regular file",
        "self.txt": "not a regular file",
        "sub/loop": "a linked folder; name it itself",
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_named_like_a_report_is_not_waited_for(tmp_path):
    write(tmp_path, quays__txt=QUAYS)
    os.mkfifo(tmp_path / "pipe.txt")

    assert skipped(tmp_path) == {"pipe.txt": "not a regular file"}


def test_a_folder_named_like_a_report_is_a_folder(tmp_path):
    put(tmp_path / "2021.txt/quays.txt")

    assert ids(tmp_path) == ["2021.txt/quays"]


@pytest.mark.parametrize(
    "name",
    [
        "a\nb.txt", "a\tb.txt", " a .txt", "a'b\"c.txt", "报告（2020）.txt", "𠮷.txt", "e\u0301.txt", "a\u202eb.txt",
        "a%20b.txt", "*.txt", "-rf.txt", "a;b.txt", "#1.txt", "~.txt",
    ],
)  # fmt: skip
def test_odd_names_are_names(tmp_path, name):
    if os.name == "nt":
        pytest.skip("Windows has no such names")
    put(tmp_path / name)

    assert ids(tmp_path) == [name.removesuffix(".txt")]


def test_the_order_is_fixed_whatever_order_files_were_made_in(tmp_path):
    names = ["b.txt", "a.md", "ä.txt", "B.txt", "10.txt", "9.txt", "z/a.txt", "中/a.txt", "c/x/a.txt", "c/a.txt"]
    for number, order in enumerate((names, names[::-1])):
        for name in order:
            put(tmp_path / str(number) / name)

    first, second = ids(tmp_path / "0"), ids(tmp_path / "1")

    assert first == second
    assert first == ["10", "9", "B", "a", "b", "ä", "c/a", "c/x/a", "z/a", "中/a"]


def test_folders_come_in_the_order_in_which_they_are_named(tmp_path):
    put(tmp_path / "north/n.txt")
    put(tmp_path / "south/s.txt")

    assert ids(tmp_path / "south", tmp_path / "north") == ["s", "n"]


def test_progress_counts_files(tmp_path):
    write(tmp_path, a__txt=QUAYS, b__txt="", c__txt=QUAYS, d__png="")
    seen = []

    read_corpus([tmp_path], progress=lambda done, total: seen.append((done, total)))

    assert seen == [(0, 3), (1, 3), (2, 3)]


def test_the_same_folder_gives_the_same_reports(tmp_path):
    write(tmp_path, a__txt=QUAYS, b__txt=TEACHERS)

    assert read_corpus([tmp_path]) == read_corpus([tmp_path])


def test_wrong_overrides_stop_the_reading_and_are_named(tmp_path):
    write(tmp_path, a__txt=QUAYS, reports__toml="['a.txt'")

    with pytest.raises(BadFrontMatter, match=r"reports\.toml: can't be read as TOML"):
        read_corpus([tmp_path])


def test_a_stamp_tells_size_time_and_hash_of_a_report(tmp_path):
    path = put(tmp_path / "quays.txt")
    os.utime(path, ns=(1, 1_600_000_000_123_456_789))

    assert read_corpus([tmp_path]).stamps == {
        str(path.resolve()): Stamp(len(QUAYS), 1_600_000_000_123_456_789, hashlib.sha256(QUAYS.encode()).hexdigest())
    }


def test_overrides_and_unusable_files_have_stamps_too(tmp_path):
    write(tmp_path, a__txt=QUAYS, empty__txt="", reports__toml="", README__md="", x__png="")

    assert {Path(path).name for path in read_corpus([tmp_path]).stamps} == {"a.txt", "empty.txt", "reports.toml"}


def test_stamps_of_a_missing_folder_are_none(tmp_path):
    assert file_stamps([tmp_path / "nowhere"]) == {}


def test_a_touched_file_is_unchanged(tmp_path):
    path = put(tmp_path / "quays.txt")
    stamps = read_corpus([tmp_path]).stamps
    os.utime(path, ns=(1, 1))

    now = file_stamps([tmp_path])

    assert now != stamps
    assert is_unchanged(str(path), stamps[str(path)], now[str(path)])


def test_a_file_of_the_same_size_with_another_figure_is_changed(tmp_path):
    path = put(tmp_path / "quays.txt")
    then = read_corpus([tmp_path]).stamps[str(path)]
    put(path, QUAYS.replace("14", "15"))
    os.utime(path, ns=(1, then.modified_ns + 1))

    assert not is_unchanged(str(path), then, file_stamps([tmp_path])[str(path)])


def test_a_file_that_is_gone_is_not_unchanged(tmp_path):
    then = Stamp(5, 1, "x")

    assert not is_unchanged(str(tmp_path / "gone.txt"), then, Stamp(5, 2))


def test_what_was_left_out_is_plain_data(tmp_path):
    write(tmp_path, a__txt=QUAYS, b__png="x")

    assert read_corpus([tmp_path]).skipped == (
        Skipped(str((tmp_path / "b.png").resolve()), f"unknown kind of file '.png'; expected {KNOWN}"),
    )


def test_a_folder_that_may_be_listed_but_not_entered_is_said_and_the_rest_is_read(tmp_path, monkeypatch):
    for name in ("a.md", "closed/b.md", "closed/reports.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Three quays.\n")
    stat, lstat = os.stat, os.lstat

    def refusing(whole):
        def refused(path, *given, **named):
            if "closed" in Path(path).parent.parts if isinstance(path, (str, Path)) else False:
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return whole(path, *given, **named)

        return refused

    monkeypatch.setattr(os, "stat", refusing(stat))
    monkeypatch.setattr(os, "lstat", refusing(lstat))

    found = read_corpus([tmp_path])

    assert [one.id for one in found.documents] == ["a"]
    assert [(Path(one.path).name, one.reason) for one in found.skipped] == [
        ("b.md", "can't be read: Permission denied"),
        ("reports.toml", "can't be read: Permission denied"),
    ]
    assert [Path(path).name for path in file_stamps([tmp_path])] == ["a.md"]
    with pytest.raises(FolderUnreadable, match="may not be read"):
        find_files([tmp_path / "closed/b.md"])
