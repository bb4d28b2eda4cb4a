"""Cases of derived features: each formula once as a manifest says it and once as numpy does."""

import numpy as np

from manifest_steps import Formula
from sample_columns import fit_columns, number_features, rows_of
from step_case import StepCase

_Derive = dict[str, tuple[str, Formula]]

_ARITHMETIC: _Derive = {
    "power": ("plain * skewed * (2 * pi / 60)", lambda c: c["plain"] * c["skewed"] * (2 * np.pi / 60)),
    "ratio": ("gaps / skewed", lambda c: c["gaps"] / c["skewed"]),
    "squared": ("-gaps^2 + plain", lambda c: -(c["gaps"] ** 2) + c["plain"]),
    "tower": ("1.01^abs(skewed)^0.5", lambda c: 1.01 ** (np.abs(c["skewed"]) ** 0.5)),
    "again": ("power - 3 * (ratio + 1e-3) / 7", lambda c: c["power"] - 3 * (c["ratio"] + 1e-3) / 7),
}

_FUNCTIONS: _Derive = {
    "least": ("min(plain, gaps)", lambda c: np.minimum(c["plain"], c["gaps"])),
    "most": ("max(plain, gaps, 0)", lambda c: np.maximum(np.maximum(c["plain"], c["gaps"]), 0)),
    "distance": ("abs(plain - gaps)", lambda c: np.abs(c["plain"] - c["gaps"])),
    "exponential": ("exp(-abs(gaps) / 10)", lambda c: np.exp(-np.abs(c["gaps"]) / 10)),
    "logarithm": ("log(skewed)", lambda c: np.log(c["skewed"])),
    "compensated": ("log1p(skewed)", lambda c: np.log1p(c["skewed"])),
    "root": ("sqrt(plain^2 + gaps^2)", lambda c: np.sqrt(c["plain"] ** 2 + c["gaps"] ** 2)),
    "wave": ("sin(2 * pi * plain / 24) + cos(gaps)", lambda c: np.sin(2 * np.pi * c["plain"] / 24) + np.cos(c["gaps"])),
    "below": ("floor(gaps)", lambda c: np.floor(c["gaps"])),
    "nearest": ("round(gaps * 2)", lambda c: np.round(c["gaps"] * 2)),
    "hour": ("mod(gaps, 24)", lambda c: np.mod(c["gaps"], 24)),
}

_ANSWERS: _Derive = {
    "rule": (
        "gaps - plain < 8.6 and skewed < 1.38",
        lambda c: _and(_less(c["gaps"] - c["plain"], 8.6), _less(c["skewed"], 1.38)),
    ),
    "either": ("plain < 15 or plain >= 25", lambda c: _answer((c["plain"] < 15) | (c["plain"] >= 25), c["plain"])),
    "same": ("plain == round(plain)", lambda c: _answer(c["plain"] == np.round(c["plain"]), c["plain"])),
    "other": ("not (gaps != abs(gaps))", lambda c: _answer(c["gaps"] == np.abs(c["gaps"]), c["gaps"])),
    "capped": (
        "if(plain > 20, 20, plain)",
        lambda c: np.where(np.isnan(c["plain"]), np.nan, np.where(c["plain"] > 20, 20, c["plain"])),
    ),
    "safe": ("if(skewed <= 0, -1, log(skewed))", lambda c: np.where(c["skewed"] <= 0, -1, np.log(c["skewed"]))),
}


def derived_cases() -> list[StepCase]:
    """All of them."""
    return [
        _case("derive-arithmetic", "Sums, products, quotients and powers; missing when a part is.", _ARITHMETIC),
        _case("derive-functions", "Functions of one number and of several.", _FUNCTIONS),
        _case(
            "derive-answers",
            "Comparisons, what joins them, and what hangs on them; missing when that decides.",
            _ANSWERS,
        ),
    ]


def _case(name: str, about: str, derive: _Derive) -> StepCase:
    columns = ("plain", "gaps", "skewed")

    def moderate(number: float) -> bool:
        return abs(number) < 1e6 and (abs(number) > 1e-200 or number == 0)

    return StepCase(
        name=name,
        about=about,
        features=number_features(*columns),
        steps=[],
        derive=derive,
        fit_rows=fit_columns(*columns),
        rows=rows_of(*columns, only=moderate),
        columns=list(derive),
    )


def _answer(yes: np.ndarray, *operands: np.ndarray) -> np.ndarray:
    """1 or 0; missing where an operand is."""
    missing = np.logical_or.reduce([np.isnan(operand) for operand in operands])
    return np.where(missing, np.nan, yes.astype(float))


def _less(a: np.ndarray, b: float) -> np.ndarray:
    return _answer(a < b, a)


def _and(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """0 when one side is, whatever the other would have been."""
    return np.where((a == 0) | (b == 0), 0.0, np.where(np.isnan(a) | np.isnan(b), np.nan, 1.0))
