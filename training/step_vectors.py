"""Makes the golden vectors of the steps anew: what scikit-learn learns from rows and what it makes of others.

python training/step_vectors.py
"""

import warnings

from threadpoolctl import threadpool_limits

from cases_of_categories import category_cases
from cases_of_circles import circle_cases
from cases_of_derived import derived_cases
from cases_of_groups import group_cases
from cases_of_numbers import number_cases
from step_case import content_of
from vector_file import made_by, vector_bytes, write_files


def step_files() -> dict[str, bytes]:
    """Every vector, by its path under `test/vectors`."""
    cases = [*number_cases(), *category_cases(), *circle_cases(), *group_cases(), *derived_cases()]
    maker = made_by("step_vectors.py", "scikit-learn", "scipy", "numpy")
    # One thread, so that sums are added in the same order everywhere.
    with threadpool_limits(1), warnings.catch_warnings():
        # Constant columns, merged bins and ignored categories are what the vectors are about.
        warnings.simplefilter("ignore")
        return {f"{case.name}.json": vector_bytes(content_of(case, maker)) for case in cases}


def main() -> None:
    """Writes them, and says how many there are."""
    files = step_files()
    write_files(files)
    print(f"{len(files)} vectors of steps")


if __name__ == "__main__":
    main()
