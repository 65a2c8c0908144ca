"""What the fixtures of conftest.py give, for annotations."""

from collections.abc import Callable
from pathlib import Path

from pipeline.problems import Problem

WriteWorkbook = Callable[..., Path]
CheckWorkbook = Callable[..., tuple[Problem, ...]]
Golden = Callable[[str, bytes], None]
