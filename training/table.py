"""Named columns on their way through the steps of a manifest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Group = Mapping[str, NDArray[Any]]
"""What a name stands for: one column, or the several that a step made of it, each with its own name."""


@dataclass(frozen=True)
class Table:
    """Columns of numbers (float64, NaN is missing) and of categories (objects, None is missing)."""

    groups: Mapping[str, Group]
    outliers: NDArray[np.bool_] | None = None
    """Rows that a step has marked; None before any step that judges rows."""

    def group(self, name: str) -> Group:
        """The columns that a name stands for; else the one column of that name in the first group that has it."""
        if name in self.groups:
            return self.groups[name]
        return next({name: group[name]} for group in self.groups.values() if name in group)

    def names(self, features: Iterable[str]) -> list[str]:
        """The names of the columns of some features."""
        return [name for feature in features for name in self.group(feature)]

    def arrays(self, features: Iterable[str]) -> list[NDArray[Any]]:
        """The columns of some features."""
        return [column for feature in features for column in self.group(feature).values()]

    def matrix(self, features: Iterable[str]) -> NDArray[Any]:
        """[N, k]: the columns of some features, which are all numbers or all categories."""
        return np.column_stack(self.arrays(features))

    def with_group(self, name: str, columns: Group) -> "Table":
        """The same with a group that is new, or in the place of the one of that name."""
        return replace(self, groups={**self.groups, name: columns})

    def regrouped(self, features: Iterable[str], made: Sequence[Group]) -> "Table":
        """The same with other columns for some features: `made` has what each of their columns has become."""
        table, rest = self, list(made)
        for feature in features:
            count = len(self.group(feature))
            table = table.with_group(feature, {name: column for each in rest[:count] for name, column in each.items()})
            rest = rest[count:]
        return table

    def in_place(self, features: Sequence[str], matrix: NDArray[Any]) -> "Table":
        """The same with other values for some features."""
        names = self.names(features)
        return self.regrouped(features, [{name: column} for name, column in zip(names, matrix.T, strict=True)])

    def with_outliers(self, marks: NDArray[np.bool_]) -> "Table":
        """The same with further rows marked."""
        return replace(self, outliers=marks if self.outliers is None else self.outliers | marks)


def columns_of(names: Iterable[str], matrix: NDArray[Any]) -> Group:
    """The columns of a matrix by their names."""
    return dict(zip(names, matrix.T, strict=True))


def table_of(rows: Mapping[str, Sequence[Any]], features: Sequence[Mapping[str, Any]]) -> Table:
    """The rows of a vector as columns; what is no category is a number, and a boolean is 0 or 1."""

    def column(name: str, kind: str) -> NDArray[Any]:
        if kind == "category":
            return np.array(rows[name], dtype=object)
        return np.array([np.nan if value is None else float(value) for value in rows[name]])

    return Table({feature["name"]: {feature["name"]: column(feature["name"], feature["type"])} for feature in features})
