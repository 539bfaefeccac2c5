"""The same job in other hands: timestamp + number -> count, sum, min, max per 10 s.

Each does it the shortest way that it knows: the first 10 s of a time's text name its bucket, no
calendar is asked. One thread each. Of integers, which have no time, a bucket is 10 lines.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

PROGRAMS = ("mawk", "gawk", "wc", "goaccess", "mtail")
PACKAGES = ("polars", "duckdb", "pandas")


class Peer(NamedTuple):
    """A command that does the job, or some other one that it is known for."""

    name: str
    command: list[str]  # the file comes last
    environment: dict[str, str] = {}  # noqa: RUF012 - never changed


FOLD = """n[k]++; s[k]+=v; if(!(k in h)||v>h[k])h[k]=v; if(!(k in l)||v<l[k])l[k]=v}
END{for(k in n)print k,n[k],s[k],l[k],h[k]}"""
AWK = {
    "access": "{k=substr($4,2,19);v=$NF+0;",
    "json": r"""match($0,/"duration_ms":[0-9.]+/){
        k=substr($0,8,18);v=substr($0,RSTART+14,RLENGTH-14)+0;""",
    "logfmt": r"""match($0,/ duration=[0-9.]+/){
        k=substr($0,4,18);v=substr($0,RSTART+10,RLENGTH-10)+0;""",
    "syslog": "{k=substr($0,1,14);v=$(NF-1)+0;",
    "csv": "{k=substr($1,1,18);v=$5+0;",
    "iso value": "{k=substr($1,1,18);v=$2+0;",
    "integers": "{k=int(NR/10);v=$1+0;",
}
COUNT_ONLY = "{n[substr($0,1,14)]++}END{for(k in n)print k,n[k]}"  # all that our syslog is

PLAIN = """
import json, sys
b = {{}}
with open(sys.argv[1], encoding="utf-8") as file:
    for i, line in enumerate(file):
        try:
            {parse}
        except ValueError:  # a heading
            continue
        f = b.get(k)
        if f is None:
            b[k] = [1, v, v, v]
        else:
            f[0] += 1; f[1] += v
            if v < f[2]: f[2] = v
            if v > f[3]: f[3] = v
for k, f in b.items(): print(k, *f)
"""
PARSE = {
    "access": 'at = line.index("["); k = line[at+1:at+20]; v = float(line[line.rindex(" "):])',
    "json": 'd = json.loads(line); k = d["ts"][:18]; v = float(d["duration_ms"])',
    "logfmt": (
        'd = dict(w.split("=", 1) for w in line.split() if "=" in w);'
        ' k = d["ts"][:18]; v = float(d["duration"][:-2])'
    ),
    "syslog": 'k = line[:14]; v = float(line.rsplit(" ", 2)[1])',
    "csv": 'c = line.split(","); k = c[0][:18]; v = float(c[4])',
    "iso value": "w = line.split(); k = w[0][:18]; v = float(w[1])",
    "integers": "k = i // 10; v = int(line)",
}

# Of lines that are no table: where the bucket and the number stand.
KEY_AND_VALUE = {
    "access": (r"\[([^ ]{19})", r" ([0-9.]+)$"),
    "logfmt": ("^ts=(.{18})", " duration=([0-9.]+)"),
    "syslog": ("^(.{14})", " ([0-9]+) ms$"),
}
TABLES = {"csv": (",", 0, 4), "iso value": (" ", 0, 1), "integers": (",", None, 0)}

POLARS = """
import sys, polars as pl
{read}
print(lines.group_by("k").agg(pl.len(), pl.sum("v"), pl.min("v").alias("l"), pl.max("v")
    .alias("h")).collect(engine="streaming").height)
"""
DUCKDB = """
import sys, duckdb
db = duckdb.connect()
db.execute("SET threads=1")
print(len(db.execute(sys.argv[1], [sys.argv[2]]).fetchall()))
"""
BY_KEY = "SELECT k, count(*), sum(v), min(v), max(v) FROM ({}) GROUP BY k"
PANDAS = """
import sys, pandas as pd
t = pd.read_csv(sys.argv[1], sep="{sep}", header={header}, usecols={columns}, names={names})
k = {key}
print(len(t.groupby(k)["v"].agg(["count", "sum", "min", "max"])))
"""

MTAIL = r"""
counter requests by minute
counter seconds by minute
/\[(?P<minute>[^ ]{19}).* (?P<took>\d+\.\d+)$/ {
  requests[$minute]++
  seconds[$minute] += $took
}
"""
GOACCESS = '--log-format=%h %^[%d:%t %^] "%r" %s %b "%R" "%u" %T'


def absent() -> list[str]:
    """Peers that are not installed here."""
    return [name for name in PROGRAMS if not shutil.which(name)] + [
        name for name in PACKAGES if not find_spec(name)
    ]


def peers(format_: str, folder: Path) -> Iterator[Peer]:
    """Those that are installed and can read `format_`; `folder` is for what they write."""
    separator = ["-F,"] if format_ == "csv" else []
    for awk in ("mawk", "gawk"):
        binary = ["-b"] if awk == "gawk" else []
        yield Peer(awk, [awk, *binary, *separator, AWK[format_] + FOLD])
    if format_ == "syslog":
        yield Peer("mawk, counting only", ["mawk", COUNT_ONLY])
    yield Peer("plain Python", _python(PLAIN.format(parse=PARSE[format_])))
    yield Peer("polars", _python(_polars(format_)), {"POLARS_MAX_THREADS": "1"})
    yield Peer("duckdb", [*_python(DUCKDB), BY_KEY.format(_duckdb(format_))])
    if format_ in TABLES:
        yield Peer("pandas", _python(_pandas(format_)))
    yield Peer("wc", ["wc", "-l"])
    if format_ == "access":
        yield Peer("goaccess", _goaccess(folder))
        yield Peer("mtail", _mtail(folder))


def installed(format_: str, folder: Path) -> list[Peer]:
    """Likewise, without those that are absent."""
    missing = absent()
    return [one for one in peers(format_, folder) if re.split("[ ,]", one.name)[0] not in missing]


def _python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def _polars(format_: str) -> str:
    if format_ == "json":
        columns = '{"ts": pl.String, "duration_ms": pl.Float64}'
        read = f"lines = pl.scan_ndjson(sys.argv[1], schema={columns}).select("
        read += 'k=pl.col("ts").str.slice(0, 18), v="duration_ms")'
    elif format_ in TABLES:
        sep, key, value = TABLES[format_]
        read = f'lines = pl.scan_csv(sys.argv[1], separator="{sep}", has_header={format_ == "csv"})'
        names = "lines.collect_schema().names()"
        at = "pl.int_range(pl.len()) // 10" if key is None else "pl.col(n[0]).str.slice(0, 18)"
        read += f"\nn = {names}\nlines = lines.select(k={at}, v=pl.col(n[{value}]))"
    else:
        key_at, value_at = KEY_AND_VALUE[format_]
        read = (
            'lines = pl.scan_csv(sys.argv[1], separator="\\x01", has_header=False, quote_char=None,'
            ' new_columns=["x"]).select(k=pl.col("x").str.extract('
            f'r"{key_at}"), v=pl.col("x").str.extract(r"{value_at}").cast(pl.Float64))'
        )
    return POLARS.format(read=read)


def _duckdb(format_: str) -> str:
    """Its question."""
    if format_ == "json":
        return (
            "SELECT ts[1:18] AS k, duration_ms AS v FROM read_json(?, format='newline_delimited',"
            " columns={ts: 'VARCHAR', duration_ms: 'DOUBLE'})"
        )
    if format_ in TABLES:
        separator, key, value = TABLES[format_]
        at = "(row_number() OVER ()) // 10" if key is None else "(column0::VARCHAR)[1:18]"
        return (
            f"SELECT {at} AS k, column{value} AS v FROM (SELECT * FROM read_csv(?,"
            f" delim='{separator}', header=false, skip={int(format_ == 'csv')}))"
        )
    key_at, value_at = KEY_AND_VALUE[format_]
    return (
        f"SELECT regexp_extract(x, '{key_at}', 1) AS k, regexp_extract(x, '{value_at}', 1)::DOUBLE"
        " AS v FROM read_csv(?, delim='\x01', header=false, columns={x: 'VARCHAR'}, quote='',"
        " auto_detect=false)"
    )


def _pandas(format_: str) -> str:
    sep, key, value = TABLES[format_]
    return PANDAS.format(
        sep=sep,
        header=0 if format_ == "csv" else None,
        columns=[value] if key is None else [key, value],
        names=["v"] if key is None else ["k", "v"],
        key="t.index // 10" if key is None else 't["k"].str[:18]',
    )


def _goaccess(folder: Path) -> list[str]:
    formats = [GOACCESS, "--date-format=%d/%b/%Y", "--time-format=%T"]
    return ["goaccess", *formats, "--no-global-config", "-o", str(folder / "report.json")]


def _mtail(folder: Path) -> list[str]:
    program = folder / "access.mtail"
    program.write_text(MTAIL)
    quiet = ["--logtostderr", "--stderrthreshold=FATAL"]
    return ["mtail", "--one_shot", *quiet, "--progs", str(program), "--logs"]
