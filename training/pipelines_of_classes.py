"""Whole pipelines that end in a classifier with three classes or more."""

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    StandardScaler,
)

from clip import Clip
from pipeline_data import FIT_ROWS, ORDINARY_ROWS, rounded, split, with_edges, with_gaps
from whole_pipeline import WholePipeline

_ROWS = FIT_ROWS + ORDINARY_ROWS


def class_pipelines() -> list[WholePipeline]:
    """All of them."""
    return [_machine_states(), _sensors(), _plants(), _documents()]


def _machine_states() -> WholePipeline:
    random = np.random.default_rng(2)
    air, rise = random.normal(300, 2, _ROWS), random.normal(10, 1, _ROWS)
    torque, rpm = random.normal(40, 10, _ROWS), random.normal(1500, 180, _ROWS)
    columns = {
        "air": rounded(air, 1),
        "process": rounded(air + rise, 1),
        "rpm": [float(value) for value in rpm.round()],
        "torque": rounded(torque, 1),
        "wear": with_gaps(rounded(random.uniform(0, 240, _ROWS), 0), random),
        "quality": with_gaps(random.choice(["L", "M", "H"], _ROWS, p=[0.6, 0.3, 0.1]).tolist(), random, 0.05),
    }
    state = np.where(torque * rpm > 66_000, 2, np.where((rise < 9.5) & (rpm < 1500), 1, 0))
    fit_rows, rows = split(columns)

    def derived(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "power": frame["torque"] * frame["rpm"] * 2 * np.pi / 60,
                "rise": frame["process"] - frame["air"],
                "hot": ((frame["process"] - frame["air"] < 9.5) & (frame["rpm"] < 1500)).astype(float),
                "torque": frame["torque"],
            }
        )

    encoder = OrdinalEncoder(categories=[["L", "M", "H"]], handle_unknown="use_encoded_value", unknown_value=-1)
    return WholePipeline(
        name="machine-states-forest",
        about="Derived features, a rule among them, bins and positions; three classes that are numbers.",
        features=[
            {"name": "air", "type": "number"},
            {"name": "process", "type": "number"},
            {"name": "rpm", "type": "integer"},
            {"name": "torque", "type": "number"},
            {"name": "wear", "type": "number"},
            {"name": "quality", "type": "category", "categories": ["L", "M", "H"]},
        ],
        derive={
            "power": ("torque * rpm * 2 * pi / 60", lambda c: c["torque"] * c["rpm"] * 2 * np.pi / 60),
            "rise": ("process - air", lambda c: c["process"] - c["air"]),
            "hot": (
                "process - air < 9.5 and rpm < 1500",
                lambda c: ((c["process"] - c["air"] < 9.5) & (c["rpm"] < 1500)).astype(float),
            ),
        },
        steps=[
            {"step": "impute", "features": ["wear"], "strategy": "mean"},
            {"step": "bin", "features": ["wear"], "strategy": "quantile", "bins": 4, "encode": "ordinal"},
            {"step": "impute", "features": ["quality"], "strategy": "most_frequent"},
            {"step": "ordinal", "features": ["quality"], "unknown": "value"},
        ],
        columns=["power", "rise", "hot", "torque", "wear", "quality"],
        preprocessing=make_column_transformer(
            (FunctionTransformer(derived), ["air", "process", "rpm", "torque"]),
            (make_pipeline(SimpleImputer(), KBinsDiscretizer(4, encode="ordinal", subsample=None)), ["wear"]),
            (make_pipeline(SimpleImputer(strategy="most_frequent"), encoder), ["quality"]),
        ),
        model=RandomForestClassifier(n_estimators=8, max_depth=5, random_state=0),
        fit_rows=fit_rows,
        target=state[:FIT_ROWS],
        rows=with_edges(
            rows,
            {
                "wear": [None, 0, -0.0, 1e300, -1e300, 5e-324],
                "quality": [None, "X", "l"],
                "rpm": [1499, 1500, 0],
                "process": [309.5, 309.4],
                "torque": [0, 1e-300, 76.6],
            },
        ),
        opset=15,
    )


def _sensors() -> WholePipeline:
    random = np.random.default_rng(4)
    names = [f"s{i}" for i in range(6)]
    hidden = random.normal(0, 1, (_ROWS, 2))
    readings = hidden @ random.normal(0, 1, (2, 6)) * 10 + random.normal(0, 1, (_ROWS, 6)) + 50
    columns = {name: with_gaps(rounded(column), random, 0.05) for name, column in zip(names, readings.T, strict=True)}
    angle = np.arctan2(hidden[:, 0], hidden[:, 1])
    labels = np.array(["idle", "run", "stop"])[np.digitize(angle, [-1, 1])]
    fit_rows, rows = split(columns)
    return WholePipeline(
        name="sensors-mlp",
        about="Means, a range that nothing leaves, whitened principal components; a network with three classes.",
        features=[{"name": name, "type": "number"} for name in names],
        steps=[
            {"step": "impute", "features": names, "strategy": "mean"},
            {"step": "scale", "features": names, "method": "minmax", "range": [-1, 1], "clip": True},
            {"step": "pca", "features": names, "components": 4, "whiten": True, "as": "part"},
        ],
        columns=["part"],
        preprocessing=make_pipeline(
            SimpleImputer(),
            MinMaxScaler(feature_range=(-1, 1), clip=True),
            PCA(4, whiten=True, svd_solver="full"),
        ),
        model=MLPClassifier(hidden_layer_sizes=(8,), max_iter=400, random_state=0),
        fit_rows=fit_rows,
        target=labels[:FIT_ROWS],
        rows=with_edges(
            rows, {"s0": [None, 1e300, -1e300], "s1": [0, -0.0, 5e-324], "s2": [1e-300, None], "s5": [1e12]}
        ),
        opset=11,
        zipmap=False,
    )


def _plants() -> WholePipeline:
    random = np.random.default_rng(6)
    kind = random.integers(0, 3, _ROWS)
    length = random.normal(1, 0.2, _ROWS) + kind * 1.5
    columns = {
        "length": rounded(length),
        "width": rounded(random.normal(0.4, 0.1, _ROWS) + kind * 0.6),
        "height": with_gaps(rounded(random.normal(5, 1, _ROWS) + kind), random),
        "soil": with_gaps(random.choice(["clay", "sand"], _ROWS).tolist(), random),
    }
    names = ["length", "width", "height"]
    fit_rows, rows = split(columns)
    soil = OneHotEncoder(categories=[["sand", "clay"]], handle_unknown="ignore", drop="if_binary", sparse_output=False)
    return WholePipeline(
        name="plants-neighbours",
        about="Nearest neighbours in clipped and scaled columns; three classes with names that are no words.",
        features=[
            *({"name": name, "type": "number"} for name in names),
            {"name": "soil", "type": "category", "categories": ["sand", "clay"]},
        ],
        steps=[
            {"step": "impute", "features": ["height"], "strategy": "constant", "fill": 5.5},
            {"step": "clip", "features": names, "method": "zscore"},
            {"step": "scale", "features": names, "method": "standard"},
            {"step": "one-hot", "features": ["soil"], "unknown": "ignore", "drop": "if_binary"},
        ],
        columns=[*names, "soil"],
        preprocessing=make_column_transformer(
            (
                make_pipeline(SimpleImputer(strategy="constant", fill_value=5.5), Clip("zscore"), StandardScaler()),
                names,
            ),
            (soil, ["soil"]),
        ),
        model=KNeighborsClassifier(5),
        fit_rows=fit_rows,
        target=np.array(["Iris setosa", "I. x germanica", "Ирис"])[kind][:FIT_ROWS],
        rows=with_edges(
            rows,
            {
                "length": [0, 1e300, -1e300, 5e-324],
                "width": [-0.0, 1e-300],
                "height": [None, 1e300],
                "soil": [None, "rock", "clay"],
            },
        ),
        opset=13,
        input="X",
    )


def _documents() -> WholePipeline:
    random = np.random.default_rng(7)
    names = ["words", "links", "images", "depth"]
    counts = random.poisson([120, 8, 3, 2], (_ROWS, 4)).astype(float)
    noise = random.normal(0, 1, (_ROWS, 2))
    columns = {name: column.tolist() for name, column in zip(names, counts.T, strict=True)}
    columns |= {"noise": rounded(noise[:, 0]), "flat": [3.0] * _ROWS}
    everything = [*names, "noise", "flat"]
    kind = (counts[:, 1] > 8).astype(int) * 2 + (counts[:, 2] > 3)
    fit_rows, rows = split(columns)
    return WholePipeline(
        name="documents-k-best",
        about="Products of columns, the best of them, a constant column; four classes that are numbers.",
        features=[{"name": name, "type": "number"} for name in everything],
        steps=[
            {"step": "clip", "features": everything, "method": "bounds", "min": -1000, "max": 1000},
            {"step": "scale", "features": everything, "method": "maxabs"},
            {"step": "polynomial", "features": everything, "as": "products"},
            {
                "step": "select",
                "features": ["products"],
                "method": "k-best",
                "score": "f_classif",
                "k": 7,
                "target": "target",
                "as": "chosen",
            },
        ],
        columns=["chosen"],
        preprocessing=make_pipeline(
            FunctionTransformer(lambda frame: np.clip(np.asarray(frame), -1000, 1000)),
            MaxAbsScaler(),
            PolynomialFeatures(include_bias=False),
            SelectKBest(f_classif, k=7),
        ),
        model=LogisticRegression(C=3),
        fit_rows=fit_rows,
        target=kind[:FIT_ROWS],
        rows=with_edges(
            rows,
            {
                "words": [0, 1e300, -1e300],
                "links": [0, 50, 1e-300],
                "images": [0, -0.0, 5e-324],
                "noise": [1e300],
                "flat": [0, 4],
            },
        ),
        opset=21,
        zipmap=False,
    )
