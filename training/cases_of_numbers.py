"""Cases of the steps that change numbers in place: impute, clip, scale, squash, log1p, power, outliers."""

from collections.abc import Callable
from typing import Any

from sample_columns import fit_columns, number_features, rows_of
from step_case import StepCase


def number_cases() -> list[StepCase]:
    """All of them."""
    return [
        *_impute_cases(),
        *_clip_cases(),
        *_scale_cases(),
        *_function_cases(),
        *_power_cases(),
        *_outlier_cases(),
    ]


def _case(
    name: str,
    about: str,
    columns: tuple[str, ...],
    *,
    exact: bool = False,
    only: Callable[[float], bool] = lambda _: True,
    **options: Any,
) -> StepCase:
    """One step on columns of numbers; `only` says for which of them it is defined."""
    return StepCase(
        name=name,
        about=about,
        features=number_features(*columns),
        steps=[{"features": list(columns), **options}],
        fit_rows=fit_columns(*columns),
        rows=rows_of(*columns, only=only),
        exact=exact,
    )


def _impute_cases() -> list[StepCase]:
    mixed = ("plain", "gaps", "coarse", "constantGaps")
    return [
        _case(
            "impute-mean",
            "Means of columns with gaps, one of them constant.",
            mixed,
            step="impute",
            strategy="mean",
            exact=True,
        ),
        _case(
            "impute-median-indicator",
            "Medians, and an indicator for every column: also for one that the fit has never seen without a value.",
            (*mixed, "wide", "huge"),
            step="impute",
            strategy="median",
            indicator=True,
            exact=True,
        ),
        _case(
            "impute-most-frequent",
            "The most frequent number; of several equally frequent ones the smallest.",
            (*mixed, "skewed"),
            step="impute",
            strategy="most_frequent",
            exact=True,
        ),
        _case(
            "impute-constant-indicator",
            "A number given by hand.",
            mixed,
            step="impute",
            strategy="constant",
            fill=-1,
            indicator=True,
            exact=True,
        ),
    ]


def _clip_cases() -> list[StepCase]:
    columns = ("plain", "gaps", "skewedGaps", "constantGaps", "huge", "tiny")
    cases: list[tuple[str, str, dict[str, Any]]] = [
        ("clip-bounds", "Bounds given by hand.", {"method": "bounds", "min": -10, "max": 22.5}),
        ("clip-bounds-min", "A lower bound alone.", {"method": "bounds", "min": 0}),
        ("clip-bounds-max", "An upper bound alone.", {"method": "bounds", "max": 19.5}),
        ("clip-quantiles", "The first and the last hundredth.", {"method": "quantiles"}),
        (
            "clip-quantiles-given",
            "Other quantiles, the upper one the maximum.",
            {"method": "quantiles", "quantiles": [0.2, 1]},
        ),
        ("clip-iqr", "1.5 interquartile ranges beyond the quartiles.", {"method": "iqr"}),
        ("clip-iqr-k", "Another number of interquartile ranges.", {"method": "iqr", "k": 0.5}),
        ("clip-zscore", "Three standard deviations (ddof 0) from the mean.", {"method": "zscore"}),
        ("clip-zscore-k", "Another number of standard deviations.", {"method": "zscore", "k": 1.25}),
    ]
    return [_case(name, about, columns, step="clip", exact=True, **options) for name, about, options in cases]


def _scale_cases() -> list[StepCase]:
    usual = ("plain", "gaps", "constantGaps", "tenth", "zeros")
    moments = (*usual, "offset", "huge", "tiny")
    extents = (*usual, "offset", "huge", "tiny", "wide")
    cases: list[tuple[str, str, tuple[str, ...], dict[str, Any]]] = [
        ("scale-standard", "Mean 0 and standard deviation 1.", moments, {"method": "standard"}),
        (
            "scale-standard-no-centering",
            "Standard deviation 1 alone.",
            moments,
            {"method": "standard", "centering": False},
        ),
        ("scale-standard-no-scaling", "Mean 0 alone.", moments, {"method": "standard", "scaling": False}),
        (
            "scale-minmax",
            "Into 0..1; a range below ten machine epsilons counts as none.",
            extents,
            {"method": "minmax"},
        ),
        ("scale-minmax-range", "Into another range.", extents, {"method": "minmax", "range": [-1, 3]}),
        (
            "scale-minmax-clip",
            "What lies beyond stays inside the range.",
            extents,
            {"method": "minmax", "range": [-2, 0.5], "clip": True},
        ),
        ("scale-maxabs", "By the largest magnitude.", extents, {"method": "maxabs"}),
        ("scale-robust", "By median and quartiles.", extents, {"method": "robust"}),
        ("scale-robust-range", "By other percentiles.", extents, {"method": "robust", "quantileRange": [5, 90]}),
        ("scale-robust-no-centering", "By the quartiles alone.", extents, {"method": "robust", "centering": False}),
        ("scale-robust-no-scaling", "By the median alone.", extents, {"method": "robust", "scaling": False}),
    ]
    return [_case(name, about, columns, step="scale", **options) for name, about, columns, options in cases]


def _function_cases() -> list[StepCase]:
    columns = ("plain", "gaps", "skewed", "tiny")
    return [
        _case("squash-sigmoid", "The logistic function.", columns, step="squash", function="sigmoid"),
        _case("squash-tanh", "The hyperbolic tangent.", columns, step="squash", function="tanh"),
        _case("log1p", "log(1 + x): -inf at -1, NaN below.", columns, step="log1p"),
    ]


def _power_cases() -> list[StepCase]:
    signed = ("plain", "gaps", "skewed", "skewedGaps", "mirrored", "constant", "zeros")
    positive = ("skewed", "skewedGaps", "plain")
    yeo_johnson: dict[str, Any] = {"step": "power", "method": "yeo-johnson"}
    box_cox: dict[str, Any] = {"step": "power", "method": "box-cox"}

    # The scaler behind the powers refuses what has overflowed.
    def moderate(number: float) -> bool:
        return abs(number) < 1e60

    def above_0(number: float) -> bool:
        return 0 < number < 1e150

    return [
        _case(
            "power-yeo-johnson",
            "Powers of numbers of any sign; a constant column keeps the power 1.",
            signed,
            only=moderate,
            **yeo_johnson,
        ),
        _case(
            "power-yeo-johnson-raw",
            "The same without mean 0 and standard deviation 1.",
            signed,
            only=moderate,
            **yeo_johnson,
            standardize=False,
        ),
        _case("power-box-cox", "Powers of numbers above 0.", positive, only=above_0, **box_cox),
        _case(
            "power-box-cox-raw",
            "The same without mean 0 and standard deviation 1.",
            positive,
            only=above_0,
            **box_cox,
            standardize=False,
        ),
    ]


def _outlier_cases() -> list[StepCase]:
    columns = ("plain", "gaps", "constantGaps")
    cases: list[tuple[str, str, dict[str, Any]]] = [
        (
            "outliers-bounds",
            "Bounds given by hand; one on the bound is no outlier.",
            {"method": "bounds", "min": 0, "max": 30, "action": "flag"},
        ),
        ("outliers-bounds-max", "An upper bound alone.", {"method": "bounds", "max": 20, "action": "reject"}),
        ("outliers-iqr", "1.5 interquartile ranges beyond the quartiles.", {"method": "iqr", "action": "reject"}),
        ("outliers-zscore", "Two standard deviations from the mean.", {"method": "zscore", "k": 2, "action": "flag"}),
    ]

    def moderate(number: float) -> bool:
        # Nearly every row would hold one of the others, and be marked for it.
        return abs(number) < 60

    return [
        _case(name, about, columns, step="outliers", exact=True, only=moderate, **options)
        for name, about, options in cases
    ]
