"""Times in lines of text, as the programs of the world write them."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.parse.clock import Clock
from watcher.parse.strptime import from_strptime
from watcher.parse.timestamps import MOST_FOUND, TIME_FORMATS, Stamp, TimeFormat, find

NAMED = {format_.name: format_ for format_ in TIME_FORMATS}


def seconds(text: str) -> float:
    """Unix seconds of an ISO time, in UTC if it names no zone."""
    when = datetime.fromisoformat(text)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def read(format_: TimeFormat, stamp: Stamp, modified: float) -> float:
    """One time, by a clock in UTC that has settled on it."""
    clock = Clock(format_, UTC)
    clock.settle([stamp], modified)
    head, second, tail = stamp
    return clock.times([head], [second], [tail])[0]


LINES = [
    # ISO 8601 and its relatives
    ("2015-07-29 17:41:44,747 - INFO  [QuorumPeer[myid=1]/0:0:0:0:0:0:0:0:2181:FastLeader@774] - Notification time out: 3200", "iso8601_comma", "2015-07-29T17:41:44.747"),  # noqa: E501
    ("2015-10-18 18:01:47,978 INFO [main] org.apache.hadoop.mapreduce.v2.app.MRAppMaster: Created", "iso8601_comma", "2015-10-18T18:01:47.978"),  # noqa: E501
    ("[2016-09-28 04:30:30,123] INFO [KafkaServer id=0] started (kafka.server.KafkaServer)", "iso8601_comma", "2016-09-28T04:30:30.123"),  # noqa: E501
    ("[2016-09-28T04:30:30,123][INFO ][o.e.n.Node] [node-1] started", "iso8601_comma", "2016-09-28T04:30:30.123"),  # noqa: E501
    ("nova-api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.008 25746 INFO nova.osapi_compute.wsgi.server [req-38101a0b] 10.11.10.1", "iso8601", "2017-05-16T00:00:00.008"),  # noqa: E501
    ("2016-09-28 04:30:30, Info                  CBS    Loaded Servicing Stack v6.1.7601.23505", "iso8601", "2016-09-28T04:30:30"),  # noqa: E501
    ("2016-09-28 04:30:30 10.0.0.1 GET /index.html - 80 - 10.0.0.2 Mozilla/5.0 200 0 0 15", "iso8601", "2016-09-28T04:30:30"),  # noqa: E501
    ("2016-09-28 04:30:30.123 UTC [1234] LOG:  database system is ready to accept connections", "iso8601", "2016-09-28T04:30:30.123"),  # noqa: E501
    ("2016-09-28 04:30:30.123 CEST [1234] LOG:  checkpoint starting: time", "iso8601", "2016-09-28T02:30:30.123"),  # noqa: E501
    ("2016-09-28 04:30:30+02 app[7]: x", "iso8601", "2016-09-28T02:30:30"),
    ("2016-09-28T04:30:30.123456Z 2 [Note] InnoDB: Buffer pool(s) load completed", "iso8601", "2016-09-28T04:30:30.123456"),  # noqa: E501
    ('{"log":"hello\\n","stream":"stdout","time":"2016-09-28T04:30:30.123456789Z"}', "iso8601", "2016-09-28T04:30:30.123456"),  # noqa: E501
    ("2016-09-28T04:30:30+0200 host systemd[1]: Started Session 1 of user root.", "iso8601", "2016-09-28T02:30:30"),  # noqa: E501
    ("<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - failed", "iso8601", "2003-10-11T22:14:15.003"),  # noqa: E501
    ("<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time", "iso8601", "2003-08-24T12:14:15.000003"),  # noqa: E501
    ("2016-09-28T04:30:30.123+0200: 12.345: [GC (Allocation Failure) 65536K->10748K(251392K), 0.01 secs]", "iso8601", "2016-09-28T02:30:30.123"),  # noqa: E501
    ("2016-09-28T04:30:30.123+0000 I NETWORK  [initandlisten] waiting for connections on port 27017", "iso8601", "2016-09-28T04:30:30.123"),  # noqa: E501
    ("2016-09-28 04:30:30 startup archives unpack", "iso8601", "2016-09-28T04:30:30"),
    ("Start-Date: 2016-09-28  04:30:30", "iso8601", "2016-09-28T04:30:30"),
    ("I, [2016-09-28T04:30:30.123456 #1234]  INFO -- : Started", "iso8601", "2016-09-28T04:30:30.123456"),  # noqa: E501
    ("2016-09-28 04:30:30.123456+0200 0x1f3 Default 0x0 0 0 kernel: (AppleACPI) x", "iso8601", "2016-09-28T02:30:30.123456"),  # noqa: E501
    ("time=2016-09-28t04:30:30z level=info msg=ready", "iso8601", "2016-09-28T04:30:30"),
    ("2016-09-28 04:30:30 +0000 [info]: fluentd worker is now running", "iso8601", "2016-09-28T04:30:30"),  # noqa: E501
    ("2016-09-28 04:30:30:123 INFO started", "iso8601", "2016-09-28T04:30:30.123"),
    ("2017-05-16_13:53:08 rotated", "iso8601", "2017-05-16T13:53:08"),
    ("2015-09-08 11:39:00,58", "iso8601", "2015-09-08T11:39:00"),
    ("2014-07-01 00:00:00,10844", "iso8601", "2014-07-01T00:00:00"),
    ("2014-07-01 03:30:00,466", "iso8601", "2014-07-01T03:30:00"),
    ("2014-07-01 03:30:00,466,12", "iso8601", "2014-07-01T03:30:00"),
    ("2016-09-28 04:30;12,5", "iso_minute", "2016-09-28T04:30"),
    ("2016-09-28,12.5", "iso_date", "2016-09-28"),
    # slashes and dots with the year first
    ("2016/09/28 04:30:30 [error] 1234#0: *5 open() failed", "ymd", "2016-09-28T04:30:30"),
    ("2016/09/28 04:30:30.123456 main.go:12: listening on :8080", "ymd", "2016-09-28T04:30:30.123456"),  # noqa: E501
    ("[2016/09/28 04:30:30.123456,  0] ../source3/smbd/server.c:1235(main)", "ymd", "2016-09-28T04:30:30.123456"),  # noqa: E501
    ("2005.06.03 15:42:50 node x", "ymd", "2005-06-03T15:42:50"),
    ("2016/09/28 04:30:30,123 WARN x", "ymd_comma", "2016-09-28T04:30:30.123"),
    ("[2016.09.28-04.30.30:123][  0]LogInit: Display: x", "unreal", "2016-09-28T04:30:30.123"),
    ("2016 Sep 28 04:30:30.123 switch %VPC-3-VPC: x", "ymd_text", "2016-09-28T04:30:30.123"),
    # names of months
    ('127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326', "clf", "2000-10-10T20:55:36"),  # noqa: E501
    ("Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in", "rfc3164", "2017-02-06T12:14:14"),  # noqa: E501
    ('[28/Sep/2016 04:30:30] "GET / HTTP/1.1" 200 5', "clf", "2016-09-28T04:30:30"),
    ("[Sun Dec 04 04:47:44 2005] [error] mod_jk child workerEnv in error state 6", "ctime", "2005-12-04T04:47:44"),  # noqa: E501
    ("[Wed Oct 11 14:32:52.123456 2000] [core:error] [pid 35708:tid 43] x", "ctime", "2000-10-11T14:32:52.123456"),  # noqa: E501
    ("Wed Oct 11 14:32:52 UTC 2000", "ctime", "2000-10-11T14:32:52"),
    ("Wed Oct 11 02:32:52 PM CEST 2000", "ctime", "2000-10-11T12:32:52"),
    ("[Sun Dec  4 04:47:44 2005] usb 1-1: new high-speed USB device", "ctime", "2005-12-04T04:47:44"),  # noqa: E501
    ("Date:   Wed Oct 11 14:32:52 2000 -0700", "git", "2000-10-11T21:32:52"),
    ("Wed Sep 28 04:30:30 2016 [pid 3] CONNECT: Client 10.0.0.1", "ctime", "2016-09-28T04:30:30"),
    ("Last-Modified: Wed, 11 Oct 2000 14:32:52 GMT", "rfc2822", "2000-10-11T14:32:52"),
    ("Date: Wed, 11 Oct 2000 14:32:52 -0700", "rfc2822", "2000-10-11T21:32:52"),
    ("11 Oct 2000 14:32:52,123 INFO [main] x", "dmy_text", "2000-10-11T14:32:52.123"),
    ("1234:M 11 Oct 2000 14:32:52.123 * Ready to accept connections", "dmy_text", "2000-10-11T14:32:52.123"),  # noqa: E501
    ("[1234] 11 Oct 14:32:52.123 # Server started, Redis version 2.8", "redis", "2017-10-11T14:32:52.123"),  # noqa: E501
    ("28-Sep-2016 04:30:30.123 INFO [main] org.apache.catalina.startup.Catalina.start", "dmy_text", "2016-09-28T04:30:30.123"),  # noqa: E501
    ("28-Sep-2016 04:30:30.123 client 10.0.0.1#53: query: a IN A", "dmy_text", "2016-09-28T04:30:30.123"),  # noqa: E501
    ("=INFO REPORT==== 28-Sep-2016::04:30:30 ===", "dmy_text", "2016-09-28T04:30:30"),
    ("[28-Sep-2016 04:30:30 UTC] PHP Warning:  x in /a.php on line 1", "dmy_text", "2016-09-28T04:30:30"),  # noqa: E501
    ("[28-Sep-2016 04:30:30 Europe/Berlin] PHP Notice:  x", "dmy_text", "2016-09-28T02:30:30"),
    ("Oct 11, 2000 2:32:52 PM org.apache.catalina.core.StandardService startInternal", "mdy_text", "2000-10-11T14:32:52"),  # noqa: E501
    ("Oct 11, 2000 12:32:52\u202fAM java.util.logging.Log", "mdy_text", "2000-10-11T00:32:52"),
    ("<Sep 28, 2016 4:30:30 AM EDT> <Notice> <Log Management> <BEA-170027>", "mdy_text", "2016-09-28T08:30:30"),  # noqa: E501
    ("Jun 9 2005 06:06:20: %ASA-6-302013: Built outbound TCP", "mdy_text", "2005-06-09T06:06:20"),
    # syslog and others without a year
    ("Jun 14 15:16:01 box sshd(pam_unix)[19939]: authentication failure; logname= uid=0", "rfc3164", "2017-06-14T15:16:01"),  # noqa: E501
    ("Jun  9 06:06:20 box syslogd 1.4.1: restart.", "rfc3164", "2017-06-09T06:06:20"),
    ("Dec 10 06:55:46 host sshd[24200]: Invalid user webmaster from 173.234.31.186", "rfc3164", "2017-12-10T06:55:46"),  # noqa: E501
    ("Jul  1 09:00:55 laptop-7 kernel[0]: IOThunderboltSwitch<0>(0x0)", "rfc3164", "2017-07-01T09:00:55"),  # noqa: E501
    ("Thu Jul  2 09:00:55.123 <airportd[55]> x", "rfc3164", "2017-07-02T09:00:55.123"),
    ("*Mar  1 18:46:11.123: %SYS-5-CONFIG_I: Configured from console by vty2", "rfc3164", "2017-03-01T18:46:11.123"),  # noqa: E501
    ("<34>Oct 11 22:14:15 mymachine su: 'su root' failed", "rfc3164", "2017-10-11T22:14:15"),
    ("Sep 28 04:30:30.123456 host systemd[1]: x", "rfc3164", "2017-09-28T04:30:30.123456"),
    ("03-17 16:13:38.811  1702  2395 D WindowManager: printFreezingDisplayLogsopening app", "android", "2017-03-17T16:13:38.811"),  # noqa: E501
    ("[10.30 16:49:06] chrome.exe - proxy.example.org:5070 open through proxy", "proxifier", "2017-10-30T16:49:06"),  # noqa: E501
    ("I0622 10:11:12.345678    1234 controller.go:12] started", "klog", "2017-06-22T10:11:12.345678"),  # noqa: E501
    ("09/28-04:30:30.123456  [**] [1:2100498:7] GPL ATTACK_RESPONSE", "snort", "2017-09-28T04:30:30.123456"),  # noqa: E501
    ("[1234:5678:0928/043030.123456:ERROR:gpu_init.cc(441)] Passthrough", "chrome", "2017-09-28T04:30:30.123456"),  # noqa: E501
    # numbers with slashes and dots, the year last or short
    ("09/28/2016-04:30:30.123456  [**] [1:2100498:7] x", "slash", "2016-09-28T04:30:30.123456"),
    ("L 09/28/2016 - 04:30:30: Log file started", "slash", "2016-09-28T04:30:30"),
    ("28/09/2016 04:30:30 x", "slash", "2016-09-28T04:30:30"),
    ("9/28/2016 4:30:30 AM;12", "slash", "2016-09-28T04:30:30"),
    ("9/28/2016, 4:30:30 PM x", "slash", "2016-09-28T16:30:30"),
    ("28.09.2016 04:30:30 x", "german", "2016-09-28T04:30:30"),
    ("28.09.16 04:30:30 x", "german", "2016-09-28T04:30:30"),
    ("17/06/09 20:10:40 INFO executor.CoarseGrainedExecutorBackend: Registered signal handlers", "slash_yy", "2017-06-09T20:10:40"),  # noqa: E501
    ("[9/28/16 4:30:30:123 EDT] 00000001 WsServerImpl  A   WSVR0001I", "slash_yy", "2016-09-28T08:30:30.123"),  # noqa: E501
    ("11,09/28/16,04:30:30,Renew,10.0.0.1,host", "slash_yy", "2016-09-28T04:30:30"),
    # compact
    ("081109 203615 148 INFO dfs.DataNode$PacketResponder: PacketResponder 1 for block blk_38865049064139660 terminating", "compact_yy", "2008-11-09T20:36:15"),  # noqa: E501
    ("160928  4:30:30 [Note] InnoDB: Starting shutdown...", "mysql", "2016-09-28T04:30:30"),
    ("20171223-22:15:29:606|Step_LSC|30002312|onStandStepChanged 3579", "healthapp", "2017-12-23T22:15:29.606"),  # noqa: E501
    ("20171223-22:15:9:5|Step_LSC|30002312|onStandStepChanged 3579", "healthapp", "2017-12-23T22:15:09.005"),  # noqa: E501
    ("  1234:20160928:043030.123 server #1 started", "compact", "2016-09-28T04:30:30.123"),
    ("20160928043030 done", "compact", "2016-09-28T04:30:30"),
    ("20160928T043030Z done", "compact", "2016-09-28T04:30:30"),
    ("8=FIX.4.4|52=20160928-04:30:30.123|10=1|", "glog", "2016-09-28T04:30:30.123"),
    # numbers since 1970, or since the start
    ("134681 node-9 unix.hw state_change.unavailable 1077804742 1 Component State Change", "epoch_s", "2004-02-26T14:12:22"),  # noqa: E501
    ("- 1131566461 2005.11.09 node17 Nov 9 12:01:01 node17/node17 crond(pam_unix)[2915]: session closed", "epoch_s", "2005-11-09T20:01:01"),  # noqa: E501
    ("[1475037030] SERVICE ALERT: host;PING;OK;HARD;1;x", "epoch_s", "2016-09-28T04:30:30"),
    ("1475037030.123    921 192.168.0.68 TCP_MISS/200 507 GET http://x - DIRECT/- text/html", "epoch_s", "2016-09-28T04:30:30.123"),  # noqa: E501
    ("type=SYSCALL msg=audit(1364481363.243:24287): arch=c000003e syscall=2", "epoch_s", "2013-03-28T14:36:03.243"),  # noqa: E501
    ('{"ts":1475037030123,"level":"info"}', "epoch_ms", "2016-09-28T04:30:30.123"),
    ("1475037030123456 x", "epoch_us", "2016-09-28T04:30:30.123456"),
    ("x=1475037030123456789", "epoch_ns", "2016-09-28T04:30:30.123456"),
    ("[12345.678901] usb 1-1: new high-speed USB device", "uptime", "2017-12-31T00:00:00"),
    ("[    0.000000] Linux version 4.4.0", "uptime", "2017-12-31T00:00:00"),
    ("[2.345s][info][gc] GC(3) Pause Young (Normal) 24M->4M(64M) 1.2ms", "uptime", "2017-12-31T00:00:00"),  # noqa: E501
    ("0.312: [GC (Allocation Failure) 33280K->5191K(125952K), 0.005 secs]", "elapsed", "2017-12-31T00:00:00"),  # noqa: E501
    ("I160928 10:11:12.345678 812 server/node.go:7 [n1] x", "klog_yy", "2016-09-28T10:11:12.345678"),  # noqa: E501
    ('[GIN] 2016/09/28 - 04:30:30 | 200 | 1.2ms | ::1 | GET "/"', "ymd", "2016-09-28T04:30:30"),
    ("<134> 09/28/2016:04:30:30 GMT ns 0-PPE-0 : TCP CONN_TERMINATE", "slash", "2016-09-28T04:30:30"),  # noqa: E501
    ("type=SYSCALL msg=audit(09/28/2016 04:30:30.123:465) : arch=x86_64", "slash", "2016-09-28T04:30:30.123"),  # noqa: E501
    ('"Information","2016-09-28","04:30:30","System"', "iso8601", "2016-09-28T04:30:30"),
    ("201609280430;5", "compact_minute", "2016-09-28T04:30"),
    ("20160928,5", "compact_date", "2016-09-28"),
    ("2016-09,112", "iso_month", "2016-09-01"),
    ("Sep 2016,112", "month_text", "2016-09-01"),
    ("09/2016;112", "slash_month", "2016-09-01"),
    ("2016-W39,112", "week", "2016-09-26"),
    ("2016-W39-3,112", "week", "2016-09-28"),
    ("2016Q3,112", "quarter", "2016-07-01"),
    ("2016/09/28 4:30:30 AM GMT+2,112", "ymd_half", "2016-09-28T02:30:30"),
    ("04:30:30 on 28/09/2016", "time_slash", "2016-09-28T04:30:30"),
    ("201609280430 5", "compact_minute", "2016-09-28T04:30"),
    ("Wednesday, 28. September 2016;5", "dmy_text_date", "2016-09-28"),
    ("28-Sep-16,112", "dmy_text_date", "2016-09-28"),
    ('Sep 28, 2016","1,234.5"', "mdy_text_date", "2016-09-28"),
    ("9/28/16,112", "slash_yy_date", "2016-09-28"),
    ("2016/09/28 04:30PM INF x", "ymd_minute", "2016-09-28T16:30"),
    ("28.09.16;5", "german_yy_date", "2016-09-28"),
    # of programs that speak another language, and of those that count in another way
    ("ao\u00fbt 19 11:08:37 box app[812]: x", "rfc3164", "2017-08-19T11:08:37"),
    ("dim. 27 nov. 2016 14:05:00 CET x", "dmy_text", "2016-11-27T13:05:00"),
    ("pa\u017a 24 14:03:38 box systemd[1]: x", "rfc3164", "2017-10-24T14:03:38"),
    ("\u044f\u043d\u0432 24 14:03:38 box systemd[1]: x", "rfc3164", "2017-01-24T14:03:38"),
    ("So 27. Nov 14:05:00 CET 2016 21.5", "dmy_ctime", "2016-11-27T13:05:00"),
    ("Sun 27 Nov 14:05:00 UTC 2016", "dmy_ctime", "2016-11-27T14:05:00"),
    ("3. M\u00e4rz 2016 14:05:00 x", "dmy_text", "2016-03-03T14:05:00"),
    ("2016\u5e749\u670828\u65e5 04:30:30 x", "ymd_han", "2016-09-28T04:30:30"),
    ("2016-09-28 4:30:30 PM x", "iso8601_half", "2016-09-28T16:30:30"),
    ("2016/09/28 4:30:30 PM x", "ymd_half", "2016-09-28T16:30:30"),
    ("Sun 27 Nov 2016 02:05:00 PM UTC", "rfc2822_half", "2016-11-27T14:05:00"),
    ("28-SEP-16 02.05.00.123456 PM", "dmy_half", "2016-09-28T14:05:00.123456"),
    ("September 28, 2016 at 2:05 PM x", "mdy_text_minute", "2016-09-28T14:05"),
    ("28 Sep 2016 14:05 x", "dmy_text_minute", "2016-09-28T14:05"),
    ("Sep-28-2016 14:05:00 x", "mdy_text", "2016-09-28T14:05:00"),
    ("Sep-28-16 14:05:00 [Worker_1] x", "mdy_yy_text", "2016-09-28T14:05:00"),
    ("28.Sep.2016 14:05:00 x", "dmy_text", "2016-09-28T14:05:00"),
    ("28/09 14:05:00 x", "snort", "2017-09-28T14:05:00"),
    ("28/09 14:05 x", "snort_minute", "2017-09-28T14:05"),
    ("28.9. 14:05:00 x", "german_short", "2017-09-28T14:05:00"),
    ("28.09. 14:05 x", "german_short_minute", "2017-09-28T14:05"),
    ("28.09 14:05:00 x", "proxifier", "2017-09-28T14:05:00"),
    ("16-09-28 14:05:00 x", "slash_yy", "2016-09-28T14:05:00"),
    ("2016-09-28 04.30.30 x", "iso_dots", "2016-09-28T04:30:30"),
    ("2016-272T04:30:30.5 x", "ordinal", "2016-09-28T04:30:30.5"),
    ("%Sep 28 04:30:30:123 2016 H3C %%10SHELL/5/SHELL_LOGIN: x", "ctime", "2016-09-28T04:30:30.123"),  # noqa: E501
    ("@4000000057eb4770075bca00 tcpserver: status: 5/30", "tai64n", "2016-09-28T04:30:30.123456"),
    ("57eb4766.075bca00 0x7fed504f39 conn=0 op=0 x", "openldap", "2016-09-28T04:30:30.123456"),
    ("57eb4766 conn=1000 fd=12 closed", "openldap", "2016-09-28T04:30:30"),
    ("     1.000300000     550,458,927      cycles", "elapsed", "2017-12-31T00:00:00"),
    ("1.000300000,550458927,,cycles", "elapsed", "2017-12-31T00:00:00"),
    ("1000 [main] INFO org.example.App  - x", "elapsed_ms", "2017-12-31T00:00:00"),
    ("[04:30] <alice> hello", "clock", "2017-12-30T04:30"),
    ("22\u65f627\u520651\u79d2  21377908", "time_han", "2017-12-30T22:27:51"),
    ("2016\u5e7409\u670828\u65e5", "han_date", "2016-09-28"),
    ("INFO[09/28,04:30:30 Z] [35] Commit new mining work  number=7", "klaytn", "2017-09-28T04:30:30"),  # noqa: E501
    ("ZZZZ,T0001,04:30:30,28-SEP-2016", "time_text", "2016-09-28T04:30:30"),
    ("$GNRMC,043030.50,V,,,,,,,280916,,,N*5A", "nmea", "2016-09-28T04:30:30.5"),
    ("28/09/16 4:30 x", "slash_yy_minute", "2016-09-28T04:30"),
    ("20160928:0430,122.4", "compact_gap_minute", "2016-09-28T04:30"),
    ("20160928 043030123,1.3024,1.3026,0", "compact_ms", "2016-09-28T04:30:30.123"),
    ("57659 16230.123 -0.000564821 -2.535 0.000651972 0.005498 6", "mjd", "2016-09-28T04:30:30.123"),  # noqa: E501
    ("57659 16230.123 192.0.2.1 961a -0.000012 0.011 0.001 0.000123", "mjd", "2016-09-28T04:30:30.123"),  # noqa: E501
    ("0-0:1.0.0(160928043030S)", "telegram", "2016-09-28T04:30:30"),
    ("28/09/2016;18.00.00;2,6", "slash_dots", "2016-09-28T18:00:00"),
    ("28.09.2016 18.00.00;2,6", "german_dots", "2016-09-28T18:00:00"),
    ("2016:09:28-04:30:30 box httpd[812]: x", "ymd", "2016-09-28T04:30:30"),
    ("160928043030.712 9051 00005 - 192.0.2.7:40562", "compact_yy_joined", "2016-09-28T04:30:30.712"),  # noqa: E501
    ("MSI (s) (A8:1C) [04:30:30:456]: Font created.", "msi", "2017-12-30T04:30:30.456"),
    ("N 4000000 SYS1     16272 04:30:30.45 STC01234 00000090  IEF403I x", "zos", "2016-09-28T04:30:30.45"),  # noqa: E501
    ("A6DF45AA   0928043016 I O RMCdaemon      The daemon is started.", "errpt", "2016-09-28T04:30"),  # noqa: E501
    ("2016-09-28-04.30.30.123456-300 I27204F655  LEVEL: Event", "db2", "2016-09-28T09:30:30.123456"),  # noqa: E501
    ("2016-09-28-04.30.30.123456+060 I27204F655  LEVEL: Event", "db2", "2016-09-28T03:30:30.123456"),  # noqa: E501
    ("Wed Sep 28 2016 04:30:30 GMT+0100 (Central European Standard Time) x", "js_date", "2016-09-28T03:30:30"),  # noqa: E501
    ("Sep-28 04:30:30.123 [main] DEBUG nextflow.cli.Launcher - $> nextflow run x", "mon_day", "2017-09-28T04:30:30.123"),  # noqa: E501
    ("20160928 04:30 7.1 85", "glog_minute", "2016-09-28T04:30"),
    ('<time="04:30:30.766-330" date="09-28-2016" component="x"', "cmtrace", "2016-09-27T23:00:30.766"),  # noqa: E501
    ('<time="04:30:30.766+480" date="9-28-2016" component="x"', "cmtrace", "2016-09-28T12:30:30.766"),  # noqa: E501
    ('<time="04:30:30.8422964" date="9-28-2016" component="x"', "cmtrace", "2016-09-28T04:30:30.8422964"),  # noqa: E501
    ("09-08-2016 04:30:30 RAM 848/7620MB (lfb 3x4MB)", "tegrastats", "2016-09-08T04:30:30"),
    ("06-02-2016 04:30:30 x", "slash", "2016-02-06T04:30:30"),
    ("06/02/2016 04:30:30 x", "slash", "2016-06-02T04:30:30"),
    ("1|0   258b   61.9k    4 Sep 28 04:30:30.456", "rfc3164", "2017-09-28T04:30:30.456"),
    ("2016-09-28 04:30:30.845.2545 - [] x", "iso8601", "2016-09-28T04:30:30.845"),
    (".Sep 28 2016 04:30:30.123 UTC: %SYS-5-CONFIG_I: x", "mdy_text", "2016-09-28T04:30:30.123"),
    ("[x] from source 192.0.2.7, Wednesday, September 28,2016 04:30:30", "mdy_text", "2016-09-28T04:30:30"),  # noqa: E501
    ("Sep/28 04:30:30 system,info x", "rfc3164", "2017-09-28T04:30:30"),
    ("812@1475037030.123:virtio_queue_notify x", "epoch_s", "2016-09-28T04:30:30.123"),
    ("   1 | 09/28/2016 | 04:30:30 | Fan #0x30 | x", "slash", "2016-09-28T04:30:30"),
    ("2016\u5e7409\u670828\u65e5 04\u65f630\u520630\u79d2,21.5", "ymd_han", "2016-09-28T04:30:30"),
    ("2016-09-28-04-30-30 21.5", "iso_hyphens", "2016-09-28T04:30:30"),
    ("top - 04:30:30 up 5 days, 13:20,  2 users", "top", "2017-12-30T04:30:30"),
]  # fmt: skip
MODIFIED = seconds("2017-12-31")


@pytest.mark.parametrize(("line", "name", "instant"), LINES, ids=[line[:40] for line, *_ in LINES])
def test_a_line_of_a_well_known_program_is_understood(line: str, name: str, instant: str) -> None:
    found = next(find(line.encode()))

    assert found.format.name == name
    assert read(found.format, found.stamp, MODIFIED) == pytest.approx(seconds(instant), abs=1e-6)


def test_all_times_of_a_line_are_found_leftmost_first() -> None:
    line = (
        b"- 1117838570 2005.06.03 R90-M1-N0-C:J01-U01 2005-06-03-15.42.50.363779"
        b" R90-M1-N0-C:J01-U01 RAS KERNEL INFO instruction cache parity error corrected"
    )
    assert [found.format.name for found in find(line)] == ["epoch_s", "bgl"]
    assert [line[found.start : found.end] for found in find(line)] == [
        b"1117838570",
        b"2005-06-03-15.42.50.363779",
    ]
    assert len(list(find(b"2016-09-28 04:30:30 " * 20))) == MOST_FOUND


@pytest.mark.parametrize(
    "line",
    [
        "10.30.16.49 connected",
        "10.30.16.49:8080 12:30:00",
        "version 1.2.3 of 3.11.7",
        "call +49 30 1234567 or 555-123-4567 or 030/123456",
        "id 123e4567-e89b-12d3-a456-426614174000",
        "deadbeef20160928 0x1475037030 1475037030abc",
        "at 12:30 12:30:45 12:30:45.123",
        "blk_-6952295868487656571 blk_38865049064139660",
        "12345678901234567 123456789 99999999999",
        "/var/log/2016/09/28/x 2016-09-28-backup.tar a2016-09-28 04:30:30",
        "2016-13-28 04:30:30 2016-02-30 04:30:30 2016-09-28 25:30:30 2016-09-28T04:61:30Z",
        "2016-09-28 04:30:61 x",
        "Foo  9 06:06:20 host",
        "4711-10-12 04:30:30",
        "20160931 043030",
        "991332 203615",
        "[12.34] [1.5] [1234567] [7.56789012]",
        "A0622 10:11:12.345678",
        "",
    ],
)
def test_what_is_no_time_is_not_found(line: str) -> None:
    assert [one.format.name for one in find(line.encode()) if one.format.has_day] == []


@pytest.mark.parametrize(
    "line", ["02:00:00:00:00:01", "x12:30:45", "24:61:00", "1:2:3", "at 12:30"]
)
def test_what_is_no_time_of_day_is_not_found(line: str) -> None:
    assert list(find(line.encode())) == []


def test_the_names_are_unique_and_every_pattern_has_three_groups() -> None:
    assert len(NAMED) == len(TIME_FORMATS)
    assert {re.compile(format_.pattern).groups for format_ in TIME_FORMATS} == {3}


@pytest.mark.parametrize("format_", TIME_FORMATS, ids=lambda format_: format_.name)
def test_an_entry_reads_its_sample(format_: TimeFormat) -> None:
    pattern = (b"" if format_.is_told else format_.before) + format_.pattern
    letters = dict.fromkeys(("klog", "klog_year", "klog_yy"), b"I")
    before = (
        letters
        | {
            "chrome": b":",
            "uptime": b"[",
            "tai64n": b"@",
            "nmea": b"$GPRMC,",
            "telegram": b"0-0:1.0.0(",
            "elapsed_trace": b"] ",
            "elapsed_esp": b"I (",
        }
    ).get(format_.name, b"")
    behind = {"uptime": b"]", "elapsed": b": ", "elapsed_ms": b" [main] INFO "}
    behind |= {
        "elapsed_go": b"s 2%: ",
        "elapsed_v8": b" ms: ",
        "msi": b"]",
        "zos": b" ",
        "top": b" up ",
        "elapsed_trace": b": ",
        "elapsed_esp": b") wifi: ",
        "errpt": b" I O ",
        "openldap": b" conn=1",
        "telegram": b")",
        "tegrastats": b" RAM ",
        "compact_yy_joined": b" ",
        "time_han": "\u79d2".encode(),
    }
    match = re.compile(pattern).search(
        before + format_.sample.encode("latin-1") + behind.get(format_.name, b"")
    )

    assert match
    assert match.end() == len(before) + len(format_.sample)
    assert read(format_, match.groups(), MODIFIED) > 0  # type: ignore[arg-type]


MICRO, MILLI, SECOND, MINUTE, DAY = 1, 1000, 10**6, 60 * 10**6, 86400 * 10**6  # microseconds
ANY = (datetime(1976, 11, 22, tzinfo=UTC), datetime(2076, 11, 22, tzinfo=UTC))
SHORT = (ANY[0], datetime(2068, 12, 31, tzinfo=UTC))  # years of two digits
TEN = (datetime(2001, 9, 10, tzinfo=UTC), ANY[1])  # ten digits
# Years of two digits mean what they mean only where one order is possible: day 13 and later,
# year 32 and later.
WRITERS = [
    ("iso8601", "%Y-%m-%dT%H:%M:%S.%fZ", MICRO, ANY),
    ("iso8601", "%Y-%m-%d %H:%M:%S.%f000+00:00", MICRO, ANY),
    ("iso8601", "%Y-%m-%dt%H:%M:%S+0000", SECOND, ANY),
    ("iso8601", "%Y-%m-%d_%H:%M:%S GMT", SECOND, ANY),
    ("iso8601_comma", "%Y-%m-%d %H:%M:%S,%f INFO", MICRO, ANY),
    ("bgl", "%Y-%m-%d-%H.%M.%S.%f", MICRO, ANY),
    ("iso_hyphens", "%Y-%m-%d_%H-%M-%S", SECOND, ANY),
    ("iso_joined", "%Y-%m-%dT%H%M%SZ", SECOND, ANY),
    ("iso_minute", "%Y-%m-%d %H:%M", MINUTE, ANY),
    ("iso_date", "%Y-%m-%d", DAY, ANY),
    ("clf", "%d/%b/%Y:%H:%M:%S +0000", SECOND, ANY),
    ("ymd", "%Y/%m/%d %H:%M:%S.%f", MICRO, ANY),
    ("ymd", "%Y.%m.%d %H:%M:%S", SECOND, ANY),
    ("ymd_comma", "%Y/%m/%d %H:%M:%S,%f INFO", MICRO, ANY),
    ("unreal", "%Y.%m.%d-%H.%M.%S", SECOND, ANY),
    ("ymd_minute", "%Y/%m/%d %H:%M", MINUTE, ANY),
    ("ymd_date", "%Y/%m/%d", DAY, ANY),
    ("ymd_text", "%Y-%b-%d %H:%M:%S.%f", MICRO, ANY),
    ("git", "%a %b %e %H:%M:%S %Y +0000", SECOND, ANY),
    ("ctime", "%a %b %d %H:%M:%S.%f %Y", MICRO, ANY),
    ("ctime", "%a %b %e %H:%M:%S UTC %Y", SECOND, ANY),
    ("mdy_text", "%b %d, %Y %I:%M:%S %p", SECOND, ANY),
    ("mdy_text", "%B %d, %Y %H:%M:%S", SECOND, ANY),
    ("rfc2822", "%a, %d %b %Y %H:%M:%S GMT", SECOND, ANY),
    ("dmy_text", "%d %b %Y %H:%M:%S.%f", MICRO, ANY),
    ("rfc3164", "%b %e %H:%M:%S", SECOND, ANY),
    ("rfc3164", "%a %b %d %H:%M:%S.%f", MICRO, ANY),
    ("redis", "%d %b %H:%M:%S.%f", MICRO, ANY),
    ("slash", "%m/%d/%Y %I:%M:%S %p", SECOND, ANY),
    ("slash", "%d/%m/%Y %H:%M:%S.%f", MICRO, ANY),
    ("slash_comma", "%d-%m-%Y %H:%M:%S,123 INFO", SECOND, ANY),
    ("slash_minute", "%m/%d/%Y %H:%M", MINUTE, ANY),
    ("slash_date", "%m/%d/%Y", DAY, ANY),
    ("slash_yy", "%y/%m/%d %H:%M:%S", SECOND, SHORT),
    ("slash_yy_comma", "%d/%m/%y %H:%M:%S,000 INFO", SECOND, SHORT),
    ("german", "%d.%m.%Y %H:%M:%S.%f", MICRO, ANY),
    ("german", "%d.%m.%y %H:%M:%S", SECOND, SHORT),
    ("german_comma", "%d.%m.%Y %H:%M:%S,%f INFO", MICRO, ANY),
    ("german_minute", "%d.%m.%Y %H:%M", MINUTE, ANY),
    ("german_date", "%d.%m.%Y", DAY, ANY),
    ("german_yy_date", "%d.%m.%y;", DAY, SHORT),
    ("dmy_text_date", "%d-%b-%Y,", DAY, ANY),
    ("mdy_text_date", "%b %d, %Y,", DAY, ANY),
    ("slash_yy_date", "%m/%d/%y,", DAY, SHORT),
    ("ymd_minute", "%Y/%m/%d %I:%M%p", MINUTE, ANY),
    ("compact_minute", "%Y%m%d%H%M;", MINUTE, ANY),
    ("compact_date", "%Y%m%d,", DAY, ANY),
    ("ymd", "%Y/%m/%d - %H:%M:%S", SECOND, ANY),
    ("slash", "%m/%d/%Y:%H:%M:%S GMT", SECOND, ANY),
    ("glog", "%Y%m%d %H:%M:%S.%f", MICRO, ANY),
    ("klog", "I%m%d %H:%M:%S.%f", MICRO, ANY),
    ("klog_year", "I%Y%m%d %H:%M:%S.%f", MICRO, ANY),
    ("klog_yy", "I%y%m%d %H:%M:%S.%f", MICRO, SHORT),
    ("chrome", "[%m%d/%H%M%S.%f:ERROR", MICRO, ANY),
    ("mysql", "%y%m%d %k:%M:%S", SECOND, SHORT),
    ("compact_yy", "%y%m%d %H%M%S", SECOND, SHORT),
    ("compact", "%Y%m%dT%H%M%SZ", SECOND, ANY),
    ("compact", "%Y%m%d%H%M%S.%f", MICRO, ANY),
    ("android", "%m-%d %H:%M:%S.%f", MICRO, ANY),
    ("snort", "%m/%d-%H:%M:%S.%f", MICRO, ANY),
    ("proxifier", "%m.%d %H:%M:%S", SECOND, ANY),
    ("iso8601_half", "%Y-%m-%d %I:%M:%S %p", SECOND, ANY),
    ("ymd_half", "%Y/%m/%d %I:%M:%S.%f %p", MICRO, ANY),
    ("rfc2822_half", "%a %d %b %Y %I:%M:%S %p UTC", SECOND, ANY),
    ("dmy_half", "%d-%b-%y %I.%M.%S.%f %p", MICRO, SHORT),
    ("dmy_ctime", "%e %b %H:%M:%S UTC %Y", SECOND, ANY),
    ("dmy_text", "%d. %B %Y, %H:%M:%S", SECOND, ANY),
    ("dmy_text_minute", "%d %b %Y %H:%M", MINUTE, ANY),
    ("mdy_text_minute", "%B %d, %Y at %I:%M %p", MINUTE, ANY),
    ("mdy_yy_text", "%b-%d-%y %H:%M:%S", SECOND, SHORT),
    ("klaytn", "%m/%d,%H:%M:%S Z", SECOND, ANY),
    ("slash_yy_minute", "%m/%d/%y %I:%M %p", MINUTE, SHORT),
    ("compact_gap_minute", "%Y%m%d:%H%M,", MINUTE, ANY),
    ("compact_ms", "%Y%m%d %H%M%S000,", SECOND, ANY),
    ("glog_minute", "%Y%m%d %H:%M", MINUTE, ANY),
    ("han_date", "%Y\u5e74%m\u6708%d\u65e5", DAY, ANY),
    ("slash_dots", "%d/%m/%Y %H.%M.%S", SECOND, ANY),
    ("german_dots", "%d.%m.%Y %H.%M.%S", SECOND, ANY),
    ("compact_yy_joined", "%y%m%d%H%M%S.000 ", SECOND, SHORT),
    ("ymd_han", "%Y\u5e74%m\u6708%d\u65e5 %H:%M:%S", SECOND, ANY),
    ("iso_dots", "%Y-%m-%d %H.%M.%S", SECOND, ANY),
    ("ordinal", "%Y-%jT%H:%M:%S.%fZ", MICRO, ANY),
    ("db2", "%Y-%m-%d-%H.%M.%S.%f+000", MICRO, ANY),
    ("js_date", "%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)", SECOND, ANY),
    ("mon_day", "%b-%d %H:%M:%S.%f", MICRO, ANY),
    ("glog_minute", "%Y%m%d %H:%M", MINUTE, ANY),
    ("cmtrace", '%H:%M:%S.%f+000" date="%m-%d-%Y"', MICRO, ANY),
    ("tegrastats", "%m-%d-%Y %H:%M:%S RAM ", SECOND, ANY),
    ("german_short", "%d.%m. %H:%M:%S.%f", MICRO, ANY),
    ("german_short_minute", "%d.%m. %H:%M", MINUTE, ANY),
    ("snort_minute", "%m/%d %H:%M", MINUTE, ANY),
    ("slash_yy", "%y-%m-%d %H:%M:%S", SECOND, SHORT),
    ("time_ymd", "%H:%M:%S %Y-%m-%d", SECOND, ANY),
    ("time_text", "%H:%M:%S,%d-%b-%Y", SECOND, ANY),
    ("nmea", "$GPRMC,%H%M%S,A,4807.038,N,01131.000,E,7.0,18.6,%d%m%y,,", SECOND, SHORT),
    ("time_german", "%H:%M:%S.%f;%d.%m.%Y", MICRO, ANY),
    ("time_slash", "%I:%M:%S %p,%m/%d/%Y", SECOND, ANY),
]


def test_every_entry_has_a_writer() -> None:
    computed = {
        "time_of_day",
        "time_of_day_comma",
        "clock",
        "time_han",
        "compact_hour",
        "iso_hour",
        "slash_hour",
        "german_hour",
        "serial",
        "mjd",
        "columns_day",
        "columns_month",
        "compact_month",
        "year",
        "columns_hour",
        "columns_minute",
        "columns_second",
        "tai64n",
        "telegram",
        "openldap",
        "elapsed_ms",
        "elapsed_go",
        "since_start",
        "elapsed_v8",
        "elapsed_trace",
        "elapsed_esp",
        "top",
        "msi",
        "zos",
        "errpt",
        "healthapp",
        "iso_month",
        "month_text",
        "slash_month",
        "week",
        "quarter",
        "kitchen",
        "uptime",
        "elapsed",
        "epoch_s",
        "epoch_ms",
        "epoch_us",
        "epoch_ns",
    }
    assert {name for name, *_ in WRITERS} | computed == set(NAMED)


def rounded(when: datetime, unit: int) -> tuple[datetime, int]:
    """Down to a multiple of `unit` microseconds, and how many there are since 1970."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    count = (when - epoch) // timedelta(microseconds=1) // unit * unit
    return epoch + timedelta(microseconds=count), count


def is_ambiguous(name: str, when: datetime) -> bool:
    short = name.startswith("slash_yy") and when.year % 100 < 32
    return name.startswith(("slash", "snort", "proxifier")) and (when.day < 13 or short)


@pytest.mark.parametrize(
    ("name", "layout", "unit", "span"),
    WRITERS,
    ids=[f"{name} {text}" for name, text, *_ in WRITERS],
)
@settings(max_examples=40)
@given(part=st.floats(0, 1))
def test_any_instant_is_found_and_read_back(
    name: str, layout: str, unit: int, span: tuple[datetime, datetime], part: float
) -> None:
    when, _ = rounded(span[0] + part * (span[1] - span[0]), unit)
    if is_ambiguous(name, when):
        when = when.replace(day=28, year=max(when.year, 2050))
    text = when.strftime(layout) + " and more"
    expected = when.timestamp() + (0.123 if ",123" in layout else 0)

    (found,) = find(text.encode())

    assert found.format.name == name
    assert read(found.format, found.stamp, when.timestamp()) == pytest.approx(expected, abs=1e-6)


@given(
    st.datetimes(TEN[0].replace(tzinfo=None), TEN[1].replace(tzinfo=None), timezones=st.just(UTC))
)
def test_any_instant_is_read_back_from_numbers(when: datetime) -> None:
    _, count = rounded(when, MICRO)
    texts = {
        "epoch_s": f"{count // SECOND}.{count % SECOND:06}",
        "epoch_ms": str(count // MILLI),
        "epoch_us": str(count),
        "epoch_ns": str(count * 1000),
        "tai64n": f"@{count // SECOND + 2**62 + 10:x}{count % SECOND * 1000:08x}",
        "openldap": f"{count // SECOND:x}.{count % SECOND * 1000:08x} 0x1",
        "healthapp": f"{when:%Y%m%d}-{when.hour}:{when.minute}:{when.second}:"
        f"{when.microsecond // MILLI}",
    }
    for name, text in texts.items():
        (found,) = find(text.encode())
        precision = 1e-3 if name in ("epoch_ms", "healthapp") else 1e-6
        time_ = read(found.format, found.stamp, 0)

        assert found.format.name == name
        assert when.timestamp() - precision - 1e-6 < time_ <= when.timestamp() + 1e-6


HOSTILE = [b"1", b"1 ", b" ", b"-", b"10-", b"10/", b"1:", b"Jan ", b"Mon Jan  9 ", b"2016-09-28 "]
HOSTILE += [b"[ ", b"[" + b" " * 11, b"I0622 ", b"20160928 ", b"2016-09-28 04:30 +", b"A", b":"]


@pytest.mark.parametrize("bait", HOSTILE, ids=repr)
def test_a_hostile_line_costs_no_more_than_its_length(bait: bytes) -> None:
    line = (bait * 8192)[:8192]
    next(find(b""), None)

    start = time.process_time()
    list(find(line))
    for format_ in TIME_FORMATS:
        re.compile(format_.pattern).search(line)

    assert time.process_time() - start < 0.5  # measured: 0.01 to 0.1 s


@given(st.binary(max_size=200))
def test_any_bytes_can_be_searched(line: bytes) -> None:
    for found in find(line):
        assert line[found.start : found.end]
        read(found.format, found.stamp, MODIFIED)


@pytest.mark.parametrize(
    ("text", "line", "instant"),
    [
        ("%d.%m.%Y %H:%M:%S", "28.09.2016 04:30:30", "2016-09-28T04:30:30"),
        ("%d.%m.%Y %H:%M:%S,%f", "28.9.2016  4:30:30,5", "2016-09-28T04:30:30.5"),
        ("%Y%m%d-%H:%M:%S:%f", "20160928-04:30:30:123", "2016-09-28T04:30:30.123"),
        ("[%F %T.%f]", "[2016-09-28 04:30:30.123456]", "2016-09-28T04:30:30.123456"),
        ("%D %R", "09/28/16 04:30", "2016-09-28T04:30"),
        ("%F", "2016-09-28", "2016-09-28"),
        ("%s", "1475037030", "2016-09-28T04:30:30"),
        ("%s.%f", "1475037030.5", "2016-09-28T04:30:30.5"),
        ("%H:%M:%S %d/%b/%y", "04:30:30 28/Sep/16", "2016-09-28T04:30:30"),
        ("%A, %B %d %Y %I:%M:%S %p", "Wednesday, September 28 2016 04:30:30 PM", "2016-09-28T16:30:30"),  # noqa: E501
        ("%Y-%jT%H:%M:%S%z", "2016-272T04:30:30+0200", "2016-09-28T02:30:30"),
        ("%b %d %H:%M:%S", "Sep  8 04:30:30", "2017-09-08T04:30:30"),
        ("%Y %e %b %H:%M:%S %Z", "2016  8 Sep 04:30:30 CEST", "2016-09-08T02:30:30"),
        ("100%% %Y-%m-%d", "100% 2016-09-28", "2016-09-28"),
        ("Zeit für %d.%m.%Y %H Uhr", "Zeit für 28.09.2016 4 Uhr", "2016-09-28T04:00"),
        ("(%Y|%m|%d) *%H:%M", "(2016|09|28) *04:30", "2016-09-28T04:30"),
    ],
)  # fmt: skip
def test_the_user_can_say_how_times_are_written(text: str, line: str, instant: str) -> None:
    format_ = from_strptime(text)
    match = re.compile(format_.pattern).fullmatch(line.encode())

    assert format_.name == text
    assert match
    assert read(format_, match.groups(), MODIFIED) == seconds(instant)  # type: ignore[arg-type]
    assert re.compile(format_.pattern).fullmatch(format_.sample.encode())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no day"),
        ("%H:%M:%S", "no day"),
        ("%Y-%m %H:%M", "no day"),
        ("%Y-%m-%d %q", "%q is not known"),
        ("%Y-%m-%d %", "% is not known"),
        ("%c", "%c is not known"),
        ("%Y-%m-%d %d", "%d is said twice"),
        ("%F %I:%M", "%I needs %p"),
        ("%F %S", "%S needs %M"),
        ("%F %M", "%M needs %H"),
        ("%F %T %f", "behind %S"),
        ("%F %f", "%f needs %S"),
        ("%s %H", "%s is all"),
        ("%j %H:%M", "%j needs a year"),
    ],
)
def test_what_is_wrong_with_a_time_format_is_told(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        from_strptime(text)
