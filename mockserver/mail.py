"""The form of an e-mail address, as two providers ask for it."""

import re

import email_validator

# Reserved names such as .test have no mail, but they have the form of an address, and no document asks for more.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

# Whatever this matches within `SHORT` characters is an address to the library too, which takes its time to find out.
PLAIN = re.compile(r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]+")
SHORT = 64


def is_address(text: str, *, allow_smtputf8: bool = True) -> bool:
    """Tell whether a text has the form of an e-mail address; `allow_smtputf8` takes letters beyond ASCII before the @ as well."""
    if len(text) <= SHORT and PLAIN.fullmatch(text):
        return True
    try:
        email_validator.validate_email(text, allow_smtputf8=allow_smtputf8, check_deliverability=False)
    except email_validator.EmailNotValidError:
        return False
    return True
