"""Shows that the comparison of runtimes finds a single bit: python -m unittest discover training."""

import base64
import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from compare_runtimes import main
from onnx_export import open_session

FEEDS: dict[str, NDArray[Any]] = {
    "numbers": np.array([[1.5, np.nan], [-0.0, 1e300]]),
    "categories": np.array([[0], [-1]], dtype=np.int32),
    "texts": np.array([["a"], ["Ł"]], dtype=object),
}
OUTPUTS = ("halves", "codes", "words", "known")


class CompareRuntimesTest(unittest.TestCase):
    """One package with a tensor of every kind; each test but the first spoils it."""

    def setUp(self) -> None:
        """Writes the package."""
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        model = _model()
        (self.folder / "scoring.onnx").write_bytes(model)
        outputs = dict(zip(OUTPUTS, open_session(model).run(list(OUTPUTS), FEEDS), strict=True))
        self.case = {
            "feeds": {name: _to_json(tensor) for name, tensor in FEEDS.items()},
            "outputs": {name: _to_json(tensor) for name, tensor in outputs.items()},
        }

    def compare(self, **golden: Any) -> tuple[int, str]:
        """Exit code and what was printed."""
        content = {"format": 1, "tolerance": {"absolute": 0, "relative": 0}, "cases": [self.case], **golden}
        (self.folder / "golden.json").write_text(json.dumps(content), encoding="utf-8")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = main([str(self.folder), "--record", str(self.folder / "record.json")])
        return code, printed.getvalue()

    def test_the_same_bits_are_the_same(self) -> None:
        """NaN, negative zero and texts among them; what was compared is recorded."""
        code, printed = self.compare()
        self.assertEqual(code, 0, printed)
        self.assertIn("1 cases, 10 values, every bit the same", printed)
        record = json.loads((self.folder / "record.json").read_text(encoding="utf-8"))
        self.assertEqual(record["packages"][0]["result"], "every bit the same")

    def test_every_flipped_bit_is_found(self) -> None:
        """Each single bit of the numbers, the sign of the zero and the payload of the NaN among them."""
        stored = self.case["outputs"]["halves"]
        original = base64.b64decode(stored["data"])
        for bit in range(len(original) * 8):
            flipped = bytearray(original)
            flipped[bit // 8] ^= 1 << bit % 8
            stored["data"] = base64.b64encode(flipped).decode()
            code, printed = self.compare()
            self.assertEqual(code, 1, f"bit {bit}: {printed}")
            self.assertIn(f"output halves[{bit // 128}][{bit // 64 % 2}]", printed)

    def test_another_code_text_or_truth_is_found(self) -> None:
        """Tensors that are no floats."""
        spoiled = {
            "codes": np.array([[0], [-2]], dtype=np.int32),
            "words": np.array([["a"], ["L"]], dtype=object),
            "known": np.array([[True], [True]]),
        }
        for name, tensor in spoiled.items():
            right = self.case["outputs"][name]
            self.case["outputs"][name] = _to_json(tensor)
            code, printed = self.compare()
            self.assertEqual(code, 1, printed)
            self.assertIn(f"output {name}[1][0]", printed)
            self.case["outputs"][name] = right

    def test_another_type_or_shape_is_found(self) -> None:
        """The same bytes under another name for them."""
        codes = self.case["outputs"]["codes"]
        for change in ({"type": "uint32"}, {"dims": [1, 2]}):
            self.case["outputs"]["codes"] = {**codes, **change}
            code, printed = self.compare()
            self.assertEqual(code, 1, printed)
            self.assertIn("output codes: expected", printed)

    def test_what_is_no_package_is_refused(self) -> None:
        """Nothing to compare is no success."""
        self.assertEqual(self.compare(cases=[])[0], 2)
        self.assertEqual(self.compare(format=2)[0], 2)
        (self.folder / "scoring.onnx").write_bytes(b"no model")
        self.assertEqual(self.compare()[0], 2)
        (self.folder / "scoring.onnx").unlink()
        self.assertEqual(self.compare()[0], 2)


def _model() -> bytes:
    """Three inputs as a built package has them; outputs of four types."""
    nodes = [
        helper.make_node("Mul", ["numbers", "half"], ["halves"]),
        helper.make_node("Identity", ["categories"], ["codes"]),
        helper.make_node("Identity", ["texts"], ["words"]),
        helper.make_node("Greater", ["categories", "missing"], ["known"]),
    ]
    kinds = {"numbers": (TensorProto.DOUBLE, 2), "categories": (TensorProto.INT32, 1), "texts": (TensorProto.STRING, 1)}
    results = {
        "halves": (TensorProto.DOUBLE, 2),
        "codes": (TensorProto.INT32, 1),
        "words": (TensorProto.STRING, 1),
        "known": (TensorProto.BOOL, 1),
    }
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, kind, ["N", width]) for name, (kind, width) in kinds.items()],
        [helper.make_tensor_value_info(name, kind, ["N", width]) for name, (kind, width) in results.items()],
        [
            helper.make_tensor("half", TensorProto.DOUBLE, [1], [0.5]),
            helper.make_tensor("missing", TensorProto.INT32, [1], [-1]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content


def _to_json(tensor: NDArray[Any]) -> dict[str, Any]:
    if tensor.dtype == object:
        return {"type": "string", "dims": list(tensor.shape), "data": tensor.ravel().tolist()}
    data = base64.b64encode(np.ascontiguousarray(tensor).tobytes()).decode()
    return {"type": str(tensor.dtype), "dims": list(tensor.shape), "data": data}


if __name__ == "__main__":
    unittest.main()
