"""The command line: `edit` one picture, `batch` a folder of them, `erase` from one or a folder without a checkpoint,
`replay` rounds that the page has saved.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from click_inpaint import __version__, cli
from click_inpaint.client import files
from click_inpaint.client import options as wanted
from click_inpaint.client.batch import Batch, Paint
from click_inpaint.client.erase import Eraser
from click_inpaint.client.events import Finished, Report, Skipped
from click_inpaint.client.files import Work
from click_inpaint.client.job import Painter
from click_inpaint.client.options import Wanted
from click_inpaint.client.replay import Replayer
from click_inpaint.client.report import Text, as_json
from click_inpaint.client.rounds_file import RoundsFile
from click_inpaint.client.webui import LOGIN_VARIABLE, WebUI
from click_inpaint.errors import UserError
from click_inpaint.images import size_of

WEBUI = "http://127.0.0.1:7860"
ALL_DONE, SOME_FAILED, WRONG, NO_WEBUI, INTERRUPTED = 0, 1, 2, 3, 130
_EPILOG = f"""exit codes:
  {ALL_DONE}    all is done
  {SOME_FAILED}    some pictures failed, each with its reason; or rounds were replayed, and some came out otherwise
  {WRONG}    an option or a file is wrong; nothing was sent
  {NO_WEBUI}    no Web UI could be used
  {INTERRUPTED}  interrupted; what is written is whole, and the same command goes on from there

The Web UI runs with --api and has this extension. The login of its --api-auth, if it has one, is
read from the variable {LOGIN_VARIABLE}, as name:password."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(options: argparse.Namespace) -> int:
    login = os.environ.get(LOGIN_VARIABLE, "")
    webuis = [WebUI(url, login) for url in dict.fromkeys(options.webui or [WEBUI])]
    if options.command == "replay":
        return _replayed(options, webuis)
    asked = Wanted(options)
    is_folder = options.command == "batch" or (options.command == "erase" and options.picture.is_dir())
    works = _folder(options) if is_folder else _one(options)
    todo = [work for work in works if options.again or not is_folder or not work.out.is_file()]
    _check(todo, asked)
    report = _report(options, len(works))
    worker = Eraser if options.command == "erase" else Painter
    return _code(_painted(options, webuis, works, todo, worker(asked, report, options.timeout), report))


def _replayed(options: argparse.Namespace, webuis: Sequence[WebUI]) -> int:
    rounds = RoundsFile(options.rounds)
    out = options.out or options.rounds.with_suffix("")
    _make(out)
    report = _report(options, len(rounds.rounds))
    replayer = Replayer(rounds, out, report, options.timeout)
    todo = [work for work in replayer.works if options.again or not work.out.is_file()]
    code = _code(_painted(options, webuis, replayer.works, todo, replayer, report))
    return SOME_FAILED if code == ALL_DONE and replayer.differing else code


def _report(options: argparse.Namespace, total: int) -> Report:
    return as_json(sys.stdout) if options.json else Text(sys.stdout, sys.stderr, total)


def _painted(
    options: argparse.Namespace,
    webuis: Sequence[WebUI],
    works: Sequence[Work],
    todo: Sequence[Work],
    paint: Paint,
    report: Report,
) -> Finished:
    there = [work for work in works if work not in todo]
    for work in there:
        report(Skipped(work.picture, work.out))
    return Batch(todo, paint, report, options.patience).run(webuis, len(there))


def _code(finished: Finished) -> int:
    if finished.left:
        return NO_WEBUI
    return SOME_FAILED if finished.failed else ALL_DONE


def _one(options: argparse.Namespace) -> list[Work]:
    """Raises UserError for what could not be read or written."""
    done = "erased" if options.command == "erase" else "edited"
    out = options.out or options.picture.with_name(f"{options.picture.stem}-{done}.png")
    given = (options.picture, options.mask, options.edit, getattr(options, "payload", None))
    sources = [path for path in given if path]
    for path in sources:
        if not path.is_file():
            raise UserError("There is no file {file}; open a picture that exists.", file=str(path))
    cli.check_outputs("-o", [out], sources)
    return [Work(options.picture, options.mask, out)]


def _folder(options: argparse.Namespace) -> list[Work]:
    """Raises UserError where there is nothing to read, or nowhere to write."""
    folder: Path = options.folder if options.command == "batch" else options.picture
    if options.out is None:
        raise UserError("{folder} is a folder: say with --out where its results go.", folder=str(folder))
    _make(options.out)
    if options.out.resolve() == folder.resolve():
        raise UserError("--out {folder} would overwrite the pictures; choose another folder.", folder=str(options.out))
    return files.listed(folder, options.out)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            "{folder} cannot be made ({reason}).", folder=str(folder), reason=error.strerror or ""
        ) from error


def _check(works: Sequence[Work], asked: Wanted) -> None:
    """Refuse before anything is sent: one Edit's places are pixels, so that its pictures need one size."""
    unmasked = [work.picture for work in works if work.mask is None]
    if not asked.has_places or not unmasked:
        return
    first = size_of(files.read(unmasked[0]))
    for path in unmasked[1:]:
        if (size := size_of(files.read(path))) != first:
            raise UserError(
                "{one} is {size} and {other} is {theirs}: what is selected are pixels, so all pictures need one size. "
                "Lay a mask beside each ({mask}), or paint those of each size on their own.",
                one=unmasked[0].name,
                size=str(first),
                other=path.name,
                theirs=str(size),
                mask=f"NAME{files.MASK_ENDING}",
            )
    asked.edit(first)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "click_inpaint",
        description="Inpaint pictures through a running Web UI that has the extension Click Inpaint.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    edit = commands.add_parser("edit", help="one picture", epilog=_EPILOG)
    edit.add_argument("picture", type=Path, help="the picture")
    endings = ", ".join(cli.ENDINGS)
    edit.add_argument("-o", "--out", type=Path, help=f"where the result goes (PICTURE-edited.png): {endings}")
    edit.add_argument("--mask", type=Path, help="a picture that is white where to paint, instead of clicks and boxes")
    batch = commands.add_parser("batch", help="a folder of pictures", epilog=_EPILOG)
    batch.add_argument("folder", type=Path, help=f"pictures, each with its mask beside it (NAME{files.MASK_ENDING})")
    batch.add_argument("-o", "--out", type=Path, required=True, help="folder of the results, NAME.png each")
    erase = commands.add_parser("erase", help="fill what is selected, at once and without a checkpoint", epilog=_EPILOG)
    erase.add_argument("picture", type=Path, help=f"a picture, or a folder of them with NAME{files.MASK_ENDING}")
    erase.add_argument("-o", "--out", type=Path, help=f"the result (PICTURE-erased.png): {endings}; or a folder")
    erase.add_argument("--mask", type=Path, help="a picture that is white where to erase, instead of clicks and boxes")
    wanted.add_edit(erase)
    for command in (edit, batch):
        wanted.add(command)
    for command in (edit, batch, erase):
        command.formatter_class = argparse.RawDescriptionHelpFormatter
        _add_running(command)
    replay = commands.add_parser("replay", help="rounds that the page has saved, painted again", epilog=_EPILOG)
    replay.formatter_class = argparse.RawDescriptionHelpFormatter
    replay.add_argument("rounds", type=Path, help="the zip file")
    replay.add_argument("-o", "--out", type=Path, help="folder of the results, NUMBER.png each (the zip file's name)")
    _add_running(replay)
    return parser


def _add_running(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how it runs")
    group.add_argument(
        "--webui", action="append", metavar="URL", help=f"where a Web UI answers ({WEBUI}); several share the work"
    )
    group.add_argument("--json", action="store_true", help="one JSON object a line, for programs")
    group.add_argument("--again", action="store_true", help="paint also what is done already")
    group.add_argument("--timeout", type=float, default=3600, metavar="S", help="for one picture (%(default)s)")
    group.add_argument(
        "--patience", type=float, default=30, metavar="S", help="for a Web UI that went away to return (%(default)s)"
    )
