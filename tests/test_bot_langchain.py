"""citewise as a retriever of LangChain, by LangChain's own standard tests and by what its documents say."""

import pytest
from langchain_tests.integration_tests import RetrieversIntegrationTests

from bot.assistant import Assistant
from bot.langchain import CitewiseRetriever
from fakes import FakeEncoder
from index.retrieve import Retriever
from index.saved import SavedIndex


@pytest.fixture(scope="module")
def assistant(small_index):
    return Assistant(Retriever(SavedIndex.load(small_index), FakeEncoder()))


class TestStandard(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _given(self, assistant):
        self.assistant = assistant

    @property
    def retriever_constructor(self):
        return CitewiseRetriever

    @property
    def retriever_constructor_params(self):
        return {"assistant": self.assistant}

    @property
    def retriever_query_example(self):
        return "How many quays were rebuilt?"


def test_documents_carry_what_is_needed_to_cite_them(assistant):
    found = CitewiseRetriever(assistant=assistant, k=3).invoke("How many pilots were trained?")

    for document in found:
        meta = document.metadata
        report = assistant.documents[meta["document"]]
        assert document.page_content == report.text[meta["start"] : meta["end"]]
        assert (meta["title"], meta["publisher"], meta["language"]) == (report.title, report.publisher, report.language)
        assert meta["line"] == meta["lines"][0] > 0
        assert meta["page"] is None
        assert 0 <= meta["score"] <= 1
    assert "86 pilots" in found[0].page_content
    assert found[0].metadata["title"] == "Port of Larvik"


async def test_asynchronously_the_same_is_found(assistant):
    retriever = CitewiseRetriever(assistant=assistant)

    assert await retriever.ainvoke("quays", k=2) == retriever.invoke("quays", k=2)


def test_fewer_than_one_passage_can_not_be_asked_for(assistant):
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        CitewiseRetriever(assistant=assistant, k=0)
