"""Cases of the steps that make new columns of numbers: bin, polynomial, select, pca, and steps in a row."""

from typing import Any

import numpy as np

from number_case import number_case
from sample_columns import FIT_ROWS, fit_columns
from step_case import StepCase


def group_cases() -> list[StepCase]:
    """All of them."""
    return [
        *_bin_cases(),
        *_polynomial_cases(),
        *_select_cases(),
        *_pca_cases(),
        *_chains(),
    ]


def _bin_cases() -> list[StepCase]:
    columns = ("plain", "gaps", "skewedGaps", "coarse", "constantGaps", "offset")
    edges = [-10, 0, 1, 19.5, 20, 1000]
    cases: list[tuple[str, str, dict[str, Any]]] = [
        (
            "bin-uniform",
            "Five bins of equal width; a constant column has one.",
            {"strategy": "uniform", "encode": "ordinal"},
        ),
        (
            "bin-uniform-onehot",
            "Three bins of equal width as indicators, all zeros for NaN.",
            {"strategy": "uniform", "bins": 3, "encode": "onehot"},
        ),
        (
            "bin-quantile",
            "Five bins of equal counts by the averaged inverted CDF; equal edges are merged.",
            {"strategy": "quantile", "encode": "ordinal"},
        ),
        (
            "bin-quantile-linear",
            "Seven bins of equal counts by linear quantiles.",
            {"strategy": "quantile", "bins": 7, "quantileMethod": "linear", "encode": "ordinal"},
        ),
        (
            "bin-quantile-onehot",
            "Four bins of equal counts as indicators.",
            {"strategy": "quantile", "bins": 4, "encode": "onehot"},
        ),
        ("bin-kmeans", "Five bins around the centers of clusters.", {"strategy": "kmeans", "encode": "ordinal"}),
        (
            "bin-kmeans-onehot",
            "Three bins around the centers of clusters, as indicators.",
            {"strategy": "kmeans", "bins": 3, "encode": "onehot"},
        ),
        (
            "bin-edges",
            "Edges given by hand; what lies outside belongs to the first or the last bin.",
            {"strategy": "edges", "edges": edges, "encode": "ordinal"},
        ),
        (
            "bin-edges-onehot",
            "Edges given by hand, as indicators.",
            {"strategy": "edges", "edges": edges, "encode": "onehot"},
        ),
    ]
    return [number_case(name, about, columns, {"step": "bin", **options}, exact=True) for name, about, options in cases]


def _polynomial_cases() -> list[StepCase]:
    columns = ("plain", "gaps", "skewed")
    polynomial = {"step": "polynomial", "as": "products"}
    return [
        number_case("polynomial", "Products of two; a square of 1e300 is infinite.", columns, polynomial),
        number_case(
            "polynomial-degree-3",
            "Products of up to three.",
            columns,
            {**polynomial, "degree": 3},
            only=lambda number: abs(number) < 1e5,
        ),
        number_case(
            "polynomial-interactions",
            "Products of different columns.",
            columns,
            {**polynomial, "degree": 3, "interactionOnly": True},
            only=lambda number: abs(number) < 1e5,
        ),
        number_case("polynomial-bias", "With a column of ones in front.", columns, {**polynomial, "bias": True}),
    ]


def _select_cases() -> list[StepCase]:
    spread = ("plain", "gaps", "constantGaps", "tenth", "zeros", "offset", "coarse", "tiny")
    complete = ("plain", "skewed", "mirrored", "constant", "integers")
    fit_rows = fit_columns(*complete)
    # Both targets hang on two columns, one more than the other.
    leaning = np.array(fit_rows["plain"]) / 5 + np.log(fit_rows["skewed"])
    classes = [("low", "middle", "high")[i] for i in np.digitize(leaning, np.quantile(leaning, [0.3, 0.7]))]
    select = {"step": "select", "as": "chosen"}

    def chosen(name: str, about: str, columns: tuple[str, ...], answers: list[Any] | None, **options: Any) -> StepCase:
        return number_case(name, about, columns, {**select, **options}, exact=True, answers=answers, outcome=["chosen"])

    numbers = leaning.round(3).tolist()
    return [
        chosen(
            "select-keep",
            "Chosen by hand, in the order of the list.",
            spread,
            None,
            method="keep",
            keep=["offset", "plain"],
        ),
        chosen(
            "select-variance", "What is constant is left out; gaps count for nothing.", spread, None, method="variance"
        ),
        chosen(
            "select-variance-threshold", "What varies less is left out.", spread, None, method="variance", threshold=2.5
        ),
        chosen(
            "select-f-classif",
            "The two columns that tell classes apart best.",
            complete,
            classes,
            method="k-best",
            score="f_classif",
            k=2,
            target="target",
        ),
        chosen(
            "select-f-classif-numbers",
            "Classes that are numbers.",
            complete,
            [len(each) % 3 for each in classes],
            method="k-best",
            score="f_classif",
            k=3,
            target="target",
        ),
        chosen(
            "select-f-regression",
            "The three columns that go along with a number best.",
            complete,
            numbers,
            method="k-best",
            score="f_regression",
            k=3,
            target="target",
        ),
        chosen(
            "select-f-ties",
            "Of columns with equal scores the last one is kept; one without any score is the worst.",
            ("constant", "plain", "twin", "zeros"),
            classes,
            method="k-best",
            score="f_classif",
            k=1,
            target="target",
        ),
    ]


def _pca_cases() -> list[StepCase]:
    columns = ("plain", "skewed", "mirrored", "integers", "constant")
    pca = {"step": "pca", "as": "part"}
    return [
        number_case("pca", "All directions; the last is that of a constant column.", columns, pca),
        number_case("pca-count", "Two directions.", columns, {**pca, "components": 2}),
        number_case(
            "pca-share", "As many directions as make 90 % of the variance.", columns, {**pca, "components": 0.9}
        ),
        number_case(
            "pca-whiten", "Three directions, each with variance 1.", columns, {**pca, "components": 3, "whiten": True}
        ),
    ]


def _chains() -> list[StepCase]:
    columns = ("gaps", "skewedGaps", "coarse", "plain")
    hours = np.array(fit_columns("plain")["plain"])
    return [
        number_case(
            "chain-numbers",
            "Imputed, clipped, powered, multiplied, selected, turned: each step learns from what those before it made.",
            columns,
            {"step": "impute", "strategy": "median", "indicator": True},
            {"step": "clip", "method": "quantiles", "quantiles": [0.02, 0.98]},
            {"step": "power", "method": "yeo-johnson"},
            {"step": "polynomial", "as": "products"},
            {
                "step": "select",
                "features": ["products"],
                "method": "k-best",
                "score": "f_regression",
                "k": 8,
                "target": "target",
                "as": "chosen",
            },
            {"step": "scale", "features": ["chosen"], "method": "robust"},
            {"step": "pca", "features": ["chosen", "gaps_missing"], "components": 4, "as": "part"},
            answers=(hours**2 / 100 + np.arange(FIT_ROWS) % 7).round(3).tolist(),
            outcome=["part", "gaps_missing"],
        ),
        number_case(
            "chain-bins",
            "Bins as indicators, and the products of their columns.",
            ("coarse", "plain"),
            {"step": "bin", "strategy": "quantile", "bins": 3, "encode": "onehot"},
            {"step": "polynomial", "interactionOnly": True, "as": "crossed"},
            outcome=["coarse", "plain", "crossed"],
        ),
    ]
