"""However a question is dressed, it finds the same passages: real stores, real terms, both legs, soft filters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations

import pytest

from rag.adapters.chroma import ChromaVectorIndex
from rag.adapters.tantivy import TantivyLexicalIndex
from rag.chunk import Chunker
from rag.index import Index
from rag.ledger import Ledger
from rag.models import Query
from rag.retrieve import Retriever
from rag.settings import ChromaSettings, RetrieveSettings
from rag.text.ngrams import terms
from rag.text.script import to_traditional
from tests.fakes import HashingEmbedder, make_document, one_line_one_article

SUBJECTS = ("跨江大桥", "地铁六号线", "自来水厂", "乡村图书馆", "风力发电场", "粮食收储库", "滨海公路", "儿童医院")
QUESTIONS = [
    question
    for at, subject in enumerate(SUBJECTS)
    for question in (
        f"{subject}是2023年{at + 1}月15日开工的吗？",
        f"总投资{at + 2}万元的{subject}何时建成？",
        f"{subject}每年服务多少人？",
        f"“{subject}”在CBA 2023赛季前开放吗？",
    )
]
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")


def _chinese_year(question: str) -> str:
    return question.replace("2023", "2023".translate(CHINESE))


DRESSES: dict[str, Callable[[str], str]] = {
    "traditional": to_traditional,
    "full width": lambda question: question.translate(WIDE),
    "spaced": " ".join,
    "Chinese year": _chinese_year,
    "era": lambda question: question.replace("2023年", "民国112年"),
    "Chinese era": lambda question: question.replace("2023年", "民國一百一十二年"),
    "号": lambda question: question.replace("15日", "15号"),
    "Chinese day": lambda question: question.replace("15日", "十五日"),
    "wide blanks": "\u3000".join,
    "corner quotes": lambda question: question.replace("“", "「").replace("”", "」"),
    "straight quotes": lambda question: question.replace("“", '"').replace("”", '"'),
    "AD": lambda question: question.replace("2023年", "公元2023年"),
    "figures": lambda question: question.replace("万元", "0000元"),
    "thousands": lambda question: question.replace("万元", "0,000元"),
}


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    folder = tmp_path_factory.mktemp("dress")
    ledger = Ledger.open(f"sqlite:///{folder}/ledger.sqlite")
    vectors = ChromaVectorIndex.open(ChromaSettings(), folder / "chroma", "default")
    words = TantivyLexicalIndex.open(folder / "terms", terms)
    embedder = HashingEmbedder(dim=256)
    chunker = Chunker(embedder.count_tokens, 300, 500)
    index = Index(ledger, vectors, words, embedder, chunker, one_line_one_article, "default")
    lines = [
        f"{subject}{event}" + "，有关方面昨天介绍了情况。"
        for at, subject in enumerate(SUBJECTS)
        for event in (
            f"2023年{at + 1}月15日开工", f"总投资{at + 2}万元，明年建成", f"每年服务{at + 3}万人", "迎来一批参观者"
        )
    ]  # fmt: skip
    index.ingest([make_document("\n".join(lines))])
    yield Retriever(ledger, vectors, words, embedder, RetrieveSettings())
    words.close()
    vectors.close()
    ledger.close()


def _first_five(retriever: Retriever, question: str) -> list[str]:
    return [found.passage.text for found in retriever.retrieve(Query(question, question), 5).evidence]


@pytest.mark.parametrize("dress", DRESSES)
def test_every_dress_of_a_question_finds_the_same_five(retriever: Retriever, dress: str) -> None:
    worn = [(question, DRESSES[dress](question)) for question in QUESTIONS]
    assert any(question != other for question, other in worn)
    for question, other in worn:
        assert _first_five(retriever, other) == _first_five(retriever, question), other


@pytest.mark.parametrize(("first", "second"), list(permutations(DRESSES, 2)))
def test_two_dresses_over_each_other_change_nothing_either(retriever: Retriever, first: str, second: str) -> None:
    at = (list(DRESSES).index(first) * 7 + list(DRESSES).index(second)) % len(QUESTIONS)
    worn = DRESSES[second](DRESSES[first](QUESTIONS[at]))
    assert _first_five(retriever, worn) == _first_five(retriever, QUESTIONS[at]), worn


def test_the_passage_asked_for_is_among_them(retriever: Retriever) -> None:
    for at, subject in enumerate(SUBJECTS):
        found = _first_five(retriever, f"总投资{at + 2}0000元的{subject}何时建成")
        assert any(f"总投资{at + 2}万元" in text for text in found)
