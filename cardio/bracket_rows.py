"""Which price rows of a study have brackets, and how much of each a plan can take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cardio.prospects import Prospects
from costing import Bracket, Price, Rate
from gis_layers import StudyError


@dataclass(frozen=True)
class BracketRow:
    """A price row with brackets that the study asks for.

    Attributes
    ----------
    price : Price
    most : float
        No plan takes more of it, in its unit.
    lines : int
        No plan has more lines of it.
    """

    price: Price
    most: float
    lines: int

    @property
    def brackets(self) -> tuple[Bracket, ...]:
        """Those whose quantity can be reached."""
        return tuple(bracket for bracket in self.price.brackets if bracket.from_quantity <= self.most)

    def at(self, number: int) -> Price:
        """The row at the unit prices of one of its brackets."""
        bracket = self.price.brackets[number]
        return replace(self.price, typical_eur=bracket.typical_eur, low_eur=bracket.low_eur, high_eur=bracket.high_eur)

    def costing(self, typical_eur: float) -> Price:
        """The row at a unit price: that of a bracket with its range, or any other one."""
        for number, bracket in enumerate(self.price.brackets):
            if bracket.typical_eur == typical_eur:
                return self.at(number)
        return replace(self.price, typical_eur=typical_eur, low_eur=typical_eur, high_eur=typical_eur)

    def limits(self, number: int) -> tuple[float, float]:
        """Quantities from and up to which one of its brackets is in force, whole hundredths."""
        later = self.price.brackets[number + 1 : number + 2]
        return self.price.brackets[number].from_quantity, later[0].from_quantity - 0.01 if later else self.most

    def in_force(self, quantity: float) -> int:
        """Number of the bracket of a quantity."""
        return max(number for number, bracket in enumerate(self.price.brackets) if bracket.from_quantity <= quantity)


def find_bracket_rows(prospects: Prospects) -> tuple[BracketRow, ...]:
    """Return the rows with brackets that works of the study are paid by, in the order of their keys.

    Raises
    ------
    StudyError
        Running costs with brackets.
    """
    most: dict[str, float] = {}
    lines: dict[str, int] = {}
    rows: dict[str, Price] = {}
    for price, quantity, count in _everything(prospects):
        for running in price.opex:
            if len(running.brackets) > 1:
                raise StudyError(
                    f"price {running.key!r}, running cost of {price.key!r}, has brackets, which only works can have",
                    "give it one price",
                )
        if len(price.brackets) > 1:
            rows[price.key] = price
            # quantities are rounded to hundredths line by line
            most[price.key] = most.get(price.key, 0.0) + quantity + 0.005 * count
            lines[price.key] = lines.get(price.key, 0) + count
    return tuple(BracketRow(rows[key], most[key], lines[key]) for key in sorted(rows))


def _everything(prospects: Prospects) -> Iterator[tuple[Price, float, int]]:
    """Price rows with the quantity, and the number of lines, that building everything takes of them at most."""
    statement = prospects.statement
    length_m, segments = float(statement.routes.length_m.sum()), len(statement.routes.length_m)
    for price, quantity, count in _greatest(statement.routes.tariffs):
        yield price, length_m * quantity, segments * count
    for option, rates in enumerate(statement.candidates.rates):
        built = int((statement.candidates.option == option).sum())
        for rate in rates:
            yield rate.price, built * rate.quantity, built
    for quotes in statement.connections.values():
        if quotes.each is not None:
            yield quotes.each, float(len(quotes.each_cents)), len(quotes.each_cents)
        if quotes.per_m is not None:
            yield quotes.per_m, float(quotes.distance_m.data.sum()), len(quotes.distance_m.data)


def _greatest(tariffs: Sequence[Sequence[Rate]]) -> Iterator[tuple[Price, float, int]]:
    """Rows with the greatest quantity a metre, and the most lines, of any tariff: a segment pays one of them."""
    greatest: dict[str, tuple[Price, float, int]] = {}
    for rates in tariffs:
        for key in {rate.price.key for rate in rates}:
            own = [rate for rate in rates if rate.price.key == key]
            _, quantity, count = greatest.get(key, (own[0].price, 0.0, 0))
            greatest[key] = (own[0].price, max(quantity, sum(rate.quantity for rate in own)), max(count, len(own)))
    yield from greatest.values()


def refuse_brackets(prospects: Prospects, asked: str) -> None:
    """Refuse what is computed at fixed unit prices only.

    Raises
    ------
    StudyError
        Naming the first row with brackets.
    """
    for row in find_bracket_rows(prospects):
        raise StudyError(
            f"price {row.price.key!r} has brackets by quantity, with which {asked} is not computed in this version",
            "give the row one price, that of the quantity you expect",
        )
