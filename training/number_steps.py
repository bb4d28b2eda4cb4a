"""Steps that change numbers in place, done by scikit-learn."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import expit
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, PowerTransformer, RobustScaler, StandardScaler

from fitted_step import FittedStep, Step, in_place, rows_of_lists
from table import Floats, Table


def fit_impute(step: Step, table: Table) -> FittedStep:
    """SimpleImputer, of numbers or of categories; the indicator is MissingIndicator for all features."""
    features = step["features"]
    given = table.matrix(features)
    missing = None if given.dtype == object else np.nan
    imputer = SimpleImputer(missing_values=missing, strategy=step["strategy"], fill_value=step.get("fill")).fit(given)
    indicator = MissingIndicator(missing_values=missing, features="all").fit(given)

    def apply(rows: Table) -> Table:
        filled = rows.in_place(features, imputer.transform(rows.matrix(features)))
        if not step.get("indicator", False):
            return filled
        marks = indicator.transform(rows.matrix(features)).astype(np.float64)
        for name, column in zip(rows.names(features), marks.T, strict=True):
            filled = filled.with_group(f"{name}_missing", {f"{name}_missing": column})
        return filled

    learned = None if step["strategy"] == "constant" else {"fill": imputer.statistics_.tolist()}
    return FittedStep(learned, apply)


def fences(step: Step, numbers: Floats) -> tuple[Floats, Floats]:
    """The bounds between which values are ordinary, by one of the rules of `clip` and `outliers`; NaN is left out."""
    if step["method"] == "quantiles":
        low, high = np.nanquantile(numbers, step.get("quantiles", [0.01, 0.99]), axis=0)
        return low, high
    if step["method"] == "iqr":
        low, high = np.nanquantile(numbers, [0.25, 0.75], axis=0)
        margin = step.get("k", 1.5) * (high - low)
        return low - margin, high + margin
    if step["method"] == "zscore":
        mean, margin = np.nanmean(numbers, axis=0), step.get("k", 3) * np.nanstd(numbers, axis=0)
        return mean - margin, mean + margin
    width = numbers.shape[1]
    return np.full(width, step.get("min", -np.inf)), np.full(width, step.get("max", np.inf))


def fit_clip(step: Step, table: Table) -> FittedStep:
    """numpy.clip."""
    low, high = fences(step, table.matrix(step["features"]))
    learned = None if step["method"] == "bounds" else rows_of_lists(min=low, max=high)
    return in_place(step, lambda numbers: np.clip(numbers, low, high), learned)


def fit_outliers(step: Step, table: Table) -> FittedStep:
    """Marks a row when one of its values lies beyond the fences; comparisons with NaN are false."""
    low, high = fences(step, table.matrix(step["features"]))

    def apply(rows: Table) -> Table:
        numbers = rows.matrix(step["features"])
        return rows.with_outliers(np.any((numbers < low) | (numbers > high), axis=1))

    return FittedStep(None if step["method"] == "bounds" else rows_of_lists(min=low, max=high), apply)


def fit_scale(step: Step, table: Table) -> FittedStep:
    """StandardScaler, MinMaxScaler, MaxAbsScaler or RobustScaler."""
    numbers = table.matrix(step["features"])
    # What is learned does not depend on what is applied of it.
    both = _scaler({**step, "centering": True, "scaling": True}).fit(numbers)
    attributes = _LEARNED_SCALES[step["method"]]
    learned = rows_of_lists(**{key: getattr(both, attribute) for key, attribute in attributes.items()})
    return in_place(step, _scaler(step).fit(numbers).transform, learned)


_LEARNED_SCALES = {
    "standard": {"mean": "mean_", "scale": "scale_"},
    "minmax": {"min": "data_min_", "max": "data_max_"},
    "maxabs": {"scale": "scale_"},
    "robust": {"center": "center_", "scale": "scale_"},
}
"""Learned values of each method, and the attributes of the estimator that hold them."""


def _scaler(step: Step) -> Any:
    centering, scaling = step.get("centering", True), step.get("scaling", True)
    match step["method"]:
        case "standard":
            return StandardScaler(with_mean=centering, with_std=scaling)
        case "minmax":
            return MinMaxScaler(feature_range=tuple(step.get("range", (0, 1))), clip=step.get("clip", False))
        case "maxabs":
            return MaxAbsScaler()
        case _:
            quantiles = tuple(step.get("quantileRange", (25, 75)))
            return RobustScaler(with_centering=centering, with_scaling=scaling, quantile_range=quantiles)


def fit_squash(step: Step, _: Table) -> FittedStep:
    """scipy.special.expit or numpy.tanh."""
    squash: dict[str, Callable[[Floats], Floats]] = {"sigmoid": expit, "tanh": np.tanh}
    return in_place(step, squash[step["function"]])


def fit_log1p(step: Step, _: Table) -> FittedStep:
    """numpy.log1p."""

    def log1p(numbers: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.log1p(numbers)

    return in_place(step, log1p)


def fit_power(step: Step, table: Table) -> FittedStep:
    """PowerTransformer."""
    standardize = step.get("standardize", True)
    power = PowerTransformer(method=step["method"], standardize=standardize).fit(table.matrix(step["features"]))
    scaler = {"mean": power._scaler.mean_, "scale": power._scaler.scale_} if standardize else {}
    return in_place(step, power.transform, rows_of_lists(**{"lambda": power.lambdas_}, **scaler))
