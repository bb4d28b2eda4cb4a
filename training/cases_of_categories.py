"""Cases of the steps that work on categories: impute, one-hot, ordinal."""

from typing import Any

from sample_columns import category_features, fit_columns, rows_of
from step_case import StepCase

_COLUMNS = ("city", "color", "yes", "only", "rare")
_DECLARED = {
    "color": ["violet", "red", "green", "blue"],
    "yes": ["yes", "no"],
}
"""Vocabularies that a manifest gives: one with a category that never occurs, and none in alphabetical order."""


def _case(
    name: str, about: str, *steps: dict[str, Any], declared: dict[str, list[str]] | None = None, known: bool = False
) -> StepCase:
    """Steps on columns of categories; `known` leaves out rows with a category that the fit has not seen."""
    fit_rows, rows = fit_columns(*_COLUMNS), rows_of(*_COLUMNS)
    if known:
        vocabularies = {column: {*fit_rows[column], *(declared or {}).get(column, []), None} for column in _COLUMNS}
        count = len(rows["city"])
        kept = [i for i in range(count) if all(rows[column][i] in vocabularies[column] for column in _COLUMNS)]
        rows = {column: [values[i] for i in kept] for column, values in rows.items()}
    return StepCase(
        name=name,
        about=about,
        features=category_features(*_COLUMNS, **(declared or {})),
        steps=[{"step": step["step"], "features": list(_COLUMNS), **step} for step in steps],
        fit_rows=fit_rows,
        rows=rows,
        exact=True,
    )


def category_cases() -> list[StepCase]:
    """All of them."""
    return [*_impute_cases(), *_one_hot_cases(), *_infrequent_cases(), *_ordinal_cases()]


def _impute_cases() -> list[StepCase]:
    return [
        _case(
            "impute-category-most-frequent",
            "The most frequent category, then positions.",
            {"step": "impute", "strategy": "most_frequent"},
            {"step": "ordinal", "unknown": "value"},
        ),
        _case(
            "impute-category-constant",
            "A category of its own for what is missing, in the order of code points, where the fit has seen it.",
            {"step": "impute", "strategy": "constant", "fill": "missing", "indicator": True},
            {"step": "one-hot", "unknown": "ignore"},
        ),
    ]


def _one_hot_cases() -> list[StepCase]:
    one_hot = {"step": "one-hot"}
    ignore = {**one_hot, "unknown": "ignore"}
    return [
        _case("one-hot", "Known categories; a missing one is all zeros.", one_hot, known=True),
        _case("one-hot-ignore", "Unknown categories are all zeros.", ignore),
        _case("one-hot-declared", "Vocabularies in the order of the manifest.", ignore, declared=_DECLARED),
        _case("one-hot-drop-first", "Without the first category.", {**ignore, "drop": "first"}),
        _case("one-hot-drop-if-binary", "Without the first one of two.", {**ignore, "drop": "if_binary"}),
        _case(
            "one-hot-drop-first-known",
            "Without the first category, none unknown.",
            {**one_hot, "drop": "first"},
            known=True,
        ),
    ]


def _infrequent_cases() -> list[StepCase]:
    ignore = {"step": "one-hot", "unknown": "ignore"}
    return [
        _case(
            "one-hot-min-count",
            "Categories that occur less than 12 times share a column.",
            {**ignore, "minFrequency": 12},
        ),
        _case(
            "one-hot-min-share",
            "Categories of less than 15 % of all rows, those with a missing value included, share a column.",
            {**ignore, "minFrequency": 0.15},
        ),
        _case(
            "one-hot-max-categories",
            "At most 3 columns each; among equally frequent categories the last stay.",
            {**ignore, "maxCategories": 3},
        ),
        _case(
            "one-hot-min-count-max-categories",
            "Both rules, and the first column dropped.",
            {**ignore, "minFrequency": 5, "maxCategories": 4, "drop": "first"},
        ),
        _case(
            "one-hot-infrequent-drop-if-binary",
            "A column is dropped where one category and the infrequent ones are left.",
            {**ignore, "minFrequency": 0.35, "drop": "if_binary"},
        ),
        _case(
            "one-hot-infrequent-declared",
            "A declared category that never occurs is infrequent.",
            {**ignore, "minFrequency": 3},
            declared=_DECLARED,
        ),
        _case(
            "one-hot-infrequent-known",
            "Infrequent categories, none unknown.",
            {"step": "one-hot", "minFrequency": 12},
            known=True,
        ),
    ]


def _ordinal_cases() -> list[StepCase]:
    return [
        _case("ordinal", "Positions of known categories; a missing one is NaN.", {"step": "ordinal"}, known=True),
        _case("ordinal-value", "Unknown categories are -1.", {"step": "ordinal", "unknown": "value"}),
        _case(
            "ordinal-value-given",
            "Unknown categories are 99.",
            {"step": "ordinal", "unknown": "value", "unknownValue": 99},
        ),
        _case(
            "ordinal-declared",
            "Vocabularies in the order of the manifest.",
            {"step": "ordinal", "unknown": "value"},
            declared=_DECLARED,
        ),
    ]
