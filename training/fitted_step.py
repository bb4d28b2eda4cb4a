"""What every kind of step gives back once it is fitted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from table import Floats, Table

Step = Mapping[str, Any]
"""A step of a manifest: its kind, its features and its options."""


@dataclass(frozen=True)
class FittedStep:
    """A step that can be applied to any rows."""

    learned: dict[str, Any] | None
    """As `fitted.json` holds it; None when there is nothing to learn."""
    apply: Callable[[Table], Table]


def in_place(step: Step, transform: Callable[[Floats], Floats], learned: dict[str, Any] | None = None) -> FittedStep:
    """A step that changes numbers and leaves as many columns, under the same names."""
    features = step["features"]
    return FittedStep(learned, lambda table: table.in_place(features, transform(table.matrix(features))))


def where_complete(transform: Callable[[Floats], Floats], matrix: Floats) -> Floats:
    """Transforms the rows in which nothing is missing, for estimators that refuse NaN; the others become NaN."""
    complete = np.logical_not(np.isnan(matrix).any(axis=1))
    transformed = transform(matrix[complete])
    whole = np.full((len(matrix), transformed.shape[1]), np.nan)
    whole[complete] = transformed
    return whole


def rows_of_lists(**arrays: Any) -> dict[str, Any]:
    """Learned values as plain lists."""
    return {key: np.asarray(array, dtype=np.float64).tolist() for key, array in arrays.items()}
