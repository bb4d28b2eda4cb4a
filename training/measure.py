"""What a scored model is worth: how right it is, and how fast."""

import time

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from onnx_export import INPUT


def precision_and_recall(
    probability: NDArray[np.floating], failed: NDArray[np.bool_], threshold: float
) -> dict[str, float]:
    """A row counts as a failure when its probability reaches the threshold."""
    called = probability >= threshold
    right = int(np.count_nonzero(called & failed))
    return {
        "precision": round(right / max(1, int(np.count_nonzero(called))), 4),
        "recall": round(right / max(1, int(np.count_nonzero(failed))), 4),
    }


def rows_per_second(session: onnxruntime.InferenceSession, features: NDArray[np.float32], batch_rows: int) -> int:
    """The best of several rounds, since other work on the machine only ever slows a round down."""
    batches = [features[i : i + batch_rows] for i in range(0, 100 * batch_rows, batch_rows)]
    seconds = []
    for _ in range(10):
        start = time.perf_counter()
        for batch in batches:
            session.run(None, {INPUT: batch})
        seconds.append(time.perf_counter() - start)
    return int(sum(len(batch) for batch in batches) / min(seconds))
