"""What people call how bad a line is, brought to six words; and HTTP's status classes.

A class is what lines are counted by. Names follow syslog (RFC 5424), log4j, Python, Go, Android,
Windows and nginx; a letter stands for a level in logcat and klog.
"""

from __future__ import annotations

from collections.abc import Collection

FATAL, ERROR, WARN, INFO, DEBUG, OTHER = "fatal", "error", "warn", "info", "debug", "other"
LEVELS = (DEBUG, INFO, WARN, ERROR, FATAL)  # the worst last

WORDS = {
    FATAL: "fatal ftl critical crit alert emerg emergency panic dpanic severe fault fata",
    ERROR: "error err errors eror erro fail failed failure high",
    WARN: "warn warning wrn medium moderate",
    INFO: "info information informational inf notice note log status audit success default low ok",
    DEBUG: "debug dbg debu dbug trace trc trce verbose vrb fine finer finest config",
}
# Of these a log has more than one, or it has none: `(Allocation Failure)` is no failure.
_VAGUE = "fail failed failure high note log status audit success config fine default alert low ok"
VAGUE = frozenset([*_VAGUE.split(), "medium", "moderate"])
LETTERS = {FATAL: "F A C", ERROR: "E", WARN: "W", INFO: "I N", DEBUG: "D V T"}
SEVERITIES = (FATAL, FATAL, FATAL, ERROR, WARN, INFO, INFO, DEBUG)  # of syslog, 0 to 7

NUMBERS = {  # of pino and bunyan; of Monolog
    DEBUG: "10 20 100",
    INFO: "30 200 250",
    WARN: "40 300",
    ERROR: "50 400",
    FATAL: "60 500 550 600",
}
RANKS = (DEBUG, INFO, WARN, ERROR, FATAL)  # of Nextcloud, 0 to 4
XORG = {"EE": ERROR, "WW": WARN, "DB": DEBUG}
PYTHON = {"10": DEBUG, "20": INFO, "30": WARN, "40": ERROR, "50": FATAL}
OPEN_TELEMETRY = (DEBUG, DEBUG, INFO, WARN, ERROR, FATAL)  # of four numbers each, from 1

# ArcSight's Common Event Format: 0 to 3 low, to 6 medium, to 8 high, to 10 very high; or so said.
CEF = (INFO, INFO, INFO, INFO, WARN, WARN, WARN, ERROR, ERROR, FATAL, FATAL)
CEF_WORDS = {"unknown": INFO, "low": INFO, "medium": WARN, "high": ERROR, "very-high": FATAL}

# What monitors say of hosts and services; WebSphere's letters, where A is audit; Redis's marks;
# letters of TeamCity, and of SAP HANA.
STATES = {"OK": INFO, "UP": INFO, "WARNING": WARN, "UNKNOWN": WARN}
STATES |= dict.fromkeys(("CRITICAL", "DOWN", "UNREACHABLE"), ERROR)
WEBSPHERE = {"A": INFO, "I": INFO, "O": INFO, "R": INFO, "C": DEBUG, "D": DEBUG}
WEBSPHERE |= {"W": WARN, "E": ERROR, "F": FATAL}
MARKS = {".": DEBUG, "-": DEBUG, "*": INFO, "#": WARN}
SMALL = {"d": DEBUG, "i": INFO, "w": WARN, "e": ERROR, "f": FATAL, "W": WARN, "E": ERROR}

_BY_WORD = {word: level for level, words in WORDS.items() for word in words.split()}
_BY_NUMBER = {number: level for level, numbers in NUMBERS.items() for number in numbers.split()}
_BY_LETTER = {letter: level for level, letters in LETTERS.items() for letter in letters.split()}


def level_of(word: str) -> str | None:
    """The level that a word stands for, whatever its case; None for other words."""
    if word[:3] == "LOG" and word[3:]:  # of stunnel
        return level_of_severity(word[3:])
    return _BY_WORD.get(word.lower().rstrip("12345"))  # DEBUG1 is PostgreSQL


def is_vague(words: Collection[str]) -> bool:
    """Whether these words, which may be levels, are one and the same that may mean anything."""
    one = next(iter(words), "")
    return len(set(words)) == 1 and one.lower() in VAGUE and not one.isupper()


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
    """The level in the numbers of pino and bunyan, 10 trace to 60 fatal, and of Monolog."""
    return _BY_NUMBER.get(number)


def level_of_cef(severity: str) -> str | None:
    """The level in ArcSight's severity, 0 to 10 or a word, of which `Unknown` is no trouble."""
    if severity.isdigit():
        return CEF[int(severity)] if int(severity) < len(CEF) else None
    return CEF_WORDS.get(severity.lower())


def level_of_clef(word: str) -> str | None:
    """The level in Serilog's compact JSON, which says none where it is `Information`."""
    return level_of(word) if word else INFO


def level_of_xorg(code: str) -> str | None:
    """The level in the marks of X servers: `EE`, `WW`, and others that are no trouble."""
    return XORG.get(code, INFO) if code else None


def level_of_rank(number: str) -> str | None:
    """The level in numbers from 0 that rise with it, as Nextcloud has it."""
    return RANKS[int(number)] if number in ("0", "1", "2", "3", "4") else None


def level_of_python(number: str) -> str | None:
    """The level in Python's `levelno`."""
    return PYTHON.get(number)


def level_of_telemetry(number: str) -> str | None:
    """The level in OpenTelemetry's `SeverityNumber`, 1 to 24."""
    if not number.isdigit() or not 1 <= int(number) <= 4 * len(OPEN_TELEMETRY):
        return None
    return OPEN_TELEMETRY[(int(number) - 1) // 4]


def level_of_state(word: str) -> str | None:
    """The level in what Nagios and its kin say of a host or a service."""
    return STATES.get(word)


def level_of_websphere(letter: str) -> str | None:
    """The level in the letters of WebSphere and Liberty."""
    return WEBSPHERE.get(letter)


def level_of_mark(mark: str) -> str | None:
    """The level in the marks of Redis."""
    return MARKS.get(mark)


def level_of_small(letter: str) -> str | None:
    """The level in a small letter; nothing at all is no trouble."""
    return SMALL.get(letter) if letter.strip() else INFO


def no_level(_: str) -> str | None:
    """The level of lines that say none."""
    return None


def status_class(code: str) -> str | None:
    """`5xx` of an HTTP status such as `503`."""
    return f"{code[0]}xx" if len(code) == 3 and code.isdigit() and "1" <= code[0] <= "5" else None
