"""Holds the committed vectors to the scripts that make them: python -m unittest discover training."""

import importlib.util
import unittest
from collections.abc import Mapping

from pipeline_vectors import pipeline_files
from step_vectors import step_files
from vector_file import VECTORS

HAS_BOOSTERS = importlib.util.find_spec("onnxmltools") is not None


class VectorsTest(unittest.TestCase):
    """The same versions make the same bytes; on another kind of processor the last digits may be others."""

    def assert_committed(self, files: Mapping[str, bytes], folder: str) -> None:
        """All of these are committed as they are, and nothing beside them."""
        committed = {str(file.relative_to(VECTORS)) for file in (VECTORS / folder).iterdir() if file.is_file()}
        self.assertEqual(committed, set(files))
        changed = [path for path, content in files.items() if (VECTORS / path).read_bytes() != content]
        self.assertEqual(changed, [])

    def test_steps(self) -> None:
        """Every option of every step."""
        self.assert_committed(step_files(), ".")

    def test_pipelines(self) -> None:
        """Ten pipelines and their models."""
        self.assert_committed(pipeline_files(), "pipelines")

    @unittest.skipUnless(HAS_BOOSTERS, "requirements-boosters.txt is not installed")
    def test_boosters(self) -> None:
        """XGBoost and LightGBM."""
        from booster_vectors import booster_files

        self.assert_committed(booster_files(), "boosters")


if __name__ == "__main__":
    unittest.main()
