"""Turns a fitted classifier into ONNX bytes and runs them as the product does."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType

OPSETS = {"": 17, "ai.onnx.ml": 3}
INPUT = "features"
PROBABILITIES = "probabilities"


def export_classifier(
    classifier: Any, *, name: str, description: str, features: Sequence[str], classes: Sequence[str]
) -> bytes:
    """One input `features` float32 [N, F]; outputs `label` int64 [N] and `probabilities` float32 [N, classes]."""
    model = to_onnx(
        classifier,
        initial_types=[(INPUT, FloatTensorType([None, len(features)]))],
        options={"zipmap": False, "output_class_labels": False},
        target_opset=OPSETS,
        name=name,
    )
    model.producer_name = "sluice training"
    model.producer_version = "1"
    model.domain = "sluice"
    model.doc_string = description
    _declare_exactly(model)
    onnx.helper.set_model_props(model, {"features": ",".join(features), "classes": ",".join(classes)})
    onnx.checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def _declare_exactly(model: onnx.ModelProto) -> None:
    """One import a domain, since the converter lists the default one twice, and a name for the number of rows."""
    del model.opset_import[:]
    model.opset_import.extend(onnx.helper.make_opsetid(domain, opset) for domain, opset in OPSETS.items())
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "N"


def deterministic_bytes(model: onnx.ModelProto) -> bytes:
    """The model as a converter wrote it, but for the order of its imports, which is another one in every process."""
    imports = sorted(model.opset_import, key=lambda each: (each.domain, each.version))
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    del copy.opset_import[:]
    copy.opset_import.extend(imports)
    content: bytes = copy.SerializeToString(deterministic=True)
    return content


def open_session(model: bytes) -> onnxruntime.InferenceSession:
    """A session with one thread, as the product opens it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # Converters declare shapes that models do not keep, and the runtime tells of each run.
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def failure_probability(session: onnxruntime.InferenceSession, features: NDArray[Any]) -> NDArray[np.float32]:
    """[N]: the probability of the second class."""
    (probabilities,) = session.run([PROBABILITIES], {INPUT: features.astype(np.float32)})
    return np.asarray(probabilities)[:, 1]
