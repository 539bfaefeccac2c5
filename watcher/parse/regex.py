"""Lines as a user's regular expression reads them, its named groups being what they say.

The group `time` is the time of the line, `level`, `status` or `severity` what it is counted by,
and the others are numbers. The pattern is held to the beginning of a line, what stands behind
it is ignored. Where its author left no trap a block is read at once, else line by line; a line
that is longer than LONGEST_FOR_USERS is refused unread.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import msgspec

from watcher.parse.batch import Batch, only_lines
from watcher.parse.blocks import without_nans
from watcher.parse.clock import Clock
from watcher.parse.embed import embedded
from watcher.parse.fields import MOST_FIELDS
from watcher.parse.grok import expand
from watcher.parse.head import Head, format_of, stamp_of
from watcher.parse.levels import level_of, level_of_letter, level_of_number, status_class
from watcher.parse.lines import SILENT
from watcher.parse.numbers import number, numbers
from watcher.parse.settings import LONGEST_FOR_USERS, LogSettings, compiled

TIME = "time"
CLASSES = ("level", "status", "severity")  # groups that lines are counted by
NO_TIME = (b"", b"", None)

Matches = Sequence[re.Match[bytes]]

_is_silent = re.compile(rb"(?:%b)$" % SILENT, re.MULTILINE).match


class RegexRecipe(msgspec.Struct, frozen=True, tag="regex"):
    """All that makes one `Regex` read as another does."""

    pattern: str  # its grok names written out
    fields: tuple[str, ...] = ()
    time: str = ""  # the name of its TimeFormat; empty: none
    counted: str = ""  # the group that lines are counted by; empty: none
    label: str = ""  # the group that tells series apart; empty: none
    lost: bool = False  # whether there is a time that nobody understands


class Regex:
    """The format of a log whose user said how its lines look.

    The pattern is compiled when the first block comes: a log at rest costs nothing.
    """

    name = "regex"
    by_columns = False

    def __init__(self, recipe: RegexRecipe, clock: Clock | None) -> None:
        """`clock`: None if no group is the time, or nobody knows how it is written."""
        self.clock, self.fields, self.recipe = clock, recipe.fields, recipe
        self.time_format = recipe.time
        self._class, self._label, self._lost = recipe.counted, recipe.label, recipe.lost
        self.counts = bool(self._class) or not self.fields
        self.key = (self.name, recipe.pattern, self.fields, self.time_format)
        self.why = (
            "its time is not understood: set time_format"
            if self._lost
            else "not matched by the pattern, or without a number in it"
        )

    @cached_property
    def _one(self) -> re.Pattern[bytes]:
        return compiled(self.recipe.pattern)

    @cached_property
    def _embedded(self) -> re.Pattern[bytes] | None:
        return embedded(self._one.pattern)

    @cached_property
    def _groups(self) -> list[str | int]:
        return [name if name in self._one.groupindex else 0 for name in self.fields]

    @cached_property
    def _stamp(self) -> Callable[[bytes], re.Match[bytes] | None] | None:
        return re.compile(self.clock.format.pattern).fullmatch if self.clock else None

    def parse(self, block: bytes) -> Batch:
        """The samples of `block`, whose every line ends with a newline."""
        lines = block.count(b"\n")
        block = block.replace(b"\r\n", b"\n")
        matches = self._matches(block)
        refused = lines - len(matches)
        if refused:
            refused -= self._silent(block, matches)
        if self._lost:
            return only_lines(lines, refused + len(matches))
        if not matches:
            return only_lines(lines, refused)
        return without_nans(
            Batch(
                lines=lines,
                bad=refused,
                samples=len(matches),
                times=self._times(matches),
                values={
                    name: numbers([match[group] or b"" for match in matches])
                    if group
                    else [math.nan] * len(matches)
                    for name, group in zip(self.fields, self._groups, strict=True)
                },
                classes=self._classes(matches),
                labels=[match[self._label] or b"" for match in matches] if self._label else None,
            )
        )

    def sample(self, line: bytes) -> None:
        """Nothing is usual: a pattern of its user says it all."""

    def settle(self, probes: Sequence[bytes], modified: float) -> None:
        """Fix what the lines do not say of their times, from lines all over the file."""
        if self.clock is not None and self._stamp is not None:
            matches = self._matches(b"".join(line.rstrip(b"\r") + b"\n" for line in probes))
            stamps = [self._stamp(match[TIME] or b"") for match in matches]
            self.clock.settle([stamp_of(stamp) for stamp in stamps if stamp], modified)

    def _matches(self, block: bytes) -> Matches:
        """One for each line that matches."""
        lines = block.split(b"\n")
        long = max(map(len, lines)) > LONGEST_FOR_USERS
        if self._embedded is not None and not long:
            return list(self._embedded.finditer(block))
        said = [line for line in lines[:-1] if line and len(line) <= LONGEST_FOR_USERS]
        return [found for line in said if (found := self._one.match(line))]

    def _silent(self, block: bytes, matches: Matches) -> int:
        """Blanks and comments that did not match either."""
        silent = sum(_is_silent(line) is not None for line in block.split(b"\n")[:-1])
        if not silent:
            return 0
        read = (_is_silent(match.string, match.start()) for match in matches)
        return silent - sum(found is not None for found in read)

    def _times(self, matches: Matches) -> list[float] | None:
        if self.clock is None or self._stamp is None:
            return None
        found = [self._stamp(match[TIME] or b"") for match in matches]
        stamps = [stamp_of(stamp) if stamp else NO_TIME for stamp in found]
        heads, seconds, tails = zip(*stamps, strict=True)
        return self.clock.times(list(heads), list(seconds), list(tails))

    def _classes(self, matches: Matches) -> list[str] | None:
        if not self.counts:
            return None
        if not self._class:
            return [""] * len(matches)
        known: dict[bytes | None, str] = {}
        return [
            known[text] if text in known else known.setdefault(text, _class_of(text))
            for text in (match[self._class] for match in matches)
        ]


def regex(head: Head) -> Regex:
    """The format that the user's pattern makes of these lines."""
    settings = head.settings
    groups = compiled(settings.pattern).groupindex
    plain = Regex(RegexRecipe(expand(settings.pattern)), None)
    matches = plain._matches(b"".join(line + b"\n" for line in head.lines))
    clock = None
    if TIME in groups:
        texts = [match[TIME] for match in matches if match[TIME]]
        format_ = head.time or format_of(texts, head)
        clock = Clock(format_, head.zone) if format_ else None
    others = _others(settings)
    recipe = RegexRecipe(
        plain.recipe.pattern,
        settings.fields or _chosen(settings, matches),
        clock.format.name if clock else "",
        next((name for name in CLASSES if name in others), ""),
        settings.split if settings.split in groups else "",
        TIME in groups and clock is None,
    )
    return Regex(recipe, clock)


def _others(settings: LogSettings) -> list[str]:
    """The groups that are neither the time nor what tells series apart."""
    special = {TIME, settings.split, *settings.fields}
    return [name for name in compiled(settings.pattern).groupindex if name not in special]


def _chosen(settings: LogSettings, matches: Matches) -> tuple[str, ...]:
    """The groups that hold numbers; one that never did but always said something holds text."""
    names = [name for name in _others(settings) if name not in CLASSES]
    said = {name: [match[name] for match in matches if match[name]] for name in names}
    numeric = [
        name
        for name, texts in said.items()
        if not texts or any(not math.isnan(number(text)) for text in texts)
    ]
    return tuple(numeric[:MOST_FIELDS])


def _class_of(text: bytes | None) -> str:
    said = (text or b"").decode("ascii", "replace")
    readers: Iterable[Callable[[str], str | None]] = (
        level_of,
        status_class,
        level_of_number,
        level_of_letter,
    )
    return next((found for read in readers if (found := read(said))), "")
