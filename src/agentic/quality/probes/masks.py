"""Which columns hold what nobody else may read, by name and by value; their values never leave this program."""

import re
from collections.abc import Iterable
from typing import Any

MASKED = "[masked]"
PRIVATE = re.compile(
    r"(?:^|_)(?:e_?mail|mail|phone|mobile|fax|ssn|sin|passport|iban|bic|birth|birthday|birthdate|dob|street|address|zip|postcode"
    r"|postal|surname|firstname|lastname|fullname|first_name|last_name|full_name|middle_name|maiden_name|username|user_name"
    r"|login|gender|religion|salary|credit_?card|card_?number|cvv|pan|tax_?id|national_?id|licen[cs]e|ip|ip_?address|latitude"
    r"|longitude|password|passwd|pwd|secret|token|api_?key|access_?key|private_?key|credential|credentials|auth|pin)(?:_|$)"
)
VALUES = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+"  # e-mail
    r"|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"  # IBAN
    r"|\b(?:\d[ -]?){13,19}\b"  # card
    r"|\b\d{3}-\d{2}-\d{4}\b"  # US social security
    r"|(?<![\w.])\+\d[\d ()/-]{7,}\d"  # phone
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"  # IP
)
KEPT = ("unexpected_count", "unexpected_percent", "element_count", "missing_count", "missing_percent")


def hidden_columns(names: Iterable[str], private: Iterable[str], public: Iterable[str]) -> frozenset[str]:
    """By their name, and those that the checkpoint names; without those that it calls public."""
    open_to_all = set(public)
    return frozenset(private) | {name for name in names if PRIVATE.search(snake(name)) and name not in open_to_all}


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).lower()


def is_hidden(columns: str, hidden: frozenset[str]) -> bool:
    return any(name in hidden for name in columns.split(", "))


def shown(name: str, value: Any, hidden: frozenset[str]) -> Any:
    """A value as others may read it."""
    if value is None or isinstance(value, bool):
        return value
    if name in hidden:
        return MASKED
    if isinstance(value, (int, float)):
        return value
    text = str(value)
    return VALUES.sub(MASKED, text if len(text) <= 120 else text[:119] + "…")


def mask_results(results: list[dict[str, Any]], hidden: frozenset[str]) -> None:
    """What Data Docs will show: counts stay; values of a hidden column, and all examples, do not."""
    for one in results:
        detail = one.get("result") or {}
        kwargs = one["expectation_config"]["kwargs"]
        columns = [kwargs.get("column"), kwargs.get("column_A"), kwargs.get("column_B"), *kwargs.get("column_list", [])]
        for key in [key for key in detail if key.startswith(("partial_", "unexpected_")) and key not in KEPT]:
            del detail[key]
        # What an exception says may hold a value, too.
        one["exception_info"] = {"raised_exception": False, "exception_message": None, "exception_traceback": None}
        if any(name in hidden for name in columns):
            one["result"] = {key: value for key, value in detail.items() if key in KEPT}
        elif "observed_value" in detail:
            detail["observed_value"] = deeply(detail["observed_value"])


def deeply(value: Any) -> Any:
    """Values inside of lists and maps."""
    if isinstance(value, dict):
        return {key: deeply(one) for key, one in value.items()}
    return [deeply(one) for one in value] if isinstance(value, list) else shown("", value, frozenset())
