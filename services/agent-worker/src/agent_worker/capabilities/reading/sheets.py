"""Which sheet of a workbook a source means: `…/sales.xlsx#sheet=January`, percent-encoded."""

from urllib.parse import quote, unquote

_FRAGMENT = "#sheet="


def sheet_of(source: str) -> str:
    """Return the sheet's name; empty where none is named."""
    return unquote(source.partition(_FRAGMENT)[2])


def base_of(source: str) -> str:
    """Return the source without the sheet."""
    return source.partition(_FRAGMENT)[0]


def with_sheet(uri: str, sheet: str) -> str:
    """Return a URI that means one sheet, or the file as a whole where none is named."""
    return f"{uri}{_FRAGMENT}{quote(sheet, safe='')}" if sheet else uri
