"""What a study says about who pays: taxes, their compensation, grants and loans."""

from __future__ import annotations

from cardio.study_money import FctvaSection, FundingSection, GrantSection
from cardio.study_schema import StudyFile
from costing import Fctva, Funding, Grant, Loan, VatRegime, read_date


def funding_of(form: StudyFile) -> Funding | None:
    """Who pays; None where the study states neither VAT nor funding."""
    vat = None if form.finance is None else form.finance.vat
    stated = None if form.finance is None else form.finance.vat_regime
    if form.funding is None and vat is None and stated is None:
        return None
    section = form.funding or FundingSection()
    regime: VatRegime = "none" if vat is None else "fctva"
    return Funding(
        vat_rate=vat,
        vat_regime=stated or regime,
        fctva=_fctva(section.fctva),
        grants=tuple(_grant(name, grant) for name, grant in section.grants.items()),
        own_share_at_least=section.own_share_at_least or 0.0,
        public_aid_at_most=1.0 if section.public_aid_at_most is None else section.public_aid_at_most,
        loan=None if section.loan is None else Loan(**section.loan.model_dump()),
    )


def spending_year_of(form: StudyFile) -> int | None:
    """Year in which a plan without phases is paid: that of the finances, else of the prices."""
    if form.finance is not None and form.finance.base_year is not None:
        return form.finance.base_year
    return None if form.prices.date is None else read_date(form.prices.date).year


def _fctva(section: bool | FctvaSection | None) -> Fctva | None:
    if section is None or section is False:
        return None
    if section is True:
        return Fctva()
    stated = {int(year): rate for year, rate in section.rates.items()}
    fund = Fctva(lag_years=section.lag_years, accounts=section.accounts)
    return Fctva(stated, fund.lag_years, fund.accounts) if stated else fund


def _grant(name: str, section: GrantSection) -> Grant:
    return Grant(
        name=name,
        rate=section.rate,
        cap_eur=section.cap,
        until=None if section.until is None else read_date(section.until, last=True),
        accounts=section.accounts,
        lag_years=section.lag_years,
    )
