r"""Taking one record apart into fields: strictly first, and in doubt so that nothing gets lost.

The strict way is that of RFC 4180, or with `\` as escape. Where it fails, a quote counts as the
end of its field only before a delimiter, and where that fails too, quotes are characters like any
other; both readings are believed only if the record then has as many fields as the header.
"""

import csv
import re
from dataclasses import dataclass, field

RESCUE_WIDTH_MIN = 3
"""Fields that a record must have for another delimiter to be believed in it alone."""

RESCUE_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class FieldSplitter:
    """Splits records of one layout."""

    delimiter: str
    quote: str = '"'
    escape: str = ""
    padded: bool = False
    _field: re.Pattern[str] = field(init=False, repr=False)
    _lenient: re.Pattern[str] = field(init=False, repr=False)
    _mixed: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Compile the patterns."""
        end = f"(?:{re.escape(self.delimiter)}|\\Z)" if self.delimiter else r"\Z"
        quote, escape = re.escape(self.quote), re.escape(self.escape)
        escaped = f"{escape}.|" if escape else ""
        inside = f"(?:{escaped}{quote}{quote}|[^{quote}{escape}])*"
        pad = " *+" if self.padded else ""
        plain = f"((?:{escaped}(?!{end})[^\r\n])*)"
        patterns = {
            "_field": f"{pad}(?:{quote}({inside}){quote}(?={end})|(?!{quote}){plain}(?={end}))",
            "_lenient": f"{pad}(?:{quote}(.*?){quote}(?={end})|{plain}(?={end}))",
            "_mixed": f"{pad}(?:{quote}({inside}){quote}(?={end})|{plain}(?={end}))",
        }
        for name, pattern in patterns.items():
            object.__setattr__(self, name, re.compile(pattern, re.DOTALL))

    def split(self, record: str) -> list[str] | None:
        """Return the fields; None where quotes do not close or stand in odd places."""
        if not self.delimiter or len(self.delimiter) > 1 or self.escape:
            return self._walk(record, self._field)
        try:
            (fields,) = csv.reader(
                (record,),
                delimiter=self.delimiter,
                quotechar=self.quote,
                skipinitialspace=self.padded,
                strict=True,
            )
        except (csv.Error, ValueError):
            return None
        return fields or [""]

    def split_leniently(self, record: str, width: int) -> list[str] | None:
        """Return that many fields of a record whose quotes are not in order, or None."""
        for pattern in (self._lenient, self._mixed):
            fields = self._walk(record, pattern)
            if fields is not None and len(fields) == width:
                return fields
        literal = self.split_literally(record)
        return literal if len(literal) == width else self._rescue(record, width)

    def split_literally(self, record: str) -> list[str]:
        """Return the fields with every quote as a character."""
        return record.split(self.delimiter) if self.delimiter else [record]

    def is_open(self, record: str) -> bool:
        """Tell whether a quoted field may go on in the next line."""
        quotes = record.count(self.quote)
        if self.escape and self.escape in record:
            quotes -= len(re.findall(f"{re.escape(self.escape + self.quote)}", record))
        return quotes % 2 == 1

    def is_torn(self, record: str) -> bool:
        """Tell whether a quoted field has lost the delimiter before it: `a"b, c"`.

        In a layout that encloses fields, a quote inside of a bare one and another at the end of a
        later one mean a pair; what is between them was one field.
        """
        opening = f"[^{re.escape(self.quote + self.delimiter)}]{re.escape(self.quote)}"
        if not self.delimiter or not re.search(opening, record):
            return False
        odd = 0
        place = 0
        while (match := self._field.match(record, place)) is not None:
            plain = match.group(2)
            odd += plain is not None and plain.count(self.quote) % 2
            if match.end() == len(record):
                break
            place = match.end() + len(self.delimiter)
        return odd > 1

    def _rescue(self, record: str, width: int) -> list[str] | None:
        """Split a record that has another delimiter than the rest, and no trace of theirs."""
        if width < RESCUE_WIDTH_MIN or not self.delimiter or self.delimiter in record:
            return None
        found = [
            fields
            for other in RESCUE_DELIMITERS
            if other != self.delimiter
            and (fields := FieldSplitter(other, self.quote, self.escape).split(record))
            and len(fields) == width
        ]
        return found[0] if len(found) == 1 else None

    def _walk(self, record: str, pattern: re.Pattern[str]) -> list[str] | None:
        fields: list[str] = []
        place = 0
        while True:
            match = pattern.match(record, place)
            if match is None:
                return None
            fields.append(self._content(match))
            if match.end() == len(record):
                return fields
            place = match.end() + len(self.delimiter)

    def _content(self, match: re.Match[str]) -> str:
        quoted, plain = match.group(1), match.group(2) or ""
        content = plain if quoted is None else quoted.replace(self.quote * 2, self.quote)
        if not self.escape or self.escape not in content:
            return content
        known = f"[{re.escape(self.quote + self.escape + self.delimiter)}]"
        return re.sub(f"{re.escape(self.escape)}({known})", r"\1", content)
