"""A user's own way to write a time, in the letters of strptime."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from watcher.parse.timeformat import FRACTION, LETTERS, SAME, WHOLE, TimeFormat, make

# Short for several letters, or another name of one.
LONG = {"%T": "%H:%M:%S", "%R": "%H:%M", "%F": "%Y-%m-%d", "%D": "%m/%d/%y", "%h": "%b"}
# As in Python a number needs no zero in front, and a name may be short or long.
USER_LETTERS = {
    **{letter: LETTERS[letter] for letter in "YybapzZe"},
    **dict.fromkeys("mdHIM", r"\d{1,2}"),
    "j": r"\d{1,3}",
    "B": LETTERS["b"],
    "A": LETTERS["a"],
}
KNOWN = "%Y %y %m %d %e %b %B %j %H %I %M %S %f %p %z %Z %a %A %s %T %R %F %D %%"
SPACE = r"[ \t]{1,8}"  # as in Python: a space in the format is any number of them
SECONDS = r"\d{1,2}"
EPOCH = r"\d{1,11}"
DECIMALS = r"\d{1,9}"
END = "(?![0-9A-Za-z])"
EXAMPLE = datetime(2016, 9, 28, 4, 30, 30, 123456, UTC)


def from_strptime(text: str) -> TimeFormat:
    """The format that `text`, say `%d.%m.%Y %H:%M:%S`, means; ValueError tells what is wrong."""
    parts = _parts(text)
    _check([part[1:] for part in parts if _is_letter(part)])
    place = next((at for at, part in enumerate(parts) if part in ("%S", "%s")), None)
    before, behind = (parts, []) if place is None else (parts[:place], parts[place + 1 :])
    point, behind = _fraction(behind, place is not None)
    start, head, joint = _cut(before)
    gap, tail, end = _cut(behind)
    if place is None:
        joint, end = [], joint
    whole = "%s" in parts
    return make(
        text,
        "".join(map(_example, parts)),
        start=_source(start),
        head=_source(head),
        joint=_source(joint),
        seconds="" if place is None else (EPOCH if whole else SECONDS) + point,
        gap=_source(gap),
        tail=_source(tail),
        end=_source(end) or END,
        kind=WHOLE if whole else FRACTION,
        letters=USER_LETTERS,
    )


def _parts(text: str) -> list[str]:
    """Letters, white space and other characters, each on its own."""
    for short, long in LONG.items():
        text = re.sub(f"(?<!%)((?:%%)*){short}", rf"\g<1>{long}", text)
    return re.findall(r"%.?|[ \t]+|.", text, re.DOTALL)


def _is_letter(part: str) -> bool:
    return part.startswith("%") and part != "%%"


def _check(said: Sequence[str]) -> None:
    """ValueError unless the letters make a time."""
    for letter in said:
        if letter not in USER_LETTERS and letter not in ("S", "s", "f"):
            raise ValueError(f"%{letter} is not known here: known are {KNOWN}")
    meant = [SAME.get(letter, letter) for letter in said]
    twice = sorted({letter for letter in meant if meant.count(letter) > 1})
    if twice:
        raise ValueError(f"%{twice[0]} is said twice")
    if "s" in meant:
        if set(meant) - {"s", "f"}:
            raise ValueError("%s is all of a time: nothing but .%f can stand with it")
        return
    _check_calendar(set(meant), "I" in said)


def _check_calendar(meant: set[str], twelve: bool) -> None:
    if not ("j" in meant or ("d" in meant and meant & {"m", "b"})):
        raise ValueError("it says no day: a time needs %m (or %b) and %d, or %j, or is %s")
    if "j" in meant and not meant & {"Y", "y"}:
        raise ValueError("%j needs a year: %Y or %y")
    if twelve and "p" not in meant:
        raise ValueError("%I needs %p; an hour of 24 is %H")
    for small, large in (("f", "S"), ("S", "M"), ("M", "H")):
        if small in meant and large not in meant:
            raise ValueError(f"%{small} needs %{large}")


def _fraction(behind: list[str], seconds: bool) -> tuple[str, list[str]]:
    """The pattern of `.%f` if `behind` begins so, and the rest."""
    if seconds and behind[1:2] == ["%f"] and behind[0] in (".", ",", ":"):
        return f"[{behind[0]}]{DECIMALS}", behind[2:]
    if "%f" in behind:
        raise ValueError("%f can only stand behind %S and a dot, comma or colon: %S.%f")
    return "", behind


def _cut(parts: list[str]) -> tuple[list[str], list[str], list[str]]:
    """What is before the first letter, from the first to the last, and behind the last."""
    places = [at for at, part in enumerate(parts) if _is_letter(part)]
    if not places:
        return [], [], parts
    return parts[: places[0]], parts[places[0] : places[-1] + 1], parts[places[-1] + 1 :]


def _source(parts: list[str]) -> str:
    """As a regular expression in bytes, its letters still to be expanded."""
    return "".join(map(_pattern, parts))


def _pattern(part: str) -> str:
    if _is_letter(part):
        return part
    if part.isspace():
        return SPACE
    return re.escape("%" if part == "%%" else part.encode().decode("latin-1")).replace("%", r"\x25")


def _example(part: str) -> str:
    if part == "%s":
        return str(int(EXAMPLE.timestamp()))
    return "%" if part == "%%" else EXAMPLE.strftime(part) if _is_letter(part) else part
