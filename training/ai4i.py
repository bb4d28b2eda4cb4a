"""Reads the published AI4I 2020 data set (S. Matzka, CC BY 4.0). It measures; nothing is ever trained on it."""

import csv
from pathlib import Path

import numpy as np

from milling_process import QUALITY_CODES, Readings

AI4I_FILE = Path(__file__).parents[2] / "shared/data/ai4i2020/ai4i2020.csv"
"""Where the file lies when it lies beside the project; the project carries no copy."""

_NUMBERS = (
    "Air temperature [K]",
    "Process temperature [K]",
    "Rotational speed [rpm]",
    "Torque [Nm]",
    "Tool wear [min]",
)
_RULES = ("TWF", "HDF", "PWF", "OSF", "RNF")


def read_ai4i(file: Path = AI4I_FILE) -> Readings:
    """All 10,000 rows; `failed` is the file's own column, which is not quite the union of its rules.

    Raises FileNotFoundError when the file is absent and KeyError or ValueError when it is another one.
    """
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    return Readings(
        features=np.array([[QUALITY_CODES[row["Type"]], *(float(row[name]) for name in _NUMBERS)] for row in rows]),
        fired={rule: np.array([row[rule] == "1" for row in rows]) for rule in _RULES},
        failed=np.array([row["Machine failure"] == "1" for row in rows]),
    )
