"""Reads Python source for the keys of the texts that it shows."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
import importlib
from itertools import product
from pathlib import Path
import re
from types import ModuleType
from typing import Any

from homeassistant.config_entries import ConfigFlow, ConfigSubentryFlow, OptionsFlow
from homeassistant.data_entry_flow import FlowHandler
from homeassistant.helpers.entity import EntityDescription

type Function = ast.FunctionDef | ast.AsyncFunctionDef

# Reasons that Home Assistant's own methods give unless they are told another.
IMPLIED_REASONS = {
    "_abort_if_unique_id_configured": "already_configured",
    "_abort_if_unique_id_mismatch": "unique_id_mismatch",
    "_async_abort_entries_match": "already_configured",
}


@dataclass(frozen=True, kw_only=True)
class Module:
    """A module's syntax tree beside the names that it has once imported."""

    name: str
    tree: ast.Module
    names: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call with the last part of its name and what it gives by keyword."""

    name: str
    node: ast.Call
    given: Mapping[str, ast.expr]
    reader: Reader

    def strings(self, keyword: str) -> set[str]:
        """Return the strings that may be given for a keyword."""
        return self.reader.strings(self.given.get(keyword))


@dataclass(frozen=True, kw_only=True)
class Flow:
    """What a flow's class and its parents in the project may show.

    The block is its place in the translations: `config`, `options`,
    `config_subentries.<type>`, or `fix_flow` for the repair of an issue.
    """

    block: str
    steps: set[str]
    menus: Mapping[str, set[str]]
    errors: set[str]
    reasons: set[str]


class Scope:
    """Source that is read together: whole modules, or a class with its parents."""

    def __init__(
        self,
        modules: Iterable[Module],
        parts: Iterable[tuple[Module, ast.AST]] | None = None,
    ) -> None:
        """Read the parts, or else all of the modules."""
        self.modules = list(modules)
        self.parts = (
            [(module, module.tree) for module in self.modules]
            if parts is None
            else list(parts)
        )

    @cached_property
    def functions(self) -> dict[str, list[tuple[Module, Function]]]:
        """Return the methods of the parts and the functions of all modules, by name."""
        found: dict[str, list[tuple[Module, Function]]] = {}
        nodes = [
            (module, node) for module, part in self.parts for node in ast.walk(part)
        ]
        nodes += [
            (module, node) for module in self.modules for node in module.tree.body
        ]
        for module, node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.setdefault(node.name, []).append((module, node))
        return found

    @cached_property
    def calls(self) -> list[Call]:
        """Return every call in the parts."""
        return [
            call for module, part in self.parts for call in self._calls(module, part)
        ]

    @cached_property
    def constants(self) -> set[str]:
        """Return every string that is written in the modules."""
        return {
            node.value
            for module in self.modules
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }

    @cached_property
    def patterns(self) -> list[str]:
        """Return what each f-string may become, where its own text says enough."""
        return [
            pattern
            for module in self.modules
            for node in ast.walk(module.tree)
            if isinstance(node, ast.JoinedStr)
            if len((pattern := _pattern(node)).replace(".*", "")) >= 5
        ]

    def unwritten(self, keys: set[str]) -> list[str]:
        """Return the keys that the modules write neither plainly nor in an f-string."""
        return sorted(
            key
            for key in keys - self.constants
            if not any(re.fullmatch(pattern, key) for pattern in self.patterns)
        )

    def only(self, *names: str) -> Scope:
        """Return the scope of the modules with these names."""
        return Scope(module for module in self.modules if module.name in names)

    def given(self, keyword: str, *, beside: str = "", called: str = "") -> set[str]:
        """Return the strings given for a keyword.

        Only in calls that give the keyword `beside` too, or of what is `called` so.
        """
        found = set()
        for call in self.calls:
            if beside in (*call.given, "") and called in (call.name, ""):
                found |= call.strings(keyword)
        return found

    def assigned(self, *targets: str) -> set[str]:
        """Return the strings assigned to `x`, `self.x` or `x[…]` for each target x."""
        return {
            text
            for module, part in self.parts
            for function, node in _with_function(part)
            for target, value in _assignments(node)
            if target in targets
            for text in Reader(self, module, function).strings(value)
        }

    def keys(self) -> set[str]:
        """Return the keys of the dictionaries that functions write or fill."""
        return {
            text
            for module, part in self.parts
            for function, node in _with_function(part)
            for key in _keys(node)
            for text in Reader(self, module, function).strings(key)
        }

    def _calls(self, module: Module, part: ast.AST) -> Iterator[Call]:
        """Yield the calls in one part."""
        for function, node in _with_function(part):
            match node:
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                    yield Call(
                        name=name,
                        node=node,
                        given={
                            word.arg: word.value for word in node.keywords if word.arg
                        },
                        reader=Reader(self, module, function),
                    )


class Reader:
    """Finds which strings an expression may be."""

    def __init__(
        self,
        scope: Scope,
        module: Module,
        function: Function | None = None,
        trail: frozenset[object] = frozenset(),
    ) -> None:
        """Read the expressions of a module, or of one function in it.

        The trail is what is being read already, so that nothing is read in a circle.
        """
        self._scope = scope
        self._module = module
        self._function = function
        self._trail = trail

    def strings(self, node: ast.expr | None) -> set[str]:
        """Return the strings that an expression may be, as far as the source tells.

        Of a table they are its values, of a call all that the function may return, of
        a parameter all that the function is given.
        """
        match node:
            case ast.Constant(value=str(text)):
                return {text}
            case (
                ast.Await(value=inner)
                | ast.FormattedValue(value=inner)
                | ast.NamedExpr(value=inner)
                | ast.Starred(value=inner)
                | ast.Subscript(value=inner)
                | ast.GeneratorExp(elt=inner)
                | ast.ListComp(elt=inner)
            ):
                return self.strings(inner)
            case ast.IfExp(body=body, orelse=orelse):
                return self.strings(body) | self.strings(orelse)
            case (
                ast.BoolOp(values=parts)
                | ast.Dict(values=parts)
                | ast.List(elts=parts)
                | ast.Set(elts=parts)
                | ast.Tuple(elts=parts)
            ):
                return _union(self.strings(part) for part in parts)
            case ast.JoinedStr(values=parts):
                pieces = [self.strings(part) for part in parts]
                return {"".join(choice) for choice in product(*pieces)}
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=args):
                return _union(self.strings(part) for part in (table, *args[1:]))
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                return self._returned(name)
            case ast.Name(id=name) if name in self._module.names:
                return _texts(self._module.names[name])
            case ast.Name(id=name) if self._function is not None:
                return self._assigned(name) | self._passed(name)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                owner = self._module.names.get(name)
                return _texts(getattr(owner, attribute, None))
        return set()

    def _returned(self, name: str) -> set[str]:
        """Return the strings that the functions of a name may return."""
        if name in self._trail:
            return set()
        return _union(
            Reader(self._scope, module, function, self._trail | {name}).strings(
                node.value
            )
            for module, function in self._scope.functions.get(name, [])
            for node in ast.walk(function)
            if isinstance(node, ast.Return)
        )

    def _assigned(self, name: str) -> set[str]:
        """Return the strings that a local name may be."""
        step = (self._function, name)
        if self._function is None or step in self._trail:
            return set()
        reader = Reader(self._scope, self._module, self._function, self._trail | {step})
        return _union(
            reader.strings(value)
            for node in ast.walk(self._function)
            for target, value in _assignments(node)
            if target == name
        )

    def _passed(self, name: str) -> set[str]:
        """Return the strings that a parameter of the function may be."""
        function = self._function
        step = (function, "passed", name)
        if function is None or step in self._trail:
            return set()
        positions = [each.arg for each in function.args.args]
        if positions[:1] in (["self"], ["cls"]):
            positions.pop(0)
        found = set()
        for call in self._scope.calls:
            if call.name != function.name:
                continue
            given = {
                **dict(zip(positions, call.node.args, strict=False)),
                **call.given,
            }
            caller = call.reader
            reader = Reader(
                self._scope, caller._module, caller._function, self._trail | {step}
            )
            found |= reader.strings(given.get(name))
        return found


def read_files(folder: Path) -> dict[str, ast.Module]:
    """Return the syntax tree of every Python file below a folder, by dotted name."""
    return {
        ".".join(path.relative_to(folder).with_suffix("").parts): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for path in sorted(folder.rglob("*.py"))
    }


def read_package(folder: Path, package: str) -> Scope:
    """Return the scope of every module of a package."""
    return Scope(
        Module(
            name=name,
            tree=tree,
            names=vars(importlib.import_module(f"{package}.{name}")),
        )
        for name, tree in read_files(folder).items()
    )


def read_text(name: str, source: str) -> Scope:
    """Return the scope of one module that is made of a text."""
    module = ModuleType(name)
    exec(source, vars(module))
    return Scope([Module(name=name, tree=ast.parse(source), names=vars(module))])


def imported_modules(trees: Iterable[ast.AST]) -> set[str]:
    """Return the dotted names of all that is imported, relative ones with their dots."""
    found = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=None, names=names, level=level):
                found |= {"." * level + alias.name for alias in names}
            case ast.ImportFrom(module=module, names=names, level=level):
                found |= {f"{'.' * level}{module}.{alias.name}" for alias in names}
    return found


def flows(scope: Scope) -> list[Flow]:
    """Return what each flow of the project may show."""
    bodies = {
        (module.names["__name__"], node.name): (module, node)
        for module, part in scope.parts
        for node in ast.walk(part)
        if isinstance(node, ast.ClassDef)
    }
    subentries = _subentry_types(scope)
    found = []
    for module, node in bodies.values():
        kind = module.names.get(node.name)
        if not isinstance(kind, type) or not issubclass(kind, FlowHandler):
            continue
        if block := _block(kind, subentries):
            lineage = [(each.__module__, each.__name__) for each in kind.__mro__]
            parts = [bodies[key] for key in lineage if key in bodies]
            found.append(_flow(block, Scope(scope.modules, parts)))
    return found


def descriptions(module: Module) -> list[EntityDescription]:
    """Return the entity descriptions in a module's constants and tables."""
    found: dict[int, EntityDescription] = {}

    def look(value: Any) -> None:
        match value:
            case Mapping():
                look(list(value.values()))
            case list() | tuple() | set() | frozenset():
                for item in value:
                    look(item)
            # Home Assistant makes two classes of each: by its name it is found in both.
            case _ if any(
                kind.__name__ == EntityDescription.__name__
                for kind in type(value).__mro__
            ):
                found[id(value)] = value

    for value in list(module.names.values()):
        look(value)
    return list(found.values())


def _with_function(
    node: ast.AST, function: Function | None = None
) -> Iterator[tuple[Function | None, ast.AST]]:
    """Yield every node below one, each with the innermost function around it."""
    yield function, node
    inner = (
        node if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else function
    )
    for child in ast.iter_child_nodes(node):
        yield from _with_function(child, inner)


def _assignments(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the name and the value of an assignment to `x`, `self.x` or `x[…]`."""
    value: ast.expr | None
    match node:
        case ast.Assign():
            targets, value = node.targets, node.value
        case ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
            targets, value = [node.target], node.value
        case _:
            return
    for target in targets:
        match target:
            case (
                ast.Name(id=name)
                | ast.Attribute(attr=name)
                | ast.Subscript(value=ast.Name(id=name))
            ):
                yield name, value


def _keys(node: ast.AST) -> list[ast.expr]:
    """Return the keys that a dictionary is written with, or the one that is set in it."""
    match node:
        case ast.Dict(keys=keys):
            return [key for key in keys if key]
        case ast.Assign(targets=[ast.Subscript(slice=key)]):
            return [key]
    return []


def _pattern(node: ast.JoinedStr) -> str:
    """Return the regular expression of an f-string."""
    return "".join(
        re.escape(part.value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
        else ".*"
        for part in node.values
    )


def _subentry_types(scope: Scope) -> dict[str, str]:
    """Return the type of subentry that each class of flows is for, by its name."""
    return {
        value.id: kind
        for module, function in scope.functions.get(
            "async_get_supported_subentry_types", []
        )
        for table in ast.walk(function)
        if isinstance(table, ast.Dict)
        for key, value in zip(table.keys, table.values, strict=True)
        if isinstance(value, ast.Name)
        for kind in Reader(scope, module).strings(key)
    }


def _block(kind: type, subentries: Mapping[str, str]) -> str | None:
    """Return a flow's place in the translations, None for what is only a parent."""
    if issubclass(kind, ConfigSubentryFlow):
        name = subentries.get(kind.__name__)
        return f"config_subentries.{name}" if name else None
    if issubclass(kind, OptionsFlow):
        return "options"
    if issubclass(kind, ConfigFlow):
        return "config"
    if any(parent.__name__ == "RepairsFlow" for parent in kind.__mro__):
        return "fix_flow"
    return None


def _flow(block: str, scope: Scope) -> Flow:
    """Collect what a flow may show."""
    steps: set[str] = set()
    menus: dict[str, set[str]] = {}
    errors = scope.assigned("errors")
    reasons: set[str] = set()
    for call in scope.calls:
        match call.name:
            case "async_show_form":
                steps |= call.strings("step_id")
                errors |= call.strings("errors")
            case "async_show_menu":
                for step in call.strings("step_id"):
                    menus.setdefault(step, set()).update(call.strings("menu_options"))
            case "async_abort":
                reasons |= call.strings("reason")
            case "AbortFlow":
                reasons |= _union(map(call.reader.strings, call.node.args))
                reasons |= call.strings("reason")
            case "async_create_entry" if "unique_id" in call.given:
                # A subentry whose unique id is there already is refused.
                reasons.add("already_configured")
            case name if name in IMPLIED_REASONS:
                told = call.strings("error") | call.strings("reason")
                reasons |= told or {IMPLIED_REASONS[name]}
    return Flow(
        block=block,
        steps=steps | set(menus),
        menus=menus,
        errors=errors,
        reasons=reasons,
    )


def _texts(value: object) -> set[str]:
    """Return a string, or the strings in a table."""
    match value:
        case str():
            return {str(value)}
        case Mapping():
            return _union(map(_texts, value.values()))
        case list() | tuple() | set() | frozenset():
            return _union(map(_texts, value))
    return set()


def _union(sets: Iterable[set[str]]) -> set[str]:
    """Return all strings of some sets."""
    return set().union(*sets)
