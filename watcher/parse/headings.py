"""What the columns of a table are called: by a line above them, a comment, or the manual alone.

Where several lines stand above a table, the last of them names its columns.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from watcher.parse.cells import COMMA, DIGIT, MISSING, TIME_OF_DAY
from watcher.parse.head import Head, format_of
from watcher.parse.numbers import quantity

MOST_HEADINGS = 6  # rows above the first that has data: groups, names, units
EMPTY = 0.2  # of the names of a heading may be missing
SURE = 0.9  # of the rows must look as the manual says
FEW = 12  # rows that are looked at
FEWEST_BELOW = 3  # rows below a preamble
ROW = b"row_id"  # the name of a first column that has none: the number of the row, as pandas has it
SIDES = 4  # cells at most of a row whose first and last may be outside a frame
FEWEST_DATED = 4  # cells of a heading that begins with a time

RULE = re.compile(rb":?[-=+_*]{2,}:?")
EPOCH, EPOCH_MS, PORT = rb"\d{10}\.\d{6}", rb"\d{13}|\d{16}", rb"\d{1,5}"
ADDRESS = rb"[\d.]{7,15}|[\da-fA-F:]{3,39}"
MAC = rb"(?:[\dA-F]{2}:){5}[\dA-F]{2}"
ZEEK = {0: EPOCH, 1: rb"[A-Za-z0-9]{10,20}", 2: ADDRESS, 3: PORT, 4: ADDRESS, 5: PORT}
ZEEK_NAMES = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p "
CONN = (
    "proto service duration orig_bytes resp_bytes conn_state local_orig %smissed_bytes history"
    " orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents"
)
DNS = (
    "proto trans_id %squery qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z"
    " answers TTLs rejected"
)
HTTP = (
    "trans_depth method host uri referrer user_agent request_body_len response_body_len"
    " status_code status_msg"
)
KLINE = (
    "open_time open high low close volume close_time quote_volume trades taker_volume"
    " taker_quote_volume -"
)


class Manual(NamedTuple):
    """A table whose heading is in the manual of its program only; `-` is nothing to draw."""

    marks: dict[int, bytes]  # by place, what cells look like
    names: str
    widths: tuple[int, ...] = ()  # any, with none; what is behind the names has none


MANUALS = (
    Manual(  # Palo Alto: traffic
        {1: rb"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d", 3: rb"TRAFFIC"},
        "- receive_time serial type subtype - generated_time src dst natsrc natdst rule srcuser"
        " dstuser app vsys from to inbound_if outbound_if logset - sessionid repeat_id sport dport"
        " nat_sport nat_dport flags proto action bytes bytes_sent bytes_received packets start"
        " elapsed category - seqno actionflags srcloc dstloc - pkts_sent pkts_received",
    ),
    Manual(  # and threats
        {1: rb"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d", 3: rb"THREAT"},
        "- receive_time serial type subtype - generated_time src dst natsrc natdst rule srcuser"
        " dstuser app vsys from to inbound_if outbound_if logset - sessionid repeat_id sport dport"
        " nat_sport nat_dport flags proto action misc threat_id category severity direction seqno",
    ),
    Manual(ZEEK | {6: rb"tcp|udp|icmp"}, ZEEK_NAMES + CONN % "", (20,)),
    Manual(ZEEK | {6: rb"tcp|udp|icmp"}, ZEEK_NAMES + CONN % "local_resp ", (21, 22)),
    Manual(ZEEK | {6: rb"tcp|udp"}, ZEEK_NAMES + DNS % "", (23,)),
    Manual(ZEEK | {6: rb"tcp|udp"}, ZEEK_NAMES + DNS % "rtt ", (24,)),
    Manual(ZEEK | {6: rb"\d{1,3}", 7: rb"[A-Z]{3,10}|-"}, ZEEK_NAMES + HTTP),
    Manual(ZEEK, ZEEK_NAMES),
    Manual({0: EPOCH_MS, 6: EPOCH_MS}, KLINE, (11, 12)),  # Binance
    Manual(  # Asterisk: calls
        dict.fromkeys((9, 11), rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"),
        "accountcode src_id dst_id dcontext clid channel dstchannel lastapp lastdata start answer"
        " end duration billsec disposition amaflags uniqueid userfield",
        (16, 17, 18),
    ),
    Manual(  # Snort: alerts
        {0: rb"\d\d/\d\d(?:/\d\d)?-[\d:.]{15}", 1: rb"\d+", 3: rb"\d+"},
        "time sig_generator_id sig_id sig_rev msg proto src srcport dst dstport ethsrc ethdst"
        " ethlen tcpflags tcpseq_id tcpack_id tcplen tcpwindow ttl tos_id - dgmlen iplen",
        (27,),
    ),
    Manual(  # ntpd: `loopstats`
        {0: rb"\d{5} \d{1,5}\.\d{3}", 1: rb"-?\d\.\d{9}", 4: rb"\d\.\d{6}"},
        "time offset frequency jitter wander -",
        (6,),
    ),
    Manual(  # pgbench: transactions
        {0: rb"\d{1,5}", 2: rb"\d{1,9}", 3: rb"\d{1,3}", 4: rb"\d{10}", 5: rb"\d{1,6}"},
        "client_id transaction_id latency_us script_id time -",
        (6,),
    ),
    Manual(  # `perf stat -x, -I 1000`
        {0: rb"\d+\.\d{9}", 1: rb"[\d.]+|<not \w+>", 4: rb"\d+", 5: rb"\d{1,3}\.\d\d"},
        "time value unit event running_id percent_id -",
        (7, 8),
    ),
    Manual(  # aircraft: SBS of dump1090
        {0: rb"MSG|SEL|ID|AIR|STA|CLK", 4: rb"[0-9A-F]{0,6}"},
        "- type_id session_id aircraft_id hex_id flight_id date time logged_date logged_time"
        " callsign altitude ground_speed track_angle lat lon vertical_rate squawk_id"
        " alert_id emergency_id spi ground_id",
        (22,),
    ),
    Manual(  # IIS, in its own format
        {
            2: rb"\d{1,2}/\d{1,2}/\d{2,4}",
            3: rb"\d{1,2}:\d\d:\d\d",
            10: rb"[1-5]\d\d",
            12: rb"[A-Z]+",
        },
        "client user date time service server server_address time_taken bytes_received bytes_sent"
        " status win32_status method target parameters",
        (15, 16),
    ),
    Manual(  # Snort's alert_csv
        {6: ADDRESS, 8: ADDRESS, 10: MAC, 11: MAC},
        "timestamp generator_id sig_id rev msg proto src sport dst dport ethsrc ethdst ethlen"
        " tcpflags tcpseq_id tcpack_id tcplen tcpwindow ttl tos_id packet_id dgmlen iplen",
    ),
)


def from_the_manual(rows: Sequence[Sequence[bytes]]) -> list[bytes] | None:
    """The names of columns that look as some manual says."""
    few = rows[:: 1 + len(rows) // FEW]
    width = max(map(len, few), default=0)
    return next((_names(one, width) for one in MANUALS if _is_of(one, few, width)), None)


def _is_of(manual: Manual, rows: Sequence[Sequence[bytes]], width: int) -> bool:
    if width <= max(manual.marks) or (manual.widths and width not in manual.widths):
        return False
    marks = _marks(manual.names)
    alike = sum(all(at < len(row) and is_mark(row[at]) for at, is_mark in marks) for row in rows)
    return alike >= max(1, SURE * len(rows))


@cache
def _marks(names: str) -> list[tuple[int, Callable[[bytes], object]]]:
    """Of the manual with these names: where a mark stands, and whether a cell is it."""
    manual = next(one for one in MANUALS if one.names == names)
    return [(at, re.compile(mark).fullmatch) for at, mark in manual.marks.items()]


def _names(manual: Manual, width: int) -> list[bytes]:
    """Without one of its own a column is called by its place, as an id: nobody can know."""
    names = manual.names.split()[:width]
    names += ["-"] * (width - len(names))
    return [(f"column_{n}_id" if name == "-" else name).encode() for n, name in enumerate(names, 1)]


def heading_of(same: Sequence[Sequence[bytes]], head: Head) -> int:
    """How many of these rows stand above the first that has data; 0: there is no heading."""
    if len(same) > 1 and len(same[0]) > SIDES and not any(row[0] for row in same[1:]):
        return heading_of([row[1:] for row in same], head)  # nobody fills in the first column
    if many := _words_above(same, head):
        return many
    for n, row in enumerate(same[: 1 + MOST_HEADINGS]):
        if row[0] and not is_heading(row, head):
            return n
    return 0


def _words_above(same: Sequence[Sequence[bytes]], head: Head) -> int:
    """How many rows begin with words above numbers or times: then `50%` in them is a name too."""
    if _is_dated_heading(same, head):
        return 1
    many = next((n for n, row in enumerate(same[: 1 + MOST_HEADINGS]) if DIGIT(row[0])), 0)
    above, below = same[:many], same[many:]
    if not any(row[0] for row in above) or any(row[0] and row[0] in MISSING for row in above):
        return 0
    begun = sum(_is_data(row[0], head) for row in below[:FEW])
    sure = begun >= SURE * len(below[:FEW]) and sum(_data(row, head) for row in above) > 0
    return many if sure and all(2 * _data(row, head) <= len(row) for row in above) else 0


def _is_dated_heading(same: Sequence[Sequence[bytes]], head: Head) -> bool:
    """Whether the first row has names behind its time, and the next one numbers: `vmstat | ts`."""
    if len(same) < 2 or len(same[0]) < FEWEST_DATED or len({*same[0]}) < len(same[0]):
        return False
    names, numbers = same[0][1:], same[1][1:]
    if not all(names) or _data(names, head) or _data(numbers, head) < SURE * len(numbers):
        return False
    return format_of([same[0][0], same[1][0]], head) is not None


def _data(row: Sequence[bytes], head: Head) -> int:
    return sum(_is_data(cell, head) for cell in row)


def begin_of(rows: Sequence[Sequence[bytes]], head: Head) -> int:
    """Where the last rows begin that all have as many cells; 0 where they are too few to tell.

    The heading may have one more, of what is in no row.
    """
    width, begin = len(rows[-1]), len(rows)
    while begin and len(rows[begin - 1]) == width:
        begin -= 1
    if begin and len(rows[begin - 1]) == width + 1 and is_heading(rows[begin - 1], head):
        begin -= 1
    return begin if width > 1 and len(rows) - begin > FEWEST_BELOW else 0


def naming(rows: Sequence[Sequence[bytes]]) -> Sequence[bytes]:
    """The one of several rows above a table that names its columns.

    The first in which each has a name of its own, as units come below; else the last.
    """
    full = (row for row in rows if all(row) and len({*row}) == len(row))
    bare = (row for row in full if all(map(math.isnan, map(quantity, row))))
    return next(bare, rows[-1] if rows else [])


def is_rule(row: Sequence[bytes]) -> bool:
    """Whether it is a line that is drawn below a heading."""
    said = [cell for cell in row if cell]  # in a frame there is nothing at its sides
    return bool(said) and all(map(RULE.fullmatch, said))


def names_of(row: Sequence[bytes]) -> list[str]:
    """What a heading calls its columns; nothing, if it does not."""
    said = next((n for n in range(len(row), 0, -1) if row[n - 1]), 0)  # none behind the last
    if said > 1 and not row[0] and all(row[1:said]):  # as pandas and R write their index
        row = [ROW, *row[1:]]
    if sum(not cell for cell in row[:said]) > EMPTY * said:
        return []
    return [cell.decode("utf-8", "replace") for cell in row]


def is_heading(row: Sequence[bytes], head: Head) -> bool:
    """Whether no cell is data. The time of a heading is none, as `sar` has it."""
    said = [cell for cell in row if not TIME_OF_DAY.fullmatch(cell)] if len(row) > 2 else row
    return len(said) >= len(row) - 1 and not any(_is_data(cell, head) for cell in said)


def _is_data(cell: bytes, head: Head) -> bool:
    if not DIGIT(cell):
        return False
    if COMMA.fullmatch(cell) or not math.isnan(quantity(cell)):
        return True
    return format_of([cell], head) is not None
