"""Compile numeric loops to machine code, typed for the rest of the package."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile `function` on its first call; the machine code is kept on disk for the next run."""
    return cast("Function", njit(cache=True)(function))
