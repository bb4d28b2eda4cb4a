"""Fits the steps of a manifest one after the other, each on what those before it made of the rows."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from category_steps import Vocabularies, fit_one_hot, fit_ordinal
from fitted_step import FittedStep, Step
from group_steps import fit_bin, fit_cyclic, fit_pca, fit_polynomial, fit_select
from number_steps import fit_clip, fit_impute, fit_log1p, fit_outliers, fit_power, fit_scale, fit_squash
from table import Floats, Table, table_of

Rows = Mapping[str, Sequence[Any]]
"""Values by feature; None is missing."""
Formula = Callable[[Mapping[str, Floats]], Floats]
"""A derived feature, written for numpy."""


@dataclass(frozen=True)
class FittedPipeline:
    """The derived features and steps of a manifest, fitted."""

    features: Sequence[Mapping[str, Any]]
    formulas: Mapping[str, Formula]
    steps: Sequence[FittedStep]

    def apply(self, rows: Rows) -> Table:
        """What becomes of some rows."""
        table = with_derived(table_of(rows, self.features), self.formulas)
        for step in self.steps:
            table = step.apply(table)
        return table


def with_derived(table: Table, formulas: Mapping[str, Formula]) -> Table:
    """The table with its derived features, each of which may use those before it."""
    with np.errstate(all="ignore"):
        for name, formula in formulas.items():
            columns = {source: group[source] for source, group in table.groups.items()}
            table = table.with_group(name, {name: formula(columns)})
    return table


def fit_pipeline(
    features: Sequence[Mapping[str, Any]], steps: Sequence[Step], rows: Rows, formulas: Mapping[str, Formula]
) -> FittedPipeline:
    """Fits on rows, which have a column for the target of a step too where a step names one."""
    declared = {feature["name"]: list(feature["categories"]) for feature in features if "categories" in feature}
    table = with_derived(table_of(rows, features), formulas)
    fitted = []
    for step in steps:
        target = np.array(rows[step["target"]]) if "target" in step else None
        fitted.append(_fit(step, table, declared, target))
        table = fitted[-1].apply(table)
    return FittedPipeline(features, formulas, fitted)


_FITS: Mapping[str, Callable[[Step, Table], FittedStep]] = {
    "impute": fit_impute,
    "clip": fit_clip,
    "scale": fit_scale,
    "squash": fit_squash,
    "log1p": fit_log1p,
    "power": fit_power,
    "bin": fit_bin,
    "cyclic": fit_cyclic,
    "polynomial": fit_polynomial,
    "pca": fit_pca,
    "outliers": fit_outliers,
}


def _fit(step: Step, table: Table, declared: Vocabularies, target: NDArray[Any] | None) -> FittedStep:
    fits: Mapping[str, Callable[[Step, Table], FittedStep]] = {
        **_FITS,
        "one-hot": functools.partial(fit_one_hot, declared=declared),
        "ordinal": functools.partial(fit_ordinal, declared=declared),
        "select": functools.partial(fit_select, target=target),
    }
    return fits[step["step"]](step, table)
