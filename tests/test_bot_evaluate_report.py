"""The page of an evaluation: what it shows, that it trusts nothing, and how it looks in a browser."""

import base64
import hashlib
import io
import re
import tomllib
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from matplotlib.image import imread

from bot.evaluate.report import html_report
from browser import browser

HOSTILE = (
    '</script><script>alert(1)</script><img src=https://evil.example/x onerror="alert(2)"> \u202egpj.exe $x^$ {{ 7*7 }}'
)
KINDS = ("number", "date", "list")
ZH = {"language": "zh"}
VERDICTS = ("right", "wrong", "refused wrongly")
WORDS = tomllib.loads(files("bot.evaluate").joinpath("report_words.toml").read_text(encoding="utf-8"))


def question(number, **changes):
    language = ("zh", "en")[number % 2]
    made = {
        "id": f"{language}-{number:03d}",
        "language": language,
        "kind": KINDS[number % 3],
        "question": "一共派了多少教师？" if language == "zh" else f"How many teachers were sent, {number}?",
        "history": [],
        "status": "answered",
        "text": "Zhejiang says: 1,569 people.",
        "facts": [
            {
                "value": "1569人",
                "display": "1,569 people",
                "scope": "2014-2023",
                "confidence": 0.914,
                "quote": "累计选派援疆教师1569人。",
                "document": "zhejiang-report",
            }
        ],
        "gold": [{"report": "zhejiang", "accept": ["1569", "1,569"]}],
        "verdict": VERDICTS[number % 4 % 3],
        "loss": "read but dropped" if number % 4 == 1 else None,
        "confidence": 0.93,
        "total_ms": 81.0 + number,
    }
    return {**made, **changes}


def record(questions=6):
    return {
        "made": {
            "at": "2026-11-22T12:00:00Z",
            "version": "0.1.0",
            "machine": "two cores",
            "index": {"documents": ["zhejiang", "jinhua"], "passages": 32},
            "settings": {"answer.threshold": 0.35},
        },
        "files": ["questions_zh.jsonl"],
        "skipped": [{"file": "questions_zh.jsonl", "line": 3, "reason": "no answers"}],
        "figures": [
            {"name": "recall@1", "group": "retrieval", "slice": {}, "mean": 0.93, "low": 0.88, "high": 0.97, "n": 1131},
            {"name": "total ms", "group": "speed", "slice": {}, "mean": 81.25, "low": 70, "high": 95, "n": 131},
            {"name": "first", "group": "answers", "slice": ZH, "mean": 0.789, "low": 0.7, "high": 0.8, "n": 65},
            {"name": "first", "group": "answers", "slice": {"language": "en", "kind": "list"}, "mean": 0.5, "n": 4},
        ],
        "curves": {
            "recall_at": {"zh": [0.931, 0.95, 0.975], "en": [0.85, 0.9, 0.94]},
            "risk_coverage": {"zh": [[tenth / 20, tenth / 100] for tenth in range(1, 21)]},
            "reliability": {"zh": [[0.25, 0.375, 8], [0.9, 0.85, 40]]},
            "latency_ms": [50.0, 60.0, 70.0, 900.0],
        },
        "losses": {"zh": {"not retrieved": 3, "read but dropped": 2}, "en": {"not retrieved": 5}},
        "questions": [question(number) for number in range(questions)],
    }  # fmt: skip


@pytest.fixture(scope="module")
def page():
    return html_report(record())


class Parts(HTMLParser):
    """Collect the elements of a page, its text by element, and the rows of its tables."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.rows, self.text, self._open = [], [], {}, []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        for tag in set(self._open):
            self.text[tag] = self.text.get(tag, "") + data
        if {"td", "th"} & set(self._open):
            self.rows[-1][-1] += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def policy_of(page):
    return next(meta["content"] for meta in Parts(page).all("meta") if "http-equiv" in meta)


def test_figures_stand_with_interval_and_n(page):
    rows = Parts(page).rows

    assert ["recall@1", "0.930", "0.880 – 0.970", "1,131"] in rows
    assert ["total ms", "81.2", "70.0 – 95.0", "131"] in rows


def test_slices_have_tables_of_their_own(page):
    parts = Parts(page)

    assert ["Chinese", "0.7890.700 – 0.800 · 65"] in parts.rows
    assert ["English", "list", "0.500 · 4"] in parts.rows
    assert "By language and kind" in parts.text["h3"]


def test_charts_have_a_name_and_their_numbers(page):
    parts = Parts(page)

    assert [svg["aria-labelledby"] for svg in parts.all("svg")] == [
        f"{key}-title" for key in ("recall", "risk", "reliability", "losses", "latency")
    ]
    assert {svg["role"] for svg in parts.all("svg")} == {"img"}
    assert ["1", "0.931", "0.850"] in parts.rows
    assert ["0.5", "0.100"] in parts.rows
    assert ["Chinese", "0.250", "0.375", "8"] in parts.rows
    assert ["not retrieved", "3", "5"] in parts.rows
    assert ["50%", "60.0"] in parts.rows
    assert ["100%", "900.0"] in parts.rows


def test_charts_take_their_colours_from_the_page(page):
    drawn = "".join(re.findall(r"<svg.*?</svg>", page, re.DOTALL))

    assert "currentColor" in drawn
    assert "var(--series-1)" in drawn
    assert set(re.findall(r"#[0-9a-f]{6}\b", drawn)) <= {"#000000"}
    assert "font-family" not in drawn


def test_a_question_stands_with_answer_quote_gold_and_verdict(page):
    assert "累计选派援疆教师<mark>1569人</mark>。" in page
    for shown in (
        "1,569 people",
        "2014-2023 · confidence 0.91",
        "zhejiang-report",
        "1569 or 1,569",
        "81 ms",
        "read but dropped",
    ):
        assert shown in page
    second = [one for one in Parts(page).all("details") if "question" in one.get("class", "")][1]
    assert [second[f"data-{key}"] for key in ("language", "kind", "verdict", "loss")] == [
        "en",
        "date",
        "wrong",
        "read but dropped",
    ]


def test_filters_offer_what_tells_questions_apart_with_counts():
    page = html_report(record(questions=8))

    options = re.findall(r'<option value="(.+?)">(.+?)</option>', page)
    assert ("en", "English (4)") in options
    assert ("refused wrongly", "refused wrongly (2)") in options
    assert ("read but dropped", "read but dropped (2)") in options


def test_skipped_lines_and_what_was_measured_stand_there(page):
    assert ["questions_zh.jsonl", "3", "no answers"] in Parts(page).rows
    for shown in ("2026-11-22T12:00:00Z", "two cores", "zhejiang, jinhua", "answer.threshold", "0.35"):
        assert f"<dd>{shown}</dd>" in page or f"<dt>{shown}</dt>" in page


def test_the_page_speaks_chinese():
    page = html_report(record(), "zh")

    assert '<html lang="zh-Hans">' in page
    assert "共 6 题，显示 6 题" in page
    assert "按语言和类型" in page
    assert ["中文", "0.7890.700 – 0.800 · 65"] in Parts(page).rows


def test_each_word_exists_in_both_languages():
    assert [(table, key) for table in WORDS for key, said in WORDS[table].items() if set(said) != {"en", "zh"}] == []
    assert all(said for table in WORDS.values() for words in table.values() for said in words.values())


def test_the_same_record_gives_the_same_bytes(page):
    assert html_report(record()) == page


def test_nothing_is_loaded_from_elsewhere(page):
    assert re.findall(r"https?:", page) == []
    loading = {name for _, attributes in Parts(page).elements for name in attributes} & {
        "src",
        "srcset",
        "data",
        "action",
    }
    assert loading == set()
    places = [attributes["href"] for _, attributes in Parts(page).elements if "href" in attributes]
    ids = [attributes["id"] for _, attributes in Parts(page).elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {place.removeprefix("#") for place in places} <= set(ids)
    assert {place[0] for place in places} == {"#"}
    assert {label for _, one in Parts(page).elements for label in [one.get("aria-labelledby")] if label} <= set(ids)


def test_the_policy_admits_this_script_and_nothing_else(page):
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy_of(page).split("; ") == [
        "default-src 'none'",
        f"script-src 'sha256-{digest}'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert page.index("Content-Security-Policy") < page.index("<style")


def hostile(value):
    """Return a record with a hostile text in the place of each text and of each name, numbers kept."""
    if isinstance(value, dict):
        return {key: hostile(inner) for key, inner in value.items()} | {HOSTILE: "x"}
    if isinstance(value, list):
        return [hostile(inner) for inner in value]
    return HOSTILE if isinstance(value, str) else value


def test_hostile_texts_stay_texts():
    made = hostile(record())
    made["losses"] = {HOSTILE: {HOSTILE: 3, "\x00\ufffe\ud800$": 2}}
    made["curves"]["recall_at"] = {HOSTILE: [0.5, 0.75], "$\\frac": [0.25]}

    page = html_report(made)

    parts = Parts(page)
    assert len(parts.all("script")) == 1
    assert parts.all("img") == []
    assert [name for _, attributes in parts.elements for name in attributes if name.startswith("on")] == []
    assert HOSTILE.replace("\u202e", "⟨U+202E⟩") in parts.text["summary"]
    assert "49" not in parts.text["summary"]
    assert "\u202e" not in page
    assert "⟨U+0000⟩⟨U+FFFE⟩⟨U+D800⟩$" in parts.text["svg"]
    assert page.encode("utf-8")


def test_numbers_that_are_none_are_left_out():
    odd = [None, True, "0.5", float("nan"), float("inf"), -1, 1e308, 10**400, [], {}]
    made = record(questions=1)
    made["figures"] = [
        {"name": f"odd {at}", "slice": {}, **dict.fromkeys(("mean", "low", "high", "n"), one)}
        for at, one in enumerate(odd)
    ]
    made["curves"] = {
        "recall_at": {"zh": [*odd, 0.5]},
        "risk_coverage": {"zh": [[one, one] for one in odd] + odd + [[0.5, 0.25]]},
        "reliability": {"zh": [[0.5, 0.5, one] for one in odd]},
        "latency_ms": [*odd, 5.0],
    }
    made["losses"] = {"zh": {f"stage {at}": one for at, one in enumerate(odd)}}
    made["questions"][0] |= dict.fromkeys(("confidence", "total_ms"), float("nan"))

    page = html_report(made)

    assert "nan" not in page.lower()
    assert ["odd 0", "–", "", ""] in Parts(page).rows


@pytest.mark.parametrize("key", list(record()))
def test_a_part_that_is_missing_is_left_out(key):
    part = {key: record()[key]}

    assert len(html_report({})) < len(html_report(part))
    assert html_report({key: None}) == html_report({})


@pytest.mark.parametrize("key", list(question(0)))
def test_a_question_may_lack_any_part(key):
    made = {"questions": [{name: part for name, part in question(0).items() if name != key}, question(1)]}

    assert "How many teachers were sent, 1?" in html_report(made)


def test_an_empty_record_gives_an_empty_page():
    parts = Parts(html_report({}))

    assert parts.text["h1"] == "citewise: evaluation"
    assert [tag for tag, _ in parts.elements if tag in {"section", "svg", "table", "form", "a"}] == ["a"]


def luminance(colour):
    """Return the relative luminance of WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True])
def test_letters_stand_out_from_the_ground(dark):
    """Check the contrasts of WCAG 2.2 AA: 4.5 for letters (1.4.3), 3 for lines of charts and fields (1.4.11)."""
    blocks = re.findall(r":root \{(.*?)\}", files("bot.evaluate").joinpath("report.css").read_text("utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[dark]))

    def contrast(one, other):
        low, high = sorted((luminance(colours[one]), luminance(colours[other])))
        return (high + 0.05) / (low + 0.05)

    letters = [(name, ground) for name in ("ink", "soft", "link") for ground in ("ground", "panel")]
    letters += [(name, "ground") for name in ("good", "bad", "miss")] + [("ink", "mark")]
    assert [pair for pair in letters if contrast(*pair) < 4.5] == []
    lines = [(f"series-{number}", "ground") for number in range(4)] + [("line", "ground"), ("line", "panel")]
    assert [pair for pair in lines if contrast(*pair) < 3] == []


COUNT = "document.getElementById('count').textContent"
SHOWN = "[...document.querySelectorAll('details.question:not([hidden])')].map(one => one.dataset.verdict)"


def colours_in(png):
    pixels = imread(io.BytesIO(png))
    return len({tuple(pixel) for pixel in pixels.reshape(-1, pixels.shape[-1])[::7].tolist()}), pixels.shape[1]


@pytest.mark.slow
def test_a_browser_shows_and_filters_the_page(tmp_path):
    made = record(questions=60)
    made["questions"][0] = question(0, question=HOSTILE + "W" * 300, text="长" * 500)
    path = tmp_path / "report.html"
    path.write_text(html_report(made), encoding="utf-8")

    with browser(tmp_path / "profile") as page:
        for width, dark in ((1200, False), (360, True)):
            page.open(path.as_uri(), width=width, dark=dark)
            page.run("document.getElementById('open').click()")
            assert page.run("document.documentElement.scrollWidth") <= width
            colours, seen = colours_in(page.screenshot())
            assert seen == width
            assert colours > 20
            ground = page.run("getComputedStyle(document.body).backgroundColor")
            assert ground == ("rgb(21, 24, 28)" if dark else "rgb(255, 255, 255)")

        page.run("document.getElementById('close').click()")
        assert page.run(COUNT) == "60 of 60 questions shown"
        page.run("""(() => { const select = document.querySelector('select[name=verdict]');
            select.value = 'wrong'; select.dispatchEvent(new Event('input', {bubbles: true})); })()""")
        assert page.run(COUNT) == "15 of 60 questions shown"
        assert set(page.run(SHOWN)) == {"wrong"}
        page.run("document.querySelector('input[name=search]').focus()")
        page.send("Input.insertText", text="ＳＥＮＴ, 41")
        assert page.run(COUNT) == "1 of 60 questions shown"
        page.press("Enter", 13, text="\r")
        page.run("document.querySelector('button[type=reset]').click(); new Promise(done => setTimeout(done, 50))")
        assert page.run(COUNT) == "60 of 60 questions shown"

        height = "document.querySelector('details.question').getBoundingClientRect().height"
        closed = page.run(height)
        page.emulate(media="print")
        assert page.run(height) > closed + 100
        assert page.run("getComputedStyle(document.getElementById('filter')).display") == "none"
        assert page.complaints == []

        page.open(path.as_uri(), width=360)
        page.press("Tab", 9)
        assert page.run("document.activeElement.className") == "skip"
        assert page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        assert page.run("document.activeElement.getBoundingClientRect().left >= 0") is True

        page.open(path.as_uri(), width=360, scripts=False)
        assert colours_in(page.screenshot())[0] > 20
        page.send("Emulation.setScriptExecutionDisabled", value=False)
        assert page.run("document.getElementById('filter').hidden") is True
        assert page.run(f"{SHOWN}.length") == 60
        assert page.complaints == []
