"""Rows a second of the pipeline of `bench/graph.ts` in scikit-learn: one thread, one number for each batch size."""

import json
import sys
import time

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

FEATURES = 20
CATEGORIES = ["a", "b", "c", "d"]
SECONDS = 1.0


def sample(rows: int, random: np.random.Generator) -> pd.DataFrame:
    """Numbers and one category."""
    frame = pd.DataFrame(random.normal(20, 5, (rows, FEATURES)), columns=[f"f{i}" for i in range(FEATURES)])
    frame["kind"] = random.choice(CATEGORIES, rows)
    return frame


def main() -> None:
    """Prints rows a second for each batch size of the command line, as JSON."""
    random = np.random.default_rng(1)
    numbers = [f"f{i}" for i in range(FEATURES)]
    steps = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), numbers),
            ("kind", OneHotEncoder(), ["kind"]),
        ]
    )
    pipeline = make_pipeline(steps, MLPRegressor(hidden_layer_sizes=(64, 64), max_iter=5))
    frame = sample(1_000, random)
    pipeline.fit(frame, random.normal(size=1_000))
    rates = {}
    for rows in map(int, sys.argv[1:]):
        batch = sample(rows, random)
        pipeline.predict(batch)
        started = time.perf_counter()
        scored = 0
        while time.perf_counter() - started < SECONDS:
            pipeline.predict(batch)
            scored += rows
        rates[rows] = scored / (time.perf_counter() - started)
    print(json.dumps(rates))


if __name__ == "__main__":
    main()
