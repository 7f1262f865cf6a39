"""Settings, their sources and errors, and the glossary."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import platformdirs
import pydantic
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import config
from config import (
    Settings,
    SettingsError,
    glossary_path,
    load_glossary,
    load_settings,
    user_cache_dir,
    user_data_dir,
)
from config.glossary import GlossaryEntry

FOLDER = Path(config.__file__).parent
DEFAULTS = FOLDER / "default.toml"
SHIPPED = FOLDER / "glossary.toml"
DEFAULT_VALUES = {
    "encoder": {"model": "bundled", "engine": "onnx", "offline": True},
    "corpus": {"max_file_mb": 16, "max_seconds": 120, "max_memory_mb": 2048},
    "passages": {"max_characters_zh": 300, "max_characters_en": 900},
    "index": {"store": "faiss", "search": "auto", "milvus_uri": ""},
    "retrieval": {"results": 10, "read": 4, "candidates": 200, "glossary": "default"},
    "answer": {"refuse_below": 0.55},
    "display": {"language": "auto", "colour": "auto"},
    "paths": {"data": "", "cache": "", "collection": ""},
    "telegram": {
        "allow": [],
        "admins": [],
        "questions_per_minute": 20,
        "waiting": 2000,
        "webhook_url": "",
        "webhook_listen": "127.0.0.1:8443",
        "metrics_port": 0,
        "log_texts": False,
        "api_url": "",
        "uploads": "",
        "collections": [],
    },
}
NAMES = [f"{section}.{key}" for section, keys in DEFAULT_VALUES.items() for key in keys]
VARIABLES = ["CITEWISE_" + name.replace(".", "_").upper() for name in NAMES]


@pytest.fixture(autouse=True)
def _own_home(monkeypatch, tmp_path):
    for name in [n for n in os.environ if n.startswith(("CITEWISE_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "conf"))


@pytest.fixture
def write(tmp_path):
    def write(content: str | bytes, name: str = "config.toml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def complaint(path: Path | None = None, environ: Mapping[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(path, environ=environ or {})
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message


def glossary_complaint(path: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        load_glossary(path)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message


# --- Defaults and precedence


def test_defaults_are_those_of_default_toml():
    assert load_settings(environ={}).model_dump() == DEFAULT_VALUES
    assert tomllib.loads(DEFAULTS.read_text("utf-8")) == DEFAULT_VALUES


def test_default_toml_given_as_the_file_gives_the_defaults():
    assert load_settings(DEFAULTS, environ={}) == load_settings(environ={})


def test_every_setting_in_default_toml_follows_a_comment():
    lines = DEFAULTS.read_text("utf-8").splitlines()
    settings_at = [i for i, line in enumerate(lines) if re.match(r"\w+ = ", line)]
    assert len(settings_at) == len(NAMES)
    assert [lines[i] for i in settings_at if not lines[i - 1].startswith("# ")] == []


def test_the_file_changes_only_what_it_names(write):
    loaded = load_settings(write("[retrieval]\nresults = 5\n"), environ={})
    assert loaded.model_dump() == DEFAULT_VALUES | {
        "retrieval": {"results": 5, "read": 4, "candidates": 200, "glossary": "default"}
    }


def test_a_variable_goes_before_the_file(write):
    path = write("[encoder]\nmodel = 'of/file'\n[display]\nlanguage = 'zh'\n")
    loaded = load_settings(path, environ={"CITEWISE_ENCODER_MODEL": "of/variable"})
    assert loaded.encoder.model == "of/variable"
    assert loaded.display.language == "zh"


def test_the_given_file_goes_before_citewise_config_and_that_before_the_users_own(write):
    own = write("[retrieval]\nresults = 1\n", "xdg/citewise/config.toml")
    named = write("[retrieval]\nresults = 2\n", "named.toml")
    given_file = write("[retrieval]\nresults = 3\n", "given.toml")
    environ = {"XDG_CONFIG_HOME": str(own.parents[1])}
    assert load_settings(environ=environ).retrieval.results == 1
    environ["CITEWISE_CONFIG"] = str(named)
    assert load_settings(environ=environ).retrieval.results == 2
    assert load_settings(given_file, environ=environ).retrieval.results == 3


def test_the_process_environment_is_read_when_none_is_given(monkeypatch, write, tmp_path):
    write("[corpus]\nmax_file_mb = 7\n", "home/conf/citewise/config.toml")
    monkeypatch.setenv("CITEWISE_PASSAGES_MAX_CHARACTERS_ZH", "250")
    loaded = load_settings()
    assert loaded.corpus.max_file_mb == 7
    assert loaded.passages.max_characters_zh == 250


def test_an_empty_citewise_config_is_as_none():
    assert load_settings(environ={"CITEWISE_CONFIG": ""}).model_dump() == DEFAULT_VALUES


def test_citewise_config_may_start_with_a_tilde(write):
    write("[retrieval]\nresults = 4\n", "home/mine.toml")
    loaded = load_settings(environ={"CITEWISE_CONFIG": "~/mine.toml"})
    assert loaded.retrieval.results == 4


def test_every_setting_has_its_variable():
    given_values = {
        "CITEWISE_ENCODER_MODEL": "BAAI/bge-m3",
        "CITEWISE_ENCODER_ENGINE": "torch",
        "CITEWISE_ENCODER_OFFLINE": "false",
        "CITEWISE_CORPUS_MAX_FILE_MB": "8",
        "CITEWISE_CORPUS_MAX_SECONDS": "30",
        "CITEWISE_CORPUS_MAX_MEMORY_MB": "512",
        "CITEWISE_PASSAGES_MAX_CHARACTERS_ZH": "200",
        "CITEWISE_PASSAGES_MAX_CHARACTERS_EN": "600",
        "CITEWISE_RETRIEVAL_RESULTS": "3",
        "CITEWISE_RETRIEVAL_READ": "2",
        "CITEWISE_RETRIEVAL_CANDIDATES": "30",
        "CITEWISE_RETRIEVAL_GLOSSARY": "",
        "CITEWISE_ANSWER_REFUSE_BELOW": "0.55",
        "CITEWISE_INDEX_STORE": "milvus",
        "CITEWISE_INDEX_SEARCH": "hnsw",
        "CITEWISE_INDEX_MILVUS_URI": "http://127.0.0.1:19530",
        "CITEWISE_DISPLAY_LANGUAGE": "en",
        "CITEWISE_DISPLAY_COLOUR": "never",
        "CITEWISE_PATHS_DATA": "/srv/data",
        "CITEWISE_PATHS_CACHE": "/srv/cache",
        "CITEWISE_TELEGRAM_ALLOW": "7, -1001",
        "CITEWISE_TELEGRAM_ADMINS": "7",
        "CITEWISE_TELEGRAM_QUESTIONS_PER_MINUTE": "5",
        "CITEWISE_TELEGRAM_WAITING": "10",
        "CITEWISE_TELEGRAM_WEBHOOK_URL": "https://bot.example/x/",
        "CITEWISE_TELEGRAM_WEBHOOK_LISTEN": "0.0.0.0:80",
        "CITEWISE_TELEGRAM_METRICS_PORT": "9100",
        "CITEWISE_TELEGRAM_LOG_TEXTS": "true",
        "CITEWISE_TELEGRAM_API_URL": "http://127.0.0.1:8081",
        "CITEWISE_TELEGRAM_UPLOADS": "/srv/uploads",
        "CITEWISE_TELEGRAM_COLLECTIONS": "2023, 年报",
        "CITEWISE_PATHS_COLLECTION": "年报",
    }
    assert sorted(given_values) == sorted(VARIABLES)
    assert load_settings(environ=given_values).model_dump() == {
        "encoder": {"model": "BAAI/bge-m3", "engine": "torch", "offline": False},
        "corpus": {"max_file_mb": 8, "max_seconds": 30, "max_memory_mb": 512},
        "passages": {"max_characters_zh": 200, "max_characters_en": 600},
        "index": {"store": "milvus", "search": "hnsw", "milvus_uri": "http://127.0.0.1:19530"},
        "retrieval": {"results": 3, "read": 2, "candidates": 30, "glossary": ""},
        "answer": {"refuse_below": 0.55},
        "display": {"language": "en", "colour": "never"},
        "paths": {"data": "/srv/data", "cache": "/srv/cache", "collection": "年报"},
        "telegram": {
            "allow": [7, -1001],
            "admins": [7],
            "questions_per_minute": 5,
            "waiting": 10,
            "webhook_url": "https://bot.example/x",
            "webhook_listen": "0.0.0.0:80",
            "metrics_port": 9100,
            "log_texts": True,
            "api_url": "http://127.0.0.1:8081",
            "uploads": "/srv/uploads",
            "collections": ["2023", "年报"],
        },
    }


def test_variables_of_others_are_left_alone():
    environ = {
        "CITEWISE_MILVUS_TOKEN": "x",
        "CITEWISE_TELEGRAM_TOKEN": "1:a",
        "CITEWISE_TELEGRAM_TOKEN_FILE": "x",
        "CITEWISE_TELEGRAM_WEBHOOK_SECRET": "x",
        "CITEWISE_TEST_MODEL": "x",
        "CITEWISER": "x",
        "PATH": "/bin",
    }
    assert load_settings(environ=environ).model_dump() == DEFAULT_VALUES


def test_settings_are_frozen():
    loaded = load_settings(environ={})
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        loaded.encoder.model = "other"
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        loaded.encoder = loaded.encoder
    assert isinstance(loaded, Settings)


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("corpus.max_file_mb", [1, 4096]),
        ("corpus.max_seconds", [1, 86400]),
        ("corpus.max_memory_mb", [256, 1048576]),
        ("passages.max_characters_zh", [50, 20000]),
        ("passages.max_characters_en", [50, 20000]),
        ("retrieval.results", [1, 200]),
        ("retrieval.read", [1, 100]),
        ("retrieval.candidates", [10, 10000]),
        ("answer.refuse_below", [0, 0.0, 1, 1.0]),
    ],
)
def test_a_range_holds_its_ends(write, name, ends):
    section, key = name.split(".")
    for value in ends:
        loaded = load_settings(write(f"[{section}]\n{key} = {value}\n"), environ={})
        assert loaded.model_dump()[section][key] == value


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(write):
    path = write(b"\xef\xbb\xbf[retrieval]\r\nresults = 6\r\n")
    assert load_settings(path, environ={}).retrieval.results == 6


# --- Paths


def test_paths_in_a_file_count_from_its_folder(write, tmp_path):
    path = write(
        "[encoder]\nmodel = './e5'\n[paths]\ndata = 'd'\ncache = '~/c'\n[retrieval]\nglossary = 'g.toml'\n",
        "sub/config.toml",
    )
    loaded = load_settings(path, environ={})
    assert loaded.encoder.model == str(tmp_path / "sub" / "e5")
    assert user_data_dir(loaded) == tmp_path / "sub" / "d"
    assert user_cache_dir(loaded) == tmp_path / "home" / "c"
    assert glossary_path(loaded) == tmp_path / "sub" / "g.toml"


def test_paths_in_a_variable_count_from_the_current_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    loaded = load_settings(environ={"CITEWISE_PATHS_DATA": "d"})
    monkeypatch.chdir("/")
    assert user_data_dir(loaded) == tmp_path / "d"


def test_a_name_of_a_model_is_no_path(write):
    path = write("[encoder]\nmodel = 'intfloat/multilingual-e5-small'\n")
    assert load_settings(path, environ={}).encoder.model == "intfloat/multilingual-e5-small"


def test_the_users_own_folders_honour_xdg(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xd"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xc"))
    loaded = load_settings(environ={})
    assert user_data_dir(loaded) == tmp_path / "xd" / "citewise"
    assert user_cache_dir(loaded) == tmp_path / "xc" / "citewise"
    assert not (tmp_path / "xd").exists()


def test_a_relative_or_empty_xdg_is_void(monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    loaded = load_settings(environ={})
    assert user_data_dir(loaded) == platformdirs.user_data_path("citewise", appauthor=False)
    assert user_cache_dir(loaded) == platformdirs.user_cache_path("citewise", appauthor=False)
    assert user_data_dir(loaded).is_absolute()


def test_no_home_is_an_error_only_where_one_is_needed(monkeypatch):
    def homeless(*args, **kwargs):
        raise RuntimeError("could not determine the home directory")

    for name in ("user_config_path", "user_data_path", "user_cache_path"):
        monkeypatch.setattr(platformdirs, name, homeless)
    loaded = load_settings(environ={})
    assert loaded.model_dump() == DEFAULT_VALUES
    with pytest.raises(SettingsError, match=r"no home directory is known; set 'paths\.data'"):
        user_data_dir(loaded)
    with pytest.raises(SettingsError, match=r"no home directory is known; set 'paths\.cache'"):
        user_cache_dir(loaded)


def test_the_glossary_is_the_shipped_one_or_none():
    assert glossary_path(load_settings(environ={})) == SHIPPED
    assert glossary_path(load_settings(environ={"CITEWISE_RETRIEVAL_GLOSSARY": ""})) is None


# --- Unknown names


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "[retreival]\nresults = 5",
            "unknown setting 'retreival.results'; did you mean 'retrieval.results'?",
        ),
        (
            "[display]\ncolor = 'never'",
            "unknown setting 'display.color'; did you mean 'display.colour'?",
        ),
        (
            "[passages]\nresults = 5",
            "unknown setting 'passages.results'; did you mean 'retrieval.results'?",
        ),
        ("results = 5", "unknown setting 'results'; did you mean 'retrieval.results'?"),
        (
            "[Encoder]\nModel = 'x'",
            "unknown setting 'Encoder.Model'; did you mean 'encoder.model'?",
        ),
        (
            "[passages]\nmax_characters = 5",
            "unknown setting 'passages.max_characters'; did you mean "
            "'passages.max_characters_zh' or 'passages.max_characters_en'?",
        ),
        ("[retreival]", "unknown section 'retreival'; did you mean 'retrieval'?"),
        ("[[encodr]]\nmodel = 'x'", "unknown section 'encodr'; did you mean 'encoder'?"),
        (
            "[encoder]\nquantization_bits = 4",
            "unknown setting 'encoder.quantization_bits'; the nearest known is 'encoder.",
        ),
        ('["a\\nb"]\nc = 1', "unknown setting 'a\\nb.c'; the nearest known is "),
    ],
)
def test_an_unknown_name_in_a_file_names_the_nearest(write, content, expected):
    path = write(content)
    assert complaint(path).startswith(f"{path}: {expected}")


def test_the_file_is_named_as_it_was_given(write, monkeypatch):
    monkeypatch.chdir(write("[retreival]\nresults = 5").parent)
    assert complaint(Path("config.toml")) == (
        "config.toml: unknown setting 'retreival.results'; did you mean 'retrieval.results'?"
    )


@pytest.mark.parametrize(
    ("variable", "nearest"),
    [
        ("CITEWISE_ENCODR_MODEL", "; did you mean 'CITEWISE_ENCODER_MODEL'?"),
        ("CITEWISE_MODEL", "; did you mean 'CITEWISE_ENCODER_MODEL'?"),
        ("CITEWISE_PASSAGES_RESULTS", "; did you mean 'CITEWISE_RETRIEVAL_RESULTS'?"),
        ("CITEWISE_CONFG", "; did you mean 'CITEWISE_CONFIG'?"),
        ("CITEWISE_encoder_model", "; did you mean 'CITEWISE_ENCODER_MODEL'?"),
        ("CITEWISE_QUITE_SOMETHING_ELSE", "; the nearest known is 'CITEWISE_"),
    ],
)
def test_an_unknown_variable_names_the_nearest(variable, nearest):
    message = complaint(environ={variable: "secret"})
    assert message.startswith(f"unknown environment variable '{variable}'{nearest}")
    assert "secret" not in message


LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_-"


@st.composite
def typos(draw):
    """Draw a name and what one wrong key stroke in its section or its key makes of it."""
    name = draw(st.sampled_from(NAMES))
    parts = name.split(".")
    which = draw(st.integers(0, 1))
    part = parts[which]
    at = draw(st.integers(0, len(part) - 1))
    letter = draw(st.sampled_from(LETTERS))
    parts[which] = draw(
        st.sampled_from(
            [
                part[:at] + part[at + 1 :],
                part[:at] + letter + part[at:],
                part[:at] + letter + part[at + 1 :],
                part[:at] + part[at : at + 2][::-1] + part[at + 2 :],
            ]
        )
    )
    return name, ".".join(parts)


@settings(deadline=None, max_examples=300)
@given(typos())
def test_any_one_typo_is_reported_with_the_right_neighbour(tmp_path_factory, typo):
    name, wrong = typo
    section, key = wrong.split(".")
    path = tmp_path_factory.getbasetemp() / "typo.toml"
    path.write_text(f"[{json.dumps(section)}]\n{json.dumps(key)} = 1\n", encoding="utf-8")
    variable = "CITEWISE_" + wrong.replace(".", "_").upper()
    right = "CITEWISE_" + name.replace(".", "_").upper()
    assume(wrong != name)
    message = complaint(path)
    assert message.startswith(f"{path}: unknown setting '{wrong}'; did you mean ")
    assert f"'{name}'" in message.split("did you mean")[1]
    message = complaint(environ={variable: "1"})
    assert message.startswith(f"unknown environment variable '{variable}'; did you mean ")
    assert f"'{right}'" in message.split("did you mean")[1]


# --- Bad values

WRONG = [
    ("telegram.allow", "['x']", "a list of whole numbers, ids of users or chats, got a list"),
    ("telegram.admins", "7", "a list of whole numbers, ids of users, got 7"),
    ("telegram.questions_per_minute", "0", "a whole number from 1 to 1000, got 0"),
    ("telegram.waiting", "0", "a whole number from 1 to 100000, got 0"),
    ("telegram.webhook_url", "'bot.example'", "an address as https://bot.example/x, or '', got 'bot.example'"),
    ("telegram.webhook_listen", "'8443'", "host:port, as 127.0.0.1:8443, got '8443'"),
    ("telegram.metrics_port", "70000", "a whole number from 0 to 65535, got 70000"),
    ("telegram.log_texts", "1", "true or false, got 1"),
    ("telegram.api_url", "'ftp://x'", "an address as http://127.0.0.1:8081, or '', got 'ftp://x'"),
    ("telegram.uploads", "5", "a folder, or '', got 5"),
    ("telegram.collections", "'2023'", "a list of names of collections, got '2023'"),
    ("paths.collection", "5", "the name of a collection, at most 60 characters, or '', got 5"),
    ("encoder.model", "5", "'bundled', or the name or folder of an encoder, got 5"),
    ("encoder.model", "' '", "'bundled', or the name or folder of an encoder, got ' '"),
    (
        "encoder.model",
        "{ name = 'x' }",
        "'bundled', or the name or folder of an encoder, got a table",
    ),
    ("encoder.engine", "'gpu'", "'onnx' or 'torch', got 'gpu'"),
    ("encoder.offline", "'yes'", "true or false, got 'yes'"),
    ("encoder.offline", "1", "true or false, got 1"),
    ("corpus.max_file_mb", "0", "a whole number from 1 to 4096, got 0"),
    ("corpus.max_file_mb", "4097", "a whole number from 1 to 4096, got 4097"),
    ("corpus.max_file_mb", "1.5", "a whole number from 1 to 4096, got 1.5"),
    ("corpus.max_file_mb", "true", "a whole number from 1 to 4096, got true"),
    ("corpus.max_seconds", "0", "a whole number from 1 to 86400, got 0"),
    ("corpus.max_memory_mb", "255", "a whole number from 256 to 1048576, got 255"),
    ("passages.max_characters_zh", "49", "a whole number from 50 to 20000, got 49"),
    ("passages.max_characters_zh", "20001", "a whole number from 50 to 20000, got 20001"),
    ("passages.max_characters_en", "49", "a whole number from 50 to 20000, got 49"),
    ("passages.max_characters_en", "20001", "a whole number from 50 to 20000, got 20001"),
    ("index.store", "'chroma'", "'faiss' or 'milvus', got 'chroma'"),
    ("index.search", "'lsh'", "'auto', 'flat', 'hnsw' or 'ivfpq', got 'lsh'"),
    ("index.milvus_uri", "5", "an address as http://127.0.0.1:19530, a file that ends in .db, or '', got 5"),
    ("retrieval.results", "0", "a whole number from 1 to 1000, got 0"),
    ("retrieval.results", "1001", "a whole number from 1 to 1000, got 1001"),
    ("retrieval.results", "'10'", "a whole number from 1 to 1000, got '10'"),
    ("retrieval.results", "[10]", "a whole number from 1 to 1000, got a list"),
    ("retrieval.read", "0", "a whole number from 1 to 100, got 0"),
    ("retrieval.read", "101", "a whole number from 1 to 100, got 101"),
    ("retrieval.read", "2.5", "a whole number from 1 to 100, got 2.5"),
    ("retrieval.candidates", "0", "a whole number from 1 to 10000, got 0"),
    ("retrieval.candidates", "10001", "a whole number from 1 to 10000, got 10001"),
    (
        "retrieval.candidates",
        "0x" + "f" * 9999,
        "a whole number from 1 to 10000, got a very large number",
    ),
    ("retrieval.glossary", "false", "'default', '' for none, or a file, got false"),
    ("answer.refuse_below", "-0.1", "a number from 0 to 1, got -0.1"),
    ("answer.refuse_below", "1.1", "a number from 0 to 1, got 1.1"),
    ("answer.refuse_below", "nan", "a number from 0 to 1, got nan"),
    ("answer.refuse_below", "true", "a number from 0 to 1, got true"),
    ("display.language", "'fr'", "'zh', 'en' or 'auto', got 'fr'"),
    ("display.colour", "'red'", "'auto', 'always' or 'never', got 'red'"),
    ("display.colour", '"a\\nb"', "'auto', 'always' or 'never', got 'a\\nb'"),
    ("display.colour", f"'{'x' * 99}'", f"'auto', 'always' or 'never', got '{'x' * 60}...'"),
    ("paths.data", "1979-05-27", "a folder, or '', got 1979-05-27"),
    ("paths.data", "'~nobody-has-this-name/x'", "a folder, or '', got '~nobody-has-this-name/x'"),
    ("paths.cache", '"a\\u0000"', "a folder, or '', got 'a\\x00'"),
]


@pytest.mark.parametrize(("name", "value", "expected"), WRONG)
def test_a_bad_value_in_a_file_says_what_was_expected_and_what_came(write, name, value, expected):
    section, key = name.split(".")
    path = write(f"[{section}]\n{key} = {value}\n")
    assert complaint(path) == f"{path}: '{name}' must be {expected}"


def test_each_setting_is_tried_with_a_bad_value():
    assert {name for name, _, _ in WRONG} == set(NAMES)


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("CITEWISE_RETRIEVAL_RESULTS", "ten", "a whole number from 1 to 1000, got 'ten'"),
        ("CITEWISE_RETRIEVAL_RESULTS", "", "a whole number from 1 to 1000, got ''"),
        ("CITEWISE_RETRIEVAL_RESULTS", "0", "a whole number from 1 to 1000, got '0'"),
        ("CITEWISE_ANSWER_REFUSE_BELOW", "inf", "a number from 0 to 1, got 'inf'"),
        ("CITEWISE_ENCODER_OFFLINE", "maybe", "true or false, got 'maybe'"),
        ("CITEWISE_DISPLAY_LANGUAGE", "ZH", "'zh', 'en' or 'auto', got 'ZH'"),
        ("CITEWISE_ENCODER_MODEL", "", "'bundled', or the name or folder of an encoder, got ''"),
    ],
)
def test_a_bad_value_in_a_variable_says_so(variable, value, expected):
    assert complaint(environ={variable: value}) == f"{variable} must be {expected}"


def test_a_bad_value_in_the_file_is_reported_though_a_variable_overrides_it(write):
    path = write("[retrieval]\nresults = 'ten'\n")
    message = complaint(path, {"CITEWISE_RETRIEVAL_RESULTS": "10"})
    assert message.startswith(f"{path}: 'retrieval.results' must be")


def test_values_that_do_not_go_together_name_all_who_set_them(write):
    path = write("[retrieval]\ncandidates = 20\n")
    assert complaint(path, {"CITEWISE_RETRIEVAL_RESULTS": "50"}) == (
        f"CITEWISE_RETRIEVAL_RESULTS, {path}: 'retrieval.results' (50) must not be more than "
        "'retrieval.candidates' (20)"
    )


@pytest.mark.parametrize(("content", "got"), [("encoder = 5", "5"), ("[[encoder]]\nmodel = 'x'", "a list")])
def test_a_section_must_be_a_table(write, content, got):
    path = write(content)
    assert complaint(path) == f"{path}: 'encoder' must be a table, [encoder], got {got}"


# --- Files that can't be read


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[encoder]\nmodel = \n", "not TOML: Invalid value (at line 2, column 9)"),
        (
            "[corpus]\nmax_file_mb = 1\nmax_file_mb = 2\n",
            "not TOML: Cannot overwrite a value (at line 3, column 16)",
        ),
        (
            "[encoder]\nmodel = [1,\n\n",
            "not TOML: Invalid value (at line 2, the end of the file)",
        ),
        (b"[encoder]\nmodel = '\xc4\xe3'\n", "not UTF-8 (at line 2)"),
        ("x = " + "[" * 5000, "not TOML: nested too deeply"),
    ],
)
def test_a_broken_file_says_where(write, content, expected):
    path = write(content)
    message = complaint(path)
    assert message == f"{path}: {expected}"


def test_a_number_too_long_to_read_is_an_error(write):
    path = write(f"[corpus]\nmax_file_mb = {'9' * 5000}\n")
    assert complaint(path).startswith(f"{path}: not TOML: Exceeds the limit")


def test_a_missing_file_is_an_error_where_it_was_named(tmp_path):
    path = tmp_path / "none.toml"
    assert complaint(path) == f"{path}: no such file"
    assert complaint(environ={"CITEWISE_CONFIG": str(path)}) == f"{path}: no such file"


def test_a_directory_is_no_file(tmp_path):
    assert complaint(tmp_path) == f"{tmp_path}: is a directory"


def test_the_users_own_file_must_be_readable_if_it_is_there(write, tmp_path):
    own = tmp_path / "home" / "conf" / "citewise" / "config.toml"
    own.mkdir(parents=True)
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "home" / "conf")}
    assert complaint(environ=environ) == f"{own}: is a directory"


def test_a_file_in_place_of_the_users_folder_is_as_none(write):
    blocked = write("", "file")
    environ = {"XDG_CONFIG_HOME": str(blocked)}
    assert load_settings(environ=environ).model_dump() == DEFAULT_VALUES


def test_a_loop_of_links_is_an_error(tmp_path):
    loop = tmp_path / "citewise" / "config.toml"
    loop.parent.mkdir()
    loop.symlink_to(loop)
    expected = f"{loop}: can't be read: Too many levels of symbolic links"
    assert complaint(loop) == expected
    assert complaint(environ={"XDG_CONFIG_HOME": str(tmp_path)}) == expected


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_that_may_not_be_read_is_an_error(write):
    path = write("")
    path.chmod(0)
    assert complaint(path) == f"{path}: can't be read: Permission denied"


@pytest.mark.parametrize("name", ["a\0b", "~nobody-has-this-name/x"])
def test_an_impossible_path_is_an_error(name):
    assert complaint(Path(name)).startswith(name.replace("\0", "\\x00") + ": ")


def test_a_line_end_in_a_path_does_not_break_the_message(tmp_path):
    assert complaint(tmp_path / "a\nb.toml") == f"{tmp_path}/a\\nb.toml: no such file"


# --- Glossary


def test_a_glossary_is_read_in_its_order(write):
    path = write(
        '[[entry]]\nzh = ["阿克苏"]\nen = ["Aksu", "Aqsu"]\n[[entry]]\nzh = ["师徒结对"]\nen = ["mentoring  pair"]\n'
    )
    assert load_glossary(path) == (
        GlossaryEntry(("阿克苏",), ("Aksu", "Aqsu")),
        GlossaryEntry(("师徒结对",), ("mentoring pair",)),
    )


def test_duplicates_are_merged_and_nothing_else(write):
    path = write(
        '[[entry]]\nzh = ["西藏", "藏区", "西藏"]\nen = ["Tibet", "tibet"]\n'
        '[[entry]]\nzh = ["西藏"]\nen = ["Tibet"]\n'
        '[[entry]]\nzh = ["藏区", "西藏"]\nen = ["TIBET", "Xizang"]\n'
    )
    assert load_glossary(path) == (
        GlossaryEntry(("西藏", "藏区"), ("Tibet", "Xizang")),
        GlossaryEntry(("西藏",), ("Tibet",)),
    )


def test_an_empty_glossary_has_no_entries(write):
    assert load_glossary(write("")) == ()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[[entries]]\nzh = ['亩']", "unknown table 'entries'; did you mean 'entry'?"),
        ("[entry]\nzh = ['亩']", "'entry' must be tables, [[entry]], got a table"),
        ("entry = [5]", "entry 1 must be a table with 'zh' and 'en', got 5"),
        ("[[entry]]\nzh = ['亩']", "entry 1: 'en' is missing"),
        ("[[entry]]\nen = ['mu']", "entry 1: 'zh' is missing"),
        (
            "[[entry]]\nzh = ['亩']\nen = ['mu']\n[[entry]]\nzh = ['吨']\neng = ['ton']",
            "entry 2: unknown key 'eng'; did you mean 'en'?",
        ),
        ("[[entry]]\nzh = '亩'\nen = ['mu']", "entry 1: 'zh' must be a list of terms, got '亩'"),
        ("[[entry]]\nzh = []\nen = ['mu']", "entry 1: 'zh' must have a term, got an empty list"),
        (
            "[[entry]]\nzh = ['亩', 5]\nen = ['mu']",
            "entry 1: 'zh' must be a list of terms, one is 5",
        ),
        (
            "[[entry]]\nzh = ['亩']\nen = [' ']",
            "entry 1: 'en' must be a list of terms, one is ' '",
        ),
        ("[[entry]]\nzh = ['mu']\nen = ['mu']", "entry 1: 'zh' must be Chinese, got 'mu'"),
        ("[[entry]]\nzh = ['亩']\nen = ['亩']", "entry 1: 'en' must be English, got '亩'"),
        ("[[entry]]\nzh = ['亩']\nen = ['15']", "entry 1: 'en' must be English, got '15'"),
        ("[[entry]\n", "not TOML: Expected ']]' at the end of an array declaration (at line 1"),
    ],
)
def test_a_wrong_glossary_says_what_is_wrong(write, content, expected):
    path = write(content, "glossary.toml")
    assert glossary_complaint(path).startswith(f"{path}: {expected}")


def test_a_missing_glossary_is_an_error(tmp_path):
    assert glossary_complaint(tmp_path / "no.toml") == f"{tmp_path / 'no.toml'}: no such file"


def test_the_shipped_glossary_has_no_term_twice():
    entries = load_glossary(SHIPPED)
    assert 110 <= len(entries) <= 160
    assert len(entries) == len(tomllib.loads(SHIPPED.read_text("utf-8"))["entry"])
    zh = [term for entry in entries for term in entry.zh]
    en = [term.casefold() for entry in entries for term in entry.en]
    assert len(zh) == len(set(zh))
    assert len(en) == len(set(en))


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("援疆", "aid to Xinjiang"),
        ("对口支援", "paired assistance"),
        ("建档立卡户", "registered poor household"),
        ("人次", "person-time"),
        ("亩", "mu"),
        ("合作社", "cooperative"),
        ("师徒结对", "master and apprentice"),
        ("卫星工厂", "satellite factory"),
        ("带货", "live-stream selling"),
        ("绘本", "picture book"),
        ("地区", "prefecture"),
        ("兵团", "XPCC"),
        ("阿克苏", "Aksu"),
        ("喀什", "Kashgar"),
        ("和田", "Hotan"),
        ("乌鲁木齐", "Urumqi"),
        ("内蒙古", "Inner Mongolia"),
        ("西藏", "Xizang"),
        ("哈尔滨", "Harbin"),
        ("呼和浩特", "Hohhot"),
        ("拉萨", "Lhasa"),
        ("香港", "Hong Kong"),
        ("陕西", "Shaanxi"),
        ("发改委", "NDRC"),
        ("人社部", "Ministry of Human Resources and Social Security"),
        ("教育部", "Ministry of Education"),
        ("五年规划", "five-year plan"),
        ("脱贫攻坚", "poverty alleviation"),
        ("乡村振兴", "rural revitalization"),
        ("双循环", "dual circulation"),
        ("万", "ten thousand"),
        ("亿", "hundred million"),
        ("吨", "tonne"),
        ("骨干教师", "backbone teacher"),
        ("预防接种", "vaccination"),
    ],
)
def test_the_shipped_glossary_knows(zh, en):
    assert [entry for entry in load_glossary(SHIPPED) if zh in entry.zh and en in entry.en] != []


# --- The package


def test_the_package_exports_what_it_says():
    assert config.__all__ == sorted(config.__all__)
    assert len(config.__all__) <= 8
    assert [name for name in config.__all__ if not hasattr(config, name)] == []


# --- Milvus


@pytest.mark.parametrize("value", ["vectors", "http://", "ftp://host", "http://host/?token=x", "a.db/"])
def test_what_is_no_place_of_milvus_is_refused(write, value):
    path = write(f"[index]\nmilvus_uri = '{value}'\n")
    assert "'index.milvus_uri' must be an address as http://127.0.0.1:19530, a file that ends in .db" in complaint(path)


def test_a_file_of_milvus_lite_counts_from_the_settings_file(write, tmp_path):
    loaded = load_settings(write("[index]\nstore = 'milvus'\nmilvus_uri = 'vectors.db'\n"), environ={})
    assert loaded.index.milvus_uri == str(tmp_path / "vectors.db")


def test_milvus_without_a_place_is_an_error(write):
    assert complaint(write("[index]\nstore = 'milvus'\n")).endswith(
        "'index.store' is 'milvus', so 'index.milvus_uri' must be set"
    )


def test_a_program_that_uses_citewise_keeps_its_own_plugins_of_pydantic():
    code = "import os, config; config.load_settings(); print('PYDANTIC_DISABLE_PLUGINS' in os.environ)"
    environment = {name: value for name, value in os.environ.items() if name != "PYDANTIC_DISABLE_PLUGINS"}

    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
