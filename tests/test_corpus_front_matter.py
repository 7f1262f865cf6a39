"""Front matter and reports.toml: what they may state of a report, and what is refused."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Restated
from corpus.errors import BadFrontMatter
from corpus.front_matter import FrontMatter, read_overrides, split_front_matter
from corpus.reader import read_corpus
from scale import scaled

BODY = "The port rebuilt 14 quays between 2015 and 2021.\n"


def stated(block):
    """Return what a block between two fences states."""
    return split_front_matter(f"---\n{block}\n---\n{BODY}", name="port.md")[0]


def refusal(block):
    """Return why a block is refused."""
    with pytest.raises(BadFrontMatter) as caught:
        stated(block)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("port.md: ")
    return message.removeprefix("port.md: ")


def overrides(folder, content):
    (folder / "reports.toml").write_text(content, encoding="utf-8")
    return read_overrides(folder)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("id: port-2021", "id", "port-2021"),
        ("id: 报告/港口 2021", "id", "报告/港口 2021"),
        ("title: Port of Larvik", "title", "Port of Larvik"),
        ('title: "Quays: 14 of them"', "title", "Quays: 14 of them"),
        ("title: 日照港：面向大海", "title", "日照港：面向大海"),
        ("title: 2020", "title", "2020"),
        ("title: >\n  Port\n  of Larvik", "title", "Port of Larvik"),
        ("language: zh", "language", "zh"),
        ("publisher: Larvik Port Office", "publisher", "Larvik Port Office"),
        ("region: 日照市", "region", "日照市"),
        ("period: 2020", "period", (2020, 2020)),
        ("period: 2014-2020", "period", (2014, 2020)),
        ("source: https://example.org/a?b=c#d", "source", "https://example.org/a?b=c#d"),
        ("translation_of: port-zh", "translation_of", "port-zh"),
        ("restates: {title: A Report}", "restates", Restated("A Report", None, None)),
        (
            "restates:\n  title: 报告\n  publisher: 港务局\n  period: 2020-2023",
            "restates",
            Restated("报告", "港务局", "2020-2023"),
        ),
    ],
)
def test_each_field_is_read(line, field, value):
    assert stated(line) == FrontMatter(**{field: value})


def test_fields_come_together_in_any_order():
    found = stated("period: 2018\nid: bergen\nlanguage: en\ntitle: Port of Bergen")

    assert found == FrontMatter(id="bergen", title="Port of Bergen", language="en", period=(2018, 2018))


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh", "zh"),
        ("zh-Hans", "zh"),
        ("zh_CN", "zh"),
        ("ZH-hant", "zh"),
        ("en", "en"),
        ("en-GB", "en"),
        ("EN_us", "en"),
    ],
)
def test_language_tags_of_chinese_and_english_are_understood(tag, language):
    assert stated(f"language: {tag}").language == language


@pytest.mark.parametrize("tag", ["de", "english", "中文", "no", "zhuang", "enm", "[zh]", "1"])
def test_other_languages_are_refused(tag):
    assert refusal(f"language: {tag}").startswith("language must be zh or en, found ")


@pytest.mark.parametrize(
    ("value", "period"),
    [
        ("2014–2020", (2014, 2020)),
        ("2014 to 2020", (2014, 2020)),
        ("2014年至2020年", (2014, 2020)),
        ("2020-2014", (2014, 2020)),
        ("[2014, 2017, 2020]", (2014, 2020)),
        ("2020-11-30", (2020, 2020)),
        ('"2020"', (2020, 2020)),
    ],
)
def test_a_period_may_be_written_in_many_ways(value, period):
    assert stated(f"period: {value}").period == period


@pytest.mark.parametrize("value", ["三年来", "true", "20201130", "99999", "19-20", "last year", "[]"])
def test_a_period_without_a_year_is_refused(value):
    assert refusal(f"period: {value}").startswith("period must hold a year, as 2020 or 2014-2020, found ")


@pytest.mark.parametrize("field", ["id", "title", "publisher", "region", "source", "translation_of"])
@pytest.mark.parametrize("value", ["[a, b]", "{a: b}", "true"])
def test_a_text_of_another_type_is_refused(field, value):
    assert refusal(f"{field}: {value}").startswith(f"{field} must be a text, found ")


@pytest.mark.parametrize("value", ["text", "[]", "{publisher: x}", "{title: }", "3", "true"])
def test_restates_without_a_title_is_refused(value):
    assert refusal(f"restates: {value}") == "restates must hold a title, and may hold publisher and period"


def test_a_wrong_type_inside_restates_is_refused():
    assert refusal("restates: {title: [a]}") == "restates.title must be a text, found ['a']"


@pytest.mark.parametrize("value", ['""', '" "', "长" * 501])
def test_a_title_has_one_to_five_hundred_characters(value):
    assert refusal(f"title: {value}").startswith("title must have 1 to 500 characters, found ")


def test_a_title_of_five_hundred_characters_is_kept():
    assert stated(f"title: {'长' * 500}").title == "长" * 500


@pytest.mark.parametrize("value", ["/etc/passwd", r"a\b", r'"\e[31mred"', r'"a\0b"', "x" * 201])
def test_an_id_that_could_do_harm_is_refused(value):
    assert refusal(f"id: {value}").startswith("id must be ")


@pytest.mark.parametrize("line", ["title:", "title: null", "title: ~", "period:", "language:", "restates:"])
def test_an_empty_field_states_nothing(line):
    assert stated(line) == FrontMatter()


def test_fields_of_other_tools_are_passed_over():
    assert stated("layout: post\ntags: [a, b]\ntitle: Port\ndraft: true") == FrontMatter(title="Port")


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("id: x\ntitle: Port: of Larvik", 3),
        ("id: x\ntitle: [a", 4),
        ("id: x\n\ttitle: y", 3),
        ("id: x\nperiod: 2020\ntitle: !!python/object/apply:os.system [echo]", 4),
        ("id: x\ntitle: @y", 3),
    ],
    ids=["two colons", "open bracket", "tab", "python object", "reserved mark"],
)
def test_bad_yaml_is_refused_with_its_line(block, line):
    assert refusal(block) == f"front matter is not valid YAML near line {line}"


def test_yaml_never_makes_python_objects_or_runs_anything(tmp_path):
    mark = tmp_path / "ran"

    refusal(f"title: !!python/object/apply:os.mkdir ['{mark}']")

    assert not mark.exists()


def test_a_nest_too_deep_is_refused():
    begun = time.monotonic()

    assert refusal("title: " + "[" * 15_000).startswith("front matter is not valid YAML")
    assert refusal("title:\n" + "- " * 7_000).startswith("front matter is not valid YAML")
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("value", ["!!timestamp foo", "!!int ''", "!!float ''", "!!bool x", "!!binary x"])
def test_a_tag_that_does_not_fit_is_refused(value):
    assert refusal(f"id: {value}").startswith("front matter is not valid YAML")


def test_an_alias_is_refused():
    assert refusal("title: &name Port\npublisher: *name") == "front matter may not use YAML aliases"


def test_an_alias_bomb_is_refused_at_once():
    levels = ["a: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"{chr(98 + i)}: &a{i + 1} [{', '.join([f'*a{i}'] * 9)}]" for i in range(12)]
    begun = time.monotonic()

    assert refusal("\n".join(levels)) == "front matter may not use YAML aliases"
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("number", ["9" * 5000, "0x" + "F" * 4500])
def test_a_number_of_thousands_of_digits_is_refused(tmp_path, number):
    assert refusal(f"title: {number}").startswith("title must have 1 to 500 characters, found ")
    with pytest.raises(BadFrontMatter, match=r"a number of thousands of digits|can.t be read as TOML"):
        overrides(tmp_path, f'["a.txt"]\ntitle = {number}\n')


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("id: 007", "id", "007"),
        ("title: 12:30:45", "title", "12:30:45"),
        ("title: 2020-01-31", "title", "2020-01-31"),
        ("title: 1_000", "title", "1_000"),
    ],
)
def test_figures_are_taken_as_they_are_written(line, field, value):
    assert stated(line) == FrontMatter(**{field: value})


@pytest.mark.parametrize(
    "block", ["# of the port\ntitle: Port", '"title": Port', "'title': Port", "\n# a\n# b\n\ntitle: Port"]
)
def test_front_matter_may_open_with_a_comment_or_a_quoted_key(block):
    assert stated(block) == FrontMatter(title="Port")


def test_a_heading_between_rules_is_no_front_matter():
    text = f"---\n# Report\nNote: all figures are for 2020.\n---\n{BODY}"

    assert split_front_matter(text, name="port.md") == (FrontMatter(), 0)


@pytest.mark.parametrize("value", [r'"\ud800"', r'"a\e[31mb"', r'"a\ab"', r'"a\x7fb"', r'"a\x9bb"'])
@pytest.mark.parametrize("field", ["id", "title", "publisher"])
def test_what_can_t_be_printed_is_refused(field, value):
    assert refusal(f"{field}: {value}").startswith(f"{field} must be printable, found ")


def test_an_unknown_field_of_an_override_is_refused_with_the_one_meant(tmp_path):
    with pytest.raises(BadFrontMatter, match=r"a\.txt: unknown field 'langauge'; did you mean 'language'\?"):
        overrides(tmp_path, '["a.txt"]\nlangauge = "en"\n')


def test_overrides_nested_too_deep_are_refused(tmp_path):
    with pytest.raises(BadFrontMatter, match="can't be read as TOML"):
        overrides(tmp_path, "a = " + "[" * 5000)


def test_huge_front_matter_is_refused_unread():
    begun = time.monotonic()

    assert refusal("title: " + "[" * 2_000_000) == "front matter is over 16384 characters"
    assert time.monotonic() - begun < 2


def test_the_body_begins_behind_the_fence():
    text = f"---\ntitle: Port\n---\n{BODY}"

    assert text[split_front_matter(text, name="port.md")[1] :] == BODY


@pytest.mark.parametrize(
    "text", ["\n\n---\ntitle: Port\n---\n", "---  \ntitle: Port\n--- \t\n", "---\ntitle: Port\n---"]
)
def test_fences_may_have_space_around_them(text):
    assert split_front_matter(text, name="port.md") == (FrontMatter(title="Port"), len(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        BODY,
        f"---\n---\n{BODY}",
        f"---\n{BODY}---\n{BODY}",
        f"---\ntitle: a line in a report that opens with a rule\n{BODY}",
        f"{BODY}---\ntitle: x\n---\n",
        "----\ntitle: x\n----\n",
        "+++\ntitle = 'x'\n+++\n",
        "---\n- a list\n- of two\n---\n",
    ],
    ids=["nothing", "text", "empty", "prose", "no end", "below text", "four dashes", "toml", "list"],
)
def test_a_text_without_front_matter_is_all_body(text):
    assert split_front_matter(text, name="port.md") == (FrontMatter(), 0)


@settings(max_examples=scaled(100, 2000), deadline=None)
@given(st.text(st.sampled_from("abit: -[]{}\"'&*!|>\n#,?%@0x9.~年\t")))
def test_any_block_is_read_or_refused_in_one_line(block):
    text = f"---\ntitle: {block}\n---\n{BODY}"
    try:
        (found, begin), message = split_front_matter(text, name="port.md"), "x"
    except BadFrontMatter as err:
        (found, begin), message = (FrontMatter(), 0), str(err)
    assert len(message.splitlines()) == 1
    assert found.title is None or 1 <= len(found.title) <= 500
    assert 0 <= begin <= len(text) - len(BODY)


def test_overrides_are_read_by_file_name(tmp_path):
    found = overrides(
        tmp_path, '["a.txt"]\ntitle = "Port"\nperiod = "2014-2020"\n["深/b.md"]\nlanguage = "zh"\nregion = "日照市"\n'
    )

    assert found == {
        "a.txt": FrontMatter(title="Port", period=(2014, 2020)),
        "深/b.md": FrontMatter(language="zh", region="日照市"),
    }


def test_overrides_may_state_every_field(tmp_path):
    found = overrides(
        tmp_path,
        '["a.txt"]\nid = "a"\ntitle = "t"\nlanguage = "en"\npublisher = "p"\nregion = "r"\nperiod = [2014, 2020]\n'
        'source = "s"\ntranslation_of = "b"\nrestates = {title = "o", publisher = "q", period = "2019"}\n',
    )

    assert found["a.txt"] == FrontMatter("a", "t", "en", "p", "r", (2014, 2020), "s", "b", Restated("o", "q", "2019"))


def test_a_folder_without_overrides_has_none(tmp_path):
    assert read_overrides(tmp_path) == {}


def test_overrides_may_begin_with_a_mark_of_byte_order(tmp_path):
    assert overrides(tmp_path, "\ufeff['a.txt']\ntitle = 'x'\n") == {"a.txt": FrontMatter(title="x")}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("['a.txt'\n", "can't be read as TOML: "),
        ("['a.txt']\ntitle = 'x'\ntitle = 'y'\n", "can't be read as TOML: "),
        ("title = 'x'\n", 'expected a table ["title"], found '),
        ("['a.txt']\nlanguage = 'de'\n", "language must be zh or en, found 'de'"),
        ("['a.txt']\ntitle = ['x']\n", "title must be a text, found ['x']"),
        ("['a.txt']\nperiod = 'now'\n", "period must hold a year"),
        ("['a.txt']\nid = ''\n", "id must have 1 to 500 characters, found 0"),
    ],
)
def test_a_wrong_override_is_refused_and_its_file_named(tmp_path, content, message):
    with pytest.raises(BadFrontMatter) as caught:
        overrides(tmp_path, content)

    assert str(caught.value).startswith(str(tmp_path / "reports.toml"))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_overrides_in_another_encoding_are_refused(tmp_path):
    (tmp_path / "reports.toml").write_bytes("['a.txt']\ntitle = '报告'\n".encode("gb18030"))

    with pytest.raises(BadFrontMatter, match=r"reports\.toml: can't be read as TOML"):
        read_overrides(tmp_path)


def test_an_override_outweighs_front_matter_field_by_field(tmp_path):
    (tmp_path / "port.md").write_text(f"---\nid: larvik\ntitle: Port\nperiod: 2014\n---\n{BODY}")
    (tmp_path / "reports.toml").write_text('["port.md"]\ntitle = "Quays"\npublisher = "Office"\n')

    (document,) = read_corpus([tmp_path]).documents

    assert (document.id, document.title, document.publisher, document.period) == (
        "larvik",
        "Quays",
        "Office",
        (2014, 2014),
    )


def test_an_override_by_path_outweighs_one_by_name(tmp_path):
    for folder in ("2020", "2021"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "port.txt").write_text(BODY)
    (tmp_path / "reports.toml").write_text('["port.txt"]\ntitle = "Any"\n["2021/port.txt"]\ntitle = "Later"\n')

    found = {document.id: document.title for document in read_corpus([tmp_path]).documents}

    assert found == {"2020/port": "Any", "2021/port": "Later"}


def test_what_is_stated_carries_no_evidence_from_the_text(tmp_path):
    (tmp_path / "port.md").write_text(f"---\ntitle: Quays\nperiod: 1999\n---\n# Port of Larvik\n\n{BODY}")

    (document,) = read_corpus([tmp_path]).documents

    assert (document.title, document.period) == ("Quays", (1999, 1999))
    assert not {"title", "period"} & set(document.evidence)


def test_front_matter_is_no_part_of_the_text(tmp_path):
    (tmp_path / "port.md").write_text(f"---\ntitle: Quays\nlanguage: en\n---\n{BODY}")

    (document,) = read_corpus([tmp_path]).documents

    assert document.text == BODY.strip()
    assert [stretch.line for stretch in document.stretches] == [5]
