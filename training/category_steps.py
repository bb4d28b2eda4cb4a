"""Steps that make numbers of categories, done by scikit-learn. A missing category is none to any of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from fitted_step import FittedStep, Step
from table import Floats, Group, Table, columns_of

Column = NDArray[np.object_]

Vocabularies = Mapping[str, list[str]]
"""The categories that a manifest declares, by feature."""


def _categories(table: Table, features: Sequence[str], declared: Vocabularies) -> list[list[str]]:
    """For each column those that the manifest declares, in its order; else those that occur, by code point."""
    return [
        declared[name] if name in declared else sorted({value for value in column if value is not None})
        for name, column in zip(table.names(features), table.arrays(features), strict=True)
    ]


def fit_one_hot(step: Step, table: Table, declared: Vocabularies) -> FittedStep:
    """OneHotEncoder, fitted on all rows, so that a share of the rows counts those with a missing value too."""
    features = step["features"]
    categories = _categories(table, features, declared)
    encoders = [
        _one_hot_encoder(step, known).fit(column.reshape(-1, 1))
        for known, column in zip(categories, table.arrays(features), strict=True)
    ]

    def indicators(name: str, column: Column, known: list[str], encoder: OneHotEncoder) -> Group:
        _refuse_unknown(step, column, known)
        made = [f"{name}_{category}" for category in _indicator_names(encoder)]
        return columns_of(made, encoder.transform(column.reshape(-1, 1)))

    def apply(rows: Table) -> Table:
        columns = zip(rows.names(features), rows.arrays(features), categories, encoders, strict=True)
        return rows.regrouped(features, [indicators(*column) for column in columns])

    learned: dict[str, Any] = {"categories": categories}
    if "minFrequency" in step or "maxCategories" in step:
        infrequent = [encoder.infrequent_categories_[0] for encoder in encoders]
        learned["infrequent"] = [[] if each is None else each.tolist() for each in infrequent]
    return FittedStep(learned, apply)


def _one_hot_encoder(step: Step, categories: list[str]) -> OneHotEncoder:
    """Unknown categories are ignored, whatever the step says, so that missing ones can be: see `_refuse_unknown`."""
    drop = step.get("drop", "none")
    return OneHotEncoder(
        categories=[categories],
        drop=None if drop == "none" else drop,
        handle_unknown="ignore",
        min_frequency=step.get("minFrequency"),
        max_categories=step.get("maxCategories"),
        sparse_output=False,
    )


def _refuse_unknown(step: Step, column: Column, categories: list[str]) -> None:
    if step.get("unknown", "error") == "error":
        given = np.array([[value] for value in column if value is not None], dtype=object)
        OneHotEncoder(categories=[categories], handle_unknown="error").fit(given)


def _indicator_names(encoder: OneHotEncoder) -> list[str]:
    """The category of each column that comes out."""
    names = [name.removeprefix("x0_") for name in encoder.get_feature_names_out(["x0"])]
    return ["infrequent" if name == "infrequent_sklearn" else name for name in names]


def fit_ordinal(step: Step, table: Table, declared: Vocabularies) -> FittedStep:
    """OrdinalEncoder; it is shown no missing values, which would be unknown to it unless the fit had seen some."""
    features = step["features"]
    categories = _categories(table, features, declared)

    def apply(rows: Table) -> Table:
        columns = zip(rows.arrays(features), categories, strict=True)
        return rows.in_place(features, np.column_stack([_positions(step, column, known) for column, known in columns]))

    return FittedStep({"categories": categories}, apply)


def _positions(step: Step, column: Column, known: list[str]) -> Floats:
    is_error = step.get("unknown", "error") == "error"
    encoder = OrdinalEncoder(
        categories=[known],
        handle_unknown="error" if is_error else "use_encoded_value",
        unknown_value=None if is_error else step.get("unknownValue", -1),
    ).fit(np.array(known, dtype=object).reshape(-1, 1))
    given = np.array([value is not None for value in column])
    positions = np.full(len(column), np.nan)
    positions[given] = encoder.transform(column[given].reshape(-1, 1)).ravel()
    return positions
