"""report.pdf: report.html laid out on A4 by WeasyPrint, tagged for screen readers, fetching nothing."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from gis_layers import StudyError

INSTALL = (
    'install it with: pip install "cardio-planning[report]"; it needs the library Pango '
    "(Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0) and a font (fonts-dejavu-core)"
)
VARIANT = "pdf/ua-1"
# the interactive map is not on paper, and reading it takes as long as laying out the rest; text has no bare quotes
_FRAMED = re.compile(r' srcdoc="[^"]*"')


def require_weasyprint() -> Any:
    """Return WeasyPrint; a run asks for it before it computes anything.

    Raises
    ------
    StudyError
        It is not installed, or the libraries that it lays text out with are not.
    """
    try:
        import weasyprint  # noqa: PLC0415 (half a second, and not needed for a plan)
    except (ImportError, OSError) as error:  # OSError: a shared library is missing
        raise StudyError(f"report.pdf needs WeasyPrint, which cannot be loaded: {error}", INSTALL) from error
    return weasyprint


def lay_out(page: str, refused: list[str]) -> Any:
    """Lay a page of ours out on A4.

    Parameters
    ----------
    page : str
        HTML, with all that it shows inside.
    refused : list of str
        Filled with the addresses that the page asks for; writing the document may add to it.

    Returns
    -------
    weasyprint.Document
        Its ``pages``, ``make_bookmark_tree()`` and ``metadata`` can be looked at before it is written.

    Raises
    ------
    StudyError
        WeasyPrint is missing.
    """
    weasyprint = require_weasyprint()

    class Refusing(weasyprint.urls.URLFetcher):  # type: ignore[misc, name-defined]
        """Opens ``data:`` only: nothing in a report may make WeasyPrint read a file or ask a server."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.lower().startswith("data:"):
                refused.append(url)
                raise ValueError("not opened")
            return super().fetch(url, headers)

    html = weasyprint.HTML(string=_FRAMED.sub("", page), url_fetcher=Refusing(allowed_protocols={"data"}))
    return html.render(pdf_variant=VARIANT, presentational_hints=True)


def make_pdf(page: str) -> tuple[bytes, int]:
    """Make a PDF of a page of ours; the same page gives the same bytes.

    Returns
    -------
    bytes, int
        The file, and its number of pages.

    Raises
    ------
    StudyError
        WeasyPrint is missing, or the page asks for a file or an address.
    """
    refused: list[str] = []
    document = lay_out(page, refused)
    identifier = hashlib.sha256(page.encode("utf-8")).digest()[:16]
    content: bytes = document.write_pdf(pdf_variant=VARIANT, pdf_tags=True, pdf_identifier=identifier)
    if refused:
        raise StudyError(
            f"the report asks for {refused[0][:200]}, and nothing is fetched while a PDF is made",
            "put the picture into the template itself, as a data: address",
        )
    return content, len(document.pages)
