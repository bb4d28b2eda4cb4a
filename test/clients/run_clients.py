"""Runs the clients that others made against `npm start`, and prints what they saw.

    python3 -m venv FOLDER && FOLDER/bin/pip install -r test/clients/requirements.txt
    FOLDER/bin/python test/clients/run_clients.py > test/clients/transcript.txt

Starts the twin by itself, publishes models of tensors to it, and ends it. Exit 0 when every check holds.
"""

import asyncio
import datetime
import os
import re
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy
import pandas
import tritonclient.http as triton
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from mlflow.pyfunc.scoring_server.client import ScoringServerClient
from tritonclient.utils import InferenceServerException

project = Path(__file__).resolve().parents[2]
port = 7394
model = "machine-failure"
row = {
    "type": "L",
    "airTemperature": 300.1,
    "processTemperature": 308.5,
    "rotationalSpeed": 1350.0,
    "torque": 58.0,
    "toolWear": 205.0,
}
good_row = {**row, "rotationalSpeed": 1500.0, "torque": 40.0, "toolWear": 5.0}
failures: list[str] = []


def check(what: str, holds: bool, seen: object) -> None:
    print(f"{'ok  ' if holds else 'FAIL'} {what}: {seen}", flush=True)
    if not holds:
        failures.append(what)


def start_twin() -> tuple[subprocess.Popen, str]:
    """Starts `npm start` in a process group of its own and waits until it says where it listens."""
    twin = subprocess.Popen(
        ["npm", "start", "--", "--no-demo", "--fresh", "--port", str(port)],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    for line in twin.stdout:
        found = re.search(r"The twin is up\. (http://[\d.:]+)/status", line)
        if found:
            return twin, found.group(1)
    raise RuntimeError("npm start ended before it was up")


def wait_for_models(url: str, names: list[str]) -> None:
    """Published models are followed within seconds."""
    client = triton.InferenceServerClient(url=url.removeprefix("http://"))
    deadline = time.monotonic() + 30
    while not all(client.is_model_ready(name) for name in names):
        if time.monotonic() > deadline:
            raise RuntimeError("the published models do not serve")
        time.sleep(0.2)


def feature_inputs(rows: list[dict]) -> list[triton.InferInput]:
    """One tensor a feature, as the metadata of the model has them."""
    inputs = []
    for name in row:
        values = [each[name] for each in rows]
        datatype = "BYTES" if name == "type" else "FP64"
        tensor = triton.InferInput(name, [len(rows)], datatype)
        data = numpy.array(values, dtype=numpy.object_ if name == "type" else numpy.float64)
        tensor.set_data_from_numpy(data, binary_data=True)
        inputs.append(tensor)
    return inputs


def run_triton(url: str) -> None:
    client = triton.InferenceServerClient(url=url.removeprefix("http://"))
    check("server is live", client.is_server_live(), True)
    check("server is ready", client.is_server_ready(), True)
    check("model is ready", client.is_model_ready("halves", "1"), True)
    check("unknown model is not", not client.is_model_ready("nobody"), False)
    check("server metadata", client.get_server_metadata()["name"] == "sluice", client.get_server_metadata())
    metadata = client.get_model_metadata("halves")
    check("model metadata", metadata["inputs"][0]["datatype"] == "FP32", metadata)
    index = client.get_model_repository_index()
    check("repository index", {"halves", model} <= {each["name"] for each in index}, [each["name"] for each in index])

    values = numpy.random.default_rng(1).standard_normal((64, 3)).astype(numpy.float32)
    for binary in (True, False):
        for packing in (None, "gzip", "deflate"):
            tensor = triton.InferInput("x", values.shape, "FP32")
            tensor.set_data_from_numpy(values, binary_data=binary)
            outputs = [triton.InferRequestedOutput("y", binary_data=binary)]
            result = client.infer(
                "halves",
                [tensor],
                outputs=outputs,
                request_id="t-1",
                request_compression_algorithm=packing,
                response_compression_algorithm=packing,
            )
            same = numpy.array_equal(result.as_numpy("y"), values * numpy.float32(0.5))
            check(f"infer, {'binary' if binary else 'JSON'}, packed by {packing}", same, result.get_response()["id"])

    tensor = triton.InferInput("x", values.shape, "FP32")
    tensor.set_data_from_numpy(values)
    result = client.infer("halves", [tensor])
    check("infer as the client does it when told nothing", numpy.array_equal(result.as_numpy("y"), values / 2), result.get_output("y"))
    classes = client.infer("halves", [tensor], outputs=[triton.InferRequestedOutput("y", class_count=2)])
    check("classification", classes.as_numpy("y").shape == (64, 2), classes.as_numpy("y")[0])

    pixels = numpy.random.default_rng(2).standard_normal((4, 3, 64, 64)).astype(numpy.float32)
    tensor = triton.InferInput("x", pixels.shape, "FP32")
    tensor.set_data_from_numpy(pixels)
    result = client.infer("pixels", [tensor], model_version="1")
    check("images", numpy.array_equal(result.as_numpy("y"), pixels / 2), result.as_numpy("y").shape)

    kinds = {
        "f32": ("FP32", numpy.float32, [[1.5, -0.0]]),
        "f64": ("FP64", numpy.float64, [[0.1, 1e300]]),
        "i64": ("INT64", numpy.int64, [[2**63 - 1, -(2**63)]]),
        "u64": ("UINT64", numpy.uint64, [[2**64 - 1, 2**53 + 1]]),
        "i8": ("INT8", numpy.int8, [[-128, 127]]),
        "flag": ("BOOL", numpy.bool_, [[True, False]]),
        "text": ("BYTES", numpy.object_, [["größer", ""]]),
    }
    for binary in (True, False):
        inputs = []
        for name, (datatype, dtype, data) in kinds.items():
            tensor = triton.InferInput(name, [1, 2], datatype)
            tensor.set_data_from_numpy(numpy.array(data, dtype=dtype), binary_data=binary)
            inputs.append(tensor)
        outputs = [triton.InferRequestedOutput(f"{name}_out", binary_data=binary) for name in kinds]
        result = client.infer("echo", inputs, outputs=outputs)
        for name, (datatype, dtype, data) in kinds.items():
            seen = result.as_numpy(f"{name}_out")
            texts = [each.decode() if isinstance(each, bytes) else each for each in seen.flatten()]
            wanted = numpy.array(data, dtype=dtype)
            same = texts == data[0] if name == "text" else seen.tobytes() == wanted.tobytes()
            check(f"{datatype} both ways, {'binary' if binary else 'JSON'}", same, seen.tolist())

    result = client.infer(model, feature_inputs([row, good_row]))
    labels = [each.decode() for each in result.as_numpy("label")]
    check("a model of rows", labels == ["failure", "ok"], (labels, result.as_numpy("probability").tolist()))
    try:
        client.infer(model, feature_inputs([{**row, "torque": -5.0}]))
        check("a value out of range is refused", False, "it was scored")
    except InferenceServerException as error:
        check("a value out of range is refused", "/inputs/4/data/0" in error.message(), (error.status(), error.message()))


async def run_kserve(url: str) -> None:
    v2 = InferenceRESTClient(RESTConfig(protocol="v2", retries=0))
    check("server is live", await v2.is_server_live(url), True)
    check("server is ready", await v2.is_server_ready(url), True)
    check("model is ready", await v2.is_model_ready(url, model), True)
    values = numpy.arange(6, dtype=numpy.float32).reshape(2, 3)
    for binary in (False, True):
        tensor = InferInput(name="x", shape=[2, 3], datatype="FP32")
        tensor.set_data_from_numpy(values, binary_data=binary)
        request = InferRequest(model_name="halves", infer_inputs=[tensor], request_id="k-1")
        response = await v2.infer(url, request, model_name="halves")
        seen = response.outputs[0].as_numpy()
        check(f"infer, {'binary' if binary else 'JSON'}", numpy.array_equal(seen, values / 2), seen.tolist())
        check("it answers with the id that it was sent", response.id == "k-1", response.id)
    v1 = InferenceRESTClient(RESTConfig(protocol="v1", retries=0))
    check("V1: model is ready", await v1.is_model_ready(url, model), True)
    response = await v1.infer(url, {"instances": [row]}, model_name=model)
    check("V1: predict", response["predictions"][0]["label"] == "failure", response)
    response = await v1.infer(url, {"instances": values.tolist()}, model_name="halves")
    check("V1: predict with a tensor", response == {"predictions": (values / 2).tolist()}, response)
    picture = numpy.random.default_rng(3).integers(0, 255, (2, 3, 64, 64)).astype(float)
    response = await v1.infer(url, {"instances": picture.tolist()}, model_name="pixels")
    seen = numpy.array(response["predictions"])
    check("V1: predict with pictures", numpy.array_equal(seen, picture / 2), seen.shape)
    await v1.close()
    await v2.close()


def run_mlflow(url: str) -> None:
    host, number = url.removeprefix("http://").split(":")
    client = ScoringServerClient(host, number)
    client.wait_server_ready(timeout=5)
    check("version", client.get_version() != "", client.get_version())
    expected = ["failure", "failure"]
    frame = pandas.DataFrame([row, row])
    for what, data in (
        ("a data frame", frame),
        ("an array", numpy.array([list(row.values())] * 2, dtype=numpy.object_)),
        ("a list of rows", [list(row.values())] * 2),
    ):
        seen = client.invoke(data).get_predictions()
        check(f"invoke with {what}", list(seen["label"]) == expected, seen.to_dict("records"))
    try:
        client.invoke(pandas.DataFrame([{**row, "torque": -5.0}]))
        check("a value out of range is refused", False, "it was scored")
    except Exception as error:  # The client raises nothing narrower.
        check("a value out of range is refused", "error code 400" in str(error), str(error))


def main() -> int:
    print(f"date: {datetime.date.today().isoformat()}")
    print("clients:", ", ".join(f"{name} {version(name)}" for name in ("tritonclient", "kserve", "mlflow", "numpy", "pandas")))
    twin, url = start_twin()
    try:
        # Its client knows no paths: it gets the only model, before there are others.
        print("\n== MLflow ScoringServerClient")
        run_mlflow(url)
        publish = ["node", "scripts/launch.mjs", "test/clients/publish-models.ts"]
        subprocess.run(publish, cwd=project, check=True, stdout=subprocess.DEVNULL)
        wait_for_models(url, ["echo", "halves", "pixels"])
        print("\n== tritonclient")
        run_triton(url)
        print("\n== KServe InferenceRESTClient")
        asyncio.run(run_kserve(url))
    finally:
        os.killpg(twin.pid, signal.SIGTERM)
        twin.wait(timeout=30)
    print(f"\n{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
