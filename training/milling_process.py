"""The milling process of the AI4I 2020 data set (S. Matzka), simulated.

The published description gives the distributions and the failure rules. Where it leaves a number open (the steps of the
walks, the formula behind the rotational speed, the spread of the tool's life), the number here is the one that the
published file shows. `local/devices/milling-process.ts` states the same process for live events; change both.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEATURES = ("type", "airTemperature", "processTemperature", "rotationalSpeed", "torque", "toolWear")
"""Names and order of the columns of `Readings.features`: code, K, K, rpm, Nm, min."""

QUALITY_CODES = {"L": 0, "M": 1, "H": 2}
"""How a product's quality is written as a number in the column `type`."""

QUALITY_SHARES = (0.60, 0.30, 0.10)
WEAR_PER_PROCESS_MIN = np.array([2.0, 3.0, 5.0])
OVERSTRAIN_LIMITS_MIN_NM = np.array([11_000.0, 12_000.0, 13_000.0])

AIR_MEAN_K, AIR_SD_K, AIR_STEP_K = 300.0, 2.0, 0.0535
RISE_MEAN_K, RISE_SD_K, RISE_STEP_K = 10.0, 1.0, 0.038
TORQUE_MEAN_NM, TORQUE_SD_NM = 40.0, 10.0

SPINDLE_POWER_W, SPEED_FLOOR_RPM, SPEED_PER_RADIAN, SPEED_SD_RPM = 2_860.0, 1_000.0, 7.0, 50.0
SPEED_KNEE_RPM, SPEED_IDLE_RPM, SPEED_DROP_RPM_PER_NM = 2_700.0, 3_000.0, 30.0

TOOL_LIFE_MIN, TOOL_FAILURE_SHARE = (200.0, 210.0, 240.0), 0.4
HEAT_RISE_MIN_K, HEAT_SPEED_MIN_RPM = 8.6, 1_380.0
POWER_MIN_W, POWER_MAX_W = 3_500.0, 9_000.0
RANDOM_FAILURE_SHARE = 0.001


@dataclass(frozen=True)
class Readings:
    """Readings of many machines, one row each, and which failure rules fired."""

    features: Floats
    """[N, 6] in the order of `FEATURES`, rounded as the sensors round."""
    fired: dict[str, Flags]
    """One [N] array for each of TWF, HDF, PWF, OSF and RNF."""
    failed: Flags
    """[N]: the machine failed."""


def simulate(machines: int, readings_each: int, seed: int) -> Readings:
    """Lets machines run side by side; the rows are those of the first machine, then those of the second, and so on."""
    random = np.random.default_rng(seed)
    shape = (machines, readings_each)
    quality = random.choice(len(QUALITY_SHARES), size=shape, p=QUALITY_SHARES)
    air = (AIR_MEAN_K + _walk(random, shape, AIR_SD_K, AIR_STEP_K)).round(1)
    rise = RISE_MEAN_K + _walk(random, shape, RISE_SD_K, RISE_STEP_K)
    process = (air + rise).round(1)
    exact_torque = _torque(random, shape)
    speed = _speed(random, exact_torque).round()
    torque = exact_torque.round(1)
    wear, tool_failed = _wear(random, WEAR_PER_PROCESS_MIN[quality])

    power = torque * speed * (2 * np.pi / 60)
    fired = {
        "TWF": tool_failed,
        # In float64 on the rounded values, as in the file: 308.9 - 300.3 is a little less than 8.6 there.
        "HDF": (process - air < HEAT_RISE_MIN_K) & (speed < HEAT_SPEED_MIN_RPM),
        "PWF": (power < POWER_MIN_W) | (power > POWER_MAX_W),
        "OSF": wear * torque > OVERSTRAIN_LIMITS_MIN_NM[quality],
        "RNF": random.random(shape) < RANDOM_FAILURE_SHARE,
    }
    columns = (quality.astype(np.float64), air, process, speed, torque, wear)
    return Readings(
        features=np.stack(columns, axis=-1).reshape(-1, len(FEATURES)),
        fired={rule: flags.reshape(-1) for rule, flags in fired.items()},
        failed=np.logical_or.reduce(list(fired.values())).reshape(-1),
    )


def _walk(random: np.random.Generator, shape: tuple[int, int], sd: float, step: float) -> Floats:
    """A random walk pulled back just enough to keep its standard deviation for ever; it starts anywhere in it."""
    pull = step**2 / (2 * sd**2)
    noise = random.standard_normal(shape)
    walk = np.empty(shape)
    walk[:, 0] = sd * noise[:, 0]
    innovation = sd * np.sqrt(1 - (1 - pull) ** 2)
    for i in range(1, shape[1]):
        walk[:, i] = (1 - pull) * walk[:, i - 1] + innovation * noise[:, i]
    return walk


def _torque(random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Normal; a value that is not positive is drawn again."""
    torque = random.normal(TORQUE_MEAN_NM, TORQUE_SD_NM, shape)
    while (wrong := torque <= 0).any():
        torque[wrong] = random.normal(TORQUE_MEAN_NM, TORQUE_SD_NM, np.count_nonzero(wrong))
    return torque


def _speed(random: np.random.Generator, torque: Floats) -> Floats:
    """From a constant power and the torque, with noise; with hardly any load the speed follows a line instead."""
    loaded = SPEED_FLOOR_RPM + SPEED_PER_RADIAN * SPINDLE_POWER_W / torque
    loaded += random.normal(0, SPEED_SD_RPM, torque.shape)
    return np.where(loaded > SPEED_KNEE_RPM, SPEED_IDLE_RPM - SPEED_DROP_RPM_PER_NM * torque, loaded)


def _wear(random: np.random.Generator, added: Floats) -> tuple[Floats, Flags]:
    """Wear before each process, and whether the tool failed in it; a tool ends before it passes its own limit."""
    machines = len(added)
    wear, failed = np.empty(added.shape), np.zeros(added.shape, dtype=np.bool_)
    shortest, usual, longest = TOOL_LIFE_MIN
    now: Floats = np.floor(random.uniform(0, shortest, machines))
    limit = random.triangular(shortest, usual, longest, size=machines)
    for i in range(added.shape[1]):
        wear[:, i] = now
        now = now + added[:, i]
        ended = now > limit
        failed[:, i] = ended & (random.random(machines) < TOOL_FAILURE_SHARE)
        now[ended] = 0
        limit[ended] = random.triangular(shortest, usual, longest, size=np.count_nonzero(ended))
    return wear, failed
