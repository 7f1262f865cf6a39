"""Bot stage: citewise as a retriever of LangChain (the only import of langchain_core)."""

import asyncio
from pathlib import Path
from typing import Any, Self

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field

from bot.assistant import Assistant
from bot.cite import cite
from index.retrieve import RankedPassage


class CitewiseRetriever(BaseRetriever):
    """Give LangChain the passages that may answer a question, with what is needed to cite them.

    `page_content` is `text[start:end]` of the report. The metadata are `document` (its id), `title`, `publisher`,
    `language`, `heading`, `start`, `end`, `line` and `page` where the passage begins (None where files have none),
    `lines` (all that it is made of) and `score`, in [0, 1]. At most `retrieval.results` passages come, whatever `k` is.
    """

    assistant: Assistant
    k: int = Field(default=5, ge=1)

    @classmethod
    def open(cls, reports: str | Path | None = None, *, k: int = 5, **places: str | Path | None) -> Self:
        """Return the retriever for a folder; the arguments are those of `Assistant.open`."""
        return cls(assistant=Assistant.open(reports, **places), k=k)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain calls it so
        k: int | None = None,
    ) -> list[Document]:
        return [_document(hit) for hit in self.assistant.passages(query)[: self.k if k is None else k]]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        return await asyncio.to_thread(self._get_relevant_documents, query, run_manager=run_manager.get_sync(), k=k)


def _document(hit: RankedPassage) -> Document:
    report, (start, end) = hit.document, (hit.passage.start, hit.passage.end)
    citation = cite(report, (start, end), 1)
    metadata: dict[str, Any] = {
        "document": report.id,
        "title": report.title,
        "publisher": report.publisher,
        "language": report.language,
        "heading": list(citation.heading),
        "start": start,
        "end": end,
        "line": citation.source[0].line if citation.source else None,
        "page": citation.source[0].page if citation.source else None,
        "lines": list(dict.fromkeys(stretch.line for stretch in citation.source)),
        "score": hit.score,
    }
    return Document(page_content=citation.quote, metadata=metadata, id=f"{report.id}:{start}-{end}")
