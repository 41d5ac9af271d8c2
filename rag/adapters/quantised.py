"""Writes BERT's layers as an ONNX graph whose products are 8-bit integers. Knows nothing of how it is run.

Weights are rounded to 8 bits a row, activations to 8 bits a text while it is read. A few of BERT's channels are far
larger than the rest and would take all the steps of such a scale, so each channel is divided by a constant before it
is rounded, and its weights are multiplied by it (SmoothQuant: Xiao et al. 2023, https://arxiv.org/abs/2211.10438,
equation 4). How large the channels grow is read off ``SAMPLES``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.adapters.bert_folder import BertFolder

MIGRATION = 0.7
"""SmoothQuant's alpha: how much of a channel's size moves into the weights. Cosine to float32 of 80 encyclopedia
paragraphs, and what a score is off by of the .0190 by which scores of a question differ: .7 .9993, .0012; .8 .9989,
.0017; .9 .9981, .0021. On 30 passages of the sample pages none gave .9977 and .0022, .5 .9978 and .0020."""

OUTLIERS = 16
"""Channels between the feed-forward products, of 1,536, that stay in float32 (LLM.int8(): Dettmers et al. 2022,
https://arxiv.org/abs/2208.07339, section 3.2): what a score is off by falls from .0012 to .0008 of .0125 (152
questions, 40 passages of the sample pages), for a tenth more time."""

SAMPLES = tuple(
    """\
query: 全市今年新增多少个就业岗位?
query: 2023年12月哪个镇的水库开工?
query: 誰擔任縣文化館館長?
passage: 本报讯(记者 王某某)12月3日,全市重点项目推进会在市行政中心召开。会议指出,今年前三季度,全市实施重点项目218个,\
完成投资586.4亿元,同比增长7.2%。市委书记、市长等出席会议并讲话。
passage: 在东山村的蔬菜大棚里,村民正忙着采摘西红柿。“去年光这一季就卖了三万多元。”种植户李大姐笑着说。该村党支部\
带领群众成立合作社,流转土地1200余亩,带动126户增收。
passage: 縣政府昨日公布,新橋工程總預算為新台幣四億八千萬元,預定民國一百一十四年六月完工。居民表示,過去繞道需四十分鐘,\
完工後只要五分鐘;環保團體則要求補做生態調查。
passage: 图为工人在车间检修设备。 通讯员 张三 摄
passage: A joint statement was released on Monday; GDP grew by 5.2% in Q3, the bureau said. 《日报》第4版 http://example.com
passage: 上接第1版 坚持问题导向,压实整改责任,健全长效机制,确保各项任务落地见效,为加快建设现代化美好城市提供坚强保障。
""".splitlines()
)
"""Texts of the kinds that are embedded, in both scripts; long ones are made of them (``long_samples``)."""

_LARGEST = 127

Product = Callable[["Graph", str, str, NDArray[np.float32], NDArray[np.float32]], str]
"""Adds ``x @ weight.T + bias`` for the tensor and the key named, and returns the name of what comes out."""

Read = Callable[[str], NDArray[np.float32]]


@dataclass(slots=True)
class Graph:
    """Nodes and constants so far; ``inputs``: what each product was given, by its key."""

    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """A constant, by its name."""
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], out: str, **attributes: object) -> str:
        """A node of onnxruntime's own operators, or of the standard's where it has none; returns its output."""
        from onnx import helper

        domain = "com.microsoft" if kind in _CONTRIBUTED else ""
        self.nodes.append(helper.make_node(kind, list(inputs), [out], domain=domain, **attributes))
        return out


_CONTRIBUTED = {"DynamicQuantizeMatMul", "MultiHeadAttention", "SkipLayerNormalization", "Gelu"}


def quantised(folder: BertFolder, read: Read, largest: Mapping[str, NDArray[np.float32]]) -> bytes:
    """The graph: words and positions added up, ``given`` ``(1, tokens, dim)``, to the pooled ``result`` ``(1, dim)``.

    Args:
        folder: shape and pooling.
        read: a tensor of the model by name, float32.
        largest: by product, the largest absolute value of each channel of what it is given; see ``observable``.
    """

    def product(graph: Graph, given: str, key: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        apart = outliers(largest[key]) if key.endswith("narrow") else np.arange(0)
        share = smoothing(largest[key], weight, apart)
        smooth = graph.add("Mul", (given, graph.constant(f"{key}.share", share)), f"{key}.smooth")
        values, steps = rounded(np.divide(weight, share, out=np.zeros_like(weight), where=share > 0))
        inputs = (
            smooth,
            graph.constant(f"{key}.weight", values.T),
            graph.constant(f"{key}.steps", steps),
            graph.constant(f"{key}.zero", np.zeros(len(steps), np.int8)),
            graph.constant(f"{key}.bias", bias),
        )
        integers = graph.add("DynamicQuantizeMatMul", inputs, f"{key}.integers")
        return _with_outliers(graph, given, key, integers, weight, apart) if len(apart) else integers

    return _serialised(_encoder(folder, read, product), folder, ())


def observable(folder: BertFolder, read: Read) -> tuple[bytes, dict[str, str]]:
    """The same in float32 with every product's input as a further output; and those outputs' names, by product."""

    def product(graph: Graph, given: str, key: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        graph.inputs[key] = given
        bare = graph.add("MatMul", (given, graph.constant(f"{key}.weight", weight.T)), f"{key}.bare")
        return graph.add("Add", (bare, graph.constant(f"{key}.bias", bias)), f"{key}.out")

    graph = _encoder(folder, read, product)
    return _serialised(graph, folder, tuple(graph.inputs.values())), graph.inputs


def long_samples() -> list[str]:
    """As long as passages can be: channels grow larger there."""
    bare = [sample.partition(": ")[2] for sample in SAMPLES]
    return ["passage: " + "".join(bare[start:] + bare[:start]) for start in (0, 3, 5)]


def outliers(largest: NDArray[np.float32]) -> NDArray[np.intp]:
    """The ``OUTLIERS`` largest channels."""
    return np.sort(np.argsort(-largest, kind="stable")[:OUTLIERS])


def smoothing(
    largest: NDArray[np.float32], weight: NDArray[np.float32], apart: NDArray[np.intp]
) -> NDArray[np.float32]:
    """By channel, what its activations are multiplied by: 0 for those ``apart``.

    The geometric mean of the others is 1, so that nothing grows as a whole.
    """
    least = np.float32(1e-5)
    share = np.maximum(np.abs(weight).max(0), least) ** (1 - MIGRATION) / np.maximum(largest, least) ** MIGRATION
    rest = np.setdiff1d(np.arange(len(share)), apart)
    share = share / np.exp(np.log(share[rest]).mean())
    share[apart] = 0
    return np.asarray(share, np.float32)


def rounded(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Rows of 8-bit integers and the step of each row: ``values * steps[:, None]`` is the weight within half a step."""
    steps = np.maximum(np.abs(weight).max(1), np.finfo(np.float32).tiny) / _LARGEST
    return np.round(weight / steps[:, None]).astype(np.int8), steps.astype(np.float32)


def _encoder(folder: BertFolder, read: Read, product: Product) -> Graph:
    graph = Graph()
    graph.constant("three", np.full(3, folder.dim, np.int64))
    norm = [graph.constant(f"norm.{part}", read(f"embeddings.LayerNorm.{part}")) for part in ("weight", "bias")]
    states = graph.add("LayerNormalization", ("given", *norm), "states", axis=-1, epsilon=folder.eps)
    for index in range(folder.layers):
        states = _layer(graph, folder, read, product, states, index)
    if folder.pooling == "mean":
        graph.add("ReduceMean", (states, graph.constant("axes", np.array([1]))), "result", keepdims=0)
    else:
        graph.add("Gather", (states, graph.constant("first", np.array(0))), "result", axis=1)
    return graph


def _layer(graph: Graph, folder: BertFolder, read: Read, product: Product, states: str, index: int) -> str:
    """One transformer layer (post-norm, Devlin et al. 2018); returns the name of its output."""
    prefix = f"encoder.layer.{index}."

    def weights(*names: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        weight, bias = (
            np.concatenate([read(f"{prefix}{name}.{part}") for name in names]) for part in ("weight", "bias")
        )
        return weight, bias

    def added(given: str, more: str, name: str) -> str:
        norm = [
            graph.constant(f"{prefix}{name}.{part}", read(f"{prefix}{name}.LayerNorm.{part}"))
            for part in ("weight", "bias")
        ]
        return graph.add("SkipLayerNormalization", (given, more, *norm), f"{prefix}{name}", epsilon=folder.eps)

    parts = [f"{prefix}{name}" for name in ("query", "key", "value")]
    inputs = product(
        graph, states, f"{prefix}inputs", *weights(*(f"attention.self.{name}" for name in ("query", "key", "value")))
    )
    _split(graph, inputs, parts)
    mixed = graph.add("MultiHeadAttention", parts, f"{prefix}mixed", num_heads=folder.heads)
    mixed = product(graph, mixed, f"{prefix}attention", *weights("attention.output.dense"))
    states = added(states, mixed, "attention.output")
    wide = product(graph, states, f"{prefix}wide", *weights("intermediate.dense"))
    wide = graph.add("Gelu", (wide,), f"{prefix}activated")
    narrow = product(graph, wide, f"{prefix}narrow", *weights("output.dense"))
    return added(states, narrow, "output")


def _with_outliers(
    graph: Graph, given: str, key: str, integers: str, weight: NDArray[np.float32], apart: NDArray[np.intp]
) -> str:
    """The product of the other channels, and that of those apart in float32, added up."""
    picked = graph.add("Gather", (given, graph.constant(f"{key}.apart", apart)), f"{key}.picked", axis=2)
    exact = graph.add("MatMul", (picked, graph.constant(f"{key}.exact", weight[:, apart].T)), f"{key}.bare")
    return graph.add("Add", (integers, exact), f"{key}.out")


def _split(graph: Graph, given: str, parts: Sequence[str]) -> None:
    from onnx import helper

    graph.nodes.append(helper.make_node("Split", [given, "three"], list(parts), axis=2))


def _serialised(graph: Graph, folder: BertFolder, watched: Sequence[str]) -> bytes:
    from onnx import TensorProto, helper

    given = helper.make_tensor_value_info("given", TensorProto.FLOAT, [1, "tokens", folder.dim])
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
        for name in dict.fromkeys(("result", *watched))
        if name != "given"
    ]
    made = helper.make_graph(graph.nodes, "encoder", [given], outputs, graph.constants)
    versions = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    content: bytes = helper.make_model(made, opset_imports=versions, ir_version=10).SerializeToString()
    return content
