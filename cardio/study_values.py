"""Values of a study file: texts, names, lists and numbers that are accepted, and how each is read."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Annotated, Any

from babel.numbers import get_currency_precision, is_currency
from pydantic import AfterValidator, BeforeValidator, Field, InstanceOf

from cardio.study_yaml import WrittenFloat, WrittenInt
from costing import read_date
from gis_layers import Condition, StudyError, check_connection

JUNCTIONS = "junctions"
# Words with a meaning of their own where layer names stand.
RESERVED_LAYER_NAMES = (JUNCTIONS, "lead_in")
LONGEST_LABEL = 80
# A choice: no town discounts, borrows or expects inflation at that, and 1 is how 1 % is mistyped.
MISTYPED_YEARLY_RATE = 0.5


def as_written(value: Any) -> Any:
    """Return a scalar as the text that stands in the file (column names and codes may look like numbers)."""
    if isinstance(value, WrittenInt | WrittenFloat):
        return value.text
    if isinstance(value, bool):
        return str(value).lower()
    return value


def check_value(text: str) -> str:
    """Accept text that is safe to show: no control, format or line separator characters; it may be empty."""
    if len(text) > 300:
        raise ValueError(f"should have at most 300 characters (has {len(text)})")
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in text):
        raise ValueError("should have no control characters")
    return text


def check_text(text: str) -> str:
    """Accept text that is safe to show and says something."""
    if not text.strip():
        raise ValueError("should not be empty")
    return check_value(text)


def check_label(label: str) -> str:
    """Accept a text that is short enough for legends and the heads of tables."""
    if len(label) > LONGEST_LABEL:
        raise ValueError(f"should have at most {LONGEST_LABEL} characters (has {len(label)})")
    return label.strip()


def check_name(name: str) -> str:
    """Accept a name that can stand in a dotted path: letters, digits, _ and -, not first a digit."""
    if not re.fullmatch(r"[^\W\d][\w-]{0,63}", name):
        raise ValueError("a name has letters, digits, _ and -, starts with a letter and has at most 64 characters")
    return name


def check_year(year: str) -> str:
    """Accept a year of four digits."""
    if not re.fullmatch(r"[12][0-9]{3}", year):
        raise ValueError("a year has four digits")
    return year


def check_increasing(years: dict[str, Any]) -> dict[str, Any]:
    """Accept years that follow each other."""
    if list(years) != sorted(years):
        raise ValueError("years must increase")
    return years


def check_layer_name(name: str) -> str:
    """Accept a layer name: a name without a meaning of its own."""
    if name in RESERVED_LAYER_NAMES:
        raise ValueError(f"{name} has a meaning of its own; choose another layer name")
    return name


def check_encoding(name: str) -> str:
    """Accept a text encoding that Python knows."""
    try:
        "".encode(name)
    except LookupError as error:
        raise ValueError("unknown text encoding; write utf-8, cp1252, iso-8859-1, ...") from error
    return name


def check_currency(code: str) -> str:
    """Accept the ISO 4217 code of a currency of hundredths: amounts are counted in cents."""
    if not is_currency(code):
        raise ValueError("should be the ISO 4217 code of a currency, such as EUR or CHF")
    if get_currency_precision(code) != 2:
        raise ValueError("is a currency without hundredths, in which amounts are counted")
    return code


def check_day(text: str) -> str:
    """Accept a date: a day, or the month or year of which it is the first."""
    read_date(text)
    return text


def check_database(text: str) -> str:
    """Accept a connection that holds no password: an address, or the name of an environment variable."""
    try:
        check_connection(text)
    except StudyError as error:
        raise ValueError(f"{error.message.removeprefix('connection ')}; {error.hint}") from error
    return text


def check_distinct(items: tuple[str, ...]) -> tuple[str, ...]:
    """Accept a list that names nothing twice."""
    if len(set(items)) < len(items):
        raise ValueError("names something twice")
    return items


def read_condition(value: Any) -> Any:
    """Read a filter: a list of values that pass, or ``{not: [...]}``; null stands for a missing value."""
    exclude = isinstance(value, dict) and set(value) == {"not"}
    values = value["not"] if exclude else value
    if not isinstance(values, tuple) or not values or any(isinstance(item, dict | tuple) for item in values):
        raise ValueError("should be a list of values that pass, or {not: [values that do not]}")
    return Condition(tuple("" if item is None else check_value(as_written(item)) for item in values), exclude)


def refuse_percent(value: Any) -> Any:
    """Pass on what may be a share; a percentage is refused with the share that it stands for."""
    percent = re.fullmatch(r"([0-9]+(?:[.,][0-9]+)?)\s*%", value) if isinstance(value, str) else None
    if percent is not None:
        share = Decimal(percent[1].replace(",", ".")) / 100
        raise ValueError(f"should be a number from 0 to 1: write {share.normalize():f} (is {value})")
    if isinstance(value, int | float) and not isinstance(value, bool) and 1 < value <= 100:
        share = (Decimal(str(as_written(value))) / 100).normalize()
        raise ValueError(f"should be from 0 to 1: {value} % is {share:f} (is {value})")
    return value


def check_yearly_rate(rate: float) -> float:
    """Accept a rate a year that is no percentage written without its zeros."""
    if rate >= MISTYPED_YEARLY_RATE:
        raise ValueError(
            f"is taken for mistyped: {MISTYPED_YEARLY_RATE * 100:g} % a year or more; write 4 % as 0.04 (is {rate:g})"
        )
    return rate


def as_list(value: Any) -> Any:
    """Take one name for a list of one."""
    return (value,) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(as_written), AfterValidator(check_text)]
Label = Annotated[Text, AfterValidator(check_label)]
Value = Annotated[str, AfterValidator(check_value)]
Name = Annotated[str, AfterValidator(check_name)]
LayerName = Annotated[Name, AfterValidator(check_layer_name)]
Currency = Annotated[str, AfterValidator(check_currency)]
Day = Annotated[str, BeforeValidator(as_written), AfterValidator(check_day)]
Encoding = Annotated[Text, AfterValidator(check_encoding)]
Connection = Annotated[Text, AfterValidator(check_database)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1), AfterValidator(check_distinct)]
MaybeTexts = Annotated[tuple[Text, ...], AfterValidator(check_distinct)]
OneOrMoreTexts = Annotated[MaybeTexts, BeforeValidator(as_list)]
Where = Annotated[InstanceOf[Condition], BeforeValidator(read_condition)]
Share = Annotated[float, Field(ge=0, le=1), BeforeValidator(refuse_percent)]
YearlyRate = Annotated[Share, AfterValidator(check_yearly_rate)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Metres = Positive
Euros = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Year = Annotated[str, AfterValidator(check_year)]
