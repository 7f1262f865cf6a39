"""Evaluate stage: exact match and F1 of answer texts, as CMRC 2018 and SQuAD define them."""

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nltk.tokenize import NLTKWordTokenizer

from corpus.document import Language

# The marks that CMRC 2018's script takes out; it leaves … in, since it looks for two of them in one character.
_MARKS = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
_HAN = re.compile(r"[一-龥]")
_CUT = re.compile(r"[一-龥]|[^一-龥]+")
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_words = NLTKWordTokenizer()


@dataclass(frozen=True, slots=True)
class TextMatch:
    """Hold exact match (0 or 1) and F1 (0 to 1) of a predicted answer against its gold answers."""

    exact: float
    f1: float


def text_match(predicted: str, gold: Sequence[str], language: Language) -> TextMatch:
    """Return the best match with any gold answer; where there is none, nothing must be said.

    Chinese as CMRC 2018 (Cui et al., EMNLP 2019, `cmrc2018_evaluate.py`): marks are left out, Chinese characters
    stand by themselves, other runs are cut into words (not into sentences before that, which takes a trained model
    and bears on runs of several sentences alone), and F1 counts the longest contiguous common part. English as
    SQuAD 2.0 (Rajpurkar et al., ACL 2018, `evaluate-v2.0.py`): small letters without punctuation and articles, F1
    over words whatever their order; a gold answer of which nothing is left then does not count.

    >>> text_match("选派1569人", ["选派教师1569人"], "zh").f1
    0.4
    >>> text_match("the 1,569 teachers", ["1569 teachers"], "en")
    TextMatch(exact=1.0, f1=1.0)
    """
    normal, f1 = (_unmarked, _f1_zh) if language == "zh" else (_normal, _f1_en)
    if language == "en":
        gold = [one for one in gold if normal(one)]
    if not gold:
        silent = float(not normal(predicted).strip())
        return TextMatch(silent, silent)
    exact = float(any(normal(predicted) == normal(one) for one in gold))
    return TextMatch(exact, max(f1(predicted, one) for one in gold))


def _unmarked(text: str) -> str:
    return "".join(character for character in text.lower().strip() if character not in _MARKS)


def _f1_zh(predicted: str, gold: str) -> float:
    a, b = mixed_segmentation(predicted), mixed_segmentation(gold)
    return _f1(_longest_common_part(a, b), len(a), len(b))


def mixed_segmentation(text: str) -> list[str]:
    """Cut a text as CMRC 2018 does, marks left out: Chinese characters one by one, the rest into words.

    >>> mixed_segmentation("《GPS III》有12颗")
    ['gps', 'iii', '有', '12', '颗']
    """
    found: list[str] = []
    for part in _CUT.findall(_unmarked(text)):
        found += [part] if _HAN.match(part) else _words.tokenize(part)
    return found


def _longest_common_part(a: Sequence[str], b: Sequence[str]) -> int:
    """Return the length of the longest run of tokens that both hold."""
    best = 0
    row = [0] * (len(b) + 1)
    for one in a:
        following = [0] * (len(b) + 1)
        for j, other in enumerate(b, start=1):
            if one == other:
                following[j] = row[j - 1] + 1
                best = max(best, following[j])
        row = following
    return best


def _normal(text: str) -> str:
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def _f1_en(predicted: str, gold: str) -> float:
    a, b = _normal(predicted).split(), _normal(gold).split()
    return _f1(_shared(a, b), len(a), len(b))


def _shared(a: Iterable[str], b: Iterable[str]) -> int:
    return sum((Counter(a) & Counter(b)).values())


def _f1(common: int, predicted: int, gold: int) -> float:
    return 2 * common / (predicted + gold) if common else 0.0
