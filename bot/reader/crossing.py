"""Reader training: questions word by word in the other language, since no translated ones are at hand.

A Chinese question becomes English words in Chinese order, an English one Chinese words in English
order, each with the gloss that the bridge would append; the paragraph and its answer stay.
"""

import random
import re
from collections import defaultdict
from functools import cache

from bot.reader.question_words import CHINESE, ENGLISH, FIRST
from corpus.document import Language
from corpus.segment import words
from index.bridge import longest_parts
from index.lexicon import LATIN, commonness, dictionary_pairs, is_article, phrase_key
from index.words import fold

_HAN = re.compile(r"[一-鿿]")
_TOKEN = re.compile(r"[A-Za-zÀ-ɏ'’]+|[0-9][0-9.,]*|[^\w\s]")
_LONGEST_PHRASE = 3


def english(question: str, rng: random.Random) -> tuple[str, str]:
    """Return a Chinese question in English words, and the gloss that they would get back."""
    said: list[str] = []
    content: list[str] = []
    for word in words(fold(question)):
        if word in ENGLISH:
            said.append(ENGLISH[word])
        elif not _HAN.search(word):
            said.append(word.strip("?？"))
        elif senses := _senses().get(word):
            sense = rng.choice(senses[:2])
            said.append(sense)
            content.append(sense)
        else:
            # Names stay as they are or are spelt, as people type them.
            said.append(_spelt(word) if rng.random() < 0.6 else word)
    text = " ".join(word for word in said if word.strip())
    if rng.random() < 0.3:
        text = _question_word_first(text)
    return text.strip() + rng.choice(["?", "?", ""]), _chinese_gloss(" ".join(content), rng)


def chinese(question: str, rng: random.Random) -> tuple[str, str]:
    """Return an English question in Chinese words, and the gloss that they would get back."""
    read = _TOKEN.findall(question)
    said: list[str] = []
    content: list[str] = []
    position = 0
    while position < len(read):
        pair, word = " ".join(read[position : position + 2]).lower(), read[position].lower()
        if pair in CHINESE or word in CHINESE:
            said.append(CHINESE.get(pair, CHINESE.get(word, "")))
            position += 2 if pair in CHINESE else 1
            continue
        translations, size = _translations(read, position)
        if translations and not (read[position][0].isupper() and position):
            chosen = translations[0] if rng.random() < 0.7 else rng.choice(translations)
            said.append(chosen)
            content.append(chosen)
        else:
            said.append(read[position])
            size = 1
        position += size
    text = "".join(word if _HAN.search(word) or not word[:1].isalnum() else f" {word} " for word in said)
    gloss = [_senses()[word][0] for word in content if _senses().get(word)]
    return re.sub(r"\s+", " ", text).strip().replace("?", "？"), " ".join(dict.fromkeys(gloss))


def said_otherwise(word: str, language: Language, rng: random.Random) -> str:
    """Return a word that shares a dictionary sense with one, itself where there is none."""
    if language == "zh":
        senses = _senses().get(word, [])[:1] if len(word) > 1 else []
        others = [other for sense in senses for other in _by_english().get(phrase_key(sense), ())[:2]]
    else:
        others = [sense for chosen in _by_english().get(phrase_key(word), [])[:1] for sense in _senses()[chosen][:1]]
    others = [other for other in others if other != word]
    return rng.choice(others) if others else word


def _translations(read: list[str], position: int) -> tuple[list[str], int]:
    for size in range(_LONGEST_PHRASE, 0, -1):
        phrase = read[position : position + size]
        if len(phrase) == size and all(word[0].isalpha() for word in phrase):
            found = _by_english().get(_key(phrase))
            if found:
                return found, size
    return [], 1


def _chinese_gloss(text: str, rng: random.Random) -> str:
    read = [word for word in LATIN.findall(text) if not is_article(word)]
    parts = longest_parts(read, _LONGEST_PHRASE, lambda words: _by_english().get(_key(words), ()))
    found = [group[0] if rng.random() < 0.8 else rng.choice(group) for _, group in parts if group]
    return " ".join(dict.fromkeys(found))


def _key(words: list[str]) -> str:
    return phrase_key(" ".join(words))


def _question_word_first(text: str) -> str:
    for word in FIRST:
        if f" {word} " in f" {text} ":
            return f"{word} {text.replace(word, '', 1)}".replace("  ", " ")
    return text


@cache
def _senses() -> dict[str, list[str]]:
    """Map Chinese words to their short English senses, in the dictionary's order."""
    found: dict[str, list[str]] = defaultdict(list)
    for word, sense in dictionary_pairs():
        plain = sense.removeprefix("to ")
        if len(plain.split()) <= _LONGEST_PHRASE and not _HAN.search(plain) and plain not in found[word]:
            found[word].append(plain)
    return dict(found)


@cache
def _by_english() -> dict[str, list[str]]:
    """Map English phrases to at most four Chinese words, the most common first."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for word, sense in dictionary_pairs():
        key = phrase_key(sense) if re.fullmatch(r"[一-鿿]+", word) else ""
        if key and key.count(" ") < _LONGEST_PHRASE:
            found[key].setdefault(word, -commonness(word))
    return {key: sorted(group, key=group.__getitem__)[:4] for key, group in found.items()}


def _spelt(word: str) -> str:
    # Half a second to import.
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(word)).capitalize()
