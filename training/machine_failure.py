"""Makes the bundled model `machine-failure` anew: simulate, train, export, measure, record.

    python training/machine_failure.py

Nothing is written unless the model passes its own checks. The same versions give the same model, byte for byte.
"""

import datetime
import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from ai4i import AI4I_FILE, read_ai4i
from golden_rows import choose_golden_rows
from measure import precision_and_recall, rows_per_second
from milling_process import FEATURES, Readings, simulate
from onnx_export import OPSETS, export_classifier, failure_probability, open_session

ROOT = Path(__file__).parents[1]
MODEL_FILE = ROOT / "models/machine-failure/1/model.onnx"
EXPECTED_FILE = ROOT / "test/models/machine-failure.expected.json"
RECORD_FILE = ROOT / "training/machine_failure.json"

CLASSES = ("ok", "failure")
THRESHOLD = 0.5
"""The threshold at which the model's own label changes, so that label and decision never contradict each other."""

TRAINING = {"machines": 1_000, "readings_each": 2_000, "seed": 1}
HELD_OUT = {"machines": 400, "readings_each": 500, "seed": 2}
GOLDEN = {"rows": 50, "seed": 3}
FOREST = {"n_estimators": 10, "max_leaf_nodes": 1_000, "max_features": 6, "min_samples_leaf": 3, "random_state": 4}
TOLERANCE = 1e-6
PACKAGES = ("numpy", "scikit-learn", "skl2onnx", "onnx", "onnxruntime")
DESCRIPTION = (
    "Probability that a milling machine fails in this process, trained on a simulation of the process that the "
    "AI4I 2020 data set (S. Matzka) describes. type: L=0, M=1, H=2; temperatures in K, speed in rpm, torque in Nm, "
    "wear in min."
)


def main() -> None:
    """Makes everything and prints what was measured."""
    forest = train(simulate(**TRAINING))
    model = export_classifier(
        forest, name="machine-failure", description=DESCRIPTION, features=FEATURES, classes=CLASSES
    )
    held_out = simulate(**HELD_OUT)
    check_equal(forest, model, held_out)
    MODEL_FILE.parent.mkdir(parents=True, exist_ok=True)
    MODEL_FILE.write_bytes(model)
    write_json(EXPECTED_FILE, expected_rows(forest, model, held_out))
    write_json(RECORD_FILE, record := training_record(model, held_out))
    print(json.dumps(record["measured"], indent=2))


def train(readings: Readings) -> RandomForestClassifier:
    """Trains on float32, which is what the model is given when it serves."""
    forest = RandomForestClassifier(n_jobs=-1, **FOREST)
    return forest.fit(readings.features.astype(np.float32), readings.failed.astype(np.int64))


def check_equal(forest: RandomForestClassifier, model: bytes, readings: Readings) -> None:
    """Raises ValueError when ONNX Runtime and scikit-learn part, in probability or in label."""
    features = readings.features.astype(np.float32)
    label, probabilities = open_session(model).run(None, {"features": features})
    difference = float(np.abs(probabilities - forest.predict_proba(features)).max())
    if difference > TOLERANCE:
        raise ValueError(f"probabilities: expected scikit-learn's within {TOLERANCE}, got a difference of {difference}")
    # A two-class ensemble can be written so that its probabilities are right and its labels are not.
    if not np.array_equal(label, probabilities.argmax(axis=1)):
        raise ValueError("label: expected the class of the higher probability, got another one")


def expected_rows(forest: RandomForestClassifier, model: bytes, readings: Readings) -> dict[str, Any]:
    """The golden rows, scored by both runtimes."""
    rows = choose_golden_rows(readings, **GOLDEN)
    return {
        "what": "probability of failure for rows of the simulated process; first its edges, then rows at random",
        **provenance(model),
        "tolerance": TOLERANCE,
        "features": list(FEATURES),
        "rows": rows.tolist(),
        "onnxruntime": failure_probability(open_session(model), rows).astype(float).tolist(),
        "scikitLearn": forest.predict_proba(rows.astype(np.float32))[:, 1].tolist(),
    }


def training_record(model: bytes, held_out: Readings) -> dict[str, Any]:
    """How the model was made and what it is worth; the real file is measured only where it is at hand."""
    session = open_session(model)

    def measure(readings: Readings) -> dict[str, float]:
        scored = failure_probability(session, readings.features)
        return {"rows": len(scored), **precision_and_recall(scored, readings.failed, THRESHOLD)}

    return {
        **provenance(model),
        "python": platform.python_version(),
        "opsets": {"ai.onnx": OPSETS[""], "ai.onnx.ml": OPSETS["ai.onnx.ml"]},
        "simulated": {"training": TRAINING, "heldOut": HELD_OUT},
        "randomForest": FOREST,
        "threshold": THRESHOLD,
        "measured": {
            "bytes": len(model),
            "heldOutSimulation": measure(held_out),
            "ai4i2020": measure(read_ai4i()) if AI4I_FILE.exists() else "the file was absent",
            "rowsPerSecondAt256": rows_per_second(session, held_out.features.astype(np.float32), 256),
        },
    }


def provenance(model: bytes) -> dict[str, Any]:
    """What made the model, when, and which model it was."""
    return {
        "madeBy": "training/machine_failure.py",
        "madeOn": datetime.date.today().isoformat(),
        "versions": {package: version(package) for package in PACKAGES},
        "modelSha256": hashlib.sha256(model).hexdigest(),
    }


def write_json(file: Path, content: dict[str, Any]) -> None:
    """Writes plain JSON; `npm run format` lays it out as the project does."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
