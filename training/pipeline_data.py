"""Rows for whole pipelines."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FIT_ROWS = 200
ORDINARY_ROWS = 24


def rounded(values: NDArray[np.float64], digits: int = 2) -> list[Any]:
    """Values with few digits, so that files stay small."""
    return [float(value) for value in values.round(digits)]


def with_gaps(values: Sequence[Any], random: np.random.Generator, share: float = 0.1) -> list[Any]:
    """The values with some of them missing."""
    missing = random.random(len(values)) < share
    return [None if gone else value for value, gone in zip(values, missing, strict=True)]


def split(columns: Mapping[str, Sequence[Any]]) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """The rows to fit, and the ordinary rows to score."""
    fit = {name: list(values[:FIT_ROWS]) for name, values in columns.items()}
    return fit, {name: list(values[FIT_ROWS:]) for name, values in columns.items()}


def with_edges(rows: Mapping[str, Sequence[Any]], edges: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """The rows, and for each edge a further one: an ordinary row that has the edge in the place of its own value."""
    extended = {name: list(values) for name, values in rows.items()}
    ordinary = len(next(iter(rows.values())))
    copies = 0
    for name, values in edges.items():
        for value in values:
            for other in extended:
                extended[other].append(value if other == name else rows[other][copies % ordinary])
            copies += 1
    return extended
