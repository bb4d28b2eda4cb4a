"""Cases of the step `cyclic`."""

import datetime

from number_case import number_case
from step_case import StepCase

_TIMES = (
    "1970-01-01T00:00:00+00:00",
    "1969-12-31T23:59:59.999+00:00",
    "1600-02-29T12:00:00+00:00",
    "1899-12-31T23:59:59+00:00",
    "1900-02-28T06:30:00+00:00",
    "1900-03-01T00:00:00.001+00:00",
    "2000-02-29T23:00:00+00:00",
    "2000-12-31T12:34:56.789+00:00",
    "2023-12-31T23:59:59.999+00:00",
    "2024-02-29T00:00:00+00:00",
    "2024-12-31T18:45:00+00:00",
    "2025-01-01T00:00:00+00:00",
    "2026-11-21T03:04:05.678+00:00",
    "2100-02-28T23:59:59.999+00:00",
    "2100-03-01T00:00:00+00:00",
    "9999-12-31T23:59:59.999+00:00",
)


def _timestamp(time: str) -> float:
    """Milliseconds since 1970."""
    return round(datetime.datetime.fromisoformat(time).timestamp() * 1000)


def circle_cases() -> list[StepCase]:
    """All of them."""
    numbers = ("integers", "gaps")

    def small(number: float) -> bool:
        # Of larger angles the last digit of a float64 is a good part of a turn.
        return abs(number) <= 1e9 + 100

    calendar = [
        StepCase(
            name=f"cyclic-{period}",
            about=f"Times on a circle: {period}, UTC.",
            features=[{"name": "time", "type": "timestamp"}],
            steps=[{"step": "cyclic", "features": ["time"], "period": period}],
            fit_rows={"time": [_timestamp(_TIMES[0])]},
            rows={"time": [*(_timestamp(time) for time in _TIMES), None]},
        )
        for period in ("minute-of-hour", "hour-of-day", "day-of-week", "day-of-year", "month-of-year")
    ]
    return [
        number_case("cyclic-24", "Hours on a circle.", numbers, {"step": "cyclic", "period": 24}, only=small),
        number_case(
            "cyclic-fraction",
            "A period that is no whole number.",
            numbers,
            {"step": "cyclic", "period": 365.2425},
            only=small,
        ),
        *calendar,
    ]
