"""Builds an ONNX graph node by node: what a detector computes in numpy, once more for the machine that runs it.

Everything inside is float64, so that both sides agree to many digits and no comparison falls differently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

# Opset 18 and this representation are read by onnxruntime 1.14 and later.
OPSET, ML_OPSET, REPRESENTATION = 18, 3, 8
INPUT, OUTPUT = "windows", "score"


class Graph:
    """A graph in the making; every method adds a node and gives the name of its output."""

    def __init__(self) -> None:
        """The input is already there, turned into float64."""
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self.input = self.op("Cast", INPUT, to=11)

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output."""
        from onnx import helper

        name = f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], domain=domain or None, **attributes))
        return name

    def constant(self, values: Any, kind: str = "f8") -> str:
        """Add a constant, float64 or whole numbers (`i8`)."""
        import numpy as np
        from onnx import numpy_helper

        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values, dtype=kind), name))
        return name

    def mean(self, name: str, axis: int, *, keep: bool = False) -> str:
        """Average over an axis."""
        return self.op("ReduceMean", name, self.constant([axis], "i8"), keepdims=int(keep))

    def total(self, name: str, axis: int, *, keep: bool = False) -> str:
        """Sum over an axis."""
        return self.op("ReduceSum", name, self.constant([axis], "i8"), keepdims=int(keep))

    def part(self, name: str, axis: int, begin: int, end: int) -> str:
        """Cut along an axis."""
        bounds = [self.constant([value], "i8") for value in (begin, end, axis)]
        return self.op("Slice", name, *bounds)

    def shaped(self, name: str, *shape: int) -> str:
        """Give another shape; 0 keeps a dimension, -1 takes the rest."""
        return self.op("Reshape", name, self.constant(shape, "i8"))

    def finished(self, score: str, *, window: int, channels: int, facts: dict[str, str]) -> bytes:
        """Close the graph: the score leaves as float32, one for each window."""
        from onnx import TensorProto, checker, helper

        flat = self.op("Reshape", score, self.constant([-1], "i8"))
        self._nodes.append(helper.make_node("Cast", [flat], [OUTPUT], to=TensorProto.FLOAT))
        graph = helper.make_graph(
            self._nodes,
            "genba",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", window, channels])],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n"])],
            self._constants,
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="genba", ir_version=REPRESENTATION)
        helper.set_model_props(model, dict(sorted(facts.items())))
        checker.check_model(model)
        return bytes(model.SerializeToString(deterministic=True))


def run(model: bytes, values: Array) -> Array:
    """Score windows by a model, with one thread so that sums are always made in the same order."""
    import numpy as np
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return np.asarray(session.run([OUTPUT], {INPUT: np.ascontiguousarray(values, np.float32)})[0])
