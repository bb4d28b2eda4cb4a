"""Whole pipelines that end in a regressor."""

import datetime

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.feature_selection import VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    OneHotEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)

from pipeline_data import FIT_ROWS, ORDINARY_ROWS, rounded, split, with_edges, with_gaps
from table import Floats
from whole_pipeline import WholePipeline

_ROWS = FIT_ROWS + ORDINARY_ROWS


def regressor_pipelines() -> list[WholePipeline]:
    """All of them."""
    return [_energy(), _houses(), _traffic()]


def _energy() -> WholePipeline:
    random = np.random.default_rng(8)
    start = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC).timestamp() * 1000
    time = start + random.integers(0, 366 * 24 * 60, _ROWS) * 60_000.0
    temperature = random.normal(12, 8, _ROWS)
    columns = {
        "time": time.tolist(),
        "temperature": with_gaps(rounded(temperature, 1), random),
        "wind": with_gaps(rounded(random.gamma(2, 2, _ROWS), 1), random),
    }
    hour = time / 3_600_000 % 24
    load = 0.5 + 0.2 * np.sin(2 * np.pi * hour / 24) + ((temperature - 15) / 40) ** 2
    fit_rows, rows = split(columns)

    def hours(times: pd.DataFrame) -> Floats:
        when = pd.to_datetime(times.iloc[:, 0], unit="ms", utc=True)
        angle = 2 * np.pi * ((when - when.dt.floor("D")).dt.total_seconds() / 3600).to_numpy() / 24
        return np.column_stack([np.sin(angle), np.cos(angle)])

    def weekdays(times: pd.DataFrame) -> Floats:
        angle = 2 * np.pi * pd.to_datetime(times.iloc[:, 0], unit="ms", utc=True).dt.weekday.to_numpy() / 7
        return np.column_stack([np.sin(angle), np.cos(angle)])

    weather = ["temperature", "wind"]
    return WholePipeline(
        name="energy-ridge",
        about="Times on two circles, products of robustly scaled columns; a number.",
        features=[
            {"name": "time", "type": "timestamp"},
            {"name": "temperature", "type": "number"},
            {"name": "wind", "type": "number"},
        ],
        derive={"weekday": ("time", lambda c: c["time"])},
        steps=[
            {"step": "cyclic", "features": ["time"], "period": "hour-of-day"},
            {"step": "cyclic", "features": ["weekday"], "period": "day-of-week"},
            {"step": "impute", "features": weather, "strategy": "median"},
            {"step": "clip", "features": weather, "method": "bounds", "min": -40, "max": 60},
            {"step": "scale", "features": weather, "method": "robust", "quantileRange": [10, 90]},
            {"step": "polynomial", "features": weather, "degree": 3, "as": "weather"},
        ],
        columns=["time", "weekday", "weather"],
        preprocessing=make_column_transformer(
            (FunctionTransformer(hours), ["time"]),
            (FunctionTransformer(weekdays), ["time"]),
            (
                make_pipeline(
                    SimpleImputer(strategy="median"),
                    FunctionTransformer(lambda numbers: np.clip(numbers, -40, 60)),
                    RobustScaler(quantile_range=(10, 90)),
                    PolynomialFeatures(3, include_bias=False),
                ),
                weather,
            ),
        ),
        model=Ridge(alpha=0.5),
        fit_rows=fit_rows,
        target=load.round(4)[:FIT_ROWS],
        rows=with_edges(
            rows,
            {
                "time": [0, -1, 951_868_800_000, 1_709_251_199_999, 4_107_542_400_000],
                "temperature": [None, 0, -0.0, 1e300, -1e300, 1e-300],
                "wind": [None, 5e-324, 0],
            },
        ),
        opset=9,
    )


def _houses() -> WholePipeline:
    random = np.random.default_rng(9)
    area, age = random.normal(110, 35, _ROWS), random.uniform(0, 90, _ROWS)
    rooms = np.clip((area / 28 + random.normal(0, 0.7, _ROWS)).round(), 1, None)
    columns = {
        "area": with_gaps(rounded(area, 1), random, 0.05),
        "rooms": rooms.tolist(),
        "age": with_gaps(rounded(age, 0), random, 0.05),
        "district": random.choice(["center", "east", "hills", "port"], _ROWS, p=[0.4, 0.3, 0.2, 0.1]).tolist(),
    }
    price = area / 200 + rooms / 20 - age / 300
    rent = area / 400 - (age / 200) ** 2
    fit_rows, rows = split(columns)
    numbers = ["area", "rooms", "age"]
    return WholePipeline(
        name="houses-two-values",
        about="Products of different columns, a dropped category; two numbers at once.",
        features=[*({"name": name, "type": "number"} for name in numbers), {"name": "district", "type": "category"}],
        steps=[
            {"step": "impute", "features": numbers, "strategy": "median"},
            {"step": "clip", "features": numbers, "method": "bounds", "max": 500},
            {"step": "scale", "features": numbers, "method": "standard"},
            {"step": "polynomial", "features": numbers, "interactionOnly": True, "bias": True, "as": "crossed"},
            {"step": "one-hot", "features": ["district"], "unknown": "ignore", "drop": "first"},
        ],
        columns=["crossed", "district"],
        preprocessing=make_column_transformer(
            (
                make_pipeline(
                    SimpleImputer(strategy="median"),
                    FunctionTransformer(lambda matrix: np.minimum(matrix, 500)),
                    StandardScaler(),
                    PolynomialFeatures(interaction_only=True),
                ),
                numbers,
            ),
            (OneHotEncoder(handle_unknown="ignore", drop="first", sparse_output=False), ["district"]),
        ),
        model=LinearRegression(),
        fit_rows=fit_rows,
        target=np.column_stack([price, rent]).round(4)[:FIT_ROWS],
        rows=with_edges(
            rows,
            {
                "area": [None, 0, 1e300],
                "rooms": [1e-300, -0.0],
                "age": [None, 5e-324],
                "district": [None, "moon", "center"],
            },
        ),
        opset=13,
        input="X",
    )


def _traffic() -> WholePipeline:
    random = np.random.default_rng(10)
    density, speed = random.gamma(2, 15, _ROWS), random.normal(90, 20, _ROWS)
    columns = {
        "density": with_gaps(rounded(density, 1), random),
        "speed": with_gaps(rounded(speed, 1), random),
        "rain": random.choice([0.0, 0.0, 0.0, 0.2, 1.5], _ROWS).tolist(),
        "lanes": [2.0] * _ROWS,
        "holiday": random.choice([True, False], _ROWS, p=[0.1, 0.9]).tolist(),
        "road": random.choice(["A", "B"], _ROWS).tolist(),
    }
    flow = np.column_stack([density * speed / 6000, speed / 200])
    fit_rows, rows = split(columns)
    rest = ["rain", "lanes", "holiday"]
    return WholePipeline(
        name="traffic-forest",
        about="Bins as indicators, a sigmoid, a constant column left out, two categories; two numbers at once.",
        features=[
            *({"name": name, "type": "number"} for name in ("density", "speed", "rain", "lanes")),
            {"name": "holiday", "type": "boolean"},
            {"name": "road", "type": "category"},
        ],
        steps=[
            {"step": "impute", "features": ["density", "speed"], "strategy": "median"},
            {"step": "bin", "features": ["density"], "strategy": "kmeans", "bins": 4, "encode": "onehot"},
            {"step": "scale", "features": ["speed"], "method": "robust"},
            {"step": "squash", "features": ["speed"], "function": "sigmoid"},
            {"step": "select", "features": rest, "method": "variance", "as": "varying"},
            {"step": "one-hot", "features": ["road"], "unknown": "ignore", "drop": "if_binary"},
        ],
        columns=["density", "speed", "varying", "road"],
        preprocessing=make_column_transformer(
            (
                make_pipeline(
                    SimpleImputer(strategy="median"),
                    KBinsDiscretizer(4, encode="onehot-dense", strategy="kmeans", subsample=None),
                ),
                ["density"],
            ),
            (
                make_pipeline(
                    SimpleImputer(strategy="median"),
                    RobustScaler(),
                    FunctionTransformer(lambda numbers: 1 / (1 + np.exp(-np.clip(numbers, -700, None)))),
                ),
                ["speed"],
            ),
            (VarianceThreshold(), rest),
            (OneHotEncoder(handle_unknown="ignore", drop="if_binary", sparse_output=False), ["road"]),
        ),
        model=RandomForestRegressor(n_estimators=6, max_depth=5, random_state=0),
        fit_rows=fit_rows,
        target=flow.round(4)[:FIT_ROWS],
        rows=with_edges(
            rows,
            {
                "density": [None, 0, -0.0, 1e300, -1e300],
                "speed": [None, 1e300, -1e300, 5e-324],
                "rain": [0.1, 1e-300],
                "lanes": [3],
                "holiday": [True],
                "road": [None, "C"],
            },
        ),
        opset=17,
        input="X",
    )
