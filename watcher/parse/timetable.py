"""The table of the ways the world writes a time.

It holds what programs write, not what a person might: every entry is the habit of some program.
What else there is, the user can say.
"""

from __future__ import annotations

from typing import TypedDict

from watcher.parse.timeformat import (
    END,
    FIRST,
    FRACTION,
    LETTERS,
    MILLISECONDS,
    WHOLE,
    TimeFormat,
    make,
)

# The zone behind an ISO time. Behind a space only what cannot be a number or a log level. Names
# are those that programs write; `[A-Z]+T` would eat the GET of a web server.
NAMES = (
    "(?=[A-Z]{3})(?:UTC|GMT|[ECMP][SD]T|CES?T|EES?T|WES?T|MSK|MES?Z|A[KEC][SD]T|AWST|[BIJKH]ST"
    "|NZ[SD]T|SAST|[SH][GK]T|BRT|ART|WIB|ICT)"
)
HOURS = r"[+-](?:0\d|1[0-4])"
ISO_ZONES = rf"{HOURS}:?[0-5]\d|(?<! )(?:[Zz]|{HOURS})|{NAMES}"
TABLE_LETTERS = {
    **LETTERS,
    "z": ISO_ZONES,
    "C": rf"Z|{HOURS}(?:[0-5]\d)?",  # compact
    "P": rf"{ISO_ZONES}|[A-Z][a-z]+/[A-Za-z_/]{{2,30}}",  # PHP: Europe/Berlin
}

DECIMALS = r"\d\d(?:\.\d{1,9}|:\d{3})?"  # `:123` as log4j's HH:mm:ss:SSS and WebSphere have it
COMMA = r"\d\d,\d{3}(?:\d{3}){0,2}"  # log4j, Python; thousandths or finer: `,58` is a column
EITHER = r"\d\d(?:\.\d{1,9}|[:,]\d{3})?"

NARROW_SPACE = "\xe2\x80\xaf"  # U+202F in UTF-8: Java 20 and later write it before AM and PM
HALF = f"(?: |{NARROW_SPACE})?"
DAY_FIRST = ("md", "dm")
YEAR_FIRST = ("ymd", "mdy", "dmy")  # Spark and Hadoop; America; the rest
YEAR_LAST = ("mdy", "dmy", "ymd")  # where no program wrote it
SECOND_10 = r"(?:[1-3]\d|40)\d{8}"  # 2001-09-09 to 2099-12-02, as ten digits


def _entry(
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


def _epoch(name: str, digits: int, fraction: str, sample: str) -> TimeFormat:
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


COLUMN = '"?[,;\t] ?"?'  # where a table has day and time side by side
ISO_HEAD = rf"%Y-%m-%d(?:[Tt_-]| |{COLUMN})%k:%M"  # two spaces: apt, MariaDB
YMD_HEAD = rf"%Y[/.]%m[/.]%d(?:[ T_-]| - |{COLUMN})%H:%M"  # ` - `: Gin
SLASH_HEAD = r"%1[/-]%2[/-]%Y(?:[,;]? {1,2}|[T,;:\t-]|\",\"| --? )%k:%M"
SLASH_YY_HEAD = r"%1/%2/%3(?:,? |[,-]|\",\")%k:%M"
GERMAN_HEAD = rf"%e\.%n\.(?:%Y|%y)(?:,? |{COLUMN})%k:%M"
HALF_ZONE = r"(?:%p)?(?: ?%z)?"
DATE_END = END + r"(?![-_/]\w)"  # not the beginning of a file's name
AUDIT_END = r"(?![0-9A-Za-z]|\.\d|(?<!\.\d{3}):\d)"  # `08:00:01.123:465` of ausearch
CELL_END = r'(?=[",;\t|]|\r?$)'

TIME_HEAD = r"(?<!\d:)%k:%M"  # not the end of a hardware address


class _Behind(TypedDict):
    gap: str
    optional: bool


DAY_BEHIND = _Behind(gap="[ ,;\t] ?", optional=False)  # tables, in this order

TIME_FORMATS: tuple[TimeFormat, ...] = (
    _entry("iso8601_comma", "2016-09-28 04:30:30,123", ISO_HEAD, COMMA, "%z"),
    _entry("iso8601", "2016-09-28T04:30:30.123456+02:00", ISO_HEAD, DECIMALS, "%z"),
    _entry(
        "bgl", "2005-06-03-15.42.50.675872", r"%Y-%m-%d-%H\.%M", r"\d\d(?:\.\d{1,9})?", joint=r"\."
    ),
    _entry("iso_minute", "2016-09-28T04:30Z", ISO_HEAD, "", "%z"),
    _entry("iso_date", "2016-09-28", "%Y-%m-%d", "", end=DATE_END),
    _entry("clf", "10/Oct/2000:13:55:36 -0700", r"%d/%b/%Y[: ]%H:%M", DECIMALS, "%z"),
    _entry("ymd_comma", "2016/09/28 04:30:30,123", YMD_HEAD, COMMA, "%z"),
    _entry("ymd", "2016/09/28 04:30:30", YMD_HEAD, DECIMALS, "%z"),
    _entry("unreal", "2016.09.28-04.30.30:123", r"%Y\.%m\.%d-%H\.%M", DECIMALS, joint=r"\."),
    _entry("ymd_minute", "2016/09/28 04:30", YMD_HEAD, "", HALF_ZONE, gap=HALF),
    _entry("ymd_date", "2016/09/28", "%Y/%m/%d", "", end=DATE_END),
    _entry("ymd_text", "2016 Sep 28 04:30:30.123", "%Y[ /-]%b[ /-]%e[ :]%H:%M", EITHER, "%z"),
    _entry(
        "git",
        "Wed Oct 11 14:32:52 2000 -0700",
        "(?:%a,? )?%b %e %k:%M",
        tail=r"%Y %z",
        gap=" ",
        optional=False,
    ),
    _entry(
        "ctime",
        "Sun Dec  4 04:47:44 2005",
        "(?:%a,? )?%b %e %k:%M",
        tail="(?:%p )?(?:%Z )?%Y",
        gap=" ",
        optional=False,
    ),
    _entry(
        "mdy_text",
        "Oct 11, 2000 2:32:52 PM",
        "(?:%a,? )?%b[ /]%e(?:,? |/)%Y(?:,? | @ )%k:%M",
        EITHER,
        HALF_ZONE,
        gap=HALF,
    ),
    _entry(
        "rfc2822",
        "Wed, 11 Oct 2000 14:32:52 GMT",
        "%a,? %e[ -]%b[ -](?:%Y|%y) %H:%M",
        tail="%Z",
        gap=" ",
    ),
    _entry(
        "dmy_text",
        "11 Oct 2000 14:32:52,123",
        "%e[ -]?%b[ -]?(?:%Y|%y)(?:,? |::?)%H:%M",
        EITHER,
        "%P",
    ),
    _entry("rfc3164", "Jun  9 06:06:20", "(?:%a )?%b %e %H:%M", EITHER, r"%Z(?=:|\Z)"),
    _entry("redis", "11 Oct 14:32:52.123", "%e %b %H:%M", EITHER),
    _entry(
        "slash_comma", "09/28/2016 04:30:30,123", SLASH_HEAD, COMMA, HALF_ZONE, orders=DAY_FIRST
    ),
    _entry(
        "slash",
        "9/28/2016 4:30:30 AM",
        SLASH_HEAD,
        DECIMALS,
        HALF_ZONE,
        gap=HALF,
        orders=DAY_FIRST,
        end=AUDIT_END,
    ),
    _entry(
        "slash_minute", "9/28/2016 4:30 AM", SLASH_HEAD, "", HALF_ZONE, gap=HALF, orders=DAY_FIRST
    ),
    _entry("slash_date", "09/28/2016", "%1/%2/%Y", "", end=DATE_END, orders=DAY_FIRST),
    _entry("slash_yy_comma", "17/06/09 20:10:40,123", SLASH_YY_HEAD, COMMA, orders=YEAR_FIRST),
    _entry(
        "slash_yy",
        "17/06/09 20:10:40",
        SLASH_YY_HEAD,
        DECIMALS,
        HALF_ZONE,
        gap=HALF,
        orders=YEAR_FIRST,
    ),
    _entry("german_comma", "28.09.2016 04:30:30,123", GERMAN_HEAD, COMMA),
    _entry("german", "28.09.2016 04:30:30", GERMAN_HEAD, DECIMALS, "%z"),
    _entry("german_minute", "28.09.2016 04:30", GERMAN_HEAD, ""),
    _entry("german_date", "28.09.2016", r"%d\.%m\.%Y", "", end=DATE_END),
    _entry("german_yy_date", "28.09.16", r"%d\.%m\.%y", "", before=FIRST, end=CELL_END),
    _entry(
        "healthapp", "20171223-22:15:29:606", "%Y%m%d-%k:%N", r"\d{1,2}:\d{1,3}", kind=MILLISECONDS
    ),
    _entry("glog", "20160928 04:30:30.123456", "%Y%m%d[ T_-]%H:%M", EITHER, "%z"),
    _entry(
        "klog_year",
        "20160928 10:11:12.345678",
        "%Y%m%d %H:%M",
        r"\d\d\.\d{6}",
        before=r"(?<=\b[DIWEF])",
    ),
    _entry(
        "klog_yy",
        "160928 10:11:12.345678",
        "%y%m%d %H:%M",
        r"\d\d\.\d{6}",
        before=r"(?<=\b[DIWEF])",
    ),
    _entry("klog", "0622 10:11:12.345678", "%m%d %H:%M", r"\d\d\.\d{6}", before=r"(?<=\b[DIWEF])"),
    _entry(
        "chrome",
        "0928/043030.123456",
        "%m%d/%H%M",
        r"\d\d(?:\.\d{3,6})?",
        joint="",
        before=r"(?<=[\[:])",
    ),
    _entry("mysql", "160928  4:30:30", "%y%m%d {1,2}%k:%M", DECIMALS),
    _entry("compact_yy", "081109 203615", "%y%m%d[ T_-]%H%M", r"\d\d(?:\.\d{1,9})?", joint=""),
    _entry(
        "compact",
        "20160928T043030Z",
        "%Y%m%d[ T:_-]?%H%M",
        r"\d\d(?:[.,]\d{1,9})?",
        "%C",
        gap="",
        joint="",
    ),
    _entry("android", "03-17 16:13:38.811", "%m-%d[ |]%H:%M", DECIMALS),  # the bar: geth
    _entry(
        "snort", "09/28-04:30:30.123456", r"(?=\d\d/\d\d)%1/%2[ -]%H:%M", DECIMALS, orders=DAY_FIRST
    ),
    _entry("proxifier", "10.30 16:49:06", r"%m\.%d %H:%M", DECIMALS),
    _entry("time_ymd", "04:30:30,2016-09-28", TIME_HEAD, tail="%Y[-/.]%m[-/.]%d", **DAY_BEHIND),
    _entry("time_german", "04:30:30;28.09.2016", TIME_HEAD, tail=r"%d\.%m\.%Y", **DAY_BEHIND),
    _entry(
        "time_slash",
        "4:30:30 AM,9/28/2016",
        TIME_HEAD,
        tail="(?:%p[ ,;\t] ?)?%1/%2/%Y",
        orders=DAY_FIRST,
        **DAY_BEHIND,
    ),
    _entry("time_of_day_comma", "04:30:30,123", TIME_HEAD, COMMA),
    _entry("time_of_day", "04:30:30.123", TIME_HEAD, DECIMALS, "%p", gap=HALF),
    _entry("kitchen", "4:30AM", TIME_HEAD, "", "%p", gap=HALF, optional=False),
    _entry("compact_minute", "201609280430", "%Y%m%d%H%M", "", before=FIRST, end=CELL_END),
    _entry("dmy_text_date", "28-Sep-2016", "%e[ -]%b[ -](?:%Y|%y)", "", before=FIRST, end=CELL_END),
    _entry("mdy_text_date", "Sep 28, 2016", "%b %e,? %Y", "", before=FIRST, end=CELL_END),
    _entry(
        "slash_yy_date", "9/28/16", "%1/%2/%3", "", before=FIRST, end=CELL_END, orders=YEAR_LAST
    ),
    # Of no day: the first is meant, as what is never said reads as 1.
    _entry("iso_month", "2016-09", "%Y-%m(?:(?!)%d)?", "", before=FIRST, end=CELL_END),
    _entry("compact_date", "20160928", "%Y%m%d", "", before=FIRST, end=CELL_END),
    _epoch("epoch_ns", 19, "", "1475037030123456789"),
    _epoch("epoch_us", 16, "", "1475037030123456"),
    _epoch("epoch_ms", 13, "", "1475037030123"),
    _epoch("epoch_s", 10, r"(?:\.\d{1,9})?", "1475037030.123456"),
    make(
        "uptime",
        " 12345.678901",
        start=" {0,11}",
        seconds=r"\d{1,10}\.\d{3}(?:\d{3})?",
        joint="",
        kind=WHOLE,
        before=r"(?<=\[)",
        end=r"(?=s?\])",
    ),
    make(  # Java's collector of old
        "elapsed",
        "12345.678",
        seconds=r"\d{1,10}\.\d{3}",
        joint="",
        kind=WHOLE,
        before=FIRST,
        end="(?=: )",
    ),
)
