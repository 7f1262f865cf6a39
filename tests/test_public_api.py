"""What holds for every module: it imports, says what it is for, and points the right way."""

import ast
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

import bot
import config
import corpus
import index
from bot.cli import app

ROOT = Path(bot.__file__).parents[1]
PACKAGES = (bot, index, corpus, config)
COMMANDS = [
    "index", "add", "remove", "list", "rollback", "collections", "ask", "chat", "batch", "sources", "show", "doctor",
    "figures", "evaluate", "compare", "bench", "telegram",
]  # fmt: skip
# Libraries of weight, each of which one file wraps.
WRAPPED = [
    "faiss",
    "sentence_transformers",
    "langchain_text_splitters",
    "bm25s",
    "jieba",
    "opencc",
    "peft",
    "matplotlib",
    "jinja2",
    "langchain_core",
    "pymilvus",
    "marisa_trie",
]


def _modules():
    for package in PACKAGES:
        folder = Path(package.__file__).parent
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder.parent).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES = dict(_modules())


def tree(name):
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def imported(name):
    """Return the full names of what a module imports, wherever it does so."""
    found = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} has a relative import"
            found.add(node.module)
    return found


def public_definitions(node, prefix):
    for child in getattr(node, "body", ()):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if child.name.startswith("_"):
                continue
            yield f"{prefix}.{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from public_definitions(child, f"{prefix}.{child.name}")


def test_the_modules_are_those_of_four_packages():
    assert {name.split(".")[0] for name in MODULES} == {"bot", "index", "corpus", "config"}
    assert len(MODULES) > 40


@pytest.mark.parametrize("name", MODULES)
def test_each_module_imports(name):
    assert importlib.import_module(name).__name__ == name


@pytest.mark.parametrize("name", MODULES)
def test_each_module_opens_with_a_line_that_says_what_it_is_for(name):
    opening = (ast.get_docstring(tree(name)) or "").splitlines()[:1]

    assert opening
    assert len(opening[0]) > 20


@pytest.mark.parametrize("name", MODULES)
def test_each_public_class_function_and_method_has_a_docstring(name):
    assert [full for full, node in public_definitions(tree(name), name) if not ast.get_docstring(node)] == []


@pytest.mark.parametrize(
    ("package", "others"),
    [("index", {"bot", "config"}), ("corpus", {"bot", "index", "config"}), ("config", {"bot", "index", "corpus"})],
)
def test_imports_point_one_way(package, others):
    wrong = {
        f"{name} imports {other}"
        for name in MODULES
        if name.split(".")[0] == package
        for other in imported(name)
        if other.split(".")[0] in others
    }

    assert wrong == set()


def test_only_the_wiring_reads_the_settings():
    assert [n for n in MODULES if n.startswith("bot") and any(i.split(".")[0] == "config" for i in imported(n))] == [
        "bot.wiring"
    ]


@pytest.mark.parametrize("library", WRAPPED)
def test_each_library_of_weight_is_imported_in_one_file(library):
    assert len([n for n in MODULES if any(i.split(".")[0] == library for i in imported(n))]) == 1


@pytest.mark.parametrize("name", [n for n in MODULES if hasattr(importlib.import_module(n), "__all__")])
def test_what_a_package_exports_is_there_sorted_and_little(name):
    module = importlib.import_module(name)

    assert module.__all__ == sorted(module.__all__)
    assert len(module.__all__) <= 8
    assert all(hasattr(module, one) for one in module.__all__)


def test_the_command_line_is_there_without_the_heavy_libraries():
    code = "import bot.cli, json, sys; print(json.dumps(sorted(sys.modules)))"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout

    assert {"torch", "sentence_transformers", "transformers"}.isdisjoint(json.loads(printed))


def test_the_library_is_there_without_what_it_is_not_asked_for():
    code = "import bot; a = sorted(sys.modules); from bot import Assistant; print(json.dumps([a, sorted(sys.modules)]))"

    printed = subprocess.run(
        [sys.executable, "-c", f"import json, sys; {code}"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout

    alone, assistant = map(set, json.loads(printed))
    assert {"numpy", "index", "corpus", "config", "bot.assistant"}.isdisjoint(alone)
    assert {"torch", "sentence_transformers", "transformers", "faiss", "langchain_core", "pymilvus"}.isdisjoint(
        assistant
    )


def test_what_is_no_part_of_the_library_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'bot' has no attribute 'Assitant'"):
        bot.Assitant  # noqa: B018


def test_help_lists_the_commands():
    ran = subprocess.run([sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, check=True, cwd=ROOT)

    listed = ran.stdout.split("Commands:")[1]
    assert [line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "] == COMMANDS
    assert ran.stderr == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_and_each_of_its_options_has_help(name):
    command = get_command(app).commands[name]

    assert len(command.help) > 20
    assert [parameter.name for parameter in command.params if not getattr(parameter, "help", None)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_share_their_options(name):
    options = {option for parameter in get_command(app).commands[name].params for option in parameter.opts}

    # Two evaluations are compared by their files alone, and collections are listed whichever is asked.
    assert {"--config"} | ({"--index", "--collection"} if name not in {"compare", "collections"} else set()) <= options
    assert ("--lang" in options) == (name in {"ask", "chat", "batch", "evaluate"})
