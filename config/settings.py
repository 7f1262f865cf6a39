"""Config stage: from default.toml, the user's file and the environment to one frozen Settings."""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast, get_origin

import platformdirs
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from config.errors import SettingsError, plain, shown, suggestion

_PREFIX: Final = "CITEWISE_"
_CONFIG: Final = "CITEWISE_CONFIG"
_OTHERS: Final = (  # read elsewhere
    "CITEWISE_MILVUS_TOKEN",
    "CITEWISE_TELEGRAM_TOKEN",
    "CITEWISE_TELEGRAM_WEBHOOK_SECRET",
    "CITEWISE_TEST_",
)
_DEFAULTS: Final = Path(__file__).with_name("default.toml")


def _anchored(value: str, info: ValidationInfo) -> str:
    """Make a path absolute: `~` is the home, a relative one counts from the context's folder."""
    if "\0" in value:
        raise ValueError("a path has no NUL")
    if info.context is None or not value:
        return value
    try:
        return str((info.context / Path(value).expanduser()).absolute())
    except RuntimeError as err:  # the home of ~someone is not known
        raise ValueError(str(err)) from err


def _anchored_model(value: str, info: ValidationInfo) -> str:
    return _anchored(value, info) if value.startswith(("~", "./", "../")) else value


def _anchored_glossary(value: str, info: ValidationInfo) -> str:
    return value if value == "default" else _anchored(value, info)


class _Section(BaseModel):
    """A table of default.toml; a field's description completes "must be ..."."""

    # Validators are built once, with those of Settings.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class EncoderSettings(_Section):
    """What turns text into vectors."""

    model: Annotated[str, AfterValidator(_anchored_model)] = Field(
        pattern=r"\S", description="'bundled', or the name or folder of an encoder"
    )
    engine: Literal["onnx", "torch"] = Field(description="'onnx' or 'torch'")
    offline: bool = Field(description="true or false")


class CorpusSettings(_Section):
    """What is read as a report."""

    max_file_mb: int = Field(ge=1, le=4096, description="a whole number from 1 to 4096")
    max_seconds: int = Field(ge=1, le=86400, description="a whole number from 1 to 86400")
    max_memory_mb: int = Field(ge=256, le=1048576, description="a whole number from 256 to 1048576")


class PassagesSettings(_Section):
    """How reports are cut into passages."""

    max_characters_zh: int = Field(ge=50, le=20000, description="a whole number from 50 to 20000")
    max_characters_en: int = Field(ge=50, le=20000, description="a whole number from 50 to 20000")


def _anchored_milvus(value: str, info: ValidationInfo) -> str:
    if not value or re.fullmatch(r"(https?|tcp|unix)://[^\s/?#]+[^\s?#]*", value):
        return value
    if not value.endswith(".db"):
        raise ValueError("neither an address nor a file of Milvus Lite")
    return _anchored(value, info)


class IndexSettings(_Section):
    """How an index keeps and searches its vectors."""

    store: Literal["faiss", "milvus"] = Field(description="'faiss' or 'milvus'")
    search: Literal["auto", "flat", "hnsw", "ivfpq"] = Field(description="'auto', 'flat', 'hnsw' or 'ivfpq'")
    milvus_uri: Annotated[str, AfterValidator(_anchored_milvus)] = Field(
        description="an address as http://127.0.0.1:19530, a file that ends in .db, or ''"
    )

    @model_validator(mode="after")
    def _milvus_has_a_place(self) -> "IndexSettings":
        if self.store == "milvus" and not self.milvus_uri:
            raise ValueError("'index.store' is 'milvus', so 'index.milvus_uri' must be set")
        return self


class RetrievalSettings(_Section):
    """How passages are found."""

    results: int = Field(ge=1, le=1000, description="a whole number from 1 to 1000")
    read: int = Field(ge=1, le=100, description="a whole number from 1 to 100")
    candidates: int = Field(ge=1, le=10000, description="a whole number from 1 to 10000")
    glossary: Annotated[str, AfterValidator(_anchored_glossary)] = Field(
        description="'default', '' for none, or a file"
    )

    @model_validator(mode="after")
    def _enough_candidates(self) -> "RetrievalSettings":
        if self.results > self.candidates:
            raise ValueError(
                f"'retrieval.results' ({self.results}) must not be more than 'retrieval.candidates' ({self.candidates})"
            )
        return self


class AnswerSettings(_Section):
    """When an answer is given."""

    refuse_below: float = Field(ge=0, le=1, allow_inf_nan=False, description="a number from 0 to 1")


class DisplaySettings(_Section):
    """How answers look."""

    language: Literal["zh", "en", "auto"] = Field(description="'zh', 'en' or 'auto'")
    colour: Literal["auto", "always", "never"] = Field(description="'auto', 'always' or 'never'")


class PathsSettings(_Section):
    """Where citewise keeps its files; empty: in the user's own directories."""

    data: Annotated[str, AfterValidator(_anchored)] = Field(description="a folder, or ''")
    cache: Annotated[str, AfterValidator(_anchored)] = Field(description="a folder, or ''")
    collection: str = Field(max_length=60, description="the name of a collection, at most 60 characters, or ''")


def _web_address(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", value):
        raise ValueError("no web address")
    return value.rstrip("/")


class TelegramSettings(_Section):
    """The Telegram bot; its token is no setting."""

    allow: list[int] = Field(description="a list of whole numbers, ids of users or chats")
    admins: list[int] = Field(description="a list of whole numbers, ids of users")
    questions_per_minute: int = Field(ge=1, le=1000, description="a whole number from 1 to 1000")
    waiting: int = Field(ge=1, le=100000, description="a whole number from 1 to 100000")
    webhook_url: Annotated[str, AfterValidator(_web_address)] = Field(
        description="an address as https://bot.example/x, or ''"
    )
    webhook_listen: str = Field(pattern=r"^\S+:\d{1,5}$", description="host:port, as 127.0.0.1:8443")
    metrics_port: int = Field(ge=0, le=65535, description="a whole number from 0 to 65535")
    log_texts: bool = Field(description="true or false")
    api_url: Annotated[str, AfterValidator(_web_address)] = Field(
        description="an address as http://127.0.0.1:8081, or ''"
    )
    uploads: Annotated[str, AfterValidator(_anchored)] = Field(description="a folder, or ''")
    collections: list[str] = Field(description="a list of names of collections")


class Settings(BaseModel):
    """Every setting, by section; their meaning and defaults stand in default.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: EncoderSettings
    corpus: CorpusSettings
    passages: PassagesSettings
    index: IndexSettings
    retrieval: RetrievalSettings
    answer: AnswerSettings
    display: DisplaySettings
    paths: PathsSettings
    telegram: TelegramSettings


_Values = dict[str, tuple[Any, str]]  # "section.key" -> its value, and who set it
_SECTIONS: Final[dict[str, type[_Section]]] = {
    name: section.annotation
    for name, section in Settings.model_fields.items()
    if isinstance(section.annotation, type) and issubclass(section.annotation, _Section)
}
_FIELDS: Final = {
    f"{name}.{key}": field for name, section in _SECTIONS.items() for key, field in section.model_fields.items()
}
_VARIABLES: Final = {_PREFIX + name.replace(".", "_").upper(): name for name in _FIELDS}


def load_settings(path: Path | None = None, *, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings: defaults, then the user's file, then the environment; the last wins.

    Given the path of default.toml and an empty `environ`, the result is the defaults and nothing
    of this computer's.

    Args:
        path: The user's file; None for the one CITEWISE_CONFIG names, else config.toml in the
            user's configuration directory if there is one.
        environ: The environment variables; None for those of the process.

    Raises:
        SettingsError: A file can't be read, a name is unknown, or a value isn't what it must be.
    """
    environ = os.environ if environ is None else environ
    values = _defaults()
    try:
        file = settings_file(path, environ=environ)
    except SettingsError:  # nobody's home
        file = None
    if file and (path or environ.get(_CONFIG) or _is_there(file)):
        values |= _from_file(file)
    values |= _from_environment(environ)
    sections: dict[str, dict[str, Any]] = {name: {} for name in _SECTIONS}
    for name, (value, _) in values.items():
        section, key = name.split(".")
        sections[section][key] = value
    try:
        return Settings.model_validate(sections)
    except ValidationError as err:  # each value is good by itself, so two don't go together
        first = err.errors()[0]
        wrong = f"{first['loc'][0]}."
        who = [who for name, (_, who) in values.items() if name.startswith(wrong)]
        changed = dict.fromkeys(w for w in who if w != str(_DEFAULTS))
        reason = first.get("ctx", {}).get("error", first["msg"])
        raise SettingsError(f"{plain(', '.join(changed))}: {reason}") from err


def settings_file(path: Path | None = None, *, environ: Mapping[str, str] | None = None) -> Path:
    """Return the user's file: `path`, else the one CITEWISE_CONFIG names, else their own, which may not exist.

    Raises:
        SettingsError: No home directory is known.
    """
    environ = os.environ if environ is None else environ
    if path or environ.get(_CONFIG):
        return path or Path(environ[_CONFIG])
    return _own_folder("", "XDG_CONFIG_HOME", platformdirs.user_config_path, environ) / "config.toml"


def user_data_dir(settings: Settings) -> Path:
    """Return the folder for indexes, which may not exist yet."""
    if settings.paths.data:
        return Path(settings.paths.data)
    return _own_folder("data", "XDG_DATA_HOME", platformdirs.user_data_path, os.environ)


def user_cache_dir(settings: Settings) -> Path:
    """Return the folder for what can be made again, which may not exist yet."""
    if settings.paths.cache:
        return Path(settings.paths.cache)
    return _own_folder("cache", "XDG_CACHE_HOME", platformdirs.user_cache_path, os.environ)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file.

    Raises:
        SettingsError: The file can't be read, is not UTF-8 or not TOML.
    """
    name, content = plain(path), b""
    try:
        content = path.expanduser().read_bytes()
        return tomllib.loads(content.decode("utf-8-sig"))
    except FileNotFoundError as err:
        raise SettingsError(f"{name}: no such file") from err
    except OSError as err:
        folder = path.expanduser().is_dir()
        reason = "is a directory" if folder else f"can't be read: {err.strerror}"
        raise SettingsError(f"{name}: {reason}") from err
    except UnicodeDecodeError as err:
        line = content.count(b"\n", 0, err.start) + 1
        raise SettingsError(f"{name}: not UTF-8 (at line {line})") from err
    except RecursionError as err:
        raise SettingsError(f"{name}: not TOML: nested too deeply") from err
    except (ValueError, RuntimeError) as err:
        last = content.rstrip().count(b"\n") + 1
        reason = plain(err).replace("at end of document", f"at line {last}, the end of the file")
        raise SettingsError(f"{name}: {'not TOML: ' if content else ''}{reason}") from err


def _is_there(file: Path) -> bool:
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # reading it says what is wrong
    return True


def _own_folder(setting: str, variable: str, default: Callable[..., Path], environ: Mapping[str, str]) -> Path:
    """Return citewise's folder in one of the user's base directories; a relative XDG is void."""
    base = Path(environ.get(variable, ""))
    if base.is_absolute():
        return base / "citewise"
    try:
        return default("citewise", appauthor=False)
    except RuntimeError as err:
        raise SettingsError(f"no home directory is known; set 'paths.{setting}'") from err


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    # Building one takes a millisecond or two, and few are needed: those of settings that a person made.
    field = _FIELDS[name]
    return TypeAdapter(cast("Any", Annotated[field.annotation, field]))


def _defaults() -> _Values:
    """Return the values of default.toml, which are checked with all others at the end."""
    sections = read_toml(_DEFAULTS).items()
    return {f"{name}.{key}": (value, str(_DEFAULTS)) for name, table in sections for key, value in table.items()}


def _from_file(path: Path) -> _Values:
    values: _Values = {}
    for section, table in read_toml(path).items():
        if section not in _SECTIONS and not (isinstance(table, dict) and table):
            kind = "section" if isinstance(table, (dict, list)) else "setting"
            near = suggestion(section, (*_SECTIONS, *_FIELDS))
            raise SettingsError(f"{plain(path)}: unknown {kind} {shown(section)}{near}")
        if not isinstance(table, dict):
            raise SettingsError(f"{plain(path)}: '{section}' must be a table, [{section}], got {shown(table)}")
        for key, value in table.items():
            name = f"{section}.{key}"
            if name not in _FIELDS:
                raise SettingsError(f"{plain(path)}: unknown setting {shown(name)}{suggestion(name, _FIELDS)}")
            folder = path.expanduser().absolute().parent
            check = _adapter(name).validate_python
            try:
                values[name] = check(value, strict=True, context=folder), str(path)
            except ValidationError as err:
                raise _bad_value(f"{plain(path)}: '{name}'", name, value) from err
    return values


def _from_environment(environ: Mapping[str, str]) -> _Values:
    values: _Values = {}
    for variable in sorted(environ):
        if not variable.startswith(_PREFIX) or variable.startswith(_OTHERS) or variable == _CONFIG:
            continue
        if variable not in _VARIABLES:  # its value may be a secret: never shown
            known = [v.removeprefix(_PREFIX) for v in (*_VARIABLES, _CONFIG)]
            rest = variable.removeprefix(_PREFIX)
            near = suggestion(rest, known, separator="_", prefix=_PREFIX)
            raise SettingsError(f"unknown environment variable {shown(variable)}{near}")
        name, value = _VARIABLES[variable], environ[variable]
        try:
            checked = _from_string(name, value)
        except ValidationError as err:
            raise _bad_value(variable, name, value) from err
        values[name] = checked, variable
    return values


def _from_string(name: str, value: str) -> object:
    """Return a variable's value; the parts of a list stand between commas."""
    if get_origin(_FIELDS[name].annotation) is list:
        return _adapter(name).validate_python([part.strip() for part in value.split(",") if part.strip()])
    return _adapter(name).validate_strings(value, context=Path())


def _bad_value(where: str, name: str, value: object) -> SettingsError:
    return SettingsError(f"{where} must be {_FIELDS[name].description}, got {shown(value)}")
