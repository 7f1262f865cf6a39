"""The systemd unit, and what the container is built from."""

import configparser
import fnmatch
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "deploy/citewise.service"
PROGRAM = "/opt/citewise/bin/citewise"


class _Unit(dict):
    def __setitem__(self, key, value):
        if isinstance(value, list) and key in self:
            self[key].extend(value)
        else:
            super().__setitem__(key, value)


def unit():
    """Return the unit's settings; one given twice has a line for each."""
    parser = configparser.ConfigParser(dict_type=_Unit, strict=False, interpolation=None, comment_prefixes="#")
    parser.optionxform = str
    parser.read(UNIT, encoding="utf-8")
    return {name: value for section in parser.sections() for name, value in parser[section].items()}


@pytest.fixture
def analysed(tmp_path):
    """Give a function that runs systemd-analyze on the unit, with a program that exists on this machine."""
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("systemd-analyze is not on this machine")
    place = tmp_path / UNIT.name
    place.write_text(UNIT.read_text(encoding="utf-8").replace(PROGRAM, shutil.which("true")), encoding="utf-8")

    def run(*command):
        return subprocess.run([analyze, *command, place], capture_output=True, text=True, timeout=120)

    return run


def test_systemd_finds_no_fault_in_the_unit(analysed):
    found = analysed("verify", "--recursive-errors=no")
    assert (found.returncode, found.stdout + found.stderr) == (0, "")


def test_systemd_calls_the_unit_well_hardened(analysed):
    found = analysed("security", "--offline=true", "--threshold=20", "--no-pager")  # exposure below 2.0 of 10
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_unit_takes_the_token_as_a_credential_and_holds_none():
    found = unit()
    assert found["LoadCredential"] == "token:/etc/citewise/token"
    assert "CITEWISE_TELEGRAM_TOKEN_FILE=%d/token" in found["Environment"]
    assert "CITEWISE_TELEGRAM_TOKEN=" not in UNIT.read_text(encoding="utf-8")


def test_the_unit_is_not_started_again_where_that_mends_nothing():
    from bot.edge import DAMAGED, USAGE

    assert unit()["RestartPreventExitStatus"].split() == [str(USAGE), str(DAMAGED)]
    assert unit()["ExecStart"] == f"{PROGRAM} telegram"


def instructions():
    """Return the Dockerfile's instructions, each on one line."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return re.sub(r"\\\n\s*", "", text).split("\n")


def test_the_image_has_no_token_and_does_not_run_as_root():
    lines = instructions()
    assert not any("TOKEN" in line for line in lines)
    last_user = [line for line in lines if line.startswith("USER ")][-1]
    assert last_user == "USER citewise"
    assert lines.index(last_user) < lines.index('ENTRYPOINT ["citewise"]')
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert "VOLUME /var/lib/citewise" in lines


def test_the_image_asks_for_the_pytorch_that_the_project_asks_for():
    pin = re.search(r'"(torch==[\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))[1]
    assert any(line.startswith("RUN") and pin in line.split() for line in instructions())


def test_the_health_probe_asks_the_port_that_is_set():
    text = "\n".join(instructions())
    port = re.search(r"CITEWISE_TELEGRAM_METRICS_PORT=(\d+)", text)[1]
    assert f"http://127.0.0.1:{port}/health" in text


def test_only_the_project_gets_into_the_image():
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    kept = [line[1:] for line in lines if line.startswith("!")]
    assert "*" in lines
    assert all((ROOT / name).exists() for name in kept)
    for name in ("token", ".env", "telegram.env", "my-index", ".git", "tests", "reports"):
        assert not any(fnmatch.fnmatch(name, pattern) for pattern in kept)


def test_the_image_gets_all_that_the_wheel_is_made_of():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    needed = packages | {project["project"]["readme"], *project["project"]["license-files"], "pyproject.toml"}
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split() if line[0] == "!"}
    assert kept == needed
