"""The shape of the sources: small modules, no circles, pure packages without clock or network."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "creditline"
MOST_CODE_LINES = 400
EDGES = {"cli", "web", "fetch", "store", "sources", "mail", "engine", "demo", "config", "pipeline"}
#: Calls that ask for the time; pure packages are told it.
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "monotonic"),
    ("time", "sleep"),
}


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _pure_modules() -> list[Path]:
    return [
        path for path in _modules() if path.relative_to(PACKAGE).parts[0].removesuffix(".py") not in EDGES
    ]


def _code_lines(source: str) -> int:
    """Lines that hold code: no blank ones, comments or docstrings."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.OP, tokenize.NAME, tokenize.NUMBER, tokenize.STRING) or (
            tokenize.tok_name[token.type].startswith("FSTRING")
        ):
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def test_code_lines_are_counted_without_words():
    source = '"""Two\nlines."""\n\n# why\nx = (\n    1,\n)\n'
    assert _code_lines(source) == 3


def test_no_module_is_too_long():
    counted = {str(path.relative_to(ROOT)): _code_lines(path.read_text()) for path in _modules()}
    assert counted
    assert {name: lines for name, lines in counted.items() if lines > MOST_CODE_LINES} == {}


def test_no_import_goes_in_a_circle():
    graph = grimp.build_graph("creditline", exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert _circle(imports) == []


def _circle(imports: dict[str, set[str]]) -> list[str]:
    """One circle of imports, ``[]`` when there is none (depth first, colours)."""
    finished: set[str] = set()

    def follow(module: str, path: list[str]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module in finished:
            return []
        for imported in sorted(imports.get(module, ())):
            if found := follow(imported, [*path, module]):
                return found
        finished.add(module)
        return []

    return next((found for module in sorted(imports) if (found := follow(module, []))), [])


def test_a_circle_is_found():
    assert _circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


@pytest.mark.parametrize("path", _pure_modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_pure_code_asks_for_no_time_and_no_address(path):
    tree = ast.parse(path.read_text())
    asked = [
        f"{node.func.value.id}.{node.func.attr} (line {node.lineno})"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in CLOCKS
    ]
    assert asked == []
    assert "urllib.request" not in _imported(tree)


def _imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names
