"""Which numbers of a line are worth a graph?"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

MOST_FIELDS = 8  # kept of a log, unless its user names them
ENOUGH = 20  # lines in which a number that never varies is no measurement, unless called one

MEASURES = re.compile(
    r"duration|latency|elapsed|time|took|bytes|size|(?<!ac)count|total|value|temp|hum(?:id|$)|press|load|cpu|mem"
    r"|usage|used|free|rate|speed|volt|amp|watt|power|energy|level|depth|queue|len|util|percent|pct"
    r"|rss|heap|throughput|request|response|upstream|body|sent|recv|received|rx|tx|price|amount"
    r"|score|distance|height|weight|rpm|volume|flow|wind|rain|battery|signal|rssi|snr|[_. (-]ms$"
    r"|^ms$|(?-i:Ms$)|_us$|_ns$|delay|packets|pkts|drop|loss|accuracy|pause|millis$"
    r"|rows|hits|miss|examined|returned|scanned"
    r"|(^|[_. -])(auc|rmse|mae|mse|mape|ppl|perplexity|f1|iou|mfu|(grad_?)?norm)$",
    re.IGNORECASE,
)
LABELS = re.compile(
    r"(^|[_.\s-])(seq|sequence|serial|index|idx|year|season|quarter|month|(week|working)?day|holiday"
    r"|dow|hour|minute|second|thread|process|session|channel|radio|offset|lat|lon|lng|latitude|longitude"
    r"|line|worker|shard|partition|exit|ret|rc|errno|syscall)$",
    re.IGNORECASE,
)
NAMES = re.compile(  # whatever else stands in the name: request_id is no measure
    r"(^|[_.\s-])(id|ids|[a-z]?pid|tid|uid|gid|uuid|guid|port|spt|dpt|sport|dport|lineno|linenumber"
    r"|(src|dst|source|dest|destination|local|remote|client|server)port|version|ver|sev|code"
    r"|(session|policy|user|event|proc|process|thread|request|account|client|device|group|rule|log|site)id"
    r"|(job|task|node|v?conn|trans|conf)id|session[-_]id[-_]\d\d|c[nf]p?\d|mac[ _]?addr(ess)?"
    r"|(http_?)?status|statuscode|zip(_?code)?|phone|facility|severity|priority|inode|timestamp"
    r"|(level|severity)_?(value|no|num|number)|[ae]?[ug]id|fs[ug]id|s[ug]id|ses|rcode|proto|protocol|asn"
    r"|conn|connection|fd|tag|tz|timezone|substatus|win32[-_]?status|ttl|pri|prio|[a-z]_?port|sp|dp"
    r"|(record|line|event|job|order|sequence|serial)[_-](number|type|index)|user_type"
    r"|program_counter|human|spi|op|seq_?no|vlan|vsys|major|minor|build|rev|revision|gid|signature_id)$"
    r"|^(level|mode|mac|epoch|id\.\w+)$|(^|\.)nanos?$|timestamp_(nano|micro|milli)\w*$"
    r"|(?-i:[a-z0-9_]ID|^(?!HUM)[A-Z]*ID)$",
    re.IGNORECASE,
)

CODES = re.compile(  # where they have no fractions
    r"(^|[_.\s-])(q?result|service|rule|policy|attribute|sector|epoch)$"
    r"|type$|(?<!con)version$|(resp|err|error|result|reason|exit|return|msg|message|event|status)code$",
    re.IGNORECASE,
)
BESIDE = (  # what is no measure (whole numbers only) beside such a name
    (re.compile("%"), re.compile(r"(?i:cpu|core)")),  # sysstat: `CPU` is its number
    (re.compile("a0$"), re.compile(r"a[0-3]|items")),  # Linux's audit
    (re.compile("(?i:sent|rcvd|bytes|duration)$"), re.compile(r"[cmn]|i?app?")),  # firewalls
)
TURNS = re.compile(r"(?i:gpu|disk|idx|channel|socket|node|slot|(cpu|core))")  # which one, in turn

# What an instant is called; as a number it is no measurement, whatever the name.
INSTANTS = re.compile(
    r"(time|start|end|begin|stamp|date|created|updated|expires?|expiry|deadline|last|next|since|at|nano"
    r"|rt|ts|seen|queued?|epoch|before|after|till|until|exp|iat|nbf)s?$"
    r"|time_?(unix|stamp)|stamp|^[a-z]?time",
    re.IGNORECASE,
)
FIRST_INSTANT, LAST_INSTANT = 1e9, 4.1e9  # Unix seconds: 2001 to 2099
SUBDIVISIONS = (1.0, 1e3, 1e6, 1e9)  # of a second, in which people count
SINCE_1970 = [(FIRST_INSTANT * scale, LAST_INSTANT * scale) for scale in SUBDIVISIONS]
SINCE_1601 = (1.26e17, 1.57e17)  # tenths of microseconds, as Windows has it: likewise
OF_EPOCH = re.compile(r"(.+)_(epoch|step)", re.IGNORECASE)  # `train_loss_epoch`
ROWS = re.compile(r"#|unnamed: \d|no\.?|nr\.?|num|index|record|instant|row|id", re.IGNORECASE)
CLOCKS = re.compile(r"(time|timestamp|t|ticks?)_?([mun]s|micros|millis)", re.IGNORECASE)
STOPWATCHES = re.compile(
    r"(time|elapsed)[ _]?\((s|sec|seconds|[mu]s|milliseconds?)\)", re.IGNORECASE
)
AXES = re.compile(r"(elapsed[ _]?)?time|t|elapsed|sec(ond)?s?", re.IGNORECASE)
STEPS = re.compile(  # of a training, which may begin anew
    r"(global_?|training_?|num_?)?(steps?|iters?|iterations?|batch|timesteps?(_total)?)",
    re.IGNORECASE,
)
FEW_ROWS, MOST_ANEW = 3, 0.1  # of these; of their steps that go back
LONG_ID = 1e8  # from here on whole numbers without a name, all as long, that come again are ids
ROW = 50  # numbers each one more than the one before: they count lines, if there are others

_DURATION = re.compile(
    r"(?i)(duration|latency|elapsed|took|(request|response|upstream|query|service|process)\w*time"
    r"|time[-_]?taken|(^|[_.])u?(rt|ct|ht)$)"
)


class Field(NamedTuple):
    """A number that lines have: its name, its place among all of them, what it was so far."""

    name: str  # empty: it has none
    place: int
    values: Sequence[float]  # NaN where a line has none


def chosen(fields: Sequence[Field], most: int = MOST_FIELDS, *, alone: bool = False) -> list[Field]:
    """The fields that measure something, named, in their order; if too early any that could.

    `alone`: there is nothing else in a line but its time, so that one may stand still.
    """
    useful = [field for field in fields if not _is_label(field) and not _numbers_rows(field)]
    useful = [field for field in useful if field.name or not is_row(field)] or useful
    useful = [field for field in useful if not _is_axis(field)] or useful
    for beside, others in BESIDE:
        if any(beside.match(field.name) for field in useful):
            useful = [one for one in useful if not (others.fullmatch(one.name) and _is_whole(one))]
    varying = [field for field in useful if len(set(_known(field))) > 1]
    young = [field for field in useful if alone or len(field.values) < ENOUGH]
    named = [field for field in useful if MEASURES.search(field.name)]
    ranked = sorted(varying or named or young, key=lambda field: (-_merit(field), field.place))
    kept = sorted(ranked[:most], key=lambda field: field.place)
    return _named(kept)


def _numbers_rows(field: Field) -> bool:
    """Whether it is called a number of rows, or a time since some start, and rises like one."""
    known, name = _known(field), field.name
    most = MOST_ANEW * len(known) if STEPS.fullmatch(name) else 0
    stopped = STOPWATCHES.fullmatch(name)
    named = stopped or most or ROWS.fullmatch(name) or CLOCKS.fullmatch(name)
    if len(known) < FEW_ROWS or not named or not (stopped or _is_whole(field)):
        return False
    return sum(later <= one for one, later in pairwise(known)) <= most


def _is_axis(field: Field) -> bool:
    """Whether it is called a time and rises all the way: others are told over it."""
    known = _known(field)
    rises = all(one < later for one, later in pairwise(known))
    return len(known) >= ENOUGH and rises and AXES.fullmatch(field.name) is not None


def _is_whole(field: Field) -> bool:
    return not any(value % 1 for value in _known(field))


def never_changes(field: Field) -> bool:
    """Whether it was one whole number whenever it was said, and no measure by its name."""
    known = _known(field)
    return (
        len(known) > 1
        and len({*known}) == 1
        and _is_whole(field)
        and not MEASURES.search(field.name)
    )


def _known(field: Field) -> list[float]:
    return [value for value in field.values if not math.isnan(value)]


def _is_label(field: Field) -> bool:
    """Whether the number only names something."""
    name = _snake(field.name)
    if (of := OF_EPOCH.fullmatch(name)) and MEASURES.search(of[1]):
        return False
    if NAMES.search(name) or NAMES.search(field.name) or _is_instant(field):
        return True
    if CODES.search(name) and _is_whole(field):
        return True
    if (turns := TURNS.fullmatch(name)) and _takes_turns(_known(field), 3 if turns[1] else 2):
        return True
    if not name and _is_long_id(_known(field)):
        return True
    if MEASURES.search(name) or not name or _is_shift(field):
        return False
    return LABELS.search(name) is not None


def _takes_turns(known: list[float], least: int) -> bool:
    """Whether the same few, at least so many, come again and again in one order."""
    round_ = known.index(known[0], 1) if known[:1] and known[0] in known[1:] else 0
    if not least <= round_ <= len(known) / 2 or len({*known}) < round_:
        return False
    return all(value == known[n % round_] for n, value in enumerate(known))


def _is_long_id(known: list[float]) -> bool:
    """Whether these are long whole numbers, all as long, of which some come again."""
    if not known or min(known) < LONG_ID or len({*known}) == len(known):
        return False
    lengths = {len(f"{value:.0f}") for value in known}
    return len(lengths) == 1 and not any(value % 1 for value in known)


def _is_shift(field: Field) -> bool:
    """Whether it is how far a clock is off; places in a file have no fractions."""
    return field.name.lower().endswith("offset") and any(value % 1 for value in _known(field))


def _is_instant(field: Field) -> bool:
    """Whether these are times as numbers."""
    if not INSTANTS.search(field.name):
        return False
    known = [value for value in _known(field) if value]  # 0 stands for never
    return bool(known) and any(
        first <= min(known) and max(known) <= last for first, last in (*SINCE_1970, SINCE_1601)
    )


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z]) (?=[A-Za-z])", "_", name).replace("__", "_")


def _merit(field: Field) -> float:
    known = _known(field)
    share = len(known) / max(1, len(field.values))
    return 2 * bool(MEASURES.search(field.name)) + share + any(value % 1 for value in known)


def _named(fields: list[Field]) -> list[Field]:
    """Every field with a name of its own."""
    bare = sum(not field.name for field in fields)
    named, number = [], 0
    taken: set[str] = set()
    for field in fields:
        number += not field.name
        name = field.name or ("value" if bare == 1 else f"value{number}")
        while name in taken:
            name += "_"
        taken.add(name)
        named.append(field._replace(name=name))
    return named


def is_row(field: Field) -> bool:
    """Whether each number is one more than the one before, and no measure by its name."""
    if MEASURES.search(field.name):
        return False
    known = _known(field)
    return len(known) >= ROW and all(later - one == 1 for one, later in pairwise(known))


def is_duration(name: str) -> bool:
    """Whether a field of this name says how long something took."""
    return _DURATION.search(name) is not None
