"""The filters, tests, methods and operators a chat template may use, each watched by the meter.

What is not named here a template does not get. Results are weighed; what could blow up a text
is refused before it is done.
"""
# Jinja's own filters and tests are untyped functions.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import json
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import Any, cast

from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.filters import FILTERS
from jinja2.runtime import BlockReference, LoopContext, Macro, Undefined
from jinja2.tests import TESTS
from jinja2.utils import Namespace

from engine.models.template_meter import ELEMENT, MOST_BITS, OPERATION, Meter, TemplateTooBusy

METER: ContextVar[Meter] = ContextVar("meter of the running template")

FILTER_NAMES = (
    "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float",
    "format", "groupby", "indent", "int", "items", "join", "last", "length", "list", "lower",
    "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "safe", "select",
    "selectattr", "sort", "string", "title", "trim", "truncate", "unique", "upper", "wordcount")
METHODS: Mapping[type, frozenset[str]] = {
    str: frozenset((
        "capitalize", "count", "endswith", "find", "index", "isalnum", "isalpha", "isdecimal",
        "isdigit", "islower", "isnumeric", "isspace", "isupper", "join", "lower", "lstrip",
        "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rpartition",
        "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "title", "upper")),
    list: frozenset(("copy", "count", "index")),
    tuple: frozenset(("count", "index")),
    dict: frozenset(("copy", "get", "items", "keys", "values")),
}
_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "*": operator.mul, "**": operator.pow, "%": operator.mod}
_WIDE = re.compile(r"\d{4}|\*")
_DATE = re.compile(r"(?:[^%]|%[-#]?[A-Za-z%])*")
_MOST_INDENT = 16


class WatchedNamespace(Namespace):
    """What `namespace()` makes: its repr tells nothing, so that nesting cannot blow it up."""

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, METER.get().weigh(value))

    def __repr__(self) -> str:
        return "<namespace>"


def watched_filters() -> dict[str, Callable[..., Any]]:
    """Every filter a template may use, by name."""
    known = {name: _watched(FILTERS[name], _EXPANDING.get(name)) for name in FILTER_NAMES}
    return known | {"tojson": _watched(to_json, None)}


def watched_tests() -> dict[str, Callable[..., Any]]:
    """Jinja's tests; those that walk over a list pay for it."""
    return {name: _watched(test, _pay_for_walk if name == "in" else None)
            for name, test in TESTS.items()}


def allowed_call(obj: Any, own: Iterable[Any], args: tuple[Any, ...],
                 kwargs: Mapping[str, Any]) -> None:
    """Raises SecurityError or TemplateTooBusy where a template may not make this call."""
    if not _is_allowed(obj, own):
        raise SecurityError(f"{_name(obj) or type(obj).__name__} may not be called")
    METER.get().charge(OPERATION)
    _foresee_call(obj, args, kwargs)


def binary(sign: str, left: Any, right: Any) -> Any:
    """One of the operators that can make something big, watched."""
    meter = METER.get()
    if sign == "%" and isinstance(left, str):
        _foresee_format(left, (right,), "%")
    elif sign == "**" and isinstance(left, int) and isinstance(right, int):
        _foresee_bits(left.bit_length() * max(right, 1))
    elif sign == "*":
        _foresee_product(left, right)
    return meter.weigh(_OPERATORS[sign](left, right))


def joined(values: list[Any]) -> str:
    """The operator `~`."""
    meter = METER.get()
    meter.foresee(sum(meter.size(value) for value in values))
    return meter.weigh("".join(map(str, values)))


def to_json(value: Any, ensure_ascii: bool = False, indent: int | str | None = None,
            separators: Any = None, sort_keys: bool = False) -> str:
    """Plain JSON: Jinja's own would escape for HTML pages."""
    wide = len(indent) if isinstance(indent, str) else indent or 0
    between = sum(map(len, separators)) if separators is not None else 2
    if max(wide, between) > _MOST_INDENT:
        raise TemplateTooBusy
    METER.get().foresee(METER.get().size(value) * max(wide, between, 1))
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent,
                      separators=separators, sort_keys=sort_keys)


def today(form: str) -> str:
    """`strftime_now`, without the widths by which a date could be a gigabyte long."""
    if len(form) > 200 or not _DATE.fullmatch(form):
        raise TemplateRuntimeError("a form of date that is not understood")
    return datetime.now().astimezone().strftime(form)


def _watched(plain: Callable[..., Any],
             before: Callable[..., None] | None) -> Callable[..., Any]:
    # wraps() keeps Jinja's mark that says whether a filter wants the context first.
    first = 1 if hasattr(plain, "jinja_pass_arg") else 0

    @wraps(plain)
    def run(*args: Any, **kwargs: Any) -> Any:
        meter = METER.get()
        meter.charge(OPERATION)
        if before is not None:
            before(*args[first:], **kwargs)
        return meter.weigh(plain(*args, **kwargs))
    return run


def _is_allowed(obj: Any, own: Iterable[Any]) -> bool:
    """Whether a template may call this: its own macros, harmless methods, and our functions."""
    if isinstance(obj, Macro | BlockReference | LoopContext | Undefined):
        return True
    if any(obj is known for known in own):
        return True
    owner = getattr(obj, "__self__", None)
    if isinstance(owner, LoopContext):
        return obj.__name__ in ("cycle", "changed")
    return _formatted(obj) is not None or _name(obj) in METHODS.get(type(owner), ())


def _name(obj: Any) -> str:
    return str(getattr(obj, "__name__", ""))


def _foresee_call(obj: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Refuses a call of a method that would make too long a text."""
    owner = getattr(obj, "__self__", None)
    template = _formatted(obj)
    if template is not None:
        _foresee_format(template, (*args, *kwargs.values()), "{")
    elif isinstance(owner, str) and _name(obj) == "replace":
        _foresee_replace(owner, *args)
    elif isinstance(owner, str) and _name(obj) == "join":
        _foresee_join(args[0] if args else [], owner)


def _pay_for_walk(value: Any, seq: Any) -> None:
    METER.get().charge(METER.get().size(seq))


def _foresee_replace(text: Any, old: Any = "", new: Any = "", *_: Any, **__: Any) -> None:
    text, old, new = str(text), str(old), str(new)
    METER.get().foresee(len(text) + text.count(old) * len(new))


def _foresee_join(values: Any, separator: Any = "", *_: Any, d: Any = "", **__: Any) -> None:
    if isinstance(values, list | tuple | str | dict):
        known = cast("list[Any]", values)
        between = max(len(str(separator)), len(str(d)))
        METER.get().foresee(METER.get().size(known) + len(known) * between)
    elif max(len(str(separator)), len(str(d))) > ELEMENT:
        raise TemplateTooBusy  # between how many, nobody knows yet


def _foresee_indent(text: Any, width: Any = 4, *_: Any, **__: Any) -> None:
    wide = len(width) if isinstance(width, str) else int(width)
    METER.get().foresee(len(str(text)) + (str(text).count("\n") + 1) * max(wide, 0))


def _foresee_filter_format(text: Any, *args: Any, **kwargs: Any) -> None:
    _foresee_format(str(text), (*args, *kwargs.values()), "%")


def _foresee_format(text: str, values: tuple[Any, ...], mark: str) -> None:
    if _WIDE.search(text):
        raise TemplateTooBusy
    largest = METER.get().size(list(values))
    METER.get().foresee(len(text) + text.count(mark) * largest)


def _foresee_product(left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        _foresee_bits(left.bit_length() + right.bit_length())
        return
    for times, many in ((left, right), (right, left)):
        if isinstance(times, int) and not isinstance(many, float):
            METER.get().foresee(METER.get().size(many) * max(times, 0))


def _foresee_bits(bits: int) -> None:
    if bits > MOST_BITS:
        raise TemplateTooBusy


def _formatted(obj: Any) -> str | None:
    """The text whose `format` this is; the sandbox has wrapped it in a function of its own."""
    inner = getattr(obj, "__wrapped__", None)
    owner = getattr(inner, "__self__", None)
    return owner if type(owner) is str and _name(inner) == "format" else None


_EXPANDING: Mapping[str, Callable[..., None]] = {
    "replace": _foresee_replace, "join": _foresee_join, "indent": _foresee_indent,
    "format": _foresee_filter_format}
