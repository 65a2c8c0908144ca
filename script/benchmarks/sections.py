"""The sections of the bench, in the order of what the program must reach."""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from benchmarks import contents, peers, watching
from benchmarks.measuring import HEADINGS, Command, Comparison, compare, run, table

ROOT = contents.ROOT
HERE = Path(__file__).resolve().parent
PROGRAM = ROOT / ".venv" / "bin" / "ecosystem-map"


def machine() -> str:
    """The machine and the versions, in a few lines."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "unknown"
    )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = next((int(line.split()[1]) // 1024**2 for line in _lines("/proc/meminfo") if "MemTotal" in line), 0)
    node = _said("node", "--version")
    known = {name: version(name) for name in ("openpyxl", "weasyprint", "pydantic", "jinja2")}
    chromium = _said(peers.browser() or "chromium", "--version")
    return (
        f"{cores} cores of {cpu}, {memory} GB; {platform.system()} {platform.release()}; Python "
        f"{platform.python_version()}; load {os.getloadavg()[0]:.1f} at the start.\n"
        f"{'; '.join(f'{name} {number}' for name, number in known.items())}; {'; '.join(peers.PYTHON)}; Eleventy "
        f"{next(iter(peers.NODE.values()))} on Node {node}; {chromium}.\n"
    )


def _lines(path: str) -> Sequence[str]:
    return Path(path).read_text().splitlines() if Path(path).is_file() else ()


def _said(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return "not there"
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


@dataclass(frozen=True)
class Bench:
    """What every section is given: the folder of peers and contents, the pairs to run, and whether to be quick."""

    cache: Path
    pairs: int
    quick: bool

    @property
    def sizes(self) -> Sequence[int]:
        """How many times the sample."""
        return (1, 10) if self.quick else (1, 10, 100)

    @cached_property
    def python(self) -> Path:
        """The folder of the Python peers' commands."""
        return peers.python_peers(self.cache)

    def folder(self, name: str) -> Path:
        """An empty folder to work in."""
        folder = self.cache / "work" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def number(self, times: int) -> int:
        """How many pairs are run at this size."""
        return max(3, self.pairs // 2) if times >= 100 else self.pairs


def _build(name: str, workbook: Path, *options: str | Path, before: Callable[[], object] | None = None) -> Command:
    return Command(name, [PROGRAM, "build", workbook, "--quiet", *options], before=before)


def _section(title: str, text: str, comparisons: Sequence[tuple[Comparison, str]]) -> str:
    return f"\n## {title}\n\n{text}\n\n" + table(HEADINGS, [each.row(limit) for each, limit in comparisons])


def check(bench: Bench) -> str:
    """Item 1: `check` against frictionless, flatten-tool and a bare load by openpyxl."""
    made: list[tuple[Comparison, str]] = []
    for times in bench.sizes:
        path = contents.workbook(bench.cache, times)
        ours = Command(f"check × {times}", [PROGRAM, "check", path, "--quiet"])
        load = "import sys, openpyxl; openpyxl.load_workbook(sys.argv[1])"
        theirs = (
            (
                Command(
                    "frictionless validate",
                    [bench.python / "frictionless", "validate", "datapackage.json"],
                    path.parent,
                ),
                "≤ 0.7" if times == 1 else "≤ 1",
            ),
            (
                Command(
                    "flatten-tool unflatten",
                    [
                        *(bench.python / "flatten-tool", "unflatten", "-f", "xlsx", "-s", "schema.json", "-m", "rows"),
                        *("--convert-titles", "-o", bench.cache / "unflattened.json", path.name),
                    ],
                    path.parent,
                ),
                "≤ 1.2" if times == 1 else "≤ 0.9",
            ),
            (Command("bare openpyxl load", [bench.python / "python", "-c", load, path]), "" if times == 1 else "≤ 1.6"),
        )
        made += [(compare(ours, peer, pairs=bench.number(times)), limit) for peer, limit in theirs]
    text = "The whole process, the same workbook. What each peer is told of it: `script/benchmarks/equivalents.py`."
    return _section("1. check", text, made)


def web(bench: Bench) -> str:
    """Item 2: pages and data from the workbook against Eleventy making the pages from JSON."""
    command = peers.eleventy(bench.cache)
    if command is None:
        return "\n## 2. Pages and data\n\nLeft out: there is no npm on this machine.\n"
    made: list[tuple[Comparison, str]] = []
    for times in bench.sizes:
        path = contents.workbook(bench.cache, times)
        site = _eleventy_site(bench, path, times)
        theirs = Command("Eleventy, from JSON", ["node", command, "--quiet", f"--output={site}/_site"], site)
        output = bench.folder("web")
        cold = _build(f"web and data × {times}", path, "--only", "web", "--only", "data", "--no-cache", "-o", output)
        made.append((compare(cold, theirs, pairs=bench.number(times)), "≤ 0.9"))
        templates = bench.folder("templates")
        kept = bench.folder("kept")
        again = _build(
            f"after an edit of a template × {times}",
            path,
            *("--only", "web", "--only", "data", "--cache", kept, "--templates", templates, "-o", output),
            before=_edit_of(templates),
        )
        made.append((compare(again, theirs, pairs=bench.number(times)), "≤ 0.4"))
    text = "The workbook is checked, the pages and data are made, looked through for every text, and published;\n"
    text += "Eleventy is handed the JSON and makes the same pages with `script/benchmarks/eleventy`."
    return _section("2. Pages and data", text, made)


def _edit_of(templates: Path) -> Callable[[], None]:
    """Another edit of a page's template at each call, laid over the bundled one."""
    numbers = iter(range(1_000_000))

    def edit() -> None:
        body = (ROOT / "templates" / "web" / "glossary.html").read_text(encoding="utf-8")
        (templates / "web").mkdir(exist_ok=True)
        (templates / "web" / "glossary.html").write_text(f"{body}\n{{# {next(numbers)} #}}\n", encoding="utf-8")

    return edit


def _eleventy_site(bench: Bench, path: Path, times: int) -> Path:
    site = bench.cache / "eleventy" / f"site-{times}"
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(HERE / "eleventy", site)
    (site / "_data").mkdir()
    shutil.copy(contents.data_of(path), site / "_data" / "map.json")
    return site


def brief(bench: Bench) -> str:
    """Item 3: brief.pdf alone against bare WeasyPrint, Chromium and Typst."""
    path = contents.workbook(bench.cache, 1)
    folder = bench.folder("brief")
    alone = HERE / "brief_alone.py"
    run(Command("the brief's HTML", [sys.executable, alone, path, folder, "--html"]))
    ours = Command("brief.pdf, checked and tagged", [sys.executable, alone, path, folder / "ours.pdf"])
    bare = "import sys, weasyprint; weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2])"
    theirs = [
        (Command("bare WeasyPrint", [sys.executable, "-c", bare, folder / "brief.html", folder / "bare.pdf"]), "≤ 1.1")
    ]
    if chromium := peers.browser():
        options = ["--headless=new", "--no-sandbox", "--no-pdf-header-footer", f"--user-data-dir={folder / 'profile'}"]
        target = f"--print-to-pdf={folder / 'chromium.pdf'}"
        theirs.append(
            (Command("Chromium’s printing", [chromium, *options, target, f"file://{folder / 'brief.html'}"]), "")
        )
    fonts = ROOT / "templates" / "shared" / "fonts"
    typst = [bench.python / "python", HERE / "typst_brief.py", contents.data_of(path), fonts, folder / "typst.pdf"]
    theirs.append((Command("Typst, the same texts", typst), ""))
    made = [(compare(ours, peer, pairs=bench.pairs), limit) for peer, limit in theirs]
    pages = {name: _pages(folder / f"{name}.pdf") for name in ("ours", "bare", "chromium", "typst")}
    text = "One PDF. Pages: " + ", ".join(f"{name} {number}" for name, number in pages.items() if number) + ".\n"
    text += "Chromium computes in processes that it does not wait for: of it only the wall time counts."
    return _section("3. brief.pdf alone", text, made) + _pages_a_second(folder, pages["bare"], made[0][0])


def _pages(path: Path) -> int:
    if not path.is_file():
        return 0
    import pypdfium2  # type: ignore[import-untyped]

    return len(pypdfium2.PdfDocument(path))


def _pages_a_second(folder: Path, pages: int, bare: Comparison) -> str:
    """How many pages a second WeasyPrint lays out of today's HTML and of the first version's, kept beside the bench."""
    first = folder / "first" / "brief.html"
    first.parent.mkdir()
    with zipfile.ZipFile(HERE / "first_brief.zip") as archive:
        archive.extractall(first.parent)
    for font in (ROOT / "templates" / "shared" / "fonts").glob("*.ttf"):
        shutil.copy(font, first.parent)
    command = "import sys, weasyprint; weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2])"
    old = Command("first version", [sys.executable, "-c", command, first, folder / "first.pdf"])
    comparison = compare(bare.theirs, old, pairs=len(bare.runs))
    number = _pages(folder / "first.pdf")
    gains = [ratio and (pages / number) / ratio for ratio in comparison.ratios("wall")]
    computing = [ratio and (pages / number) / ratio for ratio in comparison.ratios("cpu")]
    return (
        f"\nPages a second by bare WeasyPrint, today’s HTML ({pages} pages) to that of the first version ({number}): "
        f"**{statistics.median(gains):.2f}** ({min(gains):.2f}–{max(gains):.2f}); by computing time "
        f"{statistics.median(computing):.2f}. Aim: ≥ 1.2.\n"
    )


def cold(bench: Bench) -> str:
    """Item 4: everything without a cache against bare WeasyPrint for the brief alone."""
    path = contents.workbook(bench.cache, 1)
    folder = bench.folder("cold")
    run(Command("the brief's HTML", [sys.executable, HERE / "brief_alone.py", path, folder, "--html"]))
    bare = "import sys, weasyprint; weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2])"
    theirs = Command(
        "bare WeasyPrint, brief.pdf", [sys.executable, "-c", bare, folder / "brief.html", folder / "bare.pdf"]
    )
    ours = _build("everything, cold", path, "--no-cache", "-o", folder / "output")
    text = (
        "Site, 11 PDFs, data, parity and publishing, by worker processes on all cores, against one PDF by one process."
    )
    return _section("4. Everything, cold", text, [(compare(ours, theirs, pairs=bench.pairs), "≤ 1.4")])


def again(bench: Bench) -> str:
    """Item 5: nothing changed, and one strategy edited, against a cold build."""
    made: list[tuple[Comparison, str]] = []
    for times in bench.sizes[:2]:
        source = contents.workbook(bench.cache, times)
        folder = bench.folder(f"again-{times}")
        path = folder / "source" / contents.MAP
        shutil.copytree(source.parent, path.parent)
        kept, output = folder / "kept", folder / "output"
        everything = _build(f"everything, cold × {times}", path, "--no-cache", "-o", folder / "cold")
        unchanged = _build(f"nothing changed × {times}", path, "--cache", kept, "-o", output)
        edited = _build(
            f"one strategy edited × {times}",
            path,
            "--cache",
            kept,
            "-o",
            output,
            before=_edit_of_strategy(source, path),
        )
        pairs = bench.pairs if times == 1 else 3
        run(unchanged)
        if times == 1:
            made.append((compare(unchanged, everything, pairs=pairs), "≤ 0.08, ≤ 0.25 s"))
        made.append((compare(edited, everything, pairs=pairs), "≤ 0.6" if times == 1 else "≤ 0.2"))
    text = (
        "Each a new process; the cache is that of the build before. The edit is another word in one strategy each time."
    )
    return _section("5. Again", text, made)


def _edit_of_strategy(source: Path, path: Path) -> Callable[[], None]:
    """Another word in the first strategy at each call: the part of the workbook with the texts is written anew."""
    numbers = iter(range(1_000_000))
    text = json.loads(contents.data_of(source).read_bytes())["strategies"][0]["text"].split(". ")[0].rstrip(".")

    def edit() -> None:
        number = next(numbers)
        with zipfile.ZipFile(source) as before, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
            for name in before.namelist():
                body = before.read(name)
                if name.startswith(("xl/sharedStrings", "xl/worksheets/sheet")):
                    body = body.replace(text.encode(), f"{text}, in round {number}".encode(), 1)
                after.writestr(name, body)

    return edit


def watched(bench: Bench) -> str:
    """Item 5, in the preview: from the save of the workbook to the page, against Eleventy's watch mode."""
    source = contents.workbook(bench.cache, 1)
    folder = bench.folder("watched")
    path = folder / "source" / contents.MAP
    shutil.copytree(source.parent, path.parent)
    data = json.loads(contents.data_of(source).read_bytes())
    page = f"stakeholders/{data['strategies'][0]['stakeholder']}.html"
    edit = _edit_of_strategy(source, path)
    edits = [(edit, f"in round {number}") for number in range(bench.pairs + 1)]
    ours = watching.preview(PROGRAM, path, page, edits)
    rows = [("preview: from the save of the workbook to the page, checks included", watching.summary(ours), "≤ 0.3 s")]
    if command := peers.eleventy(bench.cache):
        site = _eleventy_site(bench, source, 1)
        target = site / "_data" / "map.json"
        text = data["strategies"][0]["text"]

        def saved(number: int) -> Callable[[], None]:
            data["strategies"][0]["text"] = f"{text} In round {number}"
            body = json.dumps(data)
            return lambda: (target.with_suffix(".new").write_text(body), target.with_suffix(".new").replace(target))[-1]

        changes = [(saved(number), f"In round {number}") for number in range(bench.pairs + 1)]
        theirs = watching.eleventy(command, site, page, changes)
        rows.append(("Eleventy --watch: from the save of the JSON to the page", watching.summary(theirs), ""))
    headings = ("what", "s, median (least–most)", "aim")
    return "\n## 5b. In the preview\n\nOne strategy edited each time.\n\n" + table(headings, rows)


def scale(bench: Bench) -> str:
    """Item 6: the cost of each stakeholder at 10, 100 and 1,000, and the memory."""
    rows: list[Sequence[str]] = []
    base: dict[str, float] = {}
    for times in bench.sizes:
        path = contents.workbook(bench.cache, times)
        stakeholders, strategies = contents.counts(path)
        output = bench.folder("scale")
        for name, command in (
            ("check", Command("check", [PROGRAM, "check", path, "--quiet"])),
            ("web", _build("web", path, "--only", "web", "--only", "data", "--no-cache", "-o", output)),
            ("data", _build("data", path, "--only", "data", "--no-cache", "-o", output)),
        ):
            runs = [run(command) for _ in range(3 if times > 1 else 5)]
            cost = statistics.median(each.cpu for each in runs) / stakeholders
            base.setdefault(name, cost)
            rows.append(
                (
                    name,
                    f"{stakeholders:,}",
                    f"{strategies:,}",
                    f"{statistics.median(each.wall for each in runs):.2f}",
                    f"{1000 * cost:.1f}",
                    f"**{cost / base[name]:.2f}**",
                    "≤ 1.2" if times > 1 else "",
                    f"{max(each.peak for each in runs):.0f}",
                )
            )
    headings = ("what", "stakeholders", "strategies", "s", "computing, ms each", "to that at 10", "aim", "MB (≤ 600)")
    return "\n## 6. Scale\n\nWithout a cache and without the brief.\n\n" + table(headings, rows)


def where(bench: Bench) -> str:
    """Where the time of a check goes."""
    text = ""
    for times in bench.sizes:
        path = contents.workbook(bench.cache, times)
        said = subprocess.run(
            [sys.executable, HERE / "profiles.py", path], capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout
        rows = [line.split("\t") for line in said.splitlines()]
        text += f"\n### × {times}\n\n" + table(("step", "ms"), rows)
    return f"\n## Where the time of a check goes\n{text}"


SECTIONS: Mapping[str, Callable[[Bench], str]] = {
    "check": check,
    "web": web,
    "brief": brief,
    "cold": cold,
    "again": again,
    "watching": watched,
    "scale": scale,
    "where": where,
}
"""The sections by name."""
