"""Which format is this log? Lines as programs write them."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from watcher.log import Log
from watcher.parse.detect import Format, detect, twin
from watcher.parse.head import head_of

MTIME = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()


def understood(text: str, zone: str = "UTC") -> Format:
    data = text.strip("\n").encode() + b"\n"
    probes = data.split(b"\n")[:-1]
    verdict = detect(head_of(data, ZoneInfo(zone), probes, MTIME))
    verdict.settle(probes, MTIME)
    return verdict


PROGRAMS = {
    "android": (
        """
03-17 16:13:38.811  1702  2395 D WindowManager: something was drawn
03-17 16:13:38.819  1702  8671 D ActivityManagerService: acquire lock=10456, flags=0x0
03-17 16:13:39.036  2227  2227 I TextView: visible is system.time.showampm
03-17 16:13:39.043  1702 14638 W ActivityManager: somebody asked
03-17 16:13:39.143  1702 14638 E PowerManagerService: release lock=23, flg=0x0, tag="Lo"
""",
        "text",
        "2026-03-17T16:13:38.811",
        {"debug": 2, "info": 1, "warn": 1, "error": 1},
    ),
    "bgl": (
        """
- 1117838570 2005.06.03 R90-M1-N0-C:J01-U01 2005-06-03-15.42.50.675872 R90-M1-N0-C:J01-U01 RAS KERNEL INFO instruction cache parity error corrected
- 1117838573 2005.06.03 R90-M1-N0-C:J01-U01 2005-06-03-15.42.53.276129 R90-M1-N0-C:J01-U01 RAS KERNEL INFO instruction cache parity error corrected
APPREAD 1117869872 2005.06.04 R91-M1-N4-I:J02-U01 2005-06-04-00.24.32.432192 R91-M1-N4-I:J02-U01 RAS APP FATAL ciod: failed to read message prefix on control stream
- 1117842440 2005.06.03 R92-M0-NE-C:J03-U01 2005-06-03-16.47.20.730545 R92-M0-NE-C:J03-U01 RAS KERNEL INFO 63543 double-hummer alignment exceptions
""",
        "text",
        None,
        {"info": 3, "fatal": 1},
    ),
    "hadoop": (
        """
2015-10-18 18:01:47,978 INFO [main] org.apache.hadoop.mapreduce.v2.app.MRAppMaster: Created MRAppMaster for application appattempt_1_0001
2015-10-18 18:01:48,963 INFO [main] org.apache.hadoop.mapreduce.v2.app.MRAppMaster: Executing with tokens:
2015-10-18 18:01:53,885 WARN [main] org.apache.hadoop.util.NativeCodeLoader: Unable to load
""",
        "text",
        "2015-10-18T18:01:47.978",
        {"info": 2, "warn": 1},
    ),
    "hpc": (
        """
134681 node-9 unix.hw state_change.unavailable 1077804742 1 Component State Change: Component \\042alt0\\042 is in the unavailable state (HWID=1973)
350766 node-8 unix.hw state_change.unavailable 1084680778 1 Component State Change: Component \\042alt0\\042 is in the unavailable state (HWID=2649)
344518 node-9 unix.hw net.niff.up 1084270955 1 NIFF: node node-9 detected an available network connection on network 192.0.2.0 via interface alt0
""",
        "text",
        "2004-02-26T14:12:22",
        {"": 3},
    ),
    "linux": (
        """
Jun 14 15:16:01 box sshd(pam_unix)[19939]: authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=203.0.113.9
Jun 14 15:16:02 box sshd(pam_unix)[19937]: check pass; user unknown
Jun 15 02:04:59 box sshd(pam_unix)[20882]: authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=host.example.net  user=root
Jun 15 04:06:18 box su(pam_unix)[21416]: session opened for user cyrus by (uid=0)
""",
        "syslog",
        "2026-06-14T15:16:01",
        {"": 4},
    ),
    "mac": (
        """
Jul  1 09:00:55 laptop-7 kernel[0]: IOThunderboltSwitch<0>(0x0)::listenerCallback - Thunderbolt HPD packet for route = 0x0 port = 11 unplug = 0
Jul  1 09:01:05 laptop-7 com.apple.CDScheduler[43]: Thermal pressure state: 1 Memory pressure state: 0
Jul  1 09:01:06 laptop-7 QQ[10018]: FA||Url||taskID[7] dealloc
""",
        "syslog",
        "2026-07-01T09:00:55",
        {"": 3},
    ),
    "openstack": (
        """
nova-api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.008 25746 INFO nova.osapi_compute.wsgi.server [req-1 - - - - -] 10.11.10.1 "GET /v2/servers/detail HTTP/1.1" status: 200 len: 1893 time: 0.2477829
nova-compute.log.1.2017-05-16_13:55:31 2017-05-16 00:00:04.500 2931 INFO nova.compute.manager [req-2 - - - - -] [instance: i-1] VM Started (Lifecycle Event)
nova-compute.log.1.2017-05-16_13:55:31 2017-05-16 00:00:14.293 2931 WARNING nova.virt.libvirt.imagecache Unknown base file
""",
        "text",
        "2017-05-16T00:00:00.008",
        {"info": 2, "warn": 1},
    ),
    "proxifier": (
        """
[10.30 16:49:06] chrome.exe - proxy.example.org:5070 open through proxy proxy.example.org:5070 HTTPS
[10.30 16:49:06] chrome.exe *64 - proxy.example.org:5070 close, 0 bytes sent, 0 bytes received, lifetime <1 sec
[10.30 16:49:08] chrome.exe - proxy.example.org:5070 close, 1165 bytes (1.13 KB) sent, 814 bytes received, lifetime 00:02
""",
        "text",
        "2026-10-30T16:49:06",
        {"": 3},
    ),
    "thunderbird": (
        """
- 1131566461 2005.11.09 node17 Nov 9 12:01:01 node17/node17 crond(pam_unix)[2915]: session closed for user root
- 1131566461 2005.11.09 node17 Nov 9 12:01:01 node17/node17 crond(pam_unix)[2915]: session opened for user root by (uid=0)
- 1131566465 2005.11.09 admin1 Nov 9 12:01:05 src@admin1 dhcpd: DHCPDISCOVER from 02:00:00:00:00:01 via eth1
""",
        None,
        "2005-11-09T20:01:01",
        {"": 3},
    ),
    "windows": (
        """
2016-09-28 04:30:30, Info                  CBS    Loaded Servicing Stack v6.1.7601.23505 with Core: C:\\Windows\\winsxs\\cbscore.dll
2016-09-28 04:30:31, Info                  CSI    00000001@2016/9/27:20:30:31.455 WcpInitialize (wcp.dll version 0.0.0.6) called (stack @0x7fed806eb5d @0x7fef9fb9b6d)
2016-09-28 04:30:31, Warning               CBS    Unrecognized packageExtended attribute.
""",
        "text",
        "2016-09-28T04:30:30",
        {"info": 2, "warn": 1},
    ),
    "apache error": (
        """
[Wed Oct 11 14:32:52.123456 2017] [core:error] [pid 35708:tid 4328636416] [client 72.15.99.187] File does not exist: /usr/local/apache2/htdocs/favicon.ico
[Wed Oct 11 14:32:53.000001 2017] [mpm_event:notice] [pid 1:tid 2] AH00489: resuming normal operations
""",
        "text",
        "2017-10-11T14:32:52.123456",
        {"error": 1, "info": 1},
    ),
    "nginx error": (
        """
2016/09/28 04:30:30 [error] 12345#0: *1 open() "/usr/share/nginx/html/favicon.ico" failed (2: No such file or directory), client: 127.0.0.1
2016/09/28 04:30:31 [warn] 12345#0: *2 an upstream response is buffered to a temporary file
""",
        "text",
        "2016-09-28T04:30:30",
        {"error": 1, "warn": 1},
    ),
    "klog": (
        """
I0622 10:11:12.345678       1 controller.go:42] Starting workers
W0622 10:11:13.345678       1 reflector.go:324] watch ended with an error
E0622 10:11:14.345678       1 leaderelection.go:325] error retrieving resource lock
""",
        "text",
        "2026-06-22T10:11:12.345678",
        {"info": 1, "warn": 1, "error": 1},
    ),
    "syslog with a priority": (
        """
<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8
<13>Oct 11 22:14:16 mymachine cron[12]: job started
<30>Oct 11 22:14:17 mymachine systemd[1]: Started session.
""",
        "syslog",
        "2026-10-11T22:14:15",
        {"fatal": 1, "info": 2},
    ),
    "rfc 5424": (
        """
<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3"] An application event
<163>1 2003-10-11T22:14:16.003Z mymachine.example.com evntslog 7 ID48 - Another one
""",
        None,
        "2003-10-11T22:14:15.003",
        {"info": 1, "error": 1},
    ),
    "postgresql": (
        """
2016-09-28 04:30:30.123 UTC [1234] LOG:  database system is ready to accept connections
2016-09-28 04:30:31.123 UTC [1235] ERROR:  relation "nothing" does not exist at character 15
2016-09-28 04:30:31.124 UTC [1235] STATEMENT:  select * from nothing
2016-09-28 04:30:32.123 UTC [1236] FATAL:  password authentication failed for user "x"
""",
        "text",
        "2016-09-28T04:30:30.123",
        {"info": 1, "error": 1, "fatal": 1, "": 1},
    ),
    "python": (
        """
2016-09-28 04:30:30,123 - root - WARNING - This is a warning
2016-09-28 04:30:31,123 - app.db - ERROR - It failed
Traceback (most recent call last):
  File "x.py", line 3, in <module>
ValueError: no
2016-09-28 04:30:32,123 - root - INFO - Going on
""",
        "text",
        "2016-09-28T04:30:30.123",
        {"warn": 1, "error": 1, "info": 1},
    ),
    "level first": (
        """
INFO  [2016-09-28 04:30:30,123] main: started
ERROR [2016-09-28 04:30:31,123] main: failed
INFO  [2016-09-28 04:30:32,123] main: went on
""",
        "text",
        "2016-09-28T04:30:30.123",
        {"info": 2, "error": 1},
    ),
    "common log": (
        """
127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326
127.0.0.1 - - [10/Oct/2000:13:55:37 -0700] "GET /nothing HTTP/1.0" 404 -
""",
        "access",
        "2000-10-10T20:55:36",
        {"2xx": 1, "4xx": 1},
    ),
    "combined log with times": (
        """
203.0.113.5 - - [10/Oct/2000:13:55:36 +0000] "GET / HTTP/1.1" 200 512 "-" "Mozilla/5.0 (X11; \\"quoted\\")" 0.123 0.120
203.0.113.6 - - [10/Oct/2000:13:55:37 +0000] "POST /x HTTP/1.1" 502 173 "http://e.org/" "curl/8" 1.500 -
203.0.113.6 - - [10/Oct/2000:13:55:38 +0000] "GET /y HTTP/1.1" 301 0 "-" "-" 0.001 0.001
""",
        "access",
        "2000-10-10T13:55:36",
        {"2xx": 1, "5xx": 1, "3xx": 1},
    ),
    "json": (
        """
{"time":"2024-05-01T10:00:00.123Z","level":"info","msg":"request","duration_ms":12.5,"http":{"status":200}}
{"time":"2024-05-01T10:00:01.123Z","level":"error","msg":"request","duration_ms":99.1,"http":{"status":500}}
""",
        "json",
        "2024-05-01T10:00:00.123",
        {"info": 1, "error": 1},
    ),
    "docker": (
        """
{"log":"hello\\n","stream":"stdout","time":"2024-05-01T10:00:00.123456789Z"}
{"log":"world\\n","stream":"stderr","time":"2024-05-01T10:00:01.123456789Z"}
""",
        "json",
        "2024-05-01T10:00:00.123456",
        {"": 2},
    ),
    "python's json": (
        """
{"asctime": "2016-09-28 04:30:30,123", "levelname": "INFO", "message": "started"}
{"asctime": "2016-09-28 04:30:31,123", "levelname": "ERROR", "message": "failed"}
""",
        "json",
        "2016-09-28T04:30:30.123",
        {"info": 1, "error": 1},
    ),
    "pino": (
        """
{"level":30,"time":1714557600123,"pid":1,"hostname":"h","msg":"listening"}
{"level":50,"time":1714557601123,"pid":1,"hostname":"h","msg":"failed"}
""",
        "json",
        "2024-05-01T10:00:00.123",
        {"info": 1, "error": 1},
    ),
    "logfmt": (
        """
time=2024-05-01T10:00:00Z level=info msg="GET /" took=12ms bytes=512
time=2024-05-01T10:00:01Z level=warn msg="slow \\"query\\"" took=1.5s bytes=0
""",
        "logfmt",
        "2024-05-01T10:00:00",
        {"info": 1, "warn": 1},
    ),
    "syslog that says error now and then": (
        """
Oct 11 22:14:15 host app[12]: started
Oct 11 22:14:16 host app[12]: error: disk full
Oct 11 22:14:17 host sshd[3]: Warning: hot
Oct 11 22:14:18 host app[12]: went on
""",
        "syslog",
        "2026-10-11T22:14:15",
        {"": 2, "error": 1, "warn": 1},
    ),
    "redis": (
        """
1:C 11 Oct 2000 14:32:52.123 # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
1:M 11 Oct 2000 14:32:52.456 * Ready to accept connections
""",
        "text",
        "2000-10-11T14:32:52.123",
        {"warn": 1, "info": 1},
    ),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_is_understood(program: str) -> None:
    text, name, first, classes = PROGRAMS[program]
    verdict = understood(text)
    batch = verdict.parse(text.strip("\n").encode() + b"\n")

    assert verdict.name == name or name is None
    assert batch.times
    if first:
        expected = datetime.fromisoformat(first).replace(tzinfo=UTC).timestamp()
        assert batch.times[0] == pytest.approx(expected, abs=1e-5)
    assert isinstance(batch.classes, list)
    assert {one: batch.classes.count(one) for one in batch.classes} == classes
    assert batch.bad == 0


TABLES = {
    "heading": ("timestamp,value\n2014-07-01 00:00:00,10844\n2014-07-01 00:30:00,8127\n", "csv", ["value"]),
    "no heading": ("2014-07-01 00:00:00,10844\n2014-07-01 00:30:00,8127\n", "csv", ["value"]),
    "semicolons": ("ts;temp;humidity\n1700000000;21.5;40\n1700000060;21.6;41\n", "csv", ["temp", "humidity"]),
    "tabs": ("2014-07-01T00:00:00Z\t5\t6\n2014-07-01T00:01:00Z\t6\t7\n", "csv", ["value1", "value2"]),
    "quotes": (
        'time,name,ms\n"2014-07-01 00:00:00","a, b",5\n"2014-07-01 00:00:01","c",7\n',
        "csv",
        ["ms"],
    ),
    "ids are no measures": (
        "time,id,port,latency_ms\n2014-07-01 00:00:00,7,80,5\n2014-07-01 00:00:01,8,81,7\n",
        "csv",
        ["latency_ms"],
    ),
    "missing": ("time,a,b\n2014-07-01 00:00:00,1,\n2014-07-01 00:00:01,,2\n2014-07-01 00:00:02,3,4\n", "csv", ["a", "b"]),
    "white space": ("1700000000 5\n1700000001 6\n", "plain", ["value"]),
    "dated": ("2014-07-01T00:00:00Z 5.5\n2014-07-01T00:00:01Z 6\n", "plain", ["value"]),
    "several": ("2014-07-01 00:00:00 5.5 7\n2014-07-01 00:00:01 6 8\n", "plain", ["value1", "value2"]),
    "numbers": ("1\n2\n3\n", "plain", ["value"]),
    "undated table": ("a,b\n1,2\n3,4\n", "csv", ["a", "b"]),
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_understood(table: str) -> None:
    text, name, fields = TABLES[table]
    verdict = understood(text)
    batch = verdict.parse(text.encode())

    assert (verdict.name, list(verdict.fields)) == (name, fields)
    assert batch.bad == 0
    assert batch.samples == text.count("\n") - (text[0].isalpha())
    for field in fields:
        assert any(not math.isnan(value) for value in batch.values[field])


def test_undated_text_is_counted_by_level() -> None:
    text = "INFO started\nERROR it failed\nINFO went on\nINFO done\n"
    verdict = understood(text)
    batch = verdict.parse(text.encode())

    assert (verdict.name, verdict.clock, verdict.counts) == ("text", None, True)
    assert batch.classes == ["info", "error", "info", "info"]


def test_any_text_at_all_is_understood_as_lines() -> None:
    verdict = understood("Lorem ipsum dolor sit amet\nconsetetur sadipscing elitr\n")

    assert (verdict.name, verdict.clock, verdict.counts) == ("text", None, True)


# One line as a program writes it: time format, the instant, and the classes or fields it has.
SHAPES = {
    "a letter and a whole day": ("E20160928 04:30:30.123456 12 main.cc:10] x", "klog_year", "04:30:30.123456", "error"),
    "a word glued to the time": ("Information,9/28/2016 4:30:30 AM,Service Control Manager,7036", "slash", "04:30:30", "info"),
    "geth": ("WARN [09-28|04:30:30.123] Imported new chain segment", "android", "04:30:30.123", "warn"),
    "mikrotik": ("sep/28/2016 04:30:30 system,info,account user admin", "mdy_text", "04:30:30", "info"),
    "suricata": ("28/9/2016 -- 04:30:30 - <Error> - [ERRCODE: X] x", "slash", "04:30:30", "error"),
    "forge": ("[28Sep2016 04:30:30.123] [main/WARN] [x/]: y", "dmy_text", "04:30:30.123", "warn"),
    "fail2ban": ("2016-09-28 04:30:30,123 fail2ban.filter [12]: NOTICE [sshd] Ban", "iso8601_comma", "04:30:30.123", "info"),
    "serilog": ("2016-09-28 04:30:30.123 +00:00 [FTL] x", "iso8601", "04:30:30.123", "fatal"),
    "java's collector": ("[2016-09-28T04:30:30.123+0000][0.012s][info][gc] GC(3) Pause", "iso8601", "04:30:30.123", "info"),
    "colours": ("\x1b[2m2016-09-28T04:30:30.123456Z\x1b[0m \x1b[31mERROR\x1b[0m app: x", "iso8601", "04:30:30.123456", "error"),
    "the mark of UTF-8": ("\ufeff2016-09-28 04:30:30 INFO x", "iso8601", "04:30:30", "info"),
    "a unit is no level": ("2016-09-28 04:30:30 in the cellar Temp: 21.5 C, Humidity: 40 %", "iso8601", "04:30:30", ""),
    "blanks first": ("    2016/09/28 04:30:30 [ERR] agent: x", "ymd", "04:30:30", "error"),
    "audit": ("type=CWD msg=audit(1475037030.123:24287):  cwd=\"/home\"", "epoch_s", "04:30:30.123", ""),
    "no client": ('[28/Sep/2016 04:30:30] "GET /x HTTP/1.1" 404 12', "clf", "04:30:30", "4xx"),
    "a word in brackets first": ('[httpd] ::1 - - [28/Sep/2016:04:30:30 +0000] "GET / HTTP/1.1" 204 0', "clf", "04:30:30", "2xx"),
    "mongodb": ('{"t":{"$date":"2016-09-28T04:30:30.123Z"},"s":"W","id":5,"msg":"x"}', "iso8601", "04:30:30.123", "warn"),
    "the journal": ('{"__REALTIME_TIMESTAMP":"1475037030123456","PRIORITY":"3","_PID":"1"}', "epoch_us", "04:30:30.123456", "error"),
    "an array": ('{"time":"2016-09-28T04:30:30Z","level":"info"},', "iso8601", "04:30:30", "info"),
    "the more precise": ('{"time":"2016-09-28T04:30:30Z","start":"2016-09-28T04:30:30.123Z","status":502}', "iso8601", "04:30:30.123", "5xx"),
    "only comments": ("####<Sep 28, 2016 4:30:30 AM UTC> <Error> <X> <host>", "mdy_text", "04:30:30", "error"),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_line_tells_its_time_and_class(shape: str) -> None:
    line, time_format, at, class_ = SHAPES[shape]
    verdict = understood(line + "\n")
    batch = verdict.parse(line.encode() + b"\n")

    expected = datetime.fromisoformat(f"2016-09-28T{at}").replace(tzinfo=UTC).timestamp()
    if time_format == "android":
        expected = datetime.fromisoformat(f"2026-09-28T{at}").replace(tzinfo=UTC).timestamp()
    assert verdict.time_format == time_format
    assert batch.times
    assert batch.times[0] == pytest.approx(expected, abs=1e-6)
    assert (batch.classes, batch.bad) == ([class_], 0)


RECORDS = {  # of several lines: how many have the time
    "java.util.logging": "Sep 28, 2016 4:30:30 AM org.x.Y start\nINFO: Server startup in 7 ms\n",
    "oracle": "Wed Sep 28 04:30:30 2016\nThread 1 advanced to log sequence 7\n",
    "apt": "Start-Date: 2016-09-28  04:30:30\nCommandline: apt install x\nInstall: x (1)\nEnd: -\n",
    "laravel": '[2016-09-28 04:30:30] local.ERROR: x\n[stacktrace]\n#0 a.php(3): b()\n"}\n',
}


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_of_several_lines_is_counted_once_at_its_time(record: str) -> None:
    text = RECORDS[record] * 30
    batch = understood(text).parse(text.encode())

    expected = datetime(2016, 9, 28, 4, 30, 30, tzinfo=UTC).timestamp()
    assert batch.times == [expected] * 30
    assert batch.bad == 0


def test_a_day_and_a_time_side_by_side_are_one_time() -> None:
    for text in (
        "Date,Time,Temp\n2016-09-28,04:30:30,21.5\n2016-09-28,04:30:31,21.6\n",
        "Datum;Uhrzeit;Temp\n28.09.2016;04:30:30;21,5\n28.09.2016;04:30:31;21,6\n",
        "Date\tTime\tTemp\n9/28/2016\t4:30:30 AM\t21.5\n9/28/2016\t4:30:31 AM\t21.6\n",
        "#Fields: date time Temp\n2016-09-28\t04:30:30\t21.5\n2016-09-28\t04:30:31\t21.6\n",
    ):
        batch = understood(text).parse(text.encode())
        start = datetime(2016, 9, 28, 4, 30, 30, tzinfo=UTC).timestamp()
        assert batch.times == [start, start + 1]
        assert batch.values == {"Temp": [21.5, 21.6]}


@pytest.mark.parametrize("delimiter", [",", " "])
def test_what_a_station_did_not_measure_is_no_number(delimiter: str) -> None:
    rows = ["time temp rain", *(f"2016-09-28T04:{n}:30 -{n}.5 0.{n}" for n in range(10, 50))]
    rows += ["2016-09-28T05:00:30 -999.9 -9999", "2016-09-28T05:01:30 -9.9 0.99"]
    text = "\n".join(rows).replace(" ", delimiter) + "\n"
    batch = understood(text).parse(text.encode())

    assert batch.samples >= 41
    assert min(value for value in batch.values["temp"] if value == value) == -49.5
    assert batch.values["rain"][-1] == 0.99


def test_a_column_that_goes_down_to_such_a_number_keeps_it() -> None:
    text = "time,depth\n" + "".join(f"2016-09-28 04:{n}:30,-{n * 20 - 1}\n" for n in range(10, 51))
    assert min(understood(text).parse(text.encode()).values["depth"]) == -999


def test_numbers_with_units_and_commas_are_numbers() -> None:
    text = "timestamp, gpu [%], power\n2016/09/28 04:30:30.123, 51 %, 250.5 W\n"
    text += "2016/09/28 04:30:31.123, 52 %, [N/A]\n2016/09/28 04:30:32.123, 53 %, 251.5 W\n"
    values = understood(text).parse(text.encode()).values
    assert values["gpu [%]"] == [51, 52, 53]
    assert values["power"][0] == 250.5
    assert math.isnan(values["power"][1])

    text = "2024-01-01 00:00;21,5;40\n2024-01-01 00:01;21,6;41\n"
    assert understood(text).parse(text.encode()).values == {
        "value1": [21.5, 21.6],
        "value2": [40, 41],
    }


NAMED = {  # fields of text that names its numbers
    "2016-09-28 04:30:30 INFO temp=21.5 hum=40": {"temp": [21.5], "hum": [40]},
    "2016-09-28 04:30:30 Temp: 21.5 C, Humidity: 40 %": {"Temp": [21.5], "Humidity": [40]},
    "[1475037030.123456] 64 bytes from ::1: icmp_seq=5 ttl=57 time=12.3 ms": {"time": [0.0123]},
    "Sep 28 04:30:30 h kernel: [1.2] IN=eth0 SRC=10.0.0.1 LEN=60 SPT=5 at=04:30:30": {"LEN": [60]},
}  # fmt: skip


@pytest.mark.parametrize("line", NAMED)
def test_text_that_names_its_numbers_has_fields(line: str) -> None:
    batch = understood(line).parse(line.encode() + b"\nnothing\n")
    assert {name: values[:1] for name, values in batch.values.items()} == NAMED[line]
    assert batch.samples == 1


def test_what_cannot_be_the_time_is_not_taken_for_it() -> None:
    uptime = "".join(
        f"Sep 28 04:30:{n:02} host kernel: [  12.34567{n % 10}] IN=eth0 LEN={n}\n"
        for n in range(40)
    )
    constant = "".join(
        f"Sep 28 04:30:{n:02} pf filterlog[7]: 5,,,1000000103,em0,match\n" for n in range(40)
    )
    for text in (uptime, constant):
        assert understood(text).time_format == "rfc3164"
    counters = "".join(f"{10**9 + n * 7919 % 1000 * 10**6},{n}\n" for n in range(40))
    assert understood(counters).time_format == ""


def test_an_event_without_a_number_is_counted() -> None:
    text = '{"time":"2016-09-28T04:30:30Z","bytes":5}\n{"time":"2016-09-28T04:30:31Z","bytes":6}\n'
    text = text * 20 + '{"time":"2016-09-28T04:30:32Z"}\n' * 10
    batch = understood(text).parse(text.encode())
    assert (batch.samples, batch.bad) == (50, 0)


def test_a_log_without_years_that_stood_still_for_months_goes_on_in_the_next_year() -> None:
    days = [f"10.{day} 16:49:06" for day in range(20, 31)] + [
        f"07.{day} 09:00:00" for day in range(10, 28)
    ]
    text = "".join(f"[{day}] chrome.exe - x open\n" for day in days)
    batch = understood(text).parse(text.encode())
    assert batch.times is not None
    assert batch.times == sorted(batch.times)
    assert batch.times[0] == datetime(2025, 10, 20, 16, 49, 6, tzinfo=UTC).timestamp()
    assert batch.times[-1] == datetime(2026, 7, 27, 9, tzinfo=UTC).timestamp()


REAL = Path(__file__).parent.parent.parent / "shared" / "logs"
EXPECTED = {  # format, first and last instant as they stand in the file
    "Apache.log": ("text", "2005-12-04T04:47:44", "2005-12-05T19:15:57"),
    "HDFS.log": ("text", "2008-11-09T20:36:15", "2008-11-11T10:20:17"),
    "HealthApp.log": ("text", "2017-12-23T22:15:29.606", "2017-12-24T01:02:35.789"),
    "OpenSSH.log": ("syslog", "2025-12-10T06:55:46", "2025-12-10T11:04:45"),
    "Spark.log": ("text", "2017-06-09T20:10:40", "2017-06-09T20:11:11"),
    "Zookeeper.log": ("text", "2015-07-29T17:41:44.747", "2015-08-25T11:26:28.145"),
    "ec2_cpu_utilization_24ae8d.csv": ("csv", "2014-02-14T14:30:00", "2014-02-28T14:25:00"),
    "nyc_taxi.csv": ("csv", "2014-07-01T00:00:00", "2015-01-31T23:30:00"),
    "speed_7578.csv": ("csv", "2015-09-08T11:39:00", "2015-09-17T14:05:00"),
}


@pytest.mark.skipif(not REAL.is_dir(), reason="no real logs beside the project")
@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_log_is_understood(name: str) -> None:
    log = Log(name, name, str(REAL / name), UTC)
    log.read_whole(MTIME)
    format_, first, last = EXPECTED[name]

    assert log.format.name == format_
    assert log.counters.samples >= 0.99 * log.counters.lines
    for found, expected in ((log.history.first_at, first), (log.history.latest_at, last)):
        at = datetime.fromisoformat(expected).replace(tzinfo=UTC).timestamp()
        assert found == pytest.approx(at, abs=1e-3)


def test_lines_without_a_time_that_name_their_numbers_are_drawn_one_after_the_other() -> None:
    text = "".join(f"Temp: 2{n}.5 C, Humidity: 4{n} %\n" for n in range(9)) + "sensor reset\n"
    verdict = understood(text)
    batch = verdict.parse(text.encode())

    assert (verdict.name, verdict.fields, verdict.counts) == ("text", ("Temp", "Humidity"), False)
    assert (batch.samples, batch.bad) == (9, 0)


def test_a_word_that_some_lines_have_before_their_time_hides_no_line() -> None:
    text = "f3a1-22 2016-09-28 04:30:30 [INFO] x\n2016-09-28 04:30:31 [ERR] y\n" * 20
    batch = understood(text).parse(text.encode())

    assert (batch.samples, batch.bad) == (40, 0)
    assert batch.classes is not None
    assert batch.classes[:2] == ["info", "error"]


def test_numbers_that_are_ahead_of_the_file_are_no_times() -> None:
    text = "".join(f"44;20261{n};-1.{n};7{n}.4\n" for n in range(10000, 10040))
    assert understood("id;MESS_DATUM;TT;RF\n" + text).time_format == ""


def test_a_level_that_never_changes_gives_way_to_the_status_of_requests() -> None:
    text = "".join(f'INFO:  ::1:5 - "GET /{n} HTTP/1.1" {n % 4 + 2}00 OK\n' for n in range(20))
    batch = understood(text).parse(text.encode())
    assert set(batch.classes or ()) == {"2xx", "3xx", "4xx", "5xx"}


def test_one_word_that_may_mean_anything_is_no_level() -> None:
    text = "".join(f"2016-09-28 04:30:{n} login of user {n} failed\n" for n in range(10, 50))
    batch = understood(text).parse(text.encode())
    assert set(batch.classes or ()) == {""}


def test_a_log_whose_records_have_more_lines_refuses_none_of_them() -> None:
    text = "[2016-09-28 04:30:30] a.ERROR: x\n" * 4 + '[stacktrace]\nSELECT 1\n"} \n'
    batch = understood(text * 20).parse((text * 20).encode() + b"28.09.16 04:30:32 another log\n")
    assert (batch.samples, batch.bad) == (80, 1)


def test_a_short_date_whose_month_is_not_padded_does_not_begin_with_the_year() -> None:
    text = "".join(f"[11/2/26 8:{n:02}:01:123 UTC] 0000000a WsServer A x\n" for n in range(40))
    batch = understood(text).parse(text.encode())
    assert batch.times
    assert batch.times[0] == pytest.approx(datetime(2026, 11, 2, 8, 0, 1, 123000, UTC).timestamp())


def test_a_twin_reads_large_blocks_by_a_clock_of_its_own() -> None:
    """As the rotated file of the year before."""
    day = datetime(2026, 3, 1, tzinfo=UTC)
    times = [day + timedelta(seconds=7 * n) for n in range(2000)]
    lines = [f"{time:%b %e %H:%M:%S} host app[12]: did it".encode() for time in times]
    text = b"".join(line + b"\n" for line in lines)
    verdict = detect(head_of(text, UTC, lines[::60], times[-1].timestamp()))
    verdict.settle(lines[::60], times[-1].timestamp())
    verdict.parse(text)
    assert verdict.by_columns
    other = twin(verdict)
    other.settle(lines[::60], (times[-1] - timedelta(365)).timestamp())
    found = other.parse(text).times

    assert found is not None
    assert found[0] == (day - timedelta(365)).timestamp()
