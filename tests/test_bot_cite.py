"""From a span of a report to the citation that proves it, and to whose words it is."""

from pathlib import Path

import pytest

from bot.cite import attribution, cite, scope, years
from bot.wiring import shipped_reports
from corpus.reader import read_corpus
from index.sentences import sentences
from small import BERGEN, LARVIK, LIBRARY, LIBRARY_EN, document, lines_of, squeeze

ORIGINALS = Path(__file__).parents[2] / "shared/reports"


def citation_of(report, sentence):
    """Cite the sentence of a report that begins with some words."""
    start = report.text.index(sentence)
    return cite(report, next(span for span in sentences(report.text) if span[0] == start), 1)


def test_a_quote_is_the_slice_of_the_report_that_its_offsets_name(tmp_path):
    report = document(tmp_path, "larvik.md", LARVIK)

    citation = citation_of(report, "The port rebuilt")

    assert citation.quote == "The port rebuilt 14 quays between 2015 and 2021."
    assert report.text[citation.start : citation.end] == citation.quote
    assert (citation.document, citation.title) == ("larvik", "Port of Larvik")


def test_a_citation_names_the_headings_above_it_and_the_line_of_the_file(tmp_path):
    citation = citation_of(document(tmp_path, "larvik.md", LARVIK), "The port office trained")

    assert citation.heading == ("Port of Larvik", "People")
    assert [(s.line, s.page, s.text) for s in citation.source] == [
        (18, None, "The port office trained 86 pilots in 2019.")
    ]


def test_a_citation_keeps_the_number_it_is_given(tmp_path):
    report = document(tmp_path, "larvik.md", LARVIK)

    assert cite(report, sentences(report.text)[0], 7).number == 7


def test_a_sentence_that_a_line_end_broke_has_its_pieces_with_their_lines(tmp_path):
    citation = citation_of(document(tmp_path, "图书馆.md", LIBRARY), "志愿者")

    assert citation.quote == "志愿者每周开放两个晚上。"
    assert [(s.line, s.text) for s in citation.source] == [(18, "志愿者每周"), (19, "开放两个晚上。")]


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-8").replace(b"\n", b"\r\n"),
        lambda text: text.encode("gb18030"),
        lambda text: text.encode("utf-16"),
    ],
    ids=["with a BOM", "with Windows line ends", "in GB18030", "in UTF-16"],
)
def test_lines_and_words_of_the_source_do_not_depend_on_the_encoding(tmp_path, encode):
    citation = citation_of(document(tmp_path, "图书馆.md", encode(LIBRARY)), "志愿者")

    assert [(s.line, s.text) for s in citation.source] == [(18, "志愿者每周"), (19, "开放两个晚上。")]


def _each_sentence_is_found_in_the_file(reports):
    for report in reports:
        lines = lines_of(report.path)
        for span in sentences(report.text):
            citation = cite(report, span, 1)
            assert citation.quote == report.text[slice(*span)]
            assert all(s.text in lines[s.line - 1] for s in citation.source)
            assert squeeze("".join(s.text for s in citation.source)) == squeeze(citation.quote)


def test_each_sentence_of_the_shipped_reports_can_be_found_in_its_file():
    _each_sentence_is_found_in_the_file(read_corpus([shipped_reports()]).documents)


def test_each_sentence_of_the_invented_reports_can_be_found_in_its_file():
    _each_sentence_is_found_in_the_file(read_corpus([Path(__file__).parent / "data/invented"]).documents)


@pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the original reports do not stand beside the project")
def test_each_sentence_of_the_original_reports_can_be_found_in_its_file():
    _each_sentence_is_found_in_the_file(read_corpus([ORIGINALS]).documents)


@pytest.mark.parametrize(("period", "written"), [((2015, 2021), "2015–2021"), ((2018, 2018), "2018"), (None, "")])
def test_a_period_is_written_as_years(period, written):
    assert years(period) == written


def test_a_report_is_attributed_to_its_publisher_region_and_period(tmp_path):
    report = document(tmp_path, "larvik.md", LARVIK)

    assert attribution(report, "en") == "“Port of Larvik” (Larvik Port Office, Larvik, 2015–2021)"
    assert attribution(report, "zh") == "《Port of Larvik》（Larvik Port Office，Larvik，2015–2021）"


def test_a_summary_is_attributed_to_who_wrote_it_and_names_what_it_restates(tmp_path):
    report = document(tmp_path, "libraries.md", LIBRARY_EN)

    assert (
        attribution(report, "en") == "citewise's summary of “Libraries of Pingchuan” (Pingchuan Culture Office, 2020)"
    )
    assert attribution(report, "zh") == "citewise 对《Libraries of Pingchuan》（Pingchuan Culture Office，2020）的概述"


def test_each_shipped_report_is_said_to_be_a_summary():
    shipped = read_corpus([shipped_reports()]).documents

    assert shipped
    for report in shipped:
        assert attribution(report, "en").startswith("citewise's summary of “")
        assert attribution(report, "zh").startswith("citewise 对《")
        assert report.publisher == "citewise"
        assert report.restates is not None


def test_nothing_is_attributed_that_a_report_does_not_say(tmp_path):
    report = document(tmp_path, "mill.txt", "Wheat was milled by hand here.\n")

    assert (report.publisher, report.region, report.period) == (None, None, None)
    assert attribution(report, "en") == f"“{report.title}”"
    assert scope(report, 0) == ""


@pytest.mark.parametrize(
    ("name", "content", "sentence", "expected"),
    [
        ("larvik.md", LARVIK, "The port rebuilt", "Larvik, Larvik Port Office, 2015–2021, Quays"),
        ("larvik.md", LARVIK, "Nobody", "Larvik, Larvik Port Office, 2015–2021, People"),
        ("图书馆.md", LIBRARY, "全县新建", "平川县, 平川县文化局, 2016–2020, 馆舍"),
    ],
)
def test_the_scope_of_a_figure_is_where_whose_when_and_under_which_heading(tmp_path, name, content, sentence, expected):
    report = document(tmp_path, name, content)

    assert scope(report, report.text.index(sentence)) == expected


def test_a_heading_that_only_repeats_the_title_is_no_part_of_the_scope(tmp_path):
    report = document(tmp_path, "bergen.md", BERGEN)

    assert scope(report, report.text.index("The port rebuilt")) == "Bergen, Bergen Port Office, 2018"


def test_the_scope_of_a_figure_above_the_first_heading_names_none(tmp_path):
    report = document(
        tmp_path, "larvik.md", LARVIK.replace("# Port of Larvik\n", "Ships call here.\n\n# Port of Larvik\n")
    )

    assert scope(report, report.text.index("Ships")) == "Larvik, Larvik Port Office, 2015–2021"


def test_the_scope_of_a_summary_is_that_of_the_publisher_it_restates(tmp_path):
    report = document(tmp_path, "libraries.md", LIBRARY_EN)

    assert scope(report, report.text.index("The county")) == "Pingchuan Culture Office, 2016–2020"
