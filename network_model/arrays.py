"""Types of the arrays that the package is made of."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32] | npt.NDArray[np.int64]
"""Row numbers where there are many of them: of 32 bits where these suffice."""
Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]
