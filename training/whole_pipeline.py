"""One golden vector of a whole pipeline: rows, what reaches the model, and the scores of scikit-learn itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
import pandas as pd
from numpy.typing import NDArray
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.base import is_classifier
from sklearn.pipeline import make_pipeline

from fitted_step import Step
from manifest_steps import FittedPipeline, Formula, Rows, fit_pipeline
from onnx_export import deterministic_bytes, open_session
from table import Floats
from vector_file import cells

_ROWS_MIN = 30
_COLUMN_ABSOLUTE, _COLUMN_RELATIVE = 1e-12, 1e-9
"""How far the product's columns may lie from scikit-learn's."""
_SCORE_TOLERANCE = 5e-7
"""Half of what the product may differ, for the rounding of scores is another on other processors."""


@dataclass(frozen=True)
class WholePipeline:
    """A manifest's steps, and the same in scikit-learn as a person writes it, with a model behind it."""

    name: str
    about: str
    features: Sequence[Mapping[str, Any]]
    steps: Sequence[Step]
    columns: Sequence[str]
    """What the model takes, by names of columns or groups."""
    preprocessing: Any
    """scikit-learn's, of a data frame of the features; gives the columns in the same order."""
    model: Any
    fit_rows: Rows
    target: NDArray[Any]
    rows: Rows
    opset: int
    zipmap: bool = True
    """Whether a classifier is exported with ZipMap, as it is unless told otherwise."""
    input: str = "float_input"
    derive: Mapping[str, tuple[str, Formula]] = field(default_factory=dict)


def contents_of(whole: WholePipeline, made_by: str) -> tuple[dict[str, Any], bytes]:
    """The vector, as it stands in its file, and the model. Rows that rounding to float32 may turn are left out.

    Raises ValueError when the manifest's steps and scikit-learn's preprocessing part, or too few rows are left.
    """
    fit_frame, frame = (_frame(rows, whole.features) for rows in (whole.fit_rows, whole.rows))
    pipeline = make_pipeline(whole.preprocessing, whole.model).fit(fit_frame, whole.target)
    fitted, names, values = _manifest_side(whole)
    _check_equal(np.asarray(pipeline[:-1].transform(frame), dtype=np.float64), values)
    model = _export(whole, pipeline[-1], values.shape[1])
    kept = stable_rows(scores_of(pipeline, frame), model, values, _SCORE_TOLERANCE)
    if np.count_nonzero(kept) < _ROWS_MIN:
        raise ValueError(f"rows: expected at least {_ROWS_MIN} that rounding leaves alone, got {kept.sum()}")
    content = {
        "about": whole.about,
        "madeBy": made_by,
        "model": f"{whole.name}.onnx",
        "opset": whole.opset,
        "zipmap": whole.zipmap if is_classifier(whole.model) else None,
        "features": whole.features,
        "derive": {name: expression for name, (expression, _) in whole.derive.items()} or None,
        "steps": whole.steps,
        "fitRows": {name: cells(column) for name, column in _with_target(whole).items()},
        "fitted": [step.learned for step in fitted.steps],
        "rows": {name: cells(np.array(column, dtype=object)[kept]) for name, column in whole.rows.items()},
        "columns": names,
        "expected": [cells(row) for row in values[kept]],
        "exact": False,
        "classes": pipeline[-1].classes_.tolist() if is_classifier(whole.model) else None,
        "scores": scores_of(pipeline, frame[kept]),
    }
    return content, model


def scores_of(estimator: Any, rows: Any) -> dict[str, Any]:
    """What an estimator says of some rows."""
    if not is_classifier(estimator):
        return {"value": estimator.predict(rows).tolist()}
    return {"label": estimator.predict(rows).tolist(), "probabilities": estimator.predict_proba(rows).tolist()}


def _frame(rows: Rows, features: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The features as a CSV file gives them to pandas: categories are objects, all else float64, and a gap is NaN."""
    kinds = {feature["name"]: object if feature["type"] == "category" else np.float64 for feature in features}
    given = {name: [np.nan if value is None else value for value in rows[name]] for name in kinds}
    return pd.DataFrame({name: pd.Series(given[name], dtype=kind) for name, kind in kinds.items()})


def _with_target(whole: WholePipeline) -> Rows:
    return {**whole.fit_rows, "target": whole.target.tolist()} if whole.target.ndim == 1 else whole.fit_rows


def _manifest_side(whole: WholePipeline) -> tuple[FittedPipeline, list[str], Floats]:
    """The steps as a manifest has them, fitted, and what they make of the rows."""
    formulas = {name: formula for name, (_, formula) in whole.derive.items()}
    fitted = fit_pipeline(whole.features, whole.steps, _with_target(whole), formulas)
    table = fitted.apply(whole.rows)
    return fitted, table.names(whole.columns), table.matrix(whole.columns)


def _check_equal(ours: Floats, theirs: Floats) -> None:
    if not np.allclose(ours, theirs, rtol=_COLUMN_RELATIVE, atol=_COLUMN_ABSOLUTE, equal_nan=True):
        raise ValueError(f"columns: expected scikit-learn's, got a difference of {np.nanmax(np.abs(ours - theirs))}")


def _export(whole: WholePipeline, model: Any, width: int) -> bytes:
    """The final model alone, as people export it."""
    options = {"zipmap": whole.zipmap} if is_classifier(model) else None
    proto: onnx.ModelProto = to_onnx(
        model,
        initial_types=[(whole.input, FloatTensorType([None, width]))],
        options=options,
        target_opset=whole.opset,
        name=whole.name,
    )
    return deterministic_bytes(proto)


def stable_rows(wanted: Mapping[str, Any], model: bytes, values: Floats, tolerance: float) -> NDArray[np.bool_]:
    """The rows whose scores hold when every column is off by what a column may be off, or is rounded the other way."""
    session = open_session(model)
    input_name = session.get_inputs()[0].name
    nearest = values.astype(np.float32)
    if np.isinf(nearest).any():
        raise ValueError("columns: expected numbers that a float32 can hold")
    stable = np.ones(len(values), dtype=np.bool_)
    for rounded in [nearest, *_neighbours(values)]:
        outputs = session.run(None, {input_name: rounded})
        if "value" in wanted:
            stable &= _rows_close(outputs[0], wanted["value"], tolerance)
        else:
            stable &= outputs[0] == np.array(wanted["label"])
            stable &= _rows_close(_probabilities(outputs[1]), wanted["probabilities"], tolerance)
    return stable


def _neighbours(values: Floats) -> list[NDArray[np.float32]]:
    """Just below and just above, but for whole numbers, which are positions, counts or marks and exact."""
    is_whole = values == np.round(values)
    margin = np.where(is_whole, 0, _COLUMN_ABSOLUTE + _COLUMN_RELATIVE * np.abs(values))
    return [
        np.where(
            is_whole, values, np.nextafter((values + sign * margin).astype(np.float32), np.float32(sign * np.inf))
        ).astype(np.float32)
        for sign in (-1, 1)
    ]


def _rows_close(got: Any, wanted: Any, tolerance: float) -> NDArray[np.bool_]:
    rows = len(wanted)
    difference = np.asarray(got, dtype=np.float64).reshape(rows, -1) - np.asarray(wanted).reshape(rows, -1)
    close: NDArray[np.bool_] = np.all(np.abs(difference) <= tolerance, axis=1)
    return close


def _probabilities(output: Any) -> Any:
    """With ZipMap each row is a map from the class to its probability."""
    return [list(row.values()) for row in output] if isinstance(output, list) else output
