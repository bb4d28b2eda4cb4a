"""Writes the Parquet files of test/vectors/parquet with pyarrow, and what pyarrow reads out of them and of others.

    python training/parquet_vectors.py [FOLDER OF OTHER FILES]

Each file shows another way in which the same kinds of values may be written. `values.json` holds what a second reader
must find: numbers as JSON has them, whole numbers of 64 bits as texts, times as milliseconds since 1970, null for null.
"""

import datetime
import decimal
import json
import math
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

OUT = Path(__file__).parent.parent / "test" / "vectors" / "parquet"
ROWS = 40
# Some kilobytes of which more than a hundred megabytes come out.
BOMB, BOMB_ROWS = "bomb.parquet", 15_000_000
UTC = datetime.UTC


def some(values: list, every: int) -> list:
    """The values with a null at every so manieth place."""
    return [None if i % every == every - 1 else value for i, value in enumerate(values)]


def whole_milliseconds(time: datetime.datetime) -> datetime.datetime:
    """The time without its microseconds."""
    return time.replace(microsecond=time.microsecond // 1_000 * 1_000)


def table() -> pa.Table:
    """Each type that is read, with values at the edges of the type."""
    rng = np.random.default_rng(7)
    numbers = rng.normal(size=ROWS).tolist()
    longs = [(-1) ** i * (2**53 + i) for i in range(ROWS)]
    begin = datetime.datetime(1969, 12, 31, 23, 59, 58, 1, UTC)
    times = [begin + datetime.timedelta(microseconds=777_777 * i) for i in range(ROWS)]
    texts = [f"Größe {i % 5}" if i % 7 else "" for i in range(ROWS)]
    return pa.table(
        {
            "float64": pa.array(some(numbers, 6)),
            "required64": pa.array(numbers),
            "float32": pa.array(some(numbers, 5), pa.float32()),
            "float16": pa.array([np.float16(value) for value in numbers], pa.float16()),
            "int8": pa.array([i - 20 for i in range(ROWS)], pa.int8()),
            "int32": pa.array(some([2**31 - 1 - i for i in range(ROWS)], 4), pa.int32()),
            "uint32": pa.array([2**32 - 1 - i for i in range(ROWS)], pa.uint32()),
            "int64": pa.array(some(longs, 3), pa.int64()),
            "uint64": pa.array([2**64 - 1 - i for i in range(ROWS)], pa.uint64()),
            "boolean": pa.array(some([i % 3 == 0 for i in range(ROWS)], 9)),
            "text": pa.array(some(texts, 8)),
            "unique": pa.array([f"row-{i:03}" * (i % 3 + 1) for i in range(ROWS)]),
            "day": pa.array([datetime.date(1960 + i, 2, 28) for i in range(ROWS)]),
            "milliseconds": pa.array(some([whole_milliseconds(time) for time in times], 10), pa.timestamp("ms", "UTC")),
            "microseconds": pa.array(some(times, 10), pa.timestamp("us")),
            "nanoseconds": pa.array([1_700_000_000_123_456_789 + i for i in range(ROWS)], pa.timestamp("ns")),
            "decimal9": pa.array([decimal.Decimal(i - 20) / 8 for i in range(ROWS)], pa.decimal128(9, 3)),
            "decimal38": pa.array(
                [decimal.Decimal("1234567890123456789.0123456789") + i for i in range(ROWS)], pa.decimal128(38, 10)
            ),
            "nested": pa.array(
                [None if i % 5 == 4 else {"inner": None if i % 5 == 3 else i * 1.5} for i in range(ROWS)]
            ),
            "list": pa.array([[1, 2], None] * (ROWS // 2)),
        }
    )


WAYS = {
    "plain": {"use_dictionary": False, "compression": "none"},
    "dictionary": {"compression": "snappy", "data_page_version": "1.0"},
    "dictionary-v2": {"compression": "gzip", "data_page_version": "2.0"},
    "brotli": {"compression": "brotli", "use_dictionary": False},
    "zstd-checksums": {"compression": "zstd", "write_page_checksum": True},
    "lz4": {"compression": "lz4", "use_dictionary": False, "data_page_version": "2.0"},
    "small-pages": {"compression": "snappy", "data_page_size": 64, "write_batch_size": 8, "use_dictionary": False},
    "three-groups": {"compression": "snappy", "row_group_size": 15},
    "int96": {"compression": "snappy", "use_deprecated_int96_timestamps": True},
    "decimal-as-integer": {"compression": "none", "store_decimal_as_integer": True},
    "delta": {
        "compression": "none",
        "use_dictionary": False,
        "column_encoding": {
            "int8": "DELTA_BINARY_PACKED",
            "int32": "DELTA_BINARY_PACKED",
            "int64": "DELTA_BINARY_PACKED",
            "uint64": "DELTA_BINARY_PACKED",
            "text": "DELTA_LENGTH_BYTE_ARRAY",
            "unique": "DELTA_BYTE_ARRAY",
            "float64": "BYTE_STREAM_SPLIT",
            "float32": "BYTE_STREAM_SPLIT",
            "uint32": "BYTE_STREAM_SPLIT",
            "boolean": "RLE",
        },
        "data_page_version": "2.0",
    },
}


def plain(value: object, kind: pa.DataType) -> object:
    """A value as JSON, by the rules above."""
    if value is None:
        return None
    if pa.types.is_int64(kind) or pa.types.is_uint64(kind):
        return str(value)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return math.floor(value)
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, bytes):
        return value.decode()
    return float(value) if isinstance(value, np.floating) else value


def milliseconds(column: pa.ChunkedArray) -> list:
    """Times as whole milliseconds, cut downwards."""
    if pa.types.is_date(column.type):
        return [None if v is None else v * 86_400_000 for v in column.cast(pa.int32()).to_pylist()]
    per_ms = {"s": 1, "ms": 1, "us": 1_000, "ns": 1_000_000}[column.type.unit]
    return [None if v is None else v // per_ms for v in column.cast(pa.int64()).to_pylist()]


def values_of(path: Path) -> dict:
    """What pyarrow reads of all columns with one value a row."""
    found: dict[str, list] = {}
    read = pq.ParquetFile(path).read().flatten()
    while any(pa.types.is_struct(field.type) for field in read.schema):
        read = read.flatten()
    for name, column in zip(read.schema.names, read.columns, strict=True):
        if pa.types.is_list(column.type):
            continue
        is_time = pa.types.is_timestamp(column.type) or pa.types.is_date(column.type)
        values = milliseconds(column) if is_time else column.to_pylist()
        found[name] = [plain(v, column.type) for v in values]
    return found


def main() -> None:
    """Writes the files, then what they hold."""
    OUT.mkdir(parents=True, exist_ok=True)
    for name, options in WAYS.items():
        options.setdefault("row_group_size", ROWS)
        pq.write_table(table(), OUT / f"{name}.parquet", **options)
    zeros = pa.table({"zeros": pa.array(np.zeros(BOMB_ROWS))})
    pq.write_table(zeros, OUT / BOMB, compression="zstd", use_dictionary=False, row_group_size=BOMB_ROWS)
    others = [path for folder in sys.argv[1:] for path in sorted(Path(folder).glob("*.parquet"))]
    files = sorted(path for path in OUT.glob("*.parquet") if path.name != BOMB) + others
    # All of ours hold the same values but for the times of INT96: once is enough.
    expected = {path.name: values_of(path) for path in files if path.parent != OUT or path.stem == "plain"}
    for path in files:
        if path.parent == OUT and values_of(path) != expected["plain.parquet"]:
            print(f"{path.name} differs from plain.parquet")
    # One file has a column for each width of differences: some of them are enough.
    expected["delta_binary_packed.parquet"] = {
        name: values
        for name, values in expected.get("delta_binary_packed.parquet", {}).items()
        if name in ("bitwidth0", "bitwidth1", "bitwidth33", "bitwidth64", "int_value")
    }
    (OUT / "values.json").write_text(json.dumps(expected, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
