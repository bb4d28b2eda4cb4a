"""What `bench/file.ts` does, in Python: read a file, run the model, write the scores as text. One thread.

    python training/bench_files.py MODEL.onnx

Takes lines such as `polars rows.csv`, and prints for each, once it is done, a line of JSON: how many rows were scored,
and how much time that took on the processor. So whoever compares can let both sides work in turn.
"""

import io
import json
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import onnxruntime
import polars as pl

NAMES = [f"f{i}" for i in range(20)]
CHUNK = 2_048


def polars_features(path: Path) -> np.ndarray:
    """The columns of numbers as polars reads them: only these, which is faster than all of them."""
    scan = {".csv": pl.scan_csv, ".ndjson": pl.scan_ndjson, ".parquet": pl.scan_parquet}[path.suffix]
    return scan(path).select(pl.col(NAMES).cast(pl.Float32)).collect().to_numpy()


def duckdb_features(path: Path) -> np.ndarray:
    """The same as DuckDB reads them: its types are told, as by a manifest: twice as fast as guessing them."""
    types = {name: "FLOAT" for name in NAMES}
    source = {
        ".csv": f"read_csv('{path}', columns={ {'deviceId': 'VARCHAR', **types} }, auto_detect=false, header=true)",
        ".ndjson": f"read_json('{path}', columns={types}, format='newline_delimited')",
        ".parquet": f"'{path}'",
    }[path.suffix]
    columns = duckdb.sql(f"select {', '.join(NAMES)} from {source}").fetchnumpy()
    return np.stack([columns[name] for name in NAMES], axis=1).astype(np.float32, copy=False)


READERS = {"polars": polars_features, "duckdb": duckdb_features}


def score(session: onnxruntime.InferenceSession, features: np.ndarray) -> np.ndarray:
    """Runs the model in chunks, which is faster than all rows at once."""
    name = session.get_inputs()[0].name
    chunks = range(0, len(features), CHUNK)
    return np.concatenate([session.run(None, {name: features[at : at + CHUNK]})[0] for at in chunks])


def write(scores: np.ndarray, suffix: str) -> None:
    """The scores as text in memory, which goes nowhere: records of JSON give such, all others CSV."""
    table = pl.DataFrame({"row": np.arange(len(scores)), "value": scores[:, 0]})
    if suffix == ".ndjson":
        table.write_ndjson(io.BytesIO())
    else:
        table.write_csv(io.BytesIO())


def main() -> None:
    """Does what each line asks for."""
    duckdb.sql("set threads to 1")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
    for line in sys.stdin:
        library, file = line.rstrip("\n").split(" ", 1)
        path = Path(file)
        started = time.process_time()
        scores = score(session, READERS[library](path))
        write(scores, path.suffix)
        processor_ms = 1_000 * (time.process_time() - started)
        print(json.dumps({"rows": len(scores), "processorMs": processor_ms}), flush=True)


if __name__ == "__main__":
    main()
