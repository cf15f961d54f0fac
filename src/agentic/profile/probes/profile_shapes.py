"""Texts of a sample -> their shapes (AA-9999), formats, and whether they speak of people."""

import re
from collections import Counter
from string import ascii_lowercase, ascii_uppercase, digits

from profile_faults import quoted

SHAPE = str.maketrans(ascii_uppercase + ascii_lowercase + digits, "A" * 26 + "a" * 26 + "9" * 10)
WIDEST = 64
"""Letters of a shape that is still one."""
CUT = 400
"""Letters of a value that are looked at."""
PERHAPS = re.compile(r"\s*([+-]?[.0-9(]|[+-]?(inf|nan|epoch)|true|false|yes|no|[tfyn]\s*$)", re.IGNORECASE)
FEWEST = 0.8
"""Share of values that have to begin so; a sample's share may be a little off."""
CARD = 13
"""Digits from which a number may be a card's."""
CARDS = ("BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT")
"""Numbers that can hold one."""
VALUES = 2_000
"""Distinct values that are looked at one by one."""
FITS = 0.9
"""Share of the sample that a format needs."""
SOME = 0.05
"""Share from which a text may speak of people: an address among remarks is one."""
FORMATS = (
    ("UUID", r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"),
    ("e-mail", r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"),
    ("IBAN", r"[A-Z]{2}[0-9]{2}( ?[A-Z0-9]{4}){2,7}( ?[A-Z0-9]{1,3})?"),
    ("IPv4 address", r"((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"),
    ("date YYYY-MM-DD", r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"),
    ("moment ISO 8601", r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"),
    ("date DD.MM.YYYY", r"(0?[1-9]|[12][0-9]|3[01])\.(0?[1-9]|1[0-2])\.[0-9]{4}"),
    ("date with slashes", r"(0?[1-9]|[12][0-9]|3[01])/(0?[1-9]|[12][0-9]|3[01])/([0-9]{4}|[0-9]{2})"),
    ("US social security number", r"[0-9]{3}-[0-9]{2}-[0-9]{4}"),
    ("card number", r"[0-9]{4}([ -]?[0-9]{4}){2}[ -]?[0-9]{1,7}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}"),
    ("phone number", r"(\+|00)[0-9]{1,3}[ ./-]?(\([0-9]{1,4}\)[ ./-]?)?[0-9]([ ./-]?[0-9]){5,13}|\(?[0-9]{3}\)?[ .-][0-9]{3}[ .-][0-9]{4}"),
    ("URL", r"https?://[^\s/$.?#][^\s]*"),
)  # fmt: skip
"""First come, first served. The SQL engine and Python read each of them alike."""
PERSONAL = ("e-mail", "IBAN", "IPv4 address", "US social security number", "card number", "phone number")
NAMES = (
    ("name of a person", r"(first|last|sur|family|given|maiden|middle|full)_?names?|surname|customer_?name|contact_?name|employee_?name|person"),
    ("e-mail", r"e_?mails?(_?address)?"),
    ("phone number", r"(tele|mobile_?|cell_?)?(phone|fax)(_?(number|no|nr))?|mobile|msisdn"),
    ("address", r"(street|home|postal|billing|shipping|mailing)?_?address(_?line)?_?[0-9]*|street|zip(_?code)?|post(al)?_?code"),
    ("date of birth", r"(date_?of_?)?birth(_?(date|day))?|dob"),
    ("identity number", r"ssn|social_?security(_?(number|no))?|passport(_?(number|no))?|tax_?id|national_?id|id_?card"),
    ("bank account", r"iban|(bank_?)?account_?(number|no)|(credit_?)?card_?(number|no)|pan"),
    ("IP address", r"(client_?|remote_?)?ip(_?addr(ess)?)?"),
)  # fmt: skip
"""Weaker evidence: what a column is called."""


def look_at_texts(con, sample, columns, sampled):
    """Everything that only a sample can tell cheaply."""
    for column in columns:
        by_name(column)
        if not column["present"] or column["group"] not in ("text", "number"):
            continue
        if column["group"] == "number" and column["type"] not in CARDS:
            continue
        name = f"{quoted(column['name'])}::VARCHAR"
        # By a hash, so that the first of them are of no kind.
        found = con.execute(
            f"SELECT v, count(*) FROM (SELECT left({name}, {CUT}) AS v FROM {sample}) WHERE v IS NOT NULL GROUP BY v"
            f" ORDER BY hash(v), v{'' if column['group'] == 'text' else f' LIMIT {VALUES}'}"
        ).fetchall()
        if not found:
            continue
        if column["group"] == "text":
            shapes(column, found)
            if may_look_like(found[:VALUES]):
                look_like(con, sample, column)
            column["padded"] = any(value != value.strip() for value, _ in found[:VALUES])
        formats(column, found[:VALUES])


def shapes(column, found):
    """AA-9999 with its share; one that every value of the sample has becomes a regular expression."""
    counted = Counter()
    for value, often in found:
        counted[value.translate(SHAPE) if len(value) <= WIDEST else f"longer than {WIDEST}"] += often
    total = sum(counted.values())
    rows = sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:4]
    column["shapes"] = [[shape, often, total] for shape, often in rows if often / total >= 0.05]
    column["shapes_of"] = total
    first = rows[0][0]
    if len(counted) == 1 and total > 1 and first and not first.startswith("longer"):
        column["regex"] = regex_of(first)


def may_look_like(values):
    """A cheap reason to ask no further: most values begin like no number, date or truth value."""
    good = sum(often for value, often in values if PERHAPS.match(value))
    return good >= FEWEST * sum(often for _, often in values)


def regex_of(shape):
    """AA-9999 -> [A-Z]{2}-[0-9]{4}."""
    classes = {"A": "[A-Z]", "a": "[a-z]", "9": "[0-9]"}
    parts = []
    for found in re.finditer(r"A+|a+|9+|.", shape, re.DOTALL):
        run = found[0]
        one = classes.get(run[0])
        parts.append(literal(run) if one is None else one + (f"{{{len(run)}}}" if len(run) > 1 else ""))
    return "".join(parts)


def literal(letter):
    """As itself, for RE2 and Python alike."""
    return f"\\{letter}" if letter in r"\.^$*+?()[]{}|/-#&~" and letter not in "-/#&~" else letter


def look_like(con, sample, column):
    """A text of which nearly all values are numbers, dates or truth values. First the narrowest."""
    name = quoted(column["name"])
    kinds = ("BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN")
    asked = ", ".join(f"count(TRY_CAST({name}::VARCHAR AS {kind}))" for kind in kinds)
    zeros = f"count(*) FILTER (regexp_matches({name}::VARCHAR, '^[+-]?0[0-9]'))"
    *fits, zero, total = con.execute(f"SELECT {asked}, {zeros}, count({name}) FROM {sample}").fetchone()
    if column["type"] != "VARCHAR" or not total:
        return
    best = next((kind for kind, count in zip(kinds, fits) if count >= 0.9 * total), "")
    if best and not (best in ("BIGINT", "DOUBLE") and zero):
        column["looks_like"] = best


def formats(column, values):
    """The format that most values have; personal where a checksum, if there is one, agrees."""
    total = sum(often for _, often in values)
    for name, regex in FORMATS:
        fits = re.compile(regex)
        good = sum(often for value, often in values if fits.fullmatch(value) and CHECKS.get(name, always)(value))
        if good >= FITS * total:
            column.update(format=name, format_regex=regex, format_fits=good, format_of=total)
            break
    for name in PERSONAL:
        share, checked = share_of(name, values, total)
        enough = share >= (FITS if column["group"] == "number" else SOME) and share * total >= 2
        if enough or column.get("format") == name:
            column["pii"] = {"kind": name, "share": share, "of": total, "by": "values", "checksum": checked}
            column["masked"] = [masked(value) for value, _ in values[:3]]
            break


def share_of(name, values, total):
    """(share of values of that format, the checksum that they pass)."""
    fits, check = re.compile(dict(FORMATS)[name]), CHECKS.get(name, always)
    good = sum(often for value, often in values if fits.fullmatch(value) and check(value))
    return good / total, CHECKSUMS.get(name, "")


def by_name(column):
    """What the column's name says of it."""
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", column["name"]).lower().replace(" ", "_").replace("-", "_")
    for kind, regex in NAMES:
        if re.fullmatch(
            rf"(\w+_)?({regex})(_\w+)?" if kind in ("date of birth", "identity number") else rf"(\w+_)?({regex})", plain
        ):
            column["pii"] = {"kind": kind, "share": 0.0, "of": 0, "by": "name", "checksum": ""}
            return


def masked(value):
    """Its shape: how long it is and where its signs are, and no letter of it."""
    return re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", value))[:40]


def always(value):
    return True


def luhn(value):
    """The last digit of a card number is a checksum of the others."""
    digits = [int(letter) for letter in value if letter.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) if index % 2 else digit for index, digit in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 19 and sum(doubled) % 10 == 0 and len(set(digits)) > 1


def mod97(value):
    """ISO 13616."""
    plain = value.replace(" ", "")
    return 15 <= len(plain) <= 34 and int("".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])) % 97 == 1


def social(value):
    """Numbers that are never given."""
    area, group, serial = value.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


CHECKS = {"IBAN": mod97, "card number": luhn, "US social security number": social}
CHECKSUMS = {"IBAN": "mod 97", "card number": "Luhn"}
