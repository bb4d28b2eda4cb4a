"""Makes the golden vectors of gradient boosters anew: models as their usual converters write them, and their scores.

pip install -r training/requirements-boosters.txt
python training/booster_vectors.py
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from lightgbm import LGBMClassifier
from numpy.typing import NDArray
from onnxmltools.convert import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common import data_types as onnxmltools_types
from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost as xgboost_operator
from skl2onnx import to_onnx, update_registered_converter
from skl2onnx.common import data_types as skl2onnx_types
from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes
from xgboost import XGBClassifier

from onnx_export import deterministic_bytes
from table import Floats
from vector_file import cells, made_by, vector_bytes, write_files
from whole_pipeline import scores_of, stable_rows

FEATURES = ("pressure", "flow", "heat", "hours", "vibration")
FIT_ROWS, SCORED_ROWS = 400, 40
TOLERANCE = 1e-5
"""Both libraries sum float32 in an order of their own."""

Export = Callable[[Any], Any]


@dataclass(frozen=True)
class Booster:
    """A classifier and how people export it."""

    name: str
    about: str
    model: Any
    target: NDArray[Any]
    export: Export
    package: str
    """The one that trains it."""


def booster_files() -> dict[str, bytes]:
    """Every vector and every model, by its path under `test/vectors`; rows that rounding may turn are left out."""
    readings = sample()
    rows = readings[FIT_ROWS:]
    files: dict[str, bytes] = {}
    for booster in boosters(readings[:FIT_ROWS]):
        booster.model.fit(readings[:FIT_ROWS], booster.target)
        model = deterministic_bytes(booster.export(booster.model))
        kept = stable_rows(scores_of(booster.model, rows), model, rows, TOLERANCE / 2)
        content = {
            "about": booster.about,
            "madeBy": made_by("booster_vectors.py", booster.package, "onnxmltools", "skl2onnx", "onnx", "numpy"),
            "model": f"{booster.name}.onnx",
            "tolerance": TOLERANCE,
            "features": list(FEATURES),
            "rows": [cells(row) for row in rows[kept]],
            "classes": booster.model.classes_.tolist(),
            "scores": scores_of(booster.model, rows[kept]),
        }
        files[f"boosters/{booster.name}.json"] = vector_bytes(content)
        files[f"boosters/{booster.name}.onnx"] = model
    return files


def main() -> None:
    """Writes them, and says how large they are."""
    files = booster_files()
    write_files(files)
    for path, content in files.items():
        print(f"{path}: {len(content)} bytes")


def sample() -> Floats:
    """Readings with gaps, which both libraries know what to do with; the last rows have the edges."""
    random = np.random.default_rng(11)
    readings = random.normal([3, 50, 200, 4_000, 0], [1, 12, 30, 2_500, 1], (FIT_ROWS + SCORED_ROWS, 5)).round(2)
    readings[random.random(readings.shape) < 0.08] = np.nan
    readings[-1] = np.nan
    readings[-2] = 0
    readings[-3] = [1e30, -1e30, 1e-30, -0.0, 1e-45]
    return readings


def boosters(readings: Floats) -> list[Booster]:
    """Two classes and three, each library by its own converter; XGBoost also by way of skl2onnx, which adds ZipMap."""
    pressure, heat, vibration = np.nan_to_num(readings[:, [0, 2, 4]]).T
    fails = (pressure + vibration > 3.4).astype(np.int64)
    states = np.digitize(heat / 60 + vibration, [2.8, 4])
    xgboost: dict[str, Any] = {"n_estimators": 8, "max_depth": 3, "n_jobs": 1, "random_state": 0}
    lightgbm: dict[str, Any] = {
        "n_estimators": 8,
        "num_leaves": 7,
        "n_jobs": 1,
        "random_state": 0,
        "deterministic": True,
        "verbose": -1,
    }
    return [
        Booster(
            "xgboost-binary",
            "XGBoost, two classes, by way of skl2onnx with ZipMap.",
            XGBClassifier(**xgboost),
            fails,
            _xgboost_by_skl2onnx,
            "xgboost",
        ),
        Booster(
            "xgboost-classes",
            "XGBoost, three classes, by way of skl2onnx with ZipMap.",
            XGBClassifier(**xgboost),
            states,
            _xgboost_by_skl2onnx,
            "xgboost",
        ),
        Booster(
            "xgboost-plain",
            "XGBoost, two classes, by onnxmltools, which adds no ZipMap and names no version of ai.onnx.",
            XGBClassifier(**xgboost),
            fails,
            _xgboost_by_onnxmltools,
            "xgboost",
        ),
        Booster(
            "lightgbm-binary",
            "LightGBM, two classes, by onnxmltools with ZipMap.",
            LGBMClassifier(**lightgbm),
            fails,
            _lightgbm_by_onnxmltools,
            "lightgbm",
        ),
        Booster(
            "lightgbm-classes",
            "LightGBM, three classes with names, by onnxmltools with ZipMap.",
            LGBMClassifier(**lightgbm),
            np.array(["cold", "warm", "hot"])[states],
            _lightgbm_by_onnxmltools,
            "lightgbm",
        ),
    ]


def _xgboost_by_skl2onnx(model: Any) -> Any:
    update_registered_converter(
        XGBClassifier,
        "XGBoostXGBClassifier",
        calculate_linear_classifier_output_shapes,
        xgboost_operator,
        options={"nocl": [True, False], "zipmap": [True, False, "columns"]},
    )
    shape = skl2onnx_types.FloatTensorType([None, len(FEATURES)])
    return to_onnx(model, initial_types=[("X", shape)], target_opset={"": 15, "ai.onnx.ml": 3}, name="xgboost")


def _xgboost_by_onnxmltools(model: Any) -> Any:
    shape = onnxmltools_types.FloatTensorType([None, len(FEATURES)])
    return convert_xgboost(model, "xgboost", initial_types=[("input", shape)], target_opset=15)


def _lightgbm_by_onnxmltools(model: Any) -> Any:
    shape = onnxmltools_types.FloatTensorType([None, len(FEATURES)])
    return convert_lightgbm(model, "lightgbm", initial_types=[("input", shape)], target_opset=15, zipmap=True)


if __name__ == "__main__":
    main()
