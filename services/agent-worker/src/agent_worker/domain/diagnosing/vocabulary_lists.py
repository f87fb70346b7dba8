"""Closed vocabularies that every reader knows: calendars, places, codes, answers.

Names as they are commonly written in English tables, with common variants, and the codes of the
ISO standards. What is merely uncommon must be in here too, for a name that is missing from a list
is a false alarm; only what is tolerated but never proposed stands apart.
"""


def _split(lines: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in lines.replace("\n", "|").split("|") if name.strip())


MONTHS = _split(
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
SHORT_MONTHS = _split("Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec")
WEEKDAYS = _split("Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday")
SHORT_WEEKDAYS = _split("Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun")

STATES = _split(
    """
    Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia
    Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts
    Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey
    New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania
    Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington
    West Virginia|Wisconsin|Wyoming|District of Columbia|Puerto Rico
    """
)
OTHER_STATES = _split(
    """
    Guam|American Samoa|Virgin Islands|US Virgin Islands|Northern Mariana Islands|Washington DC
    DC|Alberta|British Columbia|Manitoba|New Brunswick|Newfoundland|Newfoundland and Labrador
    Nova Scotia|Ontario|Prince Edward Island|Quebec|Saskatchewan|Yukon|Nunavut|Washington State
    Northwest Territories|United States|USA|U.S.|National|Other|Palau|Marshall Islands
    Federated States of Micronesia|Micronesia|Wash. DC|Foreign|Nationwide|All States|US
    """
)
STATE_CODES = _split(
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM"
    "|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|PR"
)
OTHER_STATE_CODES = _split(
    "GU|AS|VI|MP|PW|FM|MH|AA|AE|AP|AB|BC|MB|NB|NL|NF|NS|NT|NU|ON|PE|PQ|QC|SK|YT|US|UM|CZ"
)

COUNTRIES = _split(
    """
    Andorra|United Arab Emirates|Afghanistan|Antigua and Barbuda|Anguilla|Albania|Armenia|Angola
    Antarctica|Argentina|American Samoa|Austria|Australia|Aruba|Azerbaijan|Barbados|Bangladesh
    Bosnia and Herzegovina|Belgium|Burkina Faso|Bulgaria|Bahrain|Burundi|Benin|Bermuda|Brunei
    Brunei Darussalam|Bolivia|Brazil|Bahamas|Bhutan|Botswana|Belarus|Belize|Canada|Chile|Chad
    Central African Republic|Congo|Switzerland|Ivory Coast|Cote d'Ivoire|Cook Islands|Cameroon
    China|Colombia|Costa Rica|Cuba|Cape Verde|Cabo Verde|Curacao|Christmas Island|Cyprus|Czechia
    Czech Republic|Germany|Djibouti|Denmark|Dominica|Dominican Republic|Algeria|Ecuador|Estonia
    Egypt|Western Sahara|Eritrea|Spain|Ethiopia|Finland|Fiji|Falkland Islands|Micronesia|France
    Faroe Islands|Gabon|United Kingdom|Grenada|Georgia|French Guiana|Guernsey|Ghana|Gibraltar
    Greenland|Gambia|Guinea|Guadeloupe|Equatorial Guinea|Greece|Guatemala|Guam|Guinea-Bissau
    Guyana|Hong Kong|Honduras|Croatia|Haiti|Hungary|Indonesia|Ireland|Israel|Isle of Man|India
    Iraq|Iran|Iceland|Italy|Jersey|Jamaica|Jordan|Japan|Kenya|Kyrgyzstan|Cambodia|Kiribati
    Comoros|North Korea|South Korea|Kuwait|Cayman Islands|Kazakhstan|Laos|Lebanon|Liechtenstein
    Sri Lanka|Liberia|Lesotho|Lithuania|Luxembourg|Latvia|Libya|Morocco|Monaco|Moldova|Montenegro
    Madagascar|Marshall Islands|North Macedonia|Macedonia|Mali|Myanmar|Mongolia|Macau|Macao|Malta
    Northern Mariana Islands|Martinique|Mauritania|Montserrat|Mauritius|Maldives|Malawi|Mexico
    Malaysia|Mozambique|Namibia|New Caledonia|Niger|Norfolk Island|Nigeria|Nicaragua|Netherlands
    Norway|Nepal|Nauru|Niue|New Zealand|Oman|Panama|Peru|French Polynesia|Papua New Guinea
    Philippines|Pakistan|Poland|Pitcairn|Puerto Rico|Palestine|Portugal|Palau|Paraguay|Qatar
    Reunion|Romania|Serbia|Russia|Russian Federation|Rwanda|Saudi Arabia|Solomon Islands
    Seychelles|Sudan|Sweden|Singapore|Slovenia|Slovakia|Sierra Leone|San Marino|Senegal|Somalia
    Suriname|South Sudan|Sao Tome and Principe|El Salvador|Sint Maarten|Syria|Eswatini|Swaziland
    Turks and Caicos Islands|Togo|Thailand|Tajikistan|Tokelau|Timor-Leste|East Timor|Turkmenistan
    Tunisia|Tonga|Turkey|Trinidad and Tobago|Tuvalu|Taiwan|Tanzania|Ukraine|Uganda|Uruguay
    United States|United States of America|Uzbekistan|Vatican City|Venezuela|Vietnam|Vanuatu
    British Virgin Islands|US Virgin Islands|Wallis and Futuna|Samoa|Yemen|Mayotte|South Africa
    Zambia|Zimbabwe|Kosovo|Saint Lucia|Saint Kitts and Nevis|Saint Vincent and the Grenadines
    Saint Helena|Saint Martin|Saint Barthelemy|Saint Pierre and Miquelon|Aland Islands
    """
)
OTHER_COUNTRIES = _split(
    """
    USA|US|U.S.|U.S.A.|UK|U.K.|UAE|England|Scotland|Wales|Northern Ireland|Great Britain|Britain
    Korea|Republic of Korea|Korea, South|Korea, North|DR Congo|Zaire|Burma|Holland|Yugoslavia|USSR
    Soviet Union|Czechoslovakia|East Germany|West Germany|Serbia and Montenegro|Viet Nam|Europe
    European Union|EU|World|Africa|Asia|North America|South America|Latin America|Oceania|Other
    Others|Republic of Ireland|Republic of the Congo|Democratic Republic of the Congo|Tibet
    Congo, Dem. Rep.|Congo, Rep.|The Netherlands|The Bahamas|The Gambia|Bahamas, The|Gambia, The
    Lao PDR|Slovak Republic|Korea, Rep.|Egypt, Arab Rep.|Iran, Islamic Rep.|Yemen, Rep.|St. Lucia
    Syrian Arab Republic|Kyrgyz Republic|Moldova, Republic of|Tanzania, United Republic of
    Iran, Islamic Republic of|Korea, Republic of|Macedonia, FYR|FYR Macedonia|St. Kitts and Nevis
    St. Vincent and the Grenadines|Micronesia, Fed. Sts.|Micronesia, Federated States of|OECD
    Bonaire|Bosnia|Antigua|Trinidad|Cocos (Keeling) Islands|Bouvet Island|Holy See|Vatican
    South Georgia and the South Sandwich Islands|British Indian Ocean Territory
    Heard Island and McDonald Islands|French Southern Territories|Svalbard & Jan Mayen Islands
    Svalbard and Jan Mayen|United States Minor Outlying Islands|Lao People's Democratic Republic
    Holy See (Vatican City State)|Libyan Arab Jamahiriya|Netherlands Antilles|Pitcairn Islands
    Antarctica (the territory South of 60 deg S)|Slovakia (Slovak Republic)|Hawaii|Zanzibar|Tahiti
    United States Virgin Islands|Global|International|Unknown|Channel Islands|Abkhazia|Somaliland
    Congo Kinshasa|Congo Brazzaville|Cape Verde Is.|Solomon Is.|Cook Is.|Marshall Is.|Faroe Is.
    Cayman Is.|Falkland Is.|Papua N. Guinea|Dominican Rep.|Czech Rep.|Central African Rep.
    West Bank|West Bank and Gaza|GFR|GDR|North Ireland|WGermany|W. Germany|E. Germany
    Turkiye|Palestinian Territory|Palestinian Territories
    """
)
COUNTRY_CODES = _split(
    "AD|AE|AF|AG|AI|AL|AM|AO|AQ|AR|AS|AT|AU|AW|AX|AZ|BA|BB|BD|BE|BF|BG|BH|BI|BJ|BL|BM|BN|BO|BQ|BR"
    "|BS|BT|BV|BW|BY|BZ|CA|CC|CD|CF|CG|CH|CI|CK|CL|CM|CN|CO|CR|CU|CV|CW|CX|CY|CZ|DE|DJ|DK|DM|DO|DZ"
    "|EC|EE|EG|EH|ER|ES|ET|FI|FJ|FK|FM|FO|FR|GA|GB|GD|GE|GF|GG|GH|GI|GL|GM|GN|GP|GQ|GR|GS|GT|GU|GW"
    "|GY|HK|HM|HN|HR|HT|HU|ID|IE|IL|IM|IN|IO|IQ|IR|IS|IT|JE|JM|JO|JP|KE|KG|KH|KI|KM|KN|KP|KR|KW|KY"
    "|KZ|LA|LB|LC|LI|LK|LR|LS|LT|LU|LV|LY|MA|MC|MD|ME|MF|MG|MH|MK|ML|MM|MN|MO|MP|MQ|MR|MS|MT|MU|MV"
    "|MW|MX|MY|MZ|NA|NC|NE|NF|NG|NI|NL|NO|NP|NR|NU|NZ|OM|PA|PE|PF|PG|PH|PK|PL|PM|PN|PR|PS|PT|PW|PY"
    "|QA|RE|RO|RS|RU|RW|SA|SB|SC|SD|SE|SG|SH|SI|SJ|SK|SL|SM|SN|SO|SR|SS|ST|SV|SX|SY|SZ|TC|TD|TF|TG"
    "|TH|TJ|TK|TL|TM|TN|TO|TR|TT|TV|TW|TZ|UA|UG|UM|US|UY|UZ|VA|VC|VE|VG|VI|VN|VU|WF|WS|YE|YT|ZA|ZM"
    "|ZW"
)
OTHER_COUNTRY_CODES = _split("UK|EU|XK|EL|AN|AC|SU|YU|TP|CS|DD|FX|BU|ZR|NT|WW")

CURRENCIES = _split(
    "AED|AFN|ALL|AMD|ANG|AOA|ARS|AUD|AWG|AZN|BAM|BBD|BDT|BGN|BHD|BIF|BMD|BND|BOB|BRL|BSD|BTN|BWP"
    "|BYN|BZD|CAD|CDF|CHF|CLP|CNY|COP|CRC|CUP|CVE|CZK|DJF|DKK|DOP|DZD|EGP|ERN|ETB|EUR|FJD|FKP|GBP"
    "|GEL|GHS|GIP|GMD|GNF|GTQ|GYD|HKD|HNL|HRK|HTG|HUF|IDR|ILS|INR|IQD|IRR|ISK|JMD|JOD|JPY|KES|KGS"
    "|KHR|KMF|KPW|KRW|KWD|KYD|KZT|LAK|LBP|LKR|LRD|LSL|LYD|MAD|MDL|MGA|MKD|MMK|MNT|MOP|MRU|MUR|MVR"
    "|MWK|MXN|MYR|MZN|NAD|NGN|NIO|NOK|NPR|NZD|OMR|PAB|PEN|PGK|PHP|PKR|PLN|PYG|QAR|RON|RSD|RUB|RWF"
    "|SAR|SBD|SCR|SDG|SEK|SGD|SHP|SLE|SOS|SRD|SSP|STN|SYP|SZL|THB|TJS|TMT|TND|TOP|TRY|TTD|TWD|TZS"
    "|UAH|UGX|USD|UYU|UZS|VES|VND|VUV|WST|XAF|XCD|XOF|XPF|YER|ZAR|ZMW|ZWL"
)
OTHER_CURRENCIES = _split(
    "BTC|ETH|XBT|USDT|CNH|RMB|GGP|IMP|JEP|TVD|PRB|XDR|XAU|XAG|BYR|CUC|LTL|LVL|EEK|SKK|SIT|MTL|CYP"
    "|DEM|FRF|ITL|ESP|ATS|BEF|NLG|PTE|FIM|IEP|GRD|SPD|MRO|STD|SLL|VEF|ZMK|SVC|CLF|COU|CHE|CHW|UYI|XCG|NIS|SPL"
)
COMPASS = _split("N|S|E|W|NE|NW|SE|SW|NNE|ENE|ESE|SSE|SSW|WSW|WNW|NNW")
DIRECTIONS = _split(
    "North|South|East|West|Northeast|Northwest|Southeast|Southwest|Central|North Central"
    "|South Central|Center|Mid|Other|Midwest|North East|North West|South East|South West"
)
GENDERS = _split("Male|Female")
OTHER_GENDERS = _split("M|F|U|X|Other|Unknown|Both|Nonbinary|Man|Woman|Boy|Girl|Total|All|Mixed|D")
ANSWERS = _split("Yes|No")
OTHER_ANSWERS = _split("Y|N|Maybe|NA|N/A|Other|Unknown|Partial|Not sure|Don't know|Sometimes")
TRUTHS = _split("True|False")
CONTINENTS = _split(
    "Africa|Antarctica|Asia|Europe|North America|South America|Oceania|Australia|Americas|America"
    "|Latin America|Central America|Middle East|Caribbean|Eurasia|World|Other"
)
