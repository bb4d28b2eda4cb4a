"""Makes the small model that tests score california-housing with: 40 trees of depth 3.

    python training/california_housing.py FOLDER/california-housing.csv

The file (20,640 rows, 207 of them without `total_bedrooms`, one column of texts) is not part of the project. The model
takes what the manifest's steps make of a row: eight numbers, the median for an empty cell, five indicators.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingRegressor

OUT = Path(__file__).parents[1] / "test" / "models"
NUMBERS = (
    "longitude",
    "latitude",
    "housing_median_age",
    "total_rooms",
    "total_bedrooms",
    "population",
    "households",
    "median_income",
)
TEXT = "ocean_proximity"
TARGET = "median_house_value"
TREES = {"n_estimators": 40, "max_depth": 3, "learning_rate": 0.2, "subsample": 0.5, "random_state": 5}
OPSETS = {"": 17, "ai.onnx.ml": 3}
FIRST_ROWS = 50
ROWS_WITH_GAPS = 20
TOLERANCE = 1e-4


def main() -> None:
    """Trains, exports, compares and writes."""
    rows = pd.read_csv(sys.argv[1])
    median = float(rows["total_bedrooms"].median())
    categories = sorted(rows[TEXT].unique())
    numbers = rows[list(NUMBERS)].fillna({"total_bedrooms": median})
    indicators = np.stack([(rows[TEXT] == category).to_numpy(float) for category in categories], axis=1)
    features = np.hstack([numbers.to_numpy(), indicators]).astype(np.float32)
    trees = GradientBoostingRegressor(**TREES).fit(features, rows[TARGET])
    model = to_onnx(trees, initial_types=[("x", FloatTensorType([None, features.shape[1]]))], target_opset=OPSETS)
    model.producer_name = "sluice training"
    onnx.checker.check_model(model, full_check=True)
    predicted = trees.predict(features)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (scored,) = session.run(None, {"x": features})
    difference = float(np.max(np.abs(scored[:, 0] / predicted - 1)))
    if difference > TOLERANCE:
        raise SystemExit(f"ONNX Runtime differs from scikit-learn by {difference}")
    gaps = np.flatnonzero(rows["total_bedrooms"].isna())
    chosen = [*range(FIRST_ROWS), *(int(row) for row in gaps[:ROWS_WITH_GAPS])]
    (OUT / "california-housing.onnx").write_bytes(model.SerializeToString(deterministic=True))
    expected = {
        "median": median,
        "categories": categories,
        "values": {str(row): float(predicted[row]) for row in chosen},
    }
    (OUT / "california-housing.expected.json").write_text(json.dumps(expected, indent=2) + "\n")
    print(
        json.dumps(
            {"rows": len(rows), "gaps": len(gaps), "r2": trees.score(features, rows[TARGET]), "difference": difference}
        )
    )


if __name__ == "__main__":
    main()
