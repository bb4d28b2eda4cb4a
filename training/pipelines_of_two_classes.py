"""Whole pipelines that end in a classifier with two classes."""

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    PowerTransformer,
    StandardScaler,
)

from clip import Clip
from pipeline_data import FIT_ROWS, ORDINARY_ROWS, rounded, split, with_edges, with_gaps
from table import Floats
from whole_pipeline import WholePipeline

_ROWS = FIT_ROWS + ORDINARY_ROWS


def two_class_pipelines() -> list[WholePipeline]:
    """All of them."""
    return [_churn(), _wine(), _fraud()]


def _churn() -> WholePipeline:
    random = np.random.default_rng(1)
    tenure = random.gamma(2, 14, _ROWS)
    spend = np.exp(random.normal(3.2, 0.9, _ROWS))
    columns = {
        "tenure": with_gaps(rounded(tenure, 1), random),
        "spend": with_gaps(rounded(spend), random),
        "plan": random.choice(
            ["basic", "plus", "pro", "trial", "staff"], _ROWS, p=[0.5, 0.3, 0.15, 0.03, 0.02]
        ).tolist(),
        "region": with_gaps(random.choice(["north", "south", "west"], _ROWS).tolist(), random),
        "active": with_gaps(random.choice([True, False], _ROWS, p=[0.7, 0.3]).tolist(), random),
    }
    leaves = random.random(_ROWS) < 1 / (1 + np.exp(tenure / 20 - spend / 40))
    fit_rows, rows = split(columns)
    numbers, categories = ["tenure", "spend"], ["plan", "region"]
    return WholePipeline(
        name="churn-logistic",
        about="Imputation with indicators, clipping, scaling, a rare category; two classes with names.",
        features=[
            {"name": "tenure", "type": "number"},
            {"name": "spend", "type": "number"},
            {"name": "plan", "type": "category"},
            {"name": "region", "type": "category"},
            {"name": "active", "type": "boolean"},
        ],
        steps=[
            {"step": "impute", "features": numbers, "strategy": "median", "indicator": True},
            {"step": "clip", "features": ["spend"], "method": "quantiles"},
            {"step": "scale", "features": numbers, "method": "standard"},
            {"step": "impute", "features": ["active"], "strategy": "most_frequent"},
            {"step": "impute", "features": ["region"], "strategy": "constant", "fill": "nowhere"},
            {"step": "one-hot", "features": categories, "unknown": "ignore", "minFrequency": 10},
        ],
        columns=["tenure", "spend", "tenure_missing", "spend_missing", "active", "plan", "region"],
        preprocessing=make_column_transformer(
            (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), ["tenure"]),
            (make_pipeline(SimpleImputer(strategy="median"), Clip("quantiles"), StandardScaler()), ["spend"]),
            (MissingIndicator(features="all"), numbers),
            (SimpleImputer(strategy="most_frequent"), ["active"]),
            (
                make_pipeline(
                    SimpleImputer(strategy="constant", fill_value="nowhere"),
                    OneHotEncoder(handle_unknown="ignore", min_frequency=10, sparse_output=False),
                ),
                categories,
            ),
        ),
        model=LogisticRegression(),
        fit_rows=fit_rows,
        target=np.where(leaves, "leaves", "stays")[:FIT_ROWS],
        rows=with_edges(
            rows,
            {
                "tenure": [None, 0, -0.0, 1e-300, 5e-324, 300],
                "spend": [None, 0, 1e300, -1e300, 1e-300],
                "plan": ["staff", "trial", "gold", "infrequent"],
                "region": [None, "east", "nowhere"],
                "active": [None],
            },
        ),
        opset=13,
    )


def _wine() -> WholePipeline:
    random = np.random.default_rng(3)
    acidity, sugar = random.normal(0.5, 0.2, _ROWS), np.exp(random.normal(1, 0.8, _ROWS))
    sulphates, alcohol = np.exp(random.normal(-0.4, 0.5, _ROWS)), random.normal(10.5, 1, _ROWS)
    columns = {
        "acidity": with_gaps(rounded(acidity, 3), random),
        "sugar": rounded(sugar),
        "sulphates": rounded(sulphates, 3),
        "alcohol": rounded(alcohol, 1),
        "lot": [7.0] * _ROWS,
    }
    good = (alcohol + sulphates - acidity + random.normal(0, 0.5, _ROWS) > 10.6).astype(int)
    fit_rows, rows = split(columns)
    return WholePipeline(
        name="wine-boosting",
        about="Powers of both kinds, a logarithm, a squashed and a constant column; two classes that are numbers.",
        features=[{"name": name, "type": "number"} for name in columns],
        steps=[
            {"step": "impute", "features": ["acidity"], "strategy": "mean", "indicator": True},
            {"step": "power", "features": ["acidity", "lot"], "method": "yeo-johnson"},
            {"step": "power", "features": ["sugar"], "method": "box-cox"},
            {"step": "log1p", "features": ["sulphates"]},
            {"step": "scale", "features": ["alcohol"], "method": "standard"},
            {"step": "squash", "features": ["alcohol"], "function": "tanh"},
        ],
        columns=["acidity", "acidity_missing", "sugar", "sulphates", "alcohol", "lot"],
        preprocessing=make_column_transformer(
            (make_pipeline(SimpleImputer(), PowerTransformer()), ["acidity"]),
            (MissingIndicator(features="all"), ["acidity"]),
            (PowerTransformer(method="box-cox"), ["sugar"]),
            (FunctionTransformer(np.log1p), ["sulphates"]),
            (make_pipeline(StandardScaler(), FunctionTransformer(np.tanh)), ["alcohol"]),
            (PowerTransformer(), ["lot"]),
        ),
        model=GradientBoostingClassifier(n_estimators=15, max_depth=3, random_state=0),
        fit_rows=fit_rows,
        target=good[:FIT_ROWS],
        rows=with_edges(
            rows,
            {
                "acidity": [None, 0, -0.0, 5, 1e-300],
                "sugar": [1e-3, 1e30, 5e-324],
                "sulphates": [0, 1e300, 1e-300, 5e-324],
                "alcohol": [1e300, -1e300, 0],
                "lot": [8, -7],
            },
        ),
        opset=17,
        zipmap=False,
        input="X",
    )


def _fraud() -> WholePipeline:
    random = np.random.default_rng(5)
    amount, hour = np.exp(random.normal(3, 1.3, _ROWS)), random.uniform(0, 24, _ROWS)
    columns = {
        "amount": with_gaps(rounded(amount), random),
        "hour": with_gaps(rounded(hour, 1), random),
        "merchant": with_gaps(random.choice(["food", "fuel", "games", "travel"], _ROWS).tolist(), random),
        "age": with_gaps(rounded(random.uniform(18, 90, _ROWS), 0), random, 0.3),
    }
    risk = (amount > 40).astype(float) + (hour < 6) + random.normal(0, 0.4, _ROWS)
    fit_rows, rows = split(columns)

    def circle(hours: pd.DataFrame) -> Floats:
        angle = 2 * np.pi * np.asarray(hours) / 24
        return np.hstack([np.sin(angle), np.cos(angle)])

    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    return WholePipeline(
        name="fraud-hist-boosting",
        about="Missing values reach a model that knows what to do with them; two classes that are numbers.",
        features=[
            {"name": "amount", "type": "number"},
            {"name": "hour", "type": "number"},
            {"name": "merchant", "type": "category"},
            {"name": "age", "type": "number"},
        ],
        steps=[
            {"step": "clip", "features": ["amount"], "method": "iqr"},
            {"step": "cyclic", "features": ["hour"], "period": 24},
            {"step": "ordinal", "features": ["merchant"], "unknown": "value"},
        ],
        columns=["amount", "hour", "merchant", "age"],
        preprocessing=ColumnTransformer(
            [
                ("amount", Clip("iqr"), ["amount"]),
                ("hour", FunctionTransformer(circle), ["hour"]),
                ("merchant", encoder, ["merchant"]),
                ("age", "passthrough", ["age"]),
            ]
        ),
        model=HistGradientBoostingClassifier(max_iter=12, max_depth=3, random_state=0),
        fit_rows=fit_rows,
        target=(risk > 0.8).astype(int)[:FIT_ROWS],
        rows=with_edges(
            rows,
            {
                "amount": [None, 0, -0.0, 1e300, -1e300, 5e-324],
                "hour": [None, 0, 24, 23],
                "merchant": [None, "casino", "Food"],
                "age": [None, 0, 1e30, -1e30],
            },
        ),
        opset=21,
    )
