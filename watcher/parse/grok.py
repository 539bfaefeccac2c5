"""grok in a regular expression: `%{NUMBER:took}` for what many have written a pattern of before.

A small table of our own, possessive where it can be, so that hostile lines cost no more.
"""

from __future__ import annotations

import re

OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
IPV4 = rf"(?:{OCTET}\.){{3}}{OCTET}"
IPV6 = r"(?=[0-9A-Fa-f]*:[0-9A-Fa-f]*:)[0-9A-Fa-f:.]{2,45}+"
HOSTNAME = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(?:\.[A-Za-z0-9_-]{1,63}+)*+"
PATTERNS = {
    "NUMBER": r"[+-]?(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?",
    "INT": r"[+-]?\d++",
    "WORD": r"\b\w++\b",
    "NOTSPACE": r"\S+",
    "DATA": r".*?",
    "GREEDYDATA": r".*",
    "IP": rf"(?:{IPV4}|{IPV6})",
    "HOSTNAME": HOSTNAME,
    "IPORHOST": rf"(?:{IPV4}(?![\w-])|{IPV6}(?![\w-])|{HOSTNAME})",
    "QUOTEDSTRING": r'(?:"(?:[^"\\]|\\.)*+"|' + r"'(?:[^'\\]|\\.)*+')",
    "TIMESTAMP_ISO8601": (
        r"\d{4}-\d\d-\d\d[T ]\d\d:?\d\d(?::?\d\d(?:[.,]\d{1,9}+)?)?(?:Z| ?[+-]\d\d:?\d\d)?"
    ),
    "HTTPDATE": r"\d{1,2}/[A-Za-z]{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}",
    "LOGLEVEL": (
        r"(?:(?i:trace|debug|info(?:rmation)?|notice|warn(?:ing)?|err(?:or)?|crit(?:ical)?"
        r"|fatal|severe|alert|emerg(?:ency)?|panic))\b"
    ),
    "URIPATH": r"/[^\s?#]*+",
}

_reference = re.compile(r"%\{([^{}]*)\}")


def expand(pattern: str) -> str:
    """`pattern` with its `%{NAME}` and `%{NAME:group}` written out; ValueError: what is wrong."""
    return _reference.sub(_one, pattern)


def _one(found: re.Match[str]) -> str:
    name, colon, group = found[1].partition(":")
    if name not in PATTERNS:
        raise ValueError(f"%{{{name}}} is not known here: known are {' '.join(PATTERNS)}")
    if not colon:
        return f"(?:{PATTERNS[name]})"
    if not (group.isidentifier() and group.isascii()):
        raise ValueError(f"{found[0]}: {group!r} is no name: write letters, digits and _")
    return f"(?P<{group}>{PATTERNS[name]})"
