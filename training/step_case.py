"""One golden vector of steps: what is fitted, what is transformed, and what comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fitted_step import Step
from manifest_steps import FittedPipeline, Formula, Rows, fit_pipeline
from table import Table
from vector_file import cells


@dataclass(frozen=True)
class StepCase:
    """Steps on some rows."""

    name: str
    about: str
    features: Sequence[Mapping[str, Any]]
    steps: Sequence[Step]
    fit_rows: Rows
    rows: Rows
    exact: bool = False
    """Whether the product's values must be equal to the last bit."""
    derive: Mapping[str, tuple[str, Formula]] = field(default_factory=dict)
    """Derived features, as a manifest says them and as numpy does."""
    columns: Sequence[str] | None = None
    """What comes out: names of columns or groups; everything unless given."""


def content_of(case: StepCase, made_by: str) -> dict[str, Any]:
    """The vector, as it stands in its file."""
    fitted, table = run(case)
    # A product has the names of its factors, and one of a single factor that of a feature.
    columns = list(dict.fromkeys(table.names(case.columns if case.columns is not None else _outcome(table))))
    return {
        "about": case.about,
        "madeBy": made_by,
        "features": case.features,
        "derive": {name: expression for name, (expression, _) in case.derive.items()} or None,
        "steps": case.steps,
        "fitRows": {name: cells(values) for name, values in case.fit_rows.items()},
        "fitted": [step.learned for step in fitted.steps],
        "rows": {name: cells(values) for name, values in case.rows.items()},
        "columns": columns,
        "expected": [cells(row) for row in table.matrix(columns)],
        "outliers": None if table.outliers is None else cells(table.outliers),
        "exact": case.exact,
    }


def run(case: StepCase) -> tuple[FittedPipeline, Table]:
    """The fitted steps and what they make of the rows."""
    formulas = {name: formula for name, (_, formula) in case.derive.items()}
    fitted = fit_pipeline(case.features, case.steps, case.fit_rows, formulas)
    return fitted, fitted.apply(case.rows)


def _outcome(table: Table) -> list[str]:
    """Everything that is a number."""
    return [name for name, group in table.groups.items() if all(column.dtype != object for column in group.values())]
