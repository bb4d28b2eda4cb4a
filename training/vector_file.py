"""Writes golden vectors: JSON that a person can read, and that is the same bytes for the same numbers."""

import json
import math
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

VECTORS = Path(__file__).parents[1] / "test/vectors"
_LINE_MAX = 118
_EXACT_INTEGER_MAX = 1e15


def made_by(script: str, *packages: str) -> str:
    """Names the script and the versions of what computed."""
    return ", ".join([f"training/{script}", *(f"{package} {version(package)}" for package in packages)])


def cells(values: Iterable[Any]) -> list[Any]:
    """A column or a row as JSON can hold it: null is missing or NaN, "inf" and "-inf" are infinite."""
    return [_cell(value) for value in values]


def write_files(files: Mapping[str, bytes]) -> None:
    """Writes files by their paths under `test/vectors`."""
    for path, content in files.items():
        file = VECTORS / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def vector_bytes(content: Mapping[str, Any]) -> bytes:
    """The JSON of a vector; keys without a value are left out."""
    present = {key: value for key, value in content.items() if value is not None}
    return (_lay_out(present) + "\n").encode()


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | np.bool_):
        return bool(value) if isinstance(value, np.bool_) else value
    number = float(value)
    if math.isnan(number):
        return None
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    # 20 rather than 20.0; negative zero stays what it is.
    is_short = number.is_integer() and abs(number) < _EXACT_INTEGER_MAX and math.copysign(1, number) * number > 0
    return int(number) if is_short or (number == 0 and math.copysign(1, number) > 0) else number


def _lay_out(value: Any, indent: str = "") -> str:
    """One line for a list of plain values or for whatever is short, else an entry a line."""
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    holds_more = isinstance(value, dict) or any(isinstance(each, dict | list) for each in value)
    if not holds_more or len(indent) + len(line) <= _LINE_MAX:
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        lines = [f"{json.dumps(key, ensure_ascii=False)}: {_nested(each, deeper)}" for key, each in value.items()]
    else:
        lines = [_nested(each, deeper) for each in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n{deeper}" + f",\n{deeper}".join(lines) + f"\n{indent}{closing}"


def _nested(value: Any, indent: str) -> str:
    if isinstance(value, dict | list):
        return _lay_out(value, indent)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
