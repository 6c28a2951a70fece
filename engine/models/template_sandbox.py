"""Runs a chat template as transformers does, but in a sandbox that bounds what it may do.

Source and variables in, text out. What goes wrong is an EngineError; knows no messages.
"""
# pyright: reportUnknownMemberType=false

from collections.abc import Mapping
from typing import Any, NoReturn, cast

from jinja2 import nodes
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range
from jinja2.utils import pass_context
from jinja2.visitor import NodeTransformer

from engine.errors import EngineError
from engine.models.template_guards import (
    METER,
    WatchedNamespace,
    allowed_call,
    binary,
    joined,
    today,
    watched_filters,
    watched_tests,
)
from engine.models.template_meter import OPERATION, Meter, TemplateLimits, TemplateTooBusy

MOST_SOURCE = 256_000
# No template can write these names: they are no identifiers.
_TICK, _WEIGH, _JOIN, _WATCH = "a step", "weigh", "join texts", "compare"
_ELSEWHERE = "Add the model again from a source you trust, or choose another."


class TemplateRefusal(EngineError):  # noqa: N818 - an EngineError like any other
    """The template itself says that it cannot take these messages."""


class TemplateProgram:
    """A compiled template. May be run from any thread, also at the same time."""

    def __init__(self, source: str, limits: TemplateLimits | None = None) -> None:
        """EngineError where the template cannot be read."""
        self._limits = limits or TemplateLimits()
        if len(source) > MOST_SOURCE:
            raise EngineError("The chat template of this model is far too long.", _ELSEWHERE)
        try:
            self._template = _Environment().from_string(source)
        except TemplateSyntaxError as wrong:
            raise EngineError(f"The chat template of this model has a mistake in line "
                              f"{wrong.lineno}: {wrong.message}", _ELSEWHERE) from wrong
        except (Exception, MemoryError) as wrong:  # whatever the compilers make of strange sources
            raise EngineError("The chat template of this model cannot be understood.",
                              _ELSEWHERE) from wrong

    def run(self, variables: Mapping[str, Any]) -> str:
        """The text the template makes of these variables.

        TemplateRefusal where it refuses them, TemplateTooBusy where it does not end, EngineError
        where it fails otherwise.
        """
        token = METER.set(Meter(self._limits))
        try:
            return self._joined(variables)
        except EngineError:
            raise
        except (Exception, MemoryError) as wrong:
            raise EngineError(f"The chat template of this model fails: {_told(wrong)}",
                              _ELSEWHERE) from wrong
        finally:
            METER.reset(token)

    def _joined(self, variables: Mapping[str, Any]) -> str:
        pieces: list[str] = []
        letters = 0
        for piece in self._template.generate(**variables):
            pieces.append(piece)
            letters += len(piece)
            METER.get().foresee(letters)
        return "".join(pieces)


class _Environment(ImmutableSandboxedEnvironment):
    """What a template finds when it runs: the world of transformers, watched."""

    intercepted_binops = frozenset(("+", "*", "**", "%"))

    def __init__(self) -> None:
        # Not optimized: constants must not be worked out while compiling, where nobody counts.
        super().__init__(trim_blocks=True, lstrip_blocks=True, optimized=False, cache_size=0,
                         finalize=_weigh_output, extensions=[loopcontrols, _Generation])
        self.filters = {**watched_filters(), _TICK: _tick, _WEIGH: _weigh, _JOIN: joined,
                        _WATCH: _watch}
        self.tests = watched_tests()
        own = {"range": safe_range, "dict": dict, "namespace": WatchedNamespace,
               "raise_exception": _refuse, "strftime_now": today}
        self.globals.clear()
        self.globals.update(own)
        self._own = tuple(own.values())

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        watched = cast(nodes.Template, _Watching().visit(parsed))
        watched.set_environment(self)
        return watched

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        return binary(operator, left, right)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        given = {name: value for name, value in kwargs.items() if not name.startswith("_")}
        allowed_call(obj, self._own, args, given)
        return METER.get().weigh(super().call(context, obj, *args, **kwargs))


class _Generation(Extension):
    """`{% generation %}` marks what a model learns from; for a prompt it means nothing."""

    tags = {"generation"}  # noqa: RUF012 - as Jinja declares it

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class _Watching(NodeTransformer):
    """Puts the meter into a parsed template: a step in every body that can run more than once,
    and a weighing wherever a value is made."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        return self._stepped(node)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:
        return self._stepped(node)

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:
        return self._stepped(node)

    def visit_Block(self, node: nodes.Block) -> nodes.Node:
        return self._stepped(node)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), _JOIN)

    def visit_List(self, node: nodes.List) -> nodes.Node:
        return _filtered(self._visited(node), _WEIGH)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:
        return _filtered(self._visited(node), _WEIGH)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
        visited = self._visited(node)
        return _filtered(visited, _WEIGH) if node.ctx == "load" else visited

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        return _filtered(self._visited(node), _WATCH)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        visited = self._visited(node)
        return _filtered(visited, _WEIGH) if isinstance(node.arg, nodes.Slice) else visited

    def _visited(self, node: nodes.Expr) -> nodes.Expr:
        return cast(nodes.Expr, self.generic_visit(node))

    def _stepped(self, node: Any) -> nodes.Node:
        letters = sum(len(data.data) for data in node.find_all(nodes.TemplateData))
        self.generic_visit(node)
        cost = nodes.Const(OPERATION + letters, lineno=node.lineno)
        node.body.insert(0, nodes.ExprStmt(_filtered(cost, _TICK), lineno=node.lineno))
        return node


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _tick(work: int) -> None:
    METER.get().charge(work)


def _weigh(value: Any) -> Any:
    return METER.get().weigh(value)


def _watch(value: Any) -> Any:
    METER.get().charge(OPERATION)
    return value


@pass_context
def _weigh_output(context: Context, value: Any) -> Any:
    # Asking for the context keeps Jinja from working out constants while it compiles.
    return METER.get().weigh(value)


def _refuse(message: str) -> NoReturn:
    raise TemplateRefusal(f"The chat template of this model says: {str(message)[:300]}",
                          "Choose another model for this conversation.")


def _told(wrong: BaseException) -> str:
    """A failure in one short line."""
    if isinstance(wrong, SecurityError):
        return f"it asks for something it may not have ({wrong.message})."
    if isinstance(wrong, RecursionError):
        return "it calls itself without end."
    if isinstance(wrong, TemplateError) and wrong.message:
        return f"{wrong.message[:300]}."
    return f"{type(wrong).__name__}: {str(wrong)[:300]}."


__all__ = ["TemplateProgram", "TemplateRefusal", "TemplateTooBusy"]
