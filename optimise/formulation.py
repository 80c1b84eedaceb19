"""What the cut loop and branch and bound must know of a formulation, whatever it formulates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeVar

from optimise.cut_separation import CutSearch
from optimise.problem import Floats
from optimise.rows import Rows


class HasCost(Protocol):
    """A plan as the search sees it: `cost` is what is minimised."""

    @property
    def cost(self) -> float:
        """Value of the plan; minus its worth where worth is maximised."""
        ...


Design = TypeVar("Design", bound=HasCost)


class Formulation(Protocol[Design]):
    """A binary program whose rows are partly found only when violated, and the way from its points to plans.

    Attributes
    ----------
    cost, lower, upper : (n,) float
        Of the columns; all of them binary.
    base : Rows
        Rows that the model starts with.
    strong : Rows
        Rows that are added where violated; all of them may be stated.
    seeds : Rows
        Cuts known before the first relaxation.
    """

    @property
    def cost(self) -> Floats: ...  # noqa: D102

    @property
    def lower(self) -> Floats: ...  # noqa: D102

    @property
    def upper(self) -> Floats: ...  # noqa: D102

    @property
    def base(self) -> Rows: ...  # noqa: D102

    @property
    def strong(self) -> Rows: ...  # noqa: D102

    @property
    def seeds(self) -> Rows: ...  # noqa: D102

    def point(self, design: Design) -> Floats:
        """Columns of a plan."""
        ...

    def guided(self, values: Floats) -> Iterator[Design | None]:
        """Plans near a point of the relaxation; None where one failed."""
        ...

    def cuts(self, values: Floats, search: CutSearch, *, seed: int) -> Rows:
        """Cuts that a point of the relaxation violates."""
        ...

    def read(self, values: Floats) -> Iterator[Design | None]:
        """Plans that a binary point stands for, repaired where it is none; None where one failed."""
        ...

    def broken(self, values: Floats, *, seed: int) -> Rows:
        """Rows that a binary point breaks; none only where it is a plan of its cost."""
        ...
