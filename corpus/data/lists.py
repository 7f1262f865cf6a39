"""Corpus stage: kept lists: administrative divisions, the words that show one acting, irregular verbs."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

IRREGULAR_VERBS = Path(__file__).with_name("irregular_verbs.txt")


@dataclass(frozen=True, slots=True)
class Division:
    """Hold one name in the list of administrative divisions.

    `standalone` says that the short name alone is clear anywhere; `codes` are several where
    divisions share a name.
    """

    name: str
    short: str
    english: tuple[str, ...]
    standalone: bool
    codes: tuple[str, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        """Return the ways to write it with its suffix, the official one first."""
        name = self.name
        return (name, self.short + name[-1]) if name[-3:-1] == "自治" and name[-1] in "区州县旗" else (name,)

    @property
    def rank(self) -> int:
        """Return 1 for a province, 2 for a prefecture or city, 3 for a county or district."""
        return len(_stem(self.codes[0])) // 2

    def kin(self, other: "Division") -> bool:
        """Tell whether one of the two lies within the other."""
        pairs = [(_stem(a), _stem(b)) for a in self.codes for b in other.codes]
        return any(a.startswith(b) or b.startswith(a) for a, b in pairs)


@cache
def divisions() -> tuple[Division, ...]:
    """Return every province, prefecture and county of the list."""
    found = []
    lines = files("corpus.data").joinpath("divisions.txt").read_text(encoding="utf-8")
    for line in lines.splitlines():
        if not line.startswith("#"):
            name, short, english, mark, codes = line.split("\t")
            names, numbers = tuple(english.split("/")), tuple(codes.split(","))
            found.append(Division(name, short, names, mark == "+", numbers))
    return tuple(found)


@cache
def irregular_verbs() -> dict[str, str]:
    """Return the verb of each past form that no rule of spelling leads back."""
    lines = IRREGULAR_VERBS.read_text(encoding="utf-8").splitlines()
    read = [line.split() for line in lines if not line.startswith("#")]
    return {form: verb for verb, *forms in read for form in forms}


@cache
def acting_words() -> dict[str, dict[str, str]]:
    """Return the lists of `acting.toml` by language, each an alternation, longest entry first."""
    lists = tomllib.loads(files("corpus.data").joinpath("acting.toml").read_text(encoding="utf-8"))
    return {
        language: {
            name: "(?:" + "|".join(sorted(words.split(), key=len, reverse=True)) + ")"
            for name, words in entries.items()
        }
        for language, entries in lists.items()
    }


def _stem(code: str) -> str:
    """Return the digits that the codes of all divisions within `code` begin with."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
