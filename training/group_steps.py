"""Steps that make new columns of numbers, done by scikit-learn."""

import datetime
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest, VarianceThreshold, f_classif, f_regression
from sklearn.preprocessing import KBinsDiscretizer, PolynomialFeatures

from fitted_step import FittedStep, Step, rows_of_lists, where_complete
from table import Floats, Group, Table, columns_of


def fit_bin(step: Step, table: Table) -> FittedStep:
    """KBinsDiscretizer of each column by itself, fitted on the values that are there, since it refuses NaN."""
    features = step["features"]
    discretizers = [_discretizer(step, column) for column in table.arrays(features)]
    edges = [[_edge(each) for each in discretizer.bin_edges_[0]] for discretizer in discretizers]

    def apply(rows: Table) -> Table:
        made = [
            _binned(step, name, where_complete(discretizer.transform, column.reshape(-1, 1)))
            for discretizer, name, column in zip(discretizers, rows.names(features), rows.arrays(features), strict=True)
        ]
        return rows.regrouped(features, made)

    return FittedStep(None if step["strategy"] == "edges" else {"edges": edges}, apply)


def _binned(step: Step, name: str, bins: Floats) -> Group:
    if step["encode"] == "ordinal":
        return columns_of([name], bins)
    return columns_of([f"{name}_{i}" for i in range(bins.shape[1])], np.nan_to_num(bins))


def _discretizer(step: Step, column: Floats) -> KBinsDiscretizer:
    """Given edges are put in the place of those learned from as many numbers."""
    is_given = step["strategy"] == "edges"
    method = {"quantile_method": step["quantileMethod"]} if "quantileMethod" in step else {}
    discretizer = KBinsDiscretizer(
        n_bins=len(step["edges"]) - 1 if is_given else step.get("bins", 5),
        encode="onehot-dense" if step["encode"] == "onehot" else "ordinal",
        strategy="uniform" if is_given else step["strategy"],
        subsample=None,
        **method,
    )
    values = np.array(step["edges"], dtype=np.float64) if is_given else column[~np.isnan(column)]
    discretizer.fit(values.reshape(-1, 1))
    if is_given:
        discretizer.bin_edges_ = np.array([np.array(step["edges"])], dtype=object)
    return discretizer


def _edge(number: float) -> float | str:
    """The only bin of a constant column reaches from one infinity to the other."""
    return float(number) if np.isfinite(number) else ("inf" if number > 0 else "-inf")


def fit_cyclic(step: Step, _: Table) -> FittedStep:
    """Sine and cosine of 2 pi value / period; a phase of the calendar is read off Python's own datetime."""
    features, period = step["features"], step["period"]
    phase, around = CALENDAR[period] if isinstance(period, str) else (None, period)

    def circle(name: str, column: Floats) -> Group:
        values = column if phase is None else np.array([_phase(phase, since_1970_ms) for since_1970_ms in column])
        angle = 2 * np.pi * values / around
        return {f"{name}_sin": np.sin(angle), f"{name}_cos": np.cos(angle)}

    def apply(rows: Table) -> Table:
        columns = zip(rows.names(features), rows.arrays(features), strict=True)
        return rows.regrouped(features, [circle(name, column) for name, column in columns])

    return FittedStep(None, apply)


Phase = Callable[[datetime.datetime], float]

CALENDAR: dict[str, tuple[Phase, float]] = {
    "minute-of-hour": (lambda time: time.minute + (time.second + time.microsecond / 1e6) / 60, 60),
    "hour-of-day": (
        lambda time: (time - time.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds() / 3600,
        24,
    ),
    "day-of-week": (lambda time: time.weekday(), 7),
    "day-of-year": (lambda time: time.timetuple().tm_yday - 1, 366),
    "month-of-year": (lambda time: time.month - 1, 12),
}
"""Where a time lies in a period, and the length of the period in the same unit."""


def _phase(phase: Phase, since_1970_ms: float) -> float:
    if np.isnan(since_1970_ms):
        return np.nan
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return phase(epoch + datetime.timedelta(milliseconds=since_1970_ms))


def fit_polynomial(step: Step, table: Table) -> FittedStep:
    """PolynomialFeatures; it refuses NaN, so that in rows with NaN the powers it lists are multiplied by hand."""
    features = step["features"]
    names = table.names(features)
    polynomial = PolynomialFeatures(
        degree=step.get("degree", 2),
        interaction_only=step.get("interactionOnly", False),
        include_bias=step.get("bias", False),
    ).fit(np.zeros((1, len(names))))
    made = polynomial.get_feature_names_out(names).tolist()

    def apply(rows: Table) -> Table:
        numbers = rows.matrix(features)
        with np.errstate(over="ignore"):
            products = np.prod(numbers[:, np.newaxis, :] ** polynomial.powers_, axis=2)
            complete = ~np.isnan(numbers).any(axis=1)
            products[complete] = polynomial.transform(numbers[complete])
        return rows.with_group(step["as"], columns_of(made, products))

    return FittedStep(None, apply)


def fit_select(step: Step, table: Table, target: NDArray[Any] | None) -> FittedStep:
    """VarianceThreshold, SelectKBest, or the columns that a person chose."""
    features = step["features"]
    names = table.names(features)
    if step["method"] == "keep":
        kept = list(step["keep"])
    else:
        selector = _selector(step).fit(table.matrix(features), target)
        kept = [name for name, is_kept in zip(names, selector.get_support(), strict=True) if is_kept]

    def apply(rows: Table) -> Table:
        columns = dict(zip(names, rows.arrays(features), strict=True))
        return rows.with_group(step["as"], {name: columns[name] for name in kept})

    return FittedStep(None if step["method"] == "keep" else {"keep": kept}, apply)


def _selector(step: Step) -> Any:
    if step["method"] == "variance":
        return VarianceThreshold(step.get("threshold", 0))
    scores = {"f_classif": f_classif, "f_regression": f_regression}
    return SelectKBest(scores[step["score"]], k=step["k"])


def fit_pca(step: Step, table: Table) -> FittedStep:
    """PCA with the full decomposition; it refuses NaN, so that a row with NaN is all NaN."""
    features = step["features"]
    pca = PCA(step.get("components"), whiten=step.get("whiten", False), svd_solver="full").fit(table.matrix(features))
    made = [f"{step['as']}_{i}" for i in range(pca.n_components_)]

    def apply(rows: Table) -> Table:
        turned = where_complete(pca.transform, rows.matrix(features))
        return rows.with_group(step["as"], columns_of(made, turned))

    learned = rows_of_lists(mean=pca.mean_, components=pca.components_, variance=pca.explained_variance_)
    return FittedStep(learned, apply)
