"""Whether codes with a check digit are whole, by the rules of their standards."""

import re

LUHN_DIGITS = range(12, 20)
IBAN_MODULUS, IBAN_REST = 97, 1
ISBN_MODULUS = 11


def digits_of(text: str) -> str:
    """Return the digits, without the hyphens and spaces that codes are written with."""
    return re.sub(r"[ -]", "", text)


def has_luhn_digit(text: str) -> bool:
    """Tell whether a card's number is right (ISO/IEC 7812-1)."""
    digits = digits_of(text)
    if not digits.isascii() or not digits.isdigit() or len(digits) not in LUHN_DIGITS:
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(digits[::-1])]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def has_article_digit(text: str) -> bool:
    """Tell whether a number of 8, 12, 13 or 14 digits is right (GS1: EAN, UPC, ISBN-13)."""
    digits = digits_of(text)
    if not re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", digits):
        return False
    weighed = (int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits[::-1]))
    return sum(weighed) % 10 == 0


def has_book_digit(text: str) -> bool:
    """Tell whether a book's or a journal's number is right (ISBN-10, ISSN)."""
    digits = digits_of(text).upper()
    if not re.fullmatch(r"[0-9]{7}[0-9X]|[0-9]{9}[0-9X]", digits):
        return False
    values = [ISBN_MODULUS - 1 if digit == "X" else int(digit) for digit in digits]
    weighed = (value * weight for weight, value in enumerate(values[::-1], 1))
    return sum(weighed) % ISBN_MODULUS == 0


def has_iban_digits(text: str) -> bool:
    """Tell whether an account's number is right (ISO 13616)."""
    code = digits_of(text).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", code):
        return False
    numbers = "".join(str(int(sign, 36)) for sign in code[4:] + code[:4])
    return int(numbers) % IBAN_MODULUS == IBAN_REST
