"""How an entry of the time table is made: its letters, and what entries have in common."""

from __future__ import annotations

from typing import TypedDict

from watcher.parse.timeformat import END, FRACTION, LETTERS, WHOLE, TimeFormat, make

# The zone behind an ISO time. Behind a space only what cannot be a number or a log level. Names
# are those that programs write; `[A-Z]+T` would eat the GET of a web server.
NAMES = (
    "(?=[A-Z]{3})(?:UTC|GMT|[ECMP][SD]T|CES?T|EES?T|WES?T|MSK|MES?Z|A[KEC][SD]T|AWST|[BIJKH]ST"
    "|NZ[SD]T|SAST|[SH][GK]T|BRT|ART|WIB|ICT)"
)
HOURS = r"[+-](?:0\d|1[0-4])"
FAR = r"(?:UTC|GMT)[+-]\d{1,2}(?::?[0-5]\d)?"  # GMT+2, UTC+02:00
ISO_ZONES = rf"{FAR}|{HOURS}:?[0-5]\d|(?<! )(?:[Zz]|{HOURS})|{NAMES}"
TABLE_LETTERS = {
    **LETTERS,
    "z": ISO_ZONES,
    "C": rf"Z|{HOURS}(?:[0-5]\d)?",  # compact
    "x": "40000000[0-9a-f]{8}",  # TAI64
    "P": rf"{ISO_ZONES}|[A-Z][a-z]+/[A-Za-z_/]{{2,30}}",  # PHP: Europe/Berlin
    "G": r"GMT[+-]\d{4}",
    "o": r"[+-]\d{3}",  # Db2: minutes
    "q": r'[+-]\d{1,3}"',  # Microsoft: minutes to UTC
}

DECIMALS = r"\d\d(?:\.\d{1,9}|:\d{3})?"  # `:123` as log4j's HH:mm:ss:SSS and WebSphere have it
SECOND_10 = r"(?:[1-3]\d|40)\d{8}"  # 2001-09-09 to 2099-12-02, as ten digits

COMMA = r"\d\d,\d{3}(?:\d{3}){0,2}"  # log4j, Python; thousandths or finer: `,58` is a column
EITHER = r"\d\d(?:\.\d{1,9}|[:,]\d{3})?"

NARROW_SPACE = "\xe2\x80\xaf"  # U+202F in UTF-8: Java 20 and later write it before AM and PM
HALF = f"(?: |{NARROW_SPACE})?"
DAY_FIRST = ("md", "dm")
YEAR_FIRST = ("ymd", "mdy", "dmy")  # Spark and Hadoop; America; the rest
YEAR_LAST = ("mdy", "dmy", "ymd")  # where no program wrote it


COLUMN = r'"?(?:[,;\t] ?| ?\| ?)"?'  # where a table has day and time side by side
ISO_HEAD = rf"%Y-%m-%d(?:[Tt_:-]| |{COLUMN})%k:%M"  # two spaces: apt, MariaDB
YMD_HEAD = rf"%Y[/.:]%m[/.:]%d(?:[ T_-]| - |{COLUMN})%H:%M"  # ` - `: Gin
COMPACT_HEAD = rf"%Y%m%d(?:[T_-]| {{1,4}}|{COLUMN})%H:%M"
HAN_HEAD = "%Y\xe5\xb9\xb4%n\xe6\x9c\x88%e\xe6\x97\xa5 ?%k:%M"  # year, month and day in Chinese
SLASH_HEAD = r"%1[/-]%2[/-]%Y(?:[,;]? {1,2}|[T,;:\t-]| ?\| ?|\",\"| --? )%k:%M"
SLASH_YY_HEAD = r"%1[/-]%2[/-]%3(?:,? |[,-]|\",\")%k:%M"
GERMAN_HEAD = rf"%e\.%n\.(?:%Y|%y)(?:,? |{COLUMN})%k:%M"
HALF_ZONE = r"(?:%p)?(?: ?%z)?"
# `  4 Jan 10 09:12:33` of mongostat is a number and a day, not one of 2010.
DMY_HEAD = r"(?!(?<=  ) ?\d\d? \w{3} \d\d )%e(?:\. ?|[ .-])?%b[ -]?(?:%Y|%y)(?:,? |::?)%H:%M"
# Neither the beginning of a file's name nor of a time that nobody here can read.
DATE_END = END + r"(?![-_/]\w| \d{1,2}:\d\d)"
# `08:00:01.123:465` of ausearch, `08:00:01.123.4567` of Hitachi ID
COUNTED_END = r"(?![0-9A-Za-z]|(?<!\.\d{3})[.:]\d)"
CELL_END = r'(?=[",;\t|]|\r?$)'

TIME_HEAD = r"(?<!\d:)%k:%M"  # not the end of a hardware address
APART = "[,;\t ]{1,8}"  # between the parts of a time in columns of their own
ASIDE = r"(?:[,;\t][^,;\t\n]{0,24}){0,6}?"  # columns between a day and its hour
CALENDAR = f"%Y{APART}%n{APART}%e{APART}%k"
CELL_OR_BLANK = r'(?=[",;\t| ]|\r?$)'


class Behind(TypedDict):
    """What stands between a time and its tail."""

    gap: str
    optional: bool


HALF_BEHIND = Behind(gap=HALF, optional=False)  # where a time without it is another
DAY_BEHIND = Behind(gap="(?:[ ,;\t] ?| on )", optional=False)  # tables, in this order


def entry(
    name: str,
    sample: str,
    head: str,
    seconds: str = DECIMALS,
    tail: str = "",
    *,
    joint: str = ":",
    gap: str = " ?",
    optional: bool = True,
    kind: str = FRACTION,
    orders: tuple[str, ...] = ("",),
    before: str = "",
    end: str = END,
) -> TimeFormat:
    """The format `head`:`seconds` `tail`; a tail and the `gap` before it may be missing."""
    return make(
        name,
        sample,
        head=head,
        seconds=seconds,
        tail=tail,
        joint=joint,
        gap=gap if tail else "",
        optional=optional and bool(tail),
        kind=kind,
        orders=orders,
        before=before,
        end=end,
        letters=TABLE_LETTERS,
    )


def epoch(name: str, digits: int, fraction: str, sample: str) -> TimeFormat:
    """The format of so many digits since 1970, the first ten of which are seconds."""
    seconds = rf"{SECOND_10}\d{{{digits - 10}}}{fraction}"
    return make(
        name,
        sample,
        seconds=seconds,
        joint="",
        kind=WHOLE,
        scale=10.0 ** (digits - 10),
        end=r"(?![0-9A-Za-z]|\.\d)",  # `audit(1364481363.243:24287)` ends at the colon
        letters=TABLE_LETTERS,
    )
