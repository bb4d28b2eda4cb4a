"""A case of steps on columns of numbers."""

from collections.abc import Callable
from typing import Any

from sample_columns import fit_columns, number_features, rows_of
from step_case import StepCase


def number_case(
    name: str,
    about: str,
    columns: tuple[str, ...],
    *steps: dict[str, Any],
    exact: bool = False,
    only: Callable[[float], bool] = lambda _: True,
    answers: list[Any] | None = None,
    outcome: list[str] | None = None,
) -> StepCase:
    """Steps on columns of numbers, on all of them unless they say otherwise."""
    return StepCase(
        name=name,
        about=about,
        features=number_features(*columns),
        steps=[{"step": step["step"], "features": list(columns), **step} for step in steps],
        fit_rows={**fit_columns(*columns), **({} if answers is None else {"target": answers})},
        rows=rows_of(*columns, only=only),
        columns=outcome,
        exact=exact,
    )
