"""A daemon that turns log files into live pictures.

A log line goes through each room once and never back:

    follow  ->  parse  ->  history  ->  draw  ->  serve
    bytes       samples    buckets      PNG       frames to people
"""

__version__ = "0.1.0"
