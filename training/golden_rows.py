"""Chooses the rows that hold every other runtime to what Python computed: ordinary ones and those at the edges."""

import numpy as np
from numpy.typing import NDArray

from milling_process import (
    HEAT_RISE_MIN_K,
    HEAT_SPEED_MIN_RPM,
    OVERSTRAIN_LIMITS_MIN_NM,
    POWER_MAX_W,
    POWER_MIN_W,
    Floats,
    Readings,
)


def choose_golden_rows(readings: Readings, rows: int, seed: int) -> Floats:
    """[rows, 6]: the edges (rules that fired or just missed, the extremes of each column), then rows at random."""
    edges = np.unique(_edges(readings))
    others = np.setdiff1d(np.arange(len(readings.features)), edges)
    filling = np.random.default_rng(seed).choice(others, rows - len(edges), replace=False)
    golden: Floats = readings.features[np.concatenate([edges, filling])]
    return golden


def _edges(readings: Readings) -> NDArray[np.intp]:
    """Indices; an infinite distance keeps a row from being near the heat rule when its speed rules that out."""
    quality, air, process, speed, torque, wear = readings.features.T
    power = torque * speed * (2 * np.pi / 60)
    strain = wear * torque - OVERSTRAIN_LIMITS_MIN_NM[quality.astype(int)]
    too_fast = np.where(speed < HEAT_SPEED_MIN_RPM, 0, np.inf)
    rise = np.abs(process - air - HEAT_RISE_MIN_K)
    fired = [np.flatnonzero(flags)[:2] for flags in readings.fired.values()]
    nearest = [
        np.argsort(distance, kind="stable")[:3]
        for distance in (rise + too_fast, np.abs(power - POWER_MIN_W), np.abs(power - POWER_MAX_W), np.abs(strain))
    ]
    extremes = [[column.argmin(), column.argmax()] for column in (air, process, speed, torque, wear)]
    return np.concatenate([*fired, *nearest, *extremes]).astype(np.intp)
