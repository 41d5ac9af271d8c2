from __future__ import annotations

from rag.answer.candidates import gather
from rag.answer.reading import read_sentences
from tests.fakes import PhraseReader
from tests.unit.answer.newspaper import READING, WATERWORKS, evidence_of


def test_each_sentence_is_read_with_its_neighbours_under_its_headline() -> None:
    reader, evidence = PhraseReader({"许文涛": 3.0}), evidence_of(WATERWORKS)
    candidates = [one for one in gather(evidence) if "许文涛" in one.text]

    found = read_sentences(reader, "谁带领抢修队?", candidates, evidence)

    assert candidates[0].text[found[0].start : found[0].end] == "许文涛"
    assert found[0].odds == 3.0
    (shown,) = reader.shown
    assert shown.startswith(f"{WATERWORKS[0]}\n")
    assert "2021年" in shown
    assert "总投资" not in shown


def test_sentences_of_one_article_that_stand_near_each_other_are_read_in_one_go() -> None:
    reader, evidence = PhraseReader({}), evidence_of(WATERWORKS, READING)
    read_sentences(reader, "谁?", gather(evidence), evidence)
    assert len(reader.shown) == 2


def test_a_sentence_in_which_nothing_was_marked_gets_the_least_odds_of_its_window() -> None:
    reader, evidence = PhraseReader({"860万元": 5.0, "12个村": -2.0}), evidence_of(WATERWORKS)
    candidates = gather(evidence)
    found = read_sentences(reader, "多少?", candidates, evidence)
    other = next(at for at, one in enumerate(candidates) if "许文涛" in one.text)
    assert found[other].odds == -2.0
    assert found[other].start == found[other].end
