"""Typography: spaces of French sentences, which the code writes plain so that they can be searched; and of amounts."""

from __future__ import annotations

import re
from functools import lru_cache

NARROW_SPACE = "\u202f"
_BEFORE = re.compile(r" (?=[;:!?»%])")
_AFTER = re.compile(r"(?<=«) ")
_LETTER_BEFORE_FIGURE = re.compile(r"(?<=[^\W\d_])(?=\d)")


@lru_cache(maxsize=4096)
def typeset_french(text: str) -> str:
    """Put narrow no-break spaces before ``; : ! ? %`` and inside quotation marks, so that no line begins with a sign.

    Lexique des règles typographiques en usage à l'Imprimerie nationale, with one width for all signs.
    """
    return _AFTER.sub(NARROW_SPACE, _BEFORE.sub(NARROW_SPACE, text))


def space_currency(amount: str) -> str:
    """Part a currency written in letters from its figures by a no-break space: CHF 340,150; a sign (€) stays as it is.

    Unicode TR 35, currencySpacing: what stands between a letter and a digit; babel leaves it out.
    """
    return _LETTER_BEFORE_FIGURE.sub("\u00a0", amount)
