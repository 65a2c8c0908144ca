"""The templates: where they are looked for, the Jinja environment, and the words of the interface.

The only door to Jinja. Texts from the workbook are values here and never templates.
"""

import re
import sys
import tomllib
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.util import cache_from_source
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, Self

import jinja2.compiler
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.bccache import Bucket
from markupsafe import Markup

from pipeline.errors import RenderingError
from pipeline.places import template_folders

BUNDLED = "bundled"
"""The prefix under which an override reaches the file that it shadows: `bundled/web/base.html`."""

FALLBACK_LANGUAGE = "en"
"""The language whose words are complete; others may leave words out."""

_RIGHT_TO_LEFT = frozenset(
    {"adlm", "ar", "arab", "arc", "ckb", "dv", "fa", "he", "hebr", "ks", "mzn", "nko", "nkoo", "nqo", "pnb"}
    | {"ps", "rohg", "sd", "syr", "syrc", "thaa", "ug", "ur", "yi"}
)
"""Languages and scripts (ISO 639, ISO 15924) that are written from right to left."""

_TOKEN = re.compile(r"^\s*(--[a-z0-9-]+)\s*:\s*([^;{}]+);", re.MULTILINE)


class Templates(Environment):
    """A Jinja environment that knows its folders, first one first.

    Autoescape is always on, whatever a file is called; a name that is not given is an error; None prints
    nothing.
    """

    folders: tuple[Path, ...] = ()

    def render(self, name: str, /, **values: Any) -> str:
        """The template `name` filled with `values`. RenderingError names the file, and the line where it is
        known."""
        try:
            return self.get_template(name).render(values)
        except TemplateError as error:
            place, line = _place(error, name, self.folders)
            where = f"{place}, line {line}" if line else place
            raise RenderingError(
                f"The template {where} cannot be used: {error.message or type(error).__name__}",
                help="templates/README.md lists the files and the values that each is given.",
            ) from error

    def read(self, name: str) -> bytes:
        """The bytes of the file `name` (a stylesheet, a font) from the first folder that has it."""
        parts = PurePosixPath(name.removeprefix(f"{BUNDLED}/"))
        if ".." not in parts.parts and not parts.is_absolute():
            for folder in self.folders[-1:] if name.startswith(f"{BUNDLED}/") else self.folders:
                if (folder / parts).is_file():
                    return (folder / parts).read_bytes()
        raise RenderingError(
            f"The file {name} is missing from the templates.", help="Install the program again, or restore the file."
        )

    def names(self, folder: str, suffix: str) -> tuple[str, ...]:
        """The names of all files under `folder` that end in `suffix`, in any of the folders, in order."""
        return tuple(
            sorted(
                {
                    path.relative_to(root).as_posix()
                    for root in self.folders
                    for path in (root / folder).rglob(f"*{suffix}")
                    if path.is_file()
                }
            )
        )

    def extended(
        self, *, filters: Mapping[str, Callable[..., Any]] | None = None, values: Mapping[str, Any] | None = None
    ) -> Self:
        """A copy of this environment that also has `filters`, and `values` in every template."""
        copy = self.overlay()
        copy.filters = {**self.filters, **(filters or {})}
        copy.globals = {**self.globals, **(values or {})}
        return copy

    def tokens(self) -> Mapping[str, str]:
        """The design tokens of shared/tokens.css, each with the first value that it has there: the light
        one."""
        found: dict[str, str] = {}
        for name, value in _TOKEN.findall(self.read("shared/tokens.css").decode()):
            found.setdefault(name, value.strip())
        return MappingProxyType(found)

    def words(self, language: str) -> "Words":
        """The words of the interface in `language`; those that it lacks are in English.

        "pt-BR" takes shared/words/pt-br.toml, then pt.toml, then en.toml.
        """
        texts: dict[str, Any] = {}
        available = self.names("shared/words", ".toml")
        for tag in (FALLBACK_LANGUAGE, *reversed(list(_wider(language)))):
            name = f"shared/words/{tag}.toml"
            if name in available:
                texts |= _words_of(self.read(name))
        return Words(language=language, texts=MappingProxyType(texts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of the interface. In a template: `{{ word("skip") }}`, `{{ word("edition",
    edition=stamp.edition) }}`."""

    language: str
    texts: Mapping[str, Any]

    def __call__(self, key: str, /, **values: object) -> str:
        """The words called `key`, with `values` in the places that it leaves for them. RenderingError if
        none."""
        try:
            return str(self.texts[key]).format_map({name: str(value) for name, value in values.items()})
        except KeyError as error:
            raise RenderingError(
                f"The words of the interface have no {error} for “{key}” in “{self.language}”.",
                help="Add it to templates/shared/words/en.toml.",
            ) from error

    def date(self, day: date) -> str:
        """`day` as it is written in the language: "24 November 2026"."""
        return self("date", day=day.day, month=self.texts["months"][day.month - 1], year=day.year)


def direction(language: str) -> str:
    """ "rtl" for a language (BCP 47) that is written from right to left, else "ltr"; a script subtag
    decides."""
    primary, *rest = language.lower().replace("_", "-").split("-")
    scripts = [part for part in rest if len(part) == 4 and part.isalpha()]
    return "rtl" if (scripts[0] if scripts else primary) in _RIGHT_TO_LEFT else "ltr"


def environment(*, templates: Path | None = None, project: Path | None = None) -> Templates:
    """The environment in which every page and brief is made.

    Each file is looked for in `templates` (what the command was given), then in the `templates` folder of
    `project`, then among the bundled ones. UsageError if `templates` is not a folder.
    """
    folders = template_folders(templates, project)
    made = Templates(
        loader=ChoiceLoader(
            [PrefixLoader({BUNDLED: FileSystemLoader(folders[-1])}), *(FileSystemLoader(folder) for folder in folders)]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        finalize=_nothing_for_none,
        bytecode_cache=_Compiled(folders[-1]),
    )
    made.folders = folders
    return made


class _Compiled(FileSystemBytecodeCache):
    """The bundled templates in compiled form, kept where Python keeps this module's: in `__pycache__`, for this very
    Python and Jinja, and only where that folder can be written to.

    It holds code: whoever can write there could as well change the program. So it is never part of the cache of builds,
    which is copied from machine to machine, and the templates of a project are compiled anew.
    """

    def __init__(self, bundled: Path) -> None:
        folder = Path(cache_from_source(__file__)).parent
        compiler = Path(jinja2.compiler.__file__).stat()
        age = f"{compiler.st_mtime_ns:x}-{compiler.st_size:x}"
        super().__init__(str(folder), f"%s.jinja-{sys.implementation.cache_tag}-{age}")
        self._bundled = str(bundled)

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """A name for the compiled form; none for templates of others."""
        is_ours = filename is not None and filename.startswith(self._bundled)
        return super().get_cache_key(name, filename) if is_ours else ""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take in what is kept, if it is of the same source."""
        if bucket.key:
            with suppress(OSError):
                super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, where Python may keep such things."""
        if bucket.key and not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(parents=True, exist_ok=True)
                super().dump_bytecode(bucket)


@lru_cache(maxsize=16)
def _words_of(body: bytes) -> Mapping[str, Any]:
    """The words in a file of shared/words: every drawing and every page asks for them."""
    return MappingProxyType(tomllib.loads(body.decode()))


def _nothing_for_none(value: object) -> object:
    return Markup("") if value is None else value


def _wider(language: str) -> Iterator[str]:
    """ "pt-BR" → "pt-br", "pt"."""
    parts = [part for part in re.split(r"[-_]", language.lower()) if part.isalnum()]
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])


def _place(error: TemplateError, name: str, folders: tuple[Path, ...]) -> tuple[str, int | None]:
    """The file and line of a template's failure: syntax errors know them, for others they are in the
    traceback.
    """
    if isinstance(error, TemplateSyntaxError):
        return error.name or name, error.lineno
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        for folder in folders:
            if Path(frame.filename).is_relative_to(folder):
                return Path(frame.filename).relative_to(folder).as_posix(), frame.lineno
    return name, None
