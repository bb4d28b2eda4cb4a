"""Makes the golden vectors of ten whole pipelines anew: rows, columns, and the scores of scikit-learn itself.

python training/pipeline_vectors.py
"""

import warnings

from threadpoolctl import threadpool_limits

from pipelines_of_classes import classifier_pipelines
from pipelines_of_numbers import regressor_pipelines
from vector_file import VECTORS, made_by, write_vector
from whole_pipeline import contents_of


def main() -> None:
    """Writes vectors and models, and says how large the models are and how many rows each vector has."""
    maker = made_by("pipeline_vectors.py", "scikit-learn", "skl2onnx", "onnx", "scipy", "numpy")
    # One thread, so that sums are added in the same order everywhere.
    with threadpool_limits(1), warnings.catch_warnings():
        # Unknown categories and constant columns are what the vectors are about.
        warnings.simplefilter("ignore")
        for whole in [*classifier_pipelines(), *regressor_pipelines()]:
            content, model = contents_of(whole, maker)
            write_vector(f"pipelines/{whole.name}", content)
            (VECTORS / f"pipelines/{whole.name}.onnx").write_bytes(model)
            given, kept = len(next(iter(whole.rows.values()))), len(content["expected"])
            print(f"{whole.name}: {len(model)} bytes, {kept} of {given} rows")


if __name__ == "__main__":
    main()
