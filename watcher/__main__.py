"""The commands: serve, render, gradient, check, forget."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from watcher import __version__, notify, usage
from watcher.check import check
from watcher.compose import compose
from watcher.config import Config, ConfigError, default_path, load
from watcher.draw import gradient, letters
from watcher.draw.text import use as use_font
from watcher.draw.view import PARAMETERS, View, ViewError, parse
from watcher.follow.discover import Place
from watcher.frame import Form, Wanted
from watcher.graphs import GraphSettings, spread_of
from watcher.history.store import Store
from watcher.known import describe
from watcher.log import Log
from watcher.parse.settings import LogSettings

TAKE_NUMBERS = frozenset(f"--{name}" for name in (*PARAMETERS, *gradient.PARAMETERS))
BELOW_ZERO = re.compile(r"-\.?[0-9]")
DONE, FAILED, USAGE, BAD_CONFIG = 0, 1, 2, 78  # exit codes; 78 is EX_CONFIG of sysexits.h


class UsageError(Exception):
    """The command line asks for something that makes no sense."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = _parser().parse_args(_joined(sys.argv[1:] if arguments is None else arguments))
    try:
        return _done(int(options.command(options)))
    except BrokenPipeError:  # who reads has had enough, as `head` has
        _hush()
        return FAILED
    except ConfigError as error:
        return _failed(BAD_CONFIG, str(error))
    except (UsageError, ViewError) as error:
        return _failed(USAGE, f"watcher: {error}")
    except OSError as error:
        named = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        return _failed(FAILED, f"watcher: {named}")


def _done(code: int) -> int:
    """The exit code, once all that was said is out."""
    if sys.stdout is not None:
        sys.stdout.flush()
    return code


def _failed(code: int, text: str) -> int:
    print(text, file=sys.stderr)
    return code


def _hush() -> None:
    """Standard output takes nothing more: what is left to be written goes nowhere."""
    if sys.stdout is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _serve(options: argparse.Namespace) -> int:
    from watcher.daemon import run  # aiohttp takes 0.2 s to import: not for the other commands

    def reload() -> Config:
        config = _config(options)
        if not config.logs:
            raise ConfigError(["log: nothing to watch: add a [[log]] with a path"])
        return config

    config = _something_to_watch(_config(options), "serve")
    for settings in config.logs:
        if not any(map(os.path.exists, Place(settings.path).paths())):
            print(f"watcher: {settings.path}: no log there yet: waiting for one", file=sys.stderr)
    notify.log_to_stderr(options.log_level)
    run(config, reload)
    return DONE


def _render(options: argparse.Namespace) -> int:
    config, now = _config(options), time.time()
    view, form = parse(_pairs(options, PARAMETERS), config.view, config.zone), _form(options)
    if form != "png":
        view = _as_wide_as_the_terminal(view, options)
    use_font(config.font)
    with _file(options.log) as path:
        title = Path(options.log).stem if path == options.log else "stdin"
        settings = GraphSettings(title, (title,), "", view)
        of_log, asked = _settings_of(path, config), spread_of(settings, title)
        log = Log(title, title, path, config.machine, of_log, asked=asked)
        log.read_whole(now)
    graph = describe(settings, [log], now, zone=config.zone)
    made = compose(settings, [log], graph, Wanted(title, view, form), now, config.zone)
    _write(made.frame.body, options.output)
    return DONE


def _form(options: argparse.Namespace) -> Form:
    """A PNG, or letters where it would go to a terminal."""
    if options.output is not None or sys.stdout is None or not sys.stdout.isatty():
        return "png"
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return "txt" if plain else "terminal"


def _as_wide_as_the_terminal(view: View, options: argparse.Namespace) -> View:
    """The view in the size of the terminal, unless one was asked for."""
    terminal = shutil.get_terminal_size()
    usual = letters.size(View())
    rows = min(terminal.lines - 2, round(terminal.columns * usual[1] / usual[0]))
    width, height = letters.pixels(terminal.columns, rows)
    return replace(
        view,
        width=view.width if options.view_width else width,
        height=view.height if options.view_height else height,
    )


def _settings_of(path: str, config: Config) -> LogSettings:
    """What the configuration says of this very file, if anything."""
    real = Path(path).resolve()
    named = (log for log in config.logs if Path(log.path).resolve() == real)
    return next(named, LogSettings(path))


def _gradient(options: argparse.Namespace) -> int:
    wanted = gradient.parse(_pairs(options, gradient.PARAMETERS))
    if _form(options) != "png":
        raise UsageError("a gradient cannot be shown on a terminal: write -o FILE")
    _write(gradient.draw(wanted), options.output)
    return DONE


def _check(options: argparse.Namespace) -> int:
    config = _something_to_watch(_config(options), "check")
    return DONE if check(config, as_json=options.json) else FAILED


def _forget(options: argparse.Namespace) -> int:
    config = _config(options)
    if config.state is None:
        raise UsageError("nothing is kept, so there is nothing to forget: name the --state DIR")
    if not os.path.isdir(config.state):
        return _failed(FAILED, f"watcher: no state in {config.state}: there is no such directory")
    with contextlib.closing(Store(config.state)) as store:
        if not store.forget(options.name):
            there = " ".join(sorted(store.names.values())) or "none"
            return _failed(FAILED, f"watcher: no log {options.name!r}: there are {there}")
    return DONE


def _config(options: argparse.Namespace) -> Config:
    path = Path(options.config) if options.config else default_path()
    return load(
        path,
        paths=tuple(options.paths),
        listen=options.listen,
        state=options.state,
        keep=not options.no_state,
    )


def _something_to_watch(config: Config, command: str) -> Config:
    if not config.logs:
        raise UsageError(f"nothing to watch: name a file or a folder: watcher {command} logs")
    return config


def _pairs(options: argparse.Namespace, names: Iterable[str]) -> list[tuple[str, str]]:
    """The view options that were given, as they would stand in a URL."""
    return [(name, value) for name in names for value in getattr(options, f"view_{name}")]


@contextlib.contextmanager
def _file(path: str) -> Iterator[str]:
    """The path of a log; that of a copy where it comes through a pipe, `-` or `<(command)`."""
    if os.path.isdir(path):
        raise UsageError(f"{path} is a folder: name one log in it, or watcher serve {path}")
    if path != "-" and not Path(path).is_fifo():
        yield path
        return
    if path == "-" and sys.stdin is None:
        raise UsageError("standard input is closed: name a file, or pipe a log into it")
    with tempfile.NamedTemporaryFile(prefix="watcher-") as copy:
        with contextlib.ExitStack() as stack:
            source = sys.stdin.buffer if path == "-" else stack.enter_context(open(path, "rb"))
            shutil.copyfileobj(source, copy)
        copy.flush()
        yield copy.name


def _write(made: bytes, output: str | None) -> None:
    if output not in (None, "-"):
        with _named(output):
            Path(output).write_bytes(made)
        return
    if sys.stdout is None:
        raise UsageError("standard output is closed: write -o FILE")
    with _named("standard output"):
        try:
            sys.stdout.buffer.write(made)
            sys.stdout.buffer.flush()
        except OSError:
            _hush()
            raise


@contextlib.contextmanager
def _named(path: str) -> Iterator[None]:
    """What fails in here is about `path`: only what cannot be opened says so itself."""
    try:
        yield
    except OSError as error:
        error.filename = path
        raise


def _joined(arguments: Sequence[str]) -> list[str]:
    """`--from -6h` as `--from=-6h`: argparse would take -6h for an option."""
    joined: list[str] = []
    for argument in arguments:
        if BELOW_ZERO.match(argument) and joined and joined[-1] in TAKE_NUMBERS:
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="watcher", description="Turns log files into live pictures.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"watcher {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        found = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        found.set_defaults(
            command=run, config=None, paths=[], listen=None, state=None, no_state=False
        )
        return found

    serve = command("serve", _serve, "Watch logs and serve their pictures.")
    serve.add_argument("paths", nargs="*", metavar="PATH", help="file, directory or quoted glob")
    serve.add_argument("--listen", metavar="ADDR", help="such as 127.0.0.1:8080 or unix:/path")
    state = serve.add_mutually_exclusive_group()
    state.add_argument("--state", metavar="DIR", help="where history is kept")
    state.add_argument("--no-state", action="store_true", help="keep everything in memory")
    serve.add_argument(
        "--log-level", default="info", choices=["debug", "info", "warning", "error"], metavar="L"
    )
    render = command(
        "render", _render, "Draw one log, once: in letters on a terminal, else as PNG."
    )
    render.usage = "watcher render LOG [-o FILE] [options]"
    render.add_argument("log", metavar="LOG", help="a file, or - for standard input")
    _add_picture_options(render, PARAMETERS, usage.OF_A_PICTURE)
    gradient_ = command("gradient", _gradient, "Draw a gradient: random, unless told otherwise.")
    gradient_.usage = "watcher gradient [-o FILE] [options]"
    _add_picture_options(gradient_, gradient.PARAMETERS, usage.OF_A_GRADIENT)
    check_ = command("check", _check, "Show what would be watched and how it is understood.")
    check_.add_argument("paths", nargs="*", metavar="PATH", help="file, directory or quoted glob")
    check_.add_argument("--json", action="store_true", help="for scripts")
    forget = command("forget", _forget, "Drop the history of a log, and read it anew next time.")
    forget.add_argument("name", metavar="NAME", help="of the log, as in its URL")
    forget.add_argument("--state", metavar="DIR", help="where history is kept")
    for configured in (serve, render, check_, forget):
        configured.add_argument("-c", dest="config", metavar="FILE", help="configuration file")
    return parser


def _add_picture_options(
    command: argparse.ArgumentParser, names: Iterable[str], told: Mapping[str, tuple[str, str]]
) -> None:
    command.add_argument("-o", dest="output", metavar="FILE", help="the PNG; - is standard output")
    for name in names:
        value, help_ = told[name]
        command.add_argument(
            f"--{name}",
            dest=f"view_{name}",
            default=[],
            metavar=value,
            action="append",
            help=help_.replace("%", "%%"),
        )


if __name__ == "__main__":
    sys.exit(main())
