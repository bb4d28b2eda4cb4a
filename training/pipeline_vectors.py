"""Makes the golden vectors of ten whole pipelines anew: rows, columns, and the scores of scikit-learn itself.

python training/pipeline_vectors.py
"""

import warnings

from threadpoolctl import threadpool_limits

from pipelines_of_classes import class_pipelines
from pipelines_of_numbers import regressor_pipelines
from pipelines_of_two_classes import two_class_pipelines
from vector_file import made_by, vector_bytes, write_files
from whole_pipeline import contents_of


def pipeline_files() -> dict[str, bytes]:
    """Every vector and every model, by its path under `test/vectors`."""
    maker = made_by("pipeline_vectors.py", "scikit-learn", "skl2onnx", "onnx", "scipy", "numpy")
    files: dict[str, bytes] = {}
    # One thread, so that sums are added in the same order everywhere.
    with threadpool_limits(1), warnings.catch_warnings():
        # Unknown categories and constant columns are what the vectors are about.
        warnings.simplefilter("ignore")
        for whole in [*two_class_pipelines(), *class_pipelines(), *regressor_pipelines()]:
            content, model = contents_of(whole, maker)
            files[f"pipelines/{whole.name}.json"] = vector_bytes(content)
            files[f"pipelines/{whole.name}.onnx"] = model
    return files


def main() -> None:
    """Writes them, and says how large they are."""
    files = pipeline_files()
    write_files(files)
    for path, content in files.items():
        print(f"{path}: {len(content)} bytes")


if __name__ == "__main__":
    main()
