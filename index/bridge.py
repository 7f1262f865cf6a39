"""Index stage: from a question's words to those of the other language that the reports use."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self, TypeVar

from corpus.document import Language
from corpus.segment import words
from index.errors import UNREADABLE, IndexDamaged
from index.lexicon import LATIN, LONGEST_NAME, LONGEST_PHRASE, Lexicon, Term, is_article, phrase_key
from index.sound import HAN_RUN, heard, spelling
from index.words import tokens

_LONGEST_WORD = 20
_TRANSLATIONS = 4
_Units = TypeVar("_Units", str, list[str])


@dataclass(frozen=True, slots=True)
class Gloss:
    """Hold a question in the words of the other language: for each of its words, the ways to say it."""

    groups: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        """Return the likeliest way to say each word, to be appended to the question."""
        return " ".join(dict.fromkeys(group[0] for group in self.groups))

    def for_passage(self, passage: str) -> str:
        """Return for each word the likeliest way to say it that a passage uses, else the likeliest.

        >>> Gloss((("操作", "手术"), ("医生",))).for_passage("实施手术2000余例")
        '手术 医生'
        """
        small = passage.lower()
        chosen = [next((way for way in group if way.lower() in small), group[0]) for group in self.groups]
        return " ".join(dict.fromkeys(chosen))

    def token_groups(self) -> list[list[tuple[str, ...]]]:
        """Return the groups as tokens of the word index, each way to say a word by itself."""
        return [[tuple(tokens(word)) for word in group if tokens(word)] for group in self.groups]


class Bridge:
    """Translate content words between Chinese and English by dictionary, glossary and pinyin."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    @classmethod
    def from_texts(cls, texts: Iterable[tuple[Language, str]], glossary: Iterable[Term] = ()) -> Self:
        """Build the bridge for reports; `glossary` holds pairs of Chinese and English terms."""
        return cls(Lexicon.from_texts(texts, glossary))

    def synonyms(self, word: str) -> Sequence[str]:
        """Return words of the reports that mean the same as a Chinese word, or as an English one by the glossary."""
        synonyms = self._lexicon.synonyms
        return synonyms.get(phrase_key(word) if word.isascii() else word, ())

    def knows(self, word: str) -> bool:
        """Tell whether an English word is one of the reports' own, a name or a term, or has a translation."""
        lexicon = self._lexicon
        return (
            phrase_key(word) in lexicon.chinese
            or spelling(word) in lexicon.names
            or spelling(word) in lexicon.spellings
        )

    def sounding_like(self, word: str) -> Sequence[str]:
        """Return stretches of Chinese reports that sound like a word but are written otherwise."""
        return [one for one in heard(word, self._lexicon.names) if len(one) == len(word)]

    def gloss(self, question: str, language: Language) -> Gloss:
        """Return a question of `language` in words of the other one, at most four for each of its words."""
        raw = self._from_english(question) if language == "en" else self._from_chinese(question)
        return Gloss(tuple(dict.fromkeys(tuple(group[:_TRANSLATIONS]) for group in raw)))

    def pieces(self, question: str, language: Language) -> list[tuple[str, Sequence[str]]]:
        """Return the words and phrases of a question, each with the ways to say it in the other language."""
        if language == "en":
            return [
                (" ".join(part), group)
                for part, group in longest_parts(_english_words(question), LONGEST_PHRASE, self._phrase)
            ]
        cut = [word for run in HAN_RUN.findall(question) for word in words(run)]
        return [(word, self._english(word)) for word in [*cut, *LATIN.findall(question)]]

    def _from_english(self, question: str) -> list[Sequence[str]]:
        return [group for _, group in longest_parts(_english_words(question), LONGEST_PHRASE, self._phrase) if group]

    def _phrase(self, phrase: list[str]) -> Sequence[str]:
        written = " ".join(phrase)
        by_key = self._lexicon.chinese.get(phrase_key(written), ())
        by_name = self._lexicon.names.get(spelling("".join(phrase)), ())
        # Most phrases are in no list, and to cut them into words takes the longest.
        if not (by_key or by_name) or not tokens(written):
            return ()
        if by_name and all(map(tokens, phrase)):
            return list(dict.fromkeys([*by_name, *by_key]))
        return by_key

    def _from_chinese(self, question: str) -> list[Sequence[str]]:
        found: list[Sequence[str]] = []
        for run in HAN_RUN.findall(question):
            found.extend(group for _, group in longest_parts(run, _LONGEST_WORD, self._english) if group)
        return found

    def _english(self, word: str) -> Sequence[str]:
        lexicon = self._lexicon
        group = lexicon.english.get(word, ())
        if group and not tokens(word):
            group = ()
        if group or not lexicon.spellings or not 1 < len(word) <= LONGEST_NAME:
            return group
        return heard(word, lexicon.spellings)

    def save(self, path: Path) -> None:
        """Write the bridge as JSON."""
        path.write_text(json.dumps(asdict(self._lexicon), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            IndexDamaged: if the file is missing or does not hold what was written.
        """
        try:
            return cls(Lexicon(**json.loads(path.read_text(encoding="utf-8"))))
        except UNREADABLE as err:
            raise IndexDamaged(f"{path}: the word bridge can't be read; run `citewise index` again") from err


def _english_words(question: str) -> list[str]:
    read = [w.replace("’", "'").removesuffix("'s") for w in LATIN.findall(question)]
    return [word for word in read if not is_article(word)]


def longest_parts(
    units: _Units, longest: int, look_up: Callable[[_Units], Sequence[str]]
) -> Iterator[tuple[_Units, Sequence[str]]]:
    """Yield the parts of a text from its beginning, at each place the longest one that is found, else a single unit."""
    position = 0
    while position < len(units):
        for size in range(min(longest, len(units) - position), 0, -1):
            part = units[position : position + size]
            group = look_up(part)
            if group:
                break
        yield part, group
        position += size
