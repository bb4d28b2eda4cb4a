"""Holds the simulation against the published file: python -m unittest discover training."""

import unittest

import numpy as np

from ai4i import AI4I_FILE, read_ai4i
from milling_process import FEATURES, simulate

MEAN_TOLERANCES = (0.05, 0.25, 0.25, 3.0, 0.2, 2.0)
"""How far the means may lie apart, in each feature's own unit; temperatures drift slowly, so theirs are the loosest."""

SD_TOLERANCES = {"airTemperature": 0.15, "rotationalSpeed": 4.0, "torque": 0.2, "toolWear": 1.5}
"""The process temperature is left out: in the file the two walks happen to cancel, which no other run repeats."""

RATE_TOLERANCES = {"TWF": 0.001, "HDF": 0.0025, "PWF": 0.002, "OSF": 0.002, "RNF": 0.0012}
"""Two to three standard errors of 10,000 rows, more for HDF, whose rows come in clusters."""


class SimulationTest(unittest.TestCase):
    """Deviations of the simulated process from the published one."""

    def test_the_same_seed_gives_the_same_rows(self) -> None:
        """A model can be made again only from the same data."""
        first, second, other = (simulate(5, 200, seed).features for seed in (1, 1, 2))
        self.assertTrue(np.array_equal(first, second))
        self.assertFalse(np.array_equal(first, other))

    @unittest.skipUnless(AI4I_FILE.exists(), "the AI4I 2020 file is not beside the project")
    def test_features_are_distributed_as_in_the_file(self) -> None:
        """Means, standard deviations, and the two relations between columns."""
        real, simulated = read_ai4i().features, simulate(1_000, 500, seed=5).features
        for i, (feature, tolerance) in enumerate(zip(FEATURES, MEAN_TOLERANCES, strict=True)):
            self.assertAlmostEqual(simulated[:, i].mean(), real[:, i].mean(), delta=tolerance, msg=feature)
        for feature, tolerance in SD_TOLERANCES.items():
            i = FEATURES.index(feature)
            self.assertAlmostEqual(simulated[:, i].std(), real[:, i].std(), delta=tolerance, msg=feature)
        rise = [rows[:, 2] - rows[:, 1] for rows in (simulated, real)]
        self.assertAlmostEqual(rise[0].std(), rise[1].std(), delta=0.08, msg="process - air")
        coupling = [np.corrcoef(rows[:, 3], rows[:, 4])[0, 1] for rows in (simulated, real)]
        self.assertAlmostEqual(coupling[0], coupling[1], delta=0.01, msg="correlation of speed and torque")

    @unittest.skipUnless(AI4I_FILE.exists(), "the AI4I 2020 file is not beside the project")
    def test_rules_fire_as_often_as_in_the_file(self) -> None:
        """The share of rows of each rule, and of failures altogether."""
        real, simulated = read_ai4i(), simulate(1_000, 500, seed=5)
        for rule, tolerance in RATE_TOLERANCES.items():
            self.assertAlmostEqual(simulated.fired[rule].mean(), real.fired[rule].mean(), delta=tolerance, msg=rule)
        self.assertAlmostEqual(simulated.failed.mean(), real.failed.mean(), delta=0.003, msg="failed")


if __name__ == "__main__":
    unittest.main()
