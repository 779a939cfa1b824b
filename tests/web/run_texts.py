"""What a module has an engine run, read off its code: for the test that no text gets in there."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

RUNNING = {
    *("execute", "executemany", "executescript", "exec_driver_sql", "execute_query"),
    *("read_sql", "read_sql_query"),
}
"""What runs a text; a driver's `run`, too, and a store's own `run` takes a name."""


class Texts:
    """What a module has engines run."""

    def __init__(self, code: str):
        """Of the module's code."""
        self._tree = ast.parse(code)
        self._nodes = list(ast.walk(self._tree))
        self._around = defaultdict[ast.AST, list[ast.FunctionDef | ast.Lambda]](list)
        for function in self._nodes:
            if isinstance(function, ast.FunctionDef | ast.Lambda):
                for node in ast.walk(function):
                    self._around[node].append(function)
        drives = r"^(?:(?:import|from) (?:ladybug|graph\.ladybug_file|neo4j|py2neo)\b|Run = )"
        self.drives = re.search(drives, code, re.MULTILINE) is not None

    def run(self) -> list[ast.expr]:
        """The texts; of a function, too, that runs a parameter of its own."""
        ours: dict[str, int] = {}
        while True:
            texts = [text for node in self._nodes if (text := self._text(node, ours)) is not None]
            told = {name: place for text in texts for name, place in self._running(text)}
            if told == ours:
                return texts
            ours = told

    def put_in(self, text: ast.expr, seen: frozenset[ast.expr] = frozenset()) -> Iterator[str]:
        """What is formatted into a text, and expressions that are no text as it is."""
        parts: list[ast.expr] = []
        match text:
            case ast.Constant() | ast.Attribute(attr="text" | "statements" | "schema"):
                return
            case ast.Name() if told := self._told(text):
                parts = told
            case ast.Name() if any(self._running(text)):
                return
            case ast.IfExp():
                parts = [text.body, text.orelse]
            case ast.JoinedStr():
                formatted = (each for each in text.values if isinstance(each, ast.FormattedValue))
                yield from (ast.unparse(each.value) for each in formatted)
            case _:
                yield ast.unparse(text)
        for part in parts:
            if part not in seen:
                yield from self.put_in(part, seen | {part})

    def _text(self, node: ast.AST, ours: Mapping[str, int]) -> ast.expr | None:
        if not isinstance(node, ast.Call):
            return None
        name = ast.unparse(node.func)
        last = name.rpartition(".")[2]
        runs = last in RUNNING or (self.drives and last == "run" and name != "self.run")
        given = [*node.args, *(each.value for each in node.keywords)]
        place = 0 if runs else ours.get(name, len(given))
        return given[place] if place < len(given) else None

    def _running(self, text: ast.expr) -> Iterator[tuple[str, int]]:
        """The functions whose parameter this is, as they are called, and which parameter it is."""
        for function in self._around[text]:
            names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
            if isinstance(text, ast.Name) and text.id in names:
                called, place = getattr(function, "name", "a lambda"), names.index(text.id)
                yield (f"self.{called}", place - 1) if names[0] == "self" else (called, place)

    def _told(self, name: ast.Name) -> list[ast.expr]:
        """What the name stands for in the outermost function around it, or else in the module."""
        for nodes in (*map(ast.walk, self._around[name][:1]), self._tree.body):
            if found := [value for node in nodes for value in bound(node, name.id)]:
                return found
        return []


def bound(node: ast.AST, name: str) -> Iterator[ast.expr]:
    """What a statement has a name stand for."""
    match node:
        case (
            ast.Assign(targets=[target, *_], value=ast.expr() as value)
            | ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
            | ast.For(target=target, iter=value)
            | ast.comprehension(target=target, iter=value)
        ) if name in {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}:
            yield value
        case ast.AugAssign(target=ast.Name(id=target)) if target == name:
            yield ast.BinOp(node.target, node.op, node.value)
