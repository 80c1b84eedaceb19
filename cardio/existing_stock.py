"""What exists and is paid for whatever is planned: how much of it, and since when."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cardio.study import Study
from cardio.study_finance import ExistingAssets
from costing import PriceList, Stock, price_of
from gis_layers import Finding, Layer, StudyError, as_text

ROWS_LISTED = 20
# a year, alone or at the beginning of a date
YEAR_PATTERN = r"^([12]\d{3})(?:$|[-/.]\d)"


def survey_stock(layers: Mapping[str, Layer], study: Study, prices: PriceList) -> tuple[Stock, ...]:
    """Return what exists in the layers of ``finance.existing``, by the year in which it was built.

    Raises
    ------
    StudyError
        A price that is missing or does not fit the layer, or a layer without the column of the years.
    """
    return tuple(_stock(layers[assets.layer], assets, study, prices) for assets in study.existing)


def unusable_years(layers: Mapping[str, Layer], study: Study) -> tuple[Finding, ...]:
    """Report rows of ``finance.existing`` that do not say in which year they were built: they are never renewed."""
    findings: list[Finding] = []
    for assets in study.existing:
        if assets.built_column is not None:
            findings += _unusable(layers[assets.layer], assets.built_column, study)
    return tuple(findings)


def _stock(layer: Layer, assets: ExistingAssets, study: Study, prices: PriceList) -> Stock:
    by_metre = assets.price in prices and prices[assets.price].unit == "m"
    asked_by = f"finance.existing.{assets.layer}.price"
    price = price_of(prices, assets.price, asked_by=asked_by, unit="m" if by_metre else "each")
    kinds = layer.frame.geom_type
    if by_metre and not kinds.isin(["LineString"]).all():
        raise StudyError(
            f"{asked_by}: {assets.price} is in {study.currency}/m, but layer {assets.layer} does not have only lines",
            "name a row with unit: each, which counts its rows",
            key=asked_by,
        )
    rows = layer.frame if by_metre else layer.frame.drop_duplicates("id")
    quantity = rows.length.to_numpy(dtype=float) if by_metre else np.ones(len(rows))
    if assets.built_column is None:
        return Stock(price, {assets.built_year: _hundredths(quantity)})
    years = _years(layer, rows, assets.built_column, study)
    known = years.notna().to_numpy(dtype=bool)
    by_year: dict[int | None, int] = {
        int(year): _hundredths(quantity[known & (years == year).fillna(False).to_numpy(dtype=bool)])
        for year in sorted(set(years[known].tolist()))
    }
    if not known.all():
        by_year[None] = _hundredths(quantity[~known])
    return Stock(price, by_year)


def _hundredths(quantity: np.ndarray) -> int:
    return int(np.floor(quantity.sum() * 100 + 0.5))


def _years(layer: Layer, rows: pd.DataFrame, column: str, study: Study) -> pd.Series:
    """Year of each row; none where the column tells none, or one after the base year."""
    if column not in rows:
        raise StudyError(
            f"finance.existing.{layer.name}.built.column: layer {layer.name!r} ({layer.path}) has no column {column!r}",
            f"columns: {', '.join(str(name) for name in layer.frame.columns if name != 'geometry')}",
            key=f"finance.existing.{layer.name}.built.column",
        )
    texts = pd.Series(as_text(rows[column].to_numpy()), index=rows.index, dtype=object).astype(str)
    years = pd.to_numeric(texts.str.extract(YEAR_PATTERN, expand=False)).astype("Int64")
    latest = study.finance.base_year if study.finance is not None else None
    return years if latest is None else years.where((years <= latest).fillna(False))


def _unusable(layer: Layer, column: str, study: Study) -> list[Finding]:
    rows = layer.frame.drop_duplicates("id")
    years = _years(layer, rows, column, study)
    wrong = rows[years.isna()]
    code, done = "built-year-unusable", "it is counted as run, never as renewed"
    advice = f"correct {column}, or filter such rows out with where:"
    told = as_text(wrong[column].to_numpy()).tolist()
    points = wrong.geometry.representative_point()
    findings = [
        Finding("warning", code, layer.name, layer.path, str(feature), _message(column, text), done, advice, at.x, at.y)
        for feature, text, at in zip(wrong["id"][:ROWS_LISTED], told, points, strict=False)
    ]
    if len(wrong) > ROWS_LISTED:
        message = f"{len(wrong)} features in all have no usable year of construction in {column}"
        findings.append(Finding("warning", code, layer.name, layer.path, "", message, done, advice))
    return findings


def _message(column: str, text: str) -> str:
    return f"{column}: no year" if not text else f"{column}: {text} is no year up to the base year"
