"""The wheel: built, installed away from the checkout, and asked."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

import bot
from bot.wiring import shipped_reports

ROOT = Path(bot.__file__).parents[1]
PACKAGES = ("bot", "index", "corpus", "config")

pytestmark = [pytest.mark.slow, pytest.mark.model]


def ran(*command, **options):
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=900, **options)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from a copy, so that nothing an earlier build left in the checkout gets into it."""
    folder = tmp_path_factory.mktemp("wheel")
    for package in PACKAGES:
        copytree(ROOT / package, folder / "source" / package, ignore=ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            (folder / "source" / path.name).write_bytes(path.read_bytes())
    ran(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, folder / "source",
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Install the wheel into an environment that shares the libraries of this one, and not the checkout."""
    folder = tmp_path_factory.mktemp("elsewhere")
    ran(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / Path(sys.executable).name
    site = Path(ran(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    # Folders that a .pth file names have their own .pth files passed over: an editable install stays out.
    shared = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    (site / "shared.pth").write_text("\n".join(shared) + "\n", encoding="utf-8")
    ran(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-deps",
        "--no-index",
        "--ignore-installed",
        wheel,
    )
    return {"folder": folder, "site": site, "python": python, "citewise": scripts / "citewise"}


@pytest.fixture(scope="module")
def person(installed, model_cache):
    """Give the environment of a person who has the model assembled and nothing else."""
    folder = installed["folder"]
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("CITEWISE_", "XDG_", "PYTHON"))}
    folders = {f"XDG_{name.upper()}_HOME": str(folder / name) for name in ("data", "config", "cache")}
    return {"env": {**kept, **folders, "HOME": str(folder), "CITEWISE_PATHS_CACHE": str(model_cache)}, "cwd": folder}


def test_the_wheel_holds_every_module_and_every_file_of_data(wheel):
    there = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".py", ".toml", ".txt", ".md", ".typed", ".html", ".css", ".js"}
    }

    assert there - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_the_wheel_holds_nothing_else_but_its_description(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_names_its_command_and_carries_its_licence(wheel):
    with zipfile.ZipFile(wheel) as content:
        entry_points = next(n for n in content.namelist() if n.endswith(".dist-info/entry_points.txt"))
        assert "citewise = bot.cli:main" in content.read(entry_points).decode()
        assert [n for n in content.namelist() if ".dist-info/" in n and n.endswith("LICENSE")]


def test_the_installed_packages_are_those_of_the_wheel(installed, person):
    code = "import bot, index, corpus, config; print(*(m.__file__ for m in (bot, index, corpus, config)), sep='\\n')"

    files = ran(installed["python"], "-c", code, **person).splitlines()

    assert [Path(file).parent for file in files] == [installed["site"] / package for package in PACKAGES]


def test_the_installed_command_answers_from_the_shipped_reports(installed, person):
    record = json.loads(ran(installed["citewise"], "ask", "how many teachers were sent?", "--json", **person))
    listed = json.loads(ran(installed["citewise"], "sources", "--json", **person))

    assert record["status"] == "answered"
    cited = next(one for one in listed if one["id"] == record["citations"][0]["document"])
    assert "1,569" in record["citations"][0]["quote"]
    assert Path(cited["path"]).parent == installed["site"] / "corpus/reports"
    assert {Path(one["path"]).name for one in listed} == {path.name for path in shipped_reports().glob("*.md")}
