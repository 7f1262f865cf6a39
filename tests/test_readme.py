"""The READMEs: what they tell people to type works, and nothing that can be typed is left out."""

import re
import shutil
import textwrap
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli import app
from bot.wiring import shipped_reports

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]


def registered() -> set[str]:
    return {command.name or command.callback.__name__ for command in app.registered_commands}


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_command_is_described_once_in_the_table(readme):
    described = re.findall(r"^\| `citewise (\w+)", readme.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(described) == sorted(registered())


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_command_line_names_a_command_and_known_options(readme):
    lines = re.findall(r"citewise (\w+)([^\n`|]*)", readme.read_text(encoding="utf-8"))
    commands = [(name, rest) for name, rest in lines if name in registered()]
    assert commands
    for name, rest in commands:
        options = {option for parameter in get_command(app).commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[\w-]+", rest)) <= options, (name, rest)


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_first_two_commands_set_up_and_ask_and_set_up_and_test(readme):
    blocks = re.findall(r"^    (\S.*)$", readme.read_text(encoding="utf-8"), re.MULTILINE)
    setup = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/citewise ask "
    assert blocks[0].startswith(setup)
    assert blocks[1].startswith("python3 -m venv .venv && . .venv/bin/activate && pip install -e")
    assert blocks[1].endswith("&& python -m pytest")
    assert "python -m pytest" in (ROOT / ".ci/test").read_text(encoding="utf-8")


def test_both_readmes_have_the_same_sections_and_figures():
    english, chinese = (path.read_text(encoding="utf-8") for path in READMES)
    assert english.count("\n## ") == chinese.count("\n## ")
    table = r"\d\.\d{3}"
    assert re.findall(table, english) == re.findall(table, chinese)


def test_the_version_stands_in_the_changelog():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {project['project']['version']}" in changelog


@pytest.mark.model
@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_five_lines_of_python_answer_from_a_folder_of_reports(readme, model_cache, tmp_path, monkeypatch, capsys):
    found = re.search(
        r"^    from bot import Assistant\n(?:\n|    .*\n)+", readme.read_text(encoding="utf-8"), re.MULTILINE
    )
    lines = textwrap.dedent(found[0]).strip()
    folder = re.search(r'Assistant\.open\("([^"]+)"\)', lines)[1]
    shutil.copytree(shipped_reports(), tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CITEWISE_PATHS_CACHE", str(model_cache))
    monkeypatch.setenv("CITEWISE_PATHS_DATA", str(tmp_path / "data"))

    exec(lines, {})  # noqa: S102 - the README's own

    printed = capsys.readouterr().out
    assert len(lines.splitlines()) == 5
    assert "1569" in printed.replace(",", "")
    assert any(
        line.strip() and line in path.read_text()
        for path in shipped_reports().iterdir()
        for line in printed.splitlines()
    )
