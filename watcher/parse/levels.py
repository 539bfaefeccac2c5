"""What people call how bad a line is, brought to six words; and HTTP's status classes.

A class is what lines are counted by. Names follow syslog (RFC 5424), log4j, Python, Go, Android,
Windows and nginx; a letter stands for a level in logcat and klog.
"""

from __future__ import annotations

FATAL, ERROR, WARN, INFO, DEBUG, OTHER = "fatal", "error", "warn", "info", "debug", "other"
LEVELS = (DEBUG, INFO, WARN, ERROR, FATAL)  # the worst last

WORDS = {
    FATAL: "fatal ftl critical crit alert emerg emergency panic dpanic severe",
    ERROR: "error err errors eror fail failed failure",
    WARN: "warn warning wrn",
    INFO: "info information informational inf notice note log status audit success",
    DEBUG: "debug dbg trace trc verbose vrb fine finer finest config",
}
LETTERS = {FATAL: "F A C", ERROR: "E", WARN: "W", INFO: "I N", DEBUG: "D V T"}
SEVERITIES = (FATAL, FATAL, FATAL, ERROR, WARN, INFO, INFO, DEBUG)  # of syslog, 0 to 7

_BY_WORD = {word: level for level, words in WORDS.items() for word in words.split()}
_BY_LETTER = {letter: level for level, letters in LETTERS.items() for letter in letters.split()}


def level_of(word: str) -> str | None:
    """The level that a word stands for, whatever its case; None for other words."""
    return _BY_WORD.get(word.lower().rstrip("12345"))  # DEBUG1 is PostgreSQL


def level_of_letter(letter: str) -> str | None:
    """The level that a single capital letter stands for."""
    return _BY_LETTER.get(letter.rstrip("12345"))  # D2 is MongoDB


def level_of_priority(number: str) -> str | None:
    """The level in syslog's `<34>`: facility times 8 plus severity."""
    return SEVERITIES[int(number) & 7] if number.isdigit() and int(number) < 192 else None


def level_of_severity(number: str) -> str | None:
    """The level in syslog's severity alone, 0 to 7, as the journal and GELF have it."""
    return level_of_priority(number) if len(number) == 1 else None


def level_of_number(number: str) -> str | None:
    """The level in the numbers of pino and bunyan: 10 trace to 60 fatal."""
    return {"10": DEBUG, "20": DEBUG, "30": INFO, "40": WARN, "50": ERROR, "60": FATAL}.get(number)


def no_level(_: str) -> str | None:
    """The level of lines that say none."""
    return None


def status_class(code: str) -> str | None:
    """`5xx` of an HTTP status such as `503`."""
    return f"{code[0]}xx" if len(code) == 3 and code.isdigit() and "1" <= code[0] <= "5" else None
