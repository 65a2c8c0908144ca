"""The command `preview`: the editor saves, and sees it."""

import os
import signal
import sys
from pathlib import Path
from threading import Event, Thread

import click

from pipeline.cli_terminal import QUIET, WORKBOOK, chatter
from pipeline.errors import UsageError
from pipeline.harmless import visible
from pipeline.places import default_workbook

PORT = 8321


@click.command("preview")
@WORKBOOK
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any that is free.")
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
@click.option("--no-brief", is_flag=True, help="Do not make the briefs.")
@click.option("--templates", type=click.Path(path_type=Path), help="A folder of templates that go before the others.")
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="ECOSYSTEM_MAP_CACHE",
    help="Where briefs are kept (by default the user's cache folder, as for build).",
)
@QUIET
def preview_command(
    workbook: Path | None,
    port: int,
    no_open: bool,
    no_brief: bool,
    templates: Path | None,
    cache: Path | None,
    quiet: bool,
) -> None:
    """Show the WORKBOOK (by default the one in source/) in the browser, anew at every save. Ctrl-C ends it."""
    from pipeline.cache import Cache, default_folder
    from pipeline.preview.briefs import BriefMaker
    from pipeline.preview.pages import Pages
    from pipeline.preview.server import Server
    from pipeline.preview.state import Stage, State
    from pipeline.preview.studio import Place, Studio
    from pipeline.templating import environment

    path = (workbook or default_workbook(Path("source"))).absolute()
    if not path.is_file():
        raise UsageError(f"There is no file “{path}”.", help="Check the name and the folder.")
    folder = path.parent
    place = Place(workbook=path, project=folder.parent if folder.name == "source" else folder, templates=templates)
    stage = Stage(State(workbook=path.name))
    say = (lambda line: None) if quiet else (lambda line: chatter(f"{visible(line)}\n"))
    briefs = None if no_brief else BriefMaker(stage, Cache(cache or default_folder()))
    studio = Studio(place, stage, say=say, briefs=briefs)
    stop = Event()
    with Server(stage, Pages(environment()), port=port, complain=say) as server:
        for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
            if known := getattr(signal, name, None):
                signal.signal(known, lambda *_: stop.set())
        chatter(f"Preview of {visible(path.name)}: {server.address}\n" + ("" if quiet else "Ctrl-C ends it.\n"))
        serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="server", daemon=True)
        serving.start()
        try:
            studio.make(stop)
            if not no_open and not stop.is_set():
                _open(server.address)
            studio.run(stop)
        finally:
            stage.end()
            server.shutdown()
            studio.close()
    if not quiet:
        chatter("The preview has ended.\n")


def _open(address: str) -> None:
    """Open the browser beside this program; where there is no screen, a browser would take the terminal."""
    has_screen = sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if has_screen:
        import webbrowser

        Thread(target=webbrowser.open, args=(address,), daemon=True).start()
