"""Runs built packages in Python's ONNX Runtime on the feeds of their golden rows and compares every bit.

    python training/compare_runtimes.py models/machine-failure/1 [FOLDER ...] [--record FILE]

A folder holds `scoring.onnx` and `golden.json`, whose outputs the product computed. One line a package; exit code 1
when one of them differs, 2 when a folder is no such package. `--record` writes what was compared, as JSON.
"""

import argparse
import base64
import hashlib
import json
import platform
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from onnx_export import open_session

_FORMAT = 1
_TYPES = ("float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool")


class MalformedPackageError(Exception):
    """A folder that is no package with golden rows; says what was expected and what was found."""


@dataclass(frozen=True)
class Comparison:
    """What came of one package."""

    package: str
    scoring_sha256: str
    cases: int
    values: int
    """Numbers and texts that were compared."""
    difference: str | None
    """The first one; None when every bit is the same."""


def main(arguments: list[str]) -> int:
    """Compares the packages of the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Compares built packages with Python's ONNX Runtime, bit by bit.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--record", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    try:
        comparisons = [compare_package(folder) for folder in options.folders]
    except MalformedPackageError as fault:
        print(fault, file=sys.stderr)
        return 2
    for each in comparisons:
        print(f"{each.package}: {each.difference or f'{each.cases} cases, {each.values} values, every bit the same'}")
    if options.record is not None:
        options.record.write_text(json.dumps(_record(comparisons), indent=2) + "\n", encoding="utf-8")
    return 1 if any(each.difference is not None for each in comparisons) else 0


def compare_package(folder: Path) -> Comparison:
    """Runs all cases of a package up to the first difference. Raises MalformedPackageError when it is none."""
    model, cases = _read(folder)
    try:
        session = open_session(model)
    except Exception as error:  # ONNX Runtime has no class of its own for what it cannot load.
        raise MalformedPackageError(f"{folder}/scoring.onnx: expected a model, got {error}") from error
    compared, difference = 0, None
    for number, case in enumerate(cases):
        feeds = {name: tensor_of(content) for name, content in case["feeds"].items()}
        wanted = {name: tensor_of(content) for name, content in case["outputs"].items()}
        got = dict(zip(wanted, session.run(list(wanted), feeds), strict=True))
        differences = [
            f"case {number}, output {name}{found}"
            for name in wanted
            if (found := first_difference(got[name], wanted[name])) is not None
        ]
        compared += sum(output.size for output in wanted.values())
        if differences:
            difference = differences[0]
            break
    name = "/".join(folder.resolve().parts[-2:])
    return Comparison(name, hashlib.sha256(model).hexdigest(), len(cases), compared, difference)


def tensor_of(content: dict[str, Any]) -> NDArray[Any]:
    """A tensor from JSON: numbers are the base64 of their little-endian bytes, texts stand as they are."""
    kind, dims, data = content["type"], content["dims"], content["data"]
    if kind == "string":
        return np.array(data, dtype=object).reshape(dims)
    if kind not in _TYPES:
        raise MalformedPackageError(f"tensor: expected one of {', '.join(_TYPES)} or string, got {kind}")
    stored = np.frombuffer(base64.b64decode(data, validate=True), dtype=np.dtype(kind).newbyteorder("<"))
    return stored.astype(kind).reshape(dims)


def first_difference(got: Any, wanted: NDArray[Any]) -> str | None:
    """Where two tensors part: in type, in shape, or in the first element whose bytes are others."""
    if not isinstance(got, np.ndarray):
        return f": expected a tensor, got {type(got).__name__}"
    if (got.dtype, got.shape) != (wanted.dtype, wanted.shape):
        return f": expected {wanted.dtype} {list(wanted.shape)}, got {got.dtype} {list(got.shape)}"
    if wanted.dtype == object:
        places = np.flatnonzero(got.ravel() != wanted.ravel())
    else:
        # As bytes: -0 is not 0 then, and a NaN is the same as itself.
        sides = [np.ascontiguousarray(each).view(np.uint8).reshape(each.size, -1) for each in (got, wanted)]
        places = np.flatnonzero((sides[0] != sides[1]).any(axis=1))
    if len(places) == 0:
        return None
    place = np.unravel_index(places[0], wanted.shape)
    at = "".join(f"[{index}]" for index in place)
    return f"{at}: expected {wanted[place]!r}, got {got[place]!r}; {len(places)} of {wanted.size} differ"


def _read(folder: Path) -> tuple[bytes, list[dict[str, Any]]]:
    try:
        model = (folder / "scoring.onnx").read_bytes()
        golden = json.loads((folder / "golden.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MalformedPackageError(f"{folder}: expected scoring.onnx and golden.json, got {error}") from error
    if golden.get("format") != _FORMAT:
        raise MalformedPackageError(f"{folder}/golden.json: expected format {_FORMAT}, got {golden.get('format')!r}")
    cases: list[dict[str, Any]] = golden["cases"]
    if len(cases) == 0:
        raise MalformedPackageError(f"{folder}/golden.json: expected at least one case, got none")
    return model, cases


def _record(comparisons: list[Comparison]) -> dict[str, Any]:
    return {
        "madeBy": "training/compare_runtimes.py",
        "versions": {"onnxruntime": version("onnxruntime"), "python": platform.python_version()},
        "device": onnxruntime.get_device(),
        "machine": platform.machine(),
        "packages": [
            {
                "package": each.package,
                "scoringSha256": each.scoring_sha256,
                "cases": each.cases,
                "values": each.values,
                "result": each.difference or "every bit the same",
            }
            for each in comparisons
        ],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
