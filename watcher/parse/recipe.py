"""What a format is made of, as plain data: a verdict survives a restart without its log.

Patterns are kept as they are, so that a later version reads an old log as this one did. Ways to
write times, and functions, are kept by name.
"""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache

from watcher.parse.above import Above, AboveRecipe
from watcher.parse.clock import Clock
from watcher.parse.decode import decode_json, decode_logfmt, decode_opened
from watcher.parse.detect import Format, Nothing, NothingRecipe
from watcher.parse.influx import decode_influx
from watcher.parse.integers import Integers, IntegersRecipe
from watcher.parse.levels import (
    level_of,
    level_of_cef,
    level_of_clef,
    level_of_letter,
    level_of_mark,
    level_of_number,
    level_of_priority,
    level_of_python,
    level_of_rank,
    level_of_severity,
    level_of_small,
    level_of_state,
    level_of_telemetry,
    level_of_websphere,
    level_of_xorg,
    no_level,
    status_class,
)
from watcher.parse.lines import Classify, Lines, LinesRecipe
from watcher.parse.mixed import Mixed, MixedRecipe
from watcher.parse.records import Records, RecordsRecipe
from watcher.parse.regex import Regex, RegexRecipe
from watcher.parse.slow import Slow, SlowRecipe
from watcher.parse.strptime import from_strptime
from watcher.parse.timeformat import TimeFormat
from watcher.parse.timetable import TIME_FORMATS
from watcher.parse.within import said_within

Recipe = (
    LinesRecipe
    | RecordsRecipe
    | IntegersRecipe
    | RegexRecipe
    | SlowRecipe
    | AboveRecipe
    | MixedRecipe
    | NothingRecipe
)

CLASSIFIERS: dict[str, Classify] = {
    classify.__name__: classify
    for classify in (
        level_of,
        level_of_cef,
        level_of_clef,
        level_of_letter,
        level_of_mark,
        level_of_number,
        level_of_priority,
        level_of_python,
        level_of_rank,
        level_of_severity,
        level_of_small,
        level_of_state,
        level_of_telemetry,
        level_of_websphere,
        level_of_xorg,
        no_level,
        said_within,
        status_class,
    )
}
DECODERS = {
    decode.__name__: decode for decode in (decode_json, decode_opened, decode_logfmt, decode_influx)
}
NAMED = {format_.name: format_ for format_ in TIME_FORMATS}


def restored(recipe: Recipe, zone: tzinfo) -> Format:
    """The format that reads every line as the one did whose recipe this is.

    `zone` is that of times that name none. What its clock had settled is not in the recipe, but
    in `clock.state`. ValueError: a name in it is not known to this version.
    """
    try:
        return _made(recipe, zone)
    except KeyError as error:
        raise ValueError(f"{error} is not known") from None


def _made(recipe: Recipe, zone: tzinfo) -> Format:
    if isinstance(recipe, LinesRecipe):
        return _lines(recipe, zone)
    if isinstance(recipe, AboveRecipe):
        clock = Clock(_time_format(recipe.time), zone)
        return Above(_lines(recipe.rows, zone), clock, recipe.lead, recipe.behind)
    if isinstance(recipe, RecordsRecipe):
        return _records(recipe, zone)
    if isinstance(recipe, MixedRecipe):
        return Mixed(
            [
                _lines(form, zone) if isinstance(form, LinesRecipe) else _records(form, zone)
                for form in recipe.forms
            ]
        )
    if isinstance(recipe, RegexRecipe):
        return Regex(recipe, _clock(recipe.time, zone))
    if isinstance(recipe, SlowRecipe):
        return Slow(Clock(_time_format(recipe.time), zone), recipe.fields)
    return Nothing(recipe.name) if isinstance(recipe, NothingRecipe) else Integers()


def _lines(recipe: LinesRecipe, zone: tzinfo) -> Lines:
    classify = CLASSIFIERS[recipe.classify] if recipe.classify else None
    clock = _clock(recipe.time, zone)
    return Lines(recipe.name, recipe.parts, clock, classify, recipe.silent)


def _records(recipe: RecordsRecipe, zone: tzinfo) -> Records:
    time = recipe.time and (recipe.time[0], Clock(_time_format(recipe.time[1]), zone))
    counted = recipe.counted and (recipe.counted[0], CLASSIFIERS[recipe.counted[1]])
    decode = DECODERS[recipe.decode]
    return Records(recipe.name, decode, time, recipe.fields, counted, recipe.split)


def _clock(name: str, zone: tzinfo) -> Clock | None:
    return Clock(_time_format(name), zone) if name else None


@lru_cache(maxsize=256)
def _time_format(name: str) -> TimeFormat:
    """That of the table, or what a user wrote."""
    return NAMED[name] if name in NAMED else from_strptime(name)
