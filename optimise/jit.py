"""One way to compile a kernel, so that its Python types survive for the type checker."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def compiled(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compile on first call and keep the machine code beside the source (later starts take milliseconds)."""
    return cast("Callable[_Arguments, _Result]", njit(cache=True)(function))
