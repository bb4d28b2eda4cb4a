"""Clipping to learned bounds as a transformer, which scikit-learn does not have."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from table import Floats


class Clip(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Clips to what a rule says of the rows of the fit."""

    def __init__(self, rule: str) -> None:
        """`rule` is quantiles, iqr or zscore."""
        self.rule = rule

    def fit(self, rows: Floats, _: object = None) -> "Clip":
        """Learns the bounds."""
        columns = np.asarray(rows)
        if self.rule == "quantiles":
            self.low_, self.high_ = np.nanquantile(columns, [0.01, 0.99], axis=0)
        elif self.rule == "iqr":
            low, high = np.nanquantile(columns, [0.25, 0.75], axis=0)
            self.low_, self.high_ = low - 1.5 * (high - low), high + 1.5 * (high - low)
        else:
            mean, deviation = np.nanmean(columns, axis=0), np.nanstd(columns, axis=0)
            self.low_, self.high_ = mean - 3 * deviation, mean + 3 * deviation
        return self

    def transform(self, rows: Floats) -> Floats:
        """Clips."""
        return np.clip(np.asarray(rows), self.low_, self.high_)
