"""The kinds of clean columns, a list to read; half are held out while detectors are tuned.

Kinds whose values look odd although they are right (codes one letter apart, mixed notes, legitimate
words for nothing) are as many as the easy ones: precision is decided there.
"""

import calendar
import encodings.aliases
import errno
import html.entities
import keyword
import mimetypes
import re
import signal
import sys
import unicodedata
import zoneinfo
from http import HTTPStatus

from benchmarks.spreadsheet_columns.made_up import (
    Kind,
    dated,
    faked,
    form,
    joined,
    mixed,
    number,
    one_of,
    skewed,
    words,
)

TITLE_WORDS = re.findall(
    r"\S+",
    "The A Of And In On Night Day King Queen Last First Blue Red House River Stone Love War Time "
    "Return Lost Story World Dark Light Sea Fire Garden Road Summer Winter Song Dance",
)
NOTE_WORDS = re.findall(
    r"\S+",
    "see note call back later paid by check cash only per manager approved waiting for parts ok "
    "moved to new office 2 3 10 copy sent 5/6 re: order #12 N/A yes no - FYI ASAP",
)
UNICODE_NAMES = tuple(
    name.capitalize() for point in range(0x20, 0x500) if (name := unicodedata.name(chr(point), ""))
)

NAMES = (
    Kind("person", faked("name")),
    Kind("last name", faked("last_name"), 200),
    Kind("first name", faked("first_name"), 80),
    Kind("last, first", joined(", ", faked("last_name"), faked("first_name"))),
    Kind("german person", faked("name", "de_DE")),
    Kind("spanish last name", faked("last_name", "es_ES"), 100),
    Kind("french first name", faked("first_name", "fr_FR"), 60),
    Kind("initials", form("^. ^.", "^^", "^.^.^."), 40),
    Kind("company", faked("company")),
    Kind("company few", faked("company"), 30),
    Kind("job", faked("job"), 120),
    Kind("user name", faked("user_name")),
    Kind("team", joined(" ", faked("city"), one_of("Lions", "Bears", "Hawks", "Kings")), 32),
    Kind("species", joined(" ", one_of("Quercus", "Acer", "Salix", "Pinus"), form("~~~~~~us"))),
    Kind("author list", joined("; ", faked("name"), faked("name"))),
)

PLACES = (
    Kind("city", faked("city"), 150),
    Kind("german city", faked("city", "de_DE"), 80),
    Kind("french city", faked("city", "fr_FR"), 80),
    Kind("country", faked("country"), 60),
    Kind("country code", faked("country_code"), 60),
    Kind("state", faked("state"), 50),
    Kind("state code", faked("state_abbr"), 50),
    Kind("street", faked("street_address")),
    Kind("address", faked("address")),
    Kind("zip", faked("postcode"), 300),
    Kind("uk postcode", faked("postcode", "en_GB")),
    Kind("city, state", joined(", ", faked("city"), faked("state_abbr")), 120),
    Kind("time zone", one_of(*sorted(zoneinfo.available_timezones())), 150),
    Kind("latitude", number(-90, 90, "{:.6f}")),
    Kind("coordinates", joined(", ", number(-90, 90, "{:.4f}"), number(0, 180, "{:.4f}"))),
    Kind("compass", one_of("N", "S", "E", "W", "NE", "NW", "SE", "SW"), 8),
    Kind("language", faked("language_name"), 50),
)

CONTACTS = (
    Kind("email", faked("email")),
    Kind("work email", faked("company_email")),
    Kind("us phone", form("(###) ###-####")),
    Kind("us phone mixed", faked("phone_number")),
    Kind("german phone", faked("phone_number", "de_DE")),
    Kind("url", faked("url")),
    Kind("uri", faked("uri")),
    Kind("domain", faked("domain_name")),
    Kind("ipv4", faked("ipv4")),
    Kind("mac", faked("mac_address")),
    Kind("user agent", faked("user_agent")),
    Kind("file name", faked("file_name")),
    Kind("file path", faked("file_path")),
)

CODES = (
    Kind("sku", form("^^-####")),
    Kind("invoice", form("INV-2019-####", "INV-2020-####")),
    Kind("mixed sku", form("^^####", "^#^#^#", "^^^-##-^", "####-~~")),
    Kind("course", form("CS ###", "MATH ###", "BIO ###^"), 120),
    Kind("uuid", faked("uuid4")),
    Kind("isbn", faked("isbn13")),
    Kind("ean", faked("ean13")),
    Kind("iban", faked("iban", "de_DE")),
    Kind("card", faked("credit_card_number")),
    Kind("ssn", faked("ssn")),
    Kind("plate", faked("license_plate")),
    Kind("hex colour", faked("hex_color")),
    Kind("version", form("#.#.#", "#.##.#", "#.#", "#.#.#rc#")),
    Kind("hash", form("~#~##~#~", "#~~#~#~#")),
    Kind("grade", one_of("A", "A-", "B+", "B", "B-", "C+", "C", "D", "F"), 9),
    Kind("type letters", form("Type ^", "Type ^#"), 20),
    Kind("size", one_of("XS", "S", "M", "L", "XL", "XXL", "10", "12", "14"), 9),
    Kind("airport", form("^^^"), 100),
    Kind("room", form("###", "###^", "B-##"), 150),
    Kind("chemical", form("C#H##", "C##H##O#", "NaCl", "H2SO4", "C#H#N"), 60),
    Kind("ticker", form("^^^", "^^^^", "^^", "^^^.^"), 200),
    Kind("gene", form("^^^#", "^^^^##", "^^#^"), 200),
)

TIMES = (
    Kind("iso date", dated("%Y-%m-%d")),
    Kind("us date", dated("%m/%d/%Y")),
    Kind("short date", dated("%-m/%-d/%y")),
    Kind("long date", dated("%B %-d, %Y")),
    Kind("day month", dated("%-d-%b")),
    Kind("timestamp", dated("%Y-%m-%d %H:%M:%S")),
    Kind("clock", dated("%-I:%M %p")),
    Kind("month", dated("%B"), 12),
    Kind("month short", dated("%b"), 12),
    Kind("weekday", dated("%A"), 7),
    Kind("year", dated("%Y")),
    Kind("fiscal year", dated("FY%y"), 25),
    Kind("quarter", one_of(*(f"Q{part} {year}" for part in range(1, 5) for year in range(99))), 60),
    Kind("season", one_of(*(f"{year}-{year - 1999:02}" for year in range(2000, 2030))), 30),
    Kind("duration", form("# days", "## days", "#h ##m", "## min", "1 day", "# weeks")),
    Kind("minutes", form("#:##", "##:##")),
    Kind("decade", one_of("1950s", "1960s", "1970s", "1980s", "1990s", "2000s", "Unknown"), 7),
    Kind("year and notes", mixed(dated("%Y"), dated("c. %Y"), dated("%Y?"), one_of("unknown"))),
)

NUMBERS = (
    Kind("integer", number(0, 1_000)),
    Kind("amount", skewed(200, 1.2)),
    Kind("amount with commas", skewed(20_000, 1.0, "{:,.2f}")),
    Kind("dollars", skewed(50, 1.0, "${:,.2f}")),
    Kind("percent", number(0, 100, "{:.1f}%")),
    Kind("population", skewed(9_000, 2.2, "{:.0f}")),
    Kind("normal", lambda chance: f"{chance.gauss(170, 9):.1f}"),
    Kind("signed", lambda chance: f"{chance.gauss(0, 5):.3f}"),
    Kind("share", number(0, 1, "{:.4f}")),
    Kind("rating", number(1, 5), 5),
    Kind("range", form("#-1#", "1#-2#", "2#-3#", "60+", "<5"), 12),
    Kind("kilograms", number(1, 99, "{:.1f} kg")),
    Kind("sizes", form("#x#", "##x##", "##x##x#")),
    Kind("score", form("#-#", "##-##")),
    Kind("fraction", form("#/#", "##/##", "# 1/2"), 60),
    Kind("european", skewed(300, 0.8, "{:.2f}")),
    Kind("accounting", mixed(form("###.##"), form("(###.##)"), form("#,###.##"))),
    Kind("number or note", mixed(form("##"), form("###"), form("##*"), one_of("n/a", "<1"))),
    Kind("count", lambda chance: f"{int(chance.expovariate(0.3))}"),
)

WORDS = (
    Kind("gender", one_of("Male", "Female"), 2),
    Kind("gender code", one_of("M", "F", "U"), 3),
    Kind("yes or no", one_of("Yes", "No"), 2),
    Kind("status", one_of("Open", "Closed", "Pending", "On hold", "None", "Unknown"), 6),
    Kind("booleans", one_of("TRUE", "FALSE"), 2),
    Kind("colour", faked("color_name"), 40),
    Kind("currency", faked("currency_code"), 30),
    Kind("department", one_of("Sales", "Sale Support", "HR", "IT", "R&D", "Legal", "Finance"), 7),
    Kind("level", one_of("Associate I", "Associate II", "Manager", "Manager II", "Senior"), 5),
    Kind("agree", one_of("Agree", "Disagree", "Strongly agree", "Strongly disagree", "N/A"), 5),
    Kind("title", words(TITLE_WORDS, 1, 5)),
    Kind("note", words(NOTE_WORDS, 1, 6)),
    Kind("sentence", faked("sentence")),
    Kind("slogan", faked("catch_phrase")),
    Kind("word", faked("word"), 150),
    Kind("genre", one_of("Rock", "Pop", "Jazz", "Folk", "Funk", "Punk", "R&B", "Hip-Hop"), 8),
    Kind("product", joined(" ", faked("color_name"), form("Lamp ##", "Desk ###", "Chair X#")), 90),
    Kind("http phrase", one_of(*(status.phrase for status in HTTPStatus)), 60),
    Kind("http code", one_of(*(str(status.value) for status in HTTPStatus)), 60),
    Kind("mime type", one_of(*sorted(set(mimetypes.types_map.values()))), 100),
    Kind("extension", one_of(*sorted(mimetypes.types_map)), 100),
    Kind("module", one_of(*sorted(sys.stdlib_module_names)), 200),
    Kind("encoding", one_of(*sorted(encodings.aliases.aliases)), 200),
    Kind("errno", one_of(*sorted(errno.errorcode.values())), 100),
    Kind("signal", one_of(*(each.name for each in signal.Signals)), 30),
    Kind("keyword", one_of(*keyword.kwlist), 35),
    Kind("entity", one_of(*sorted(html.entities.name2codepoint)), 200),
    Kind("unicode name", one_of(*UNICODE_NAMES), 300),
    Kind("month names mixed", one_of(*calendar.month_name[1:], *calendar.month_abbr[1:]), 24),
    Kind("log line", joined(" ", dated("%H:%M:%S"), one_of("INFO", "WARN"), faked("sentence"))),
    Kind("leftovers", mixed(form("##"), faked("word"), faked("city"), dated("%Y"), form("^-#"))),
)

KINDS = (*NAMES, *PLACES, *CONTACTS, *CODES, *TIMES, *NUMBERS, *WORDS)


def halves() -> tuple[tuple[Kind, ...], tuple[Kind, ...]]:
    """Return the kinds to tune on, and those held out: every second one of each list."""
    return KINDS[::2], KINDS[1::2]
