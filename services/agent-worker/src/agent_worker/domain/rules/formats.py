"""What texts of a known form look like: a pattern in RE2's language, or the codes themselves."""

from agent_worker.domain.rules.checks import ValueFormat

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_GROUP = "[0-9A-Fa-f]{1,4}"
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DAY = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?"

PATTERN_OF = {
    ValueFormat.ISO_DATE: _DAY,
    ValueFormat.ISO_TIMESTAMP: f"{_DAY}[ T]{_CLOCK}(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?",
    ValueFormat.TIME: _CLOCK,
    ValueFormat.EMAIL: rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+",
    ValueFormat.UUID: "[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}",
    ValueFormat.INTERNET_ADDRESS: (
        rf"{_OCTET}(?:\.{_OCTET}){{3}}|{_GROUP}(?::{_GROUP}){{7}}"
        rf"|(?:{_GROUP}(?::{_GROUP}){{0,6}})?::(?:{_GROUP}(?::{_GROUP}){{0,6}})?"
    ),
    ValueFormat.URL: rf"(?:https?|ftp)://{_LABEL}(?:\.{_LABEL})*(?::[0-9]{{1,5}})?(?:[/?#][^\s]*)?",
}
"""The form of each format that is no list of codes; an address has dots, and a URL a scheme."""

_COUNTRIES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
"""ISO 3166-1, two letters."""

_CURRENCIES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW
KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED
VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG HRK SLL ZWL VEF BYR MRO STD CUC
"""
"""ISO 4217, those in use and those that left it since 2015 and stand in older data."""

CODES_OF = {
    ValueFormat.COUNTRY: tuple(_COUNTRIES.split()),
    ValueFormat.CURRENCY: tuple(_CURRENCIES.split()),
}
"""The formats whose texts are codes."""

MOJIBAKE = (
    "\\x{FFFD}|[\\x{C3}\\x{C2}][\\x{80}-\\x{BF}\\x{192}\\x{2C6}\\x{2DC}\\x{2013}-\\x{203A}"
    "\\x{20AC}\\x{2122}\\x{152}\\x{153}\\x{160}\\x{161}\\x{178}\\x{17D}\\x{17E}]"
    "|\\x{E2}(?:\\x{20AC}|\\x{80})"
)
"""UTF-8 that was read as Latin-1 or Windows-1252: an accented capital, then what follows none."""

AMBIGUOUS_DAY = "(?:0?[1-9]|1[0-2])[/.-](?:0?[1-9]|1[0-2])[/.-](?:[0-9]{4}|[0-9]{2})(?:[ T].*)?"
"""Two numbers up to twelve before a year; which is the month, nobody can tell."""

SAME_DAY = "|".join(f"0?{number}[/.-]0?{number}[/.-].*" for number in range(1, 13))
"""Where both are one number, it does not matter."""
