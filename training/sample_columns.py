"""Columns to fit and rows to transform: ordinary values, ties, gaps, constants and the edges of a float64."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

FIT_ROWS = 120
_SEED = 20
_SMALLEST = 5e-324
"""The smallest number above 0, a denormal one."""

Values = list[Any]


def _random(name: str) -> np.random.Generator:
    """A generator for each column, so that a column is the same whatever stands beside it."""
    return np.random.default_rng([_SEED, *name.encode()])


def _with_gaps(values: Iterable[float], random: np.random.Generator, share: float) -> Values:
    missing = random.random(FIT_ROWS) < share
    return [None if gone else float(value) for value, gone in zip(values, missing, strict=True)]


_NUMBERS: dict[str, Callable[[np.random.Generator], Values]] = {
    # Tenths, so that many values are equal.
    "plain": lambda random: random.normal(20, 5, FIT_ROWS).round(1).tolist(),
    "twin": lambda _: _fit_column("plain"),
    "gaps": lambda random: _with_gaps(random.normal(-3, 40, FIT_ROWS).round(3), random, 0.15),
    "skewed": lambda random: np.exp(random.normal(0, 1.2, FIT_ROWS)).round(4).tolist(),
    "skewedGaps": lambda random: _with_gaps(np.exp(random.normal(2, 0.7, FIT_ROWS)).round(3), random, 0.1),
    "mirrored": lambda random: (-np.exp(random.normal(1, 0.8, FIT_ROWS))).round(3).tolist(),
    "coarse": lambda random: _with_gaps(random.choice([0, 0, 0, 1, 2, 5], FIT_ROWS).astype(float), random, 0.1),
    "constant": lambda _: [7.25] * FIT_ROWS,
    "constantGaps": lambda random: _with_gaps([7.25] * FIT_ROWS, random, 0.2),
    # A tenth has no exact float64: a sum of squares says that it varies.
    "tenth": lambda _: [0.1] * FIT_ROWS,
    # All digits but the last few are the same.
    "offset": lambda random: (1e9 + random.normal(0, 1, FIT_ROWS).round(3)).tolist(),
    "zeros": lambda _: [0.0] * FIT_ROWS,
    "huge": lambda random: [float(f"{value:.6g}") for value in random.normal(0, 1e150, FIT_ROWS)],
    "tiny": lambda random: [float(f"{value:.6g}") for value in random.normal(0, 1e-150, FIT_ROWS)],
    "wide": lambda random: [float(f"{value:.4g}") for value in 10 ** random.uniform(-300, 300, FIT_ROWS)],
    "integers": lambda random: random.integers(0, 24, FIT_ROWS).astype(float).tolist(),
}

_CATEGORIES: dict[str, tuple[dict[str, float], float]] = {
    # Shares of the categories, and of the gaps.
    "color": ({"red": 0.4, "green": 0.3, "blue": 0.3}, 0),
    "city": ({"Oslo": 0.35, "Łódź": 0.25, "Ávila": 0.2, "zürich": 0.1, "東京": 0.06, "𝕏": 0.04}, 0.1),
    "yes": ({"no": 0.7, "yes": 0.3}, 0.05),
    "only": ({"same": 1.0}, 0),
    "rare": ({"a": 0.5, "b": 0.3, "c": 0.1, "d": 0.04, "e": 0.03, "f": 0.03}, 0.05),
}


def fit_columns(*names: str) -> dict[str, Values]:
    """What a fit sees, by column."""
    return {name: _fit_column(name) for name in names}


def _fit_column(name: str) -> Values:
    random = _random(name)
    if name in _NUMBERS:
        return _NUMBERS[name](random)
    shares, gaps = _CATEGORIES[name]
    drawn = random.choice(list(shares), FIT_ROWS, p=list(shares.values())).tolist()
    missing = random.random(FIT_ROWS) < gaps
    return [None if gone else category for category, gone in zip(drawn, missing, strict=True)]


def rows_of(*names: str, only: Callable[[float], bool] = lambda _: True) -> dict[str, Values]:
    """Rows to transform: the edges of each column, each column's beginning at another row, so that edges mix.

    `only` says for which numbers the step is defined.
    """
    edges = {name: _edges(name, only) for name in names}
    longest = max(len(values) for values in edges.values())
    return {
        name: [values[(row + 5 * column) % len(values)] for row in range(longest)]
        for column, (name, values) in enumerate(edges.items())
    }


def _edges(name: str, only: Callable[[float], bool]) -> Values:
    seen = [value for value in _fit_column(name) if value is not None]
    if isinstance(seen[0], str):
        return [*sorted(set(seen)), None, "never seen", "Red", "infrequent", sorted(set(seen))[0]]
    low, high = min(seen), max(seen)
    span = high - low
    quantiles = np.quantile(seen, [0.01, 0.2, 0.25, 0.4, 0.5, 0.6, 0.75, 0.8, 0.99])
    beyond = [low - span, high + span, np.nextafter(low, -np.inf), np.nextafter(high, np.inf)]
    limits = [0.0, -0.0, 1.0, -1.0, 1e300, -1e300, 1e-300, -1e-300, _SMALLEST, -_SMALLEST, 2.0**53 + 2]
    numbers = [*seen[:5], low, high, *quantiles, *beyond, *limits]
    return [None, *(float(number) for number in numbers if only(number)), None]


def number_features(*names: str) -> list[dict[str, Any]]:
    """The features of a manifest for columns of numbers."""
    return [{"name": name, "type": "number"} for name in names]


def category_features(*names: str, **declared: list[str]) -> list[dict[str, Any]]:
    """The features of a manifest for columns of categories; `declared` gives the vocabularies of some."""
    return [
        {"name": name, "type": "category", **({"categories": declared[name]} if name in declared else {})}
        for name in names
    ]
