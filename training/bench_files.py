"""Rows a second of what `bench/file.ts` does, in Python: read a file, run the model, write the scores. One thread.

    python training/bench_files.py MODEL.onnx FILE...

Prints one line of JSON: for each file, polars and DuckDB with ONNX Runtime, each the best of its rounds.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import onnxruntime
import polars as pl

NAMES = [f"f{i}" for i in range(20)]
ROUNDS = 5
CHUNK = 2_048


def polars_features(path: Path) -> np.ndarray:
    """The columns of numbers as polars reads them."""
    readers = {".csv": pl.read_csv, ".ndjson": pl.read_ndjson, ".parquet": pl.read_parquet}
    return readers[path.suffix](path).select(NAMES).to_numpy().astype(np.float32)


def duckdb_features(path: Path) -> np.ndarray:
    """The same as DuckDB reads them."""
    columns = duckdb.sql(f"select {', '.join(NAMES)} from '{path}'").fetchnumpy()
    return np.stack([columns[name] for name in NAMES], axis=1).astype(np.float32)


def score(session: onnxruntime.InferenceSession, features: np.ndarray) -> np.ndarray:
    """Runs the model in chunks, as an app does that must stay awake."""
    name = session.get_inputs()[0].name
    chunks = range(0, len(features), CHUNK)
    return np.concatenate([session.run(None, {name: features[at : at + CHUNK]})[0] for at in chunks])


def rows_per_second(read: Callable[[Path], np.ndarray], path: Path, session: onnxruntime.InferenceSession) -> float:
    """The best round: others on the machine only ever make it slower."""
    best = 0.0
    with tempfile.NamedTemporaryFile(suffix=".csv") as out:
        for _ in range(ROUNDS):
            started = time.perf_counter()
            scores = score(session, read(path))
            pl.DataFrame({"row": np.arange(len(scores)), "value": scores[:, 0]}).write_csv(out.name)
            best = max(best, len(scores) / (time.perf_counter() - started))
    return best


def main() -> None:
    """Prints the rates by file."""
    duckdb.sql("set threads to 1")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    model, *files = sys.argv[1:]
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    readers = {"polars": polars_features, "duckdb": duckdb_features}
    rates = {
        Path(file).suffix[1:]: {name: rows_per_second(read, Path(file), session) for name, read in readers.items()}
        for file in files
    }
    print(json.dumps(rates))


if __name__ == "__main__":
    main()
