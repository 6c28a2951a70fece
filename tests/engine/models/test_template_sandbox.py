"""Chat templates come from strangers: what they may do, and that they always come to an end."""

import json
import time
import tracemalloc
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.models.template_meter import Meter, TemplateLimits, TemplateTooBusy
from engine.models.template_sandbox import MOST_SOURCE, TemplateProgram, TemplateRefusal
from tests.quickest import quickest

LIMITS = TemplateLimits(work=1_000_000, letters=200_000, seconds=5.0)
# Beside the checkout, where there is one; never part of it.
VECTORS = (Path(__file__).resolve().parents[4] / "shared" / "data" / "test_vectors"
           / "chat_template" / "end_to_end.json")


def run(source: str, **variables: object) -> str:
    return TemplateProgram(source, LIMITS).run(variables)


@pytest.mark.parametrize("source, expected", [
    ("{% if true %}\n  a\n{% endif %}\n  b\n", "  a\n  b"),
    ("{{ {'k': 'ü<&>'}|tojson }}", '{"k": "ü<&>"}'),
    ("{{ [1, 2]|tojson(indent=2) }}", "[\n  1,\n  2\n]"),
    ("{% for i in range(9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i > 3 %}{% break %}"
     "{% endif %}{{ i }}{% endfor %}", "013"),
    ("{% set ns = namespace(n=0) %}{% for i in range(3) %}{% set ns.n = ns.n + i %}{% endfor %}"
     "{{ ns.n }}", "3"),
    ("{% generation %}said{% endgeneration %}", "said"),
    ("{% macro twice(x) %}{{ x ~ x }}{% endmacro %}{{ twice('ab') }}", "abab"),
    ("{{ '%s is %d' % ('a', 1) }}{{ ' {}'.format(2) }}{{ ' %s'|format(3) }}", "a is 1 2 3"),
    ("{{ (' a ' + 'b')|trim|replace('a', 'c')|upper }}", "C B"),
    ("{{ {'a': 1}.items()|list }}{{ 'x,y'.split(',')[-1] }}", "[('a', 1)]y"),
    ("{{ missing }}{{ missing is defined }}", "False"),
    ("{% call(x) each() %}{{ x }}{% endcall %}{% macro each() %}{% endmacro %}", None),
    ("{% set x %}block{% endset %}{{ x[1:] }}", "lock"),
    ("{% macro m(context, obj) %}{{ context ~ obj }}{% endmacro %}{{ m(obj='c', context='b') }}",
     "bc"),
    ("{% for row in [[1, 2], [3, 4]] recursive %}{{ loop(row) if row is iterable else row }}"
     "{% endfor %}", "1234"),
    ("{{ ['b', 'a']|sort|join('-') }} {{ (3, 1)|max }} {{ 'a' in 'cat' }}", "a-b 3 True"),
    ("{{ 7 * 6 }} {{ '-' * 3 }} {{ [0] * 2 }} {{ 2 ** 5 }}", "42 --- [0, 0] 32"),
], ids=str)
def test_templates_run_as_with_transformers(source: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(EngineError):
            run(source)
    else:
        assert run(source) == expected


def test_the_date_is_todays() -> None:
    assert run("{{ strftime_now('%Y') }}") == time.strftime("%Y")


def test_what_a_template_says_no_to_is_told_in_its_words() -> None:
    with pytest.raises(TemplateRefusal) as caught:
        run("{{ raise_exception('Roles must alternate') }}")
    assert "Roles must alternate" in caught.value.message and caught.value.hint


@pytest.mark.parametrize("source", [
    "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "{% for i in range(99999) %}{% for j in range(99999) %}{{ 'aaaa' }}{% endfor %}{% endfor %}",
    "{% for i in range(99999) %}some words that stand here{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "{% block b %}{{ self.b() }}{% endblock %}",
    "{{ 'a' * 1000000000 }}",
    "{{ 1000000000 * 'a' }}",
    "{{ [0] * 1000000000 }}",
    "{% set x = 'a' * 1000 * 1000 * 1000 %}",
    "{{ 9 ** 999999999 }}",
    "{{ 9 ** 9 ** 9 ** 99 ** 99 }}",
    "{{ range(1000000000)|list }}",
    "{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}"
    "{% endfor %}",
    "{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}"
    "{% endfor %}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}"
    "{% endfor %}{{ ns.x }}",
    "{% set ns = namespace(x=(1,)) %}{% for i in range(60) %}{% set ns.x = (ns.x, ns.x) %}"
    "{% endfor %}{{ ns.x == ns.x }}",
    "{% set ns = namespace(x={}) %}{% for i in range(60) %}{% set ns.x = {1: ns.x, 2: ns.x} %}"
    "{% endfor %}{{ ns.x|tojson }}",
    "{% set ns = namespace(x={}) %}{% for i in range(60) %}{% set ns.x = dict(a=ns.x, b=ns.x) %}"
    "{% endfor %}{{ ns.x|string }}",
    "{% set ns = namespace(x=3) %}{% for i in range(60) %}{% set ns.x = ns.x * ns.x %}"
    "{% endfor %}{{ ns.x }}",
    "{% set x = 'a' * 1000 %}{{ x|replace('a', x)|replace('a', x) }}",
    "{% set x = 'a' * 1000 %}{{ x.replace('a', x).replace('a', x) }}",
    "{% set x = 'a' * 1000 %}{{ (x|list)|join(x)|list|join(x) }}",
    "{% set x = 'a' * 1000 %}{{ x.join(x).join(x) }}",
    "{% set x = 'a' * 100000 %}{{ range(99999)|map('string')|join(x) }}",
    "{{ ('a\n' * 10000)|indent(100000) }}",
    "{{ ('a\n' * 10000)|indent('b' * 100000) }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '%.999999999f' % 1.5 }}",
    "{{ '%*d' % (999999999, 1) }}",
    "{{ '%999999999d'|format(1) }}",
    "{{ '{:999999999}'.format(1) }}",
    "{% set x = 'a' * 100000 %}{{ ('{0}' * 50000).format(x) }}",
    "{% set x = 'a' * 100000 %}{{ ('%(x)s' * 30000) % {'x': x} }}",
    "{{ [1]|tojson(indent=999999999) }}",
    "{{ range(9999)|list|tojson(indent='a' * 100000) }}",
    "{{ range(9999)|list|tojson(separators=('a' * 100000, ':')) }}",
    "{% set x = 'a' * 100000 %}{{ " + " ~ ".join(["x"] * 500) + " }}",
    "{% set x = 'a' * 100000 %}{{ [" + ", ".join(["x"] * 500) + "] }}",
    "{% set x = 'a' * 100000 %}" + "{{ x }}" * 500,
    "{{ range(99999)|select('in', range(99999)|list)|list }}",
    "{{ range(99999)|map('string')|map('list')|map('join', 'abcdefgh')|list|length }}",
    "{% set n = namespace() %}{% for i in range(999) %}{% set n.a = namespace(b=n.a, c=n.a) %}"
    "{% endfor %}{% for i in range(99999) %}{{ n.a }}{% endfor %}",
], ids=lambda source: source[:60])
def test_templates_without_end_or_measure_end_in_a_sentence(source: str) -> None:
    # WHEN a template loops, doubles or asks for gigabytes
    program = TemplateProgram(source, LIMITS)

    def run() -> None:
        # THEN it says what is wrong
        with pytest.raises(EngineError) as caught:
            program.run({})
        assert caught.value.message.startswith("The chat template of this model")
        assert caught.value.hint

    tracemalloc.start()
    took, (_, peak) = quickest(run, 3), tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # and ends soon, in little room
    assert took < 3 and peak < 60e6


def test_the_limits_that_ship_hold_too() -> None:
    def run() -> None:
        with pytest.raises(TemplateTooBusy):
            TemplateProgram("{% for i in range(99999) %}{% for j in range(99999) %}{{ i ~ j }}"
                            "{% endfor %}{% endfor %}").run({})

    assert quickest(run, 8) < 8


def test_the_clock_ends_what_little_work_cannot() -> None:
    ticks = iter(range(100))
    meter = Meter(TemplateLimits(seconds=3.0), clock=lambda: float(next(ticks)))
    with pytest.raises(TemplateTooBusy):
        for _ in range(9):
            meter.charge(1)


@pytest.mark.parametrize("source", [
    "{{ ''.__class__.__mro__ }}{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ raise_exception.__globals__['METER'] }}{{ raise_exception.__globals__.x }}",
    "{{ namespace.__init__.__globals__.os.system('true') }}",
    "{{ self._TemplateReference__context.environment.filters.clear() }}",
    "{{ cycler.__init__.__globals__.os }}{{ cycler('a').next() }}",
    "{{ [].append(1) }}",
    "{{ {}.update({1: 2}) }}",
    "{{ 'a'.encode() }}",
    "{{ 'a'.translate({97: 'b'}) }}",
    "{{ 'a'.zfill(10) }}",
    "{{ '{x.__class__.y}'.format(x=1) }}",
    "{{ 'a'.format_map({}) }}",
    "{{ 'a'|attr('upper') }}",
    "{{ [1]|random }}",
    "{{ lipsum() }}",
    "{% include 'other' %}",
    "{% import 'os' as os %}",
    "{% extends 'other' %}",
    "{{ strftime_now('%0999999999d') }}",
    "{{ strftime_now('%Y' * 1000) }}",
    "{{ missing.part }}",
    "{{ missing() }}",
    "{{ 'a' + 1 }}",
    "{{ 1 / 0 }}",
    "{{ [1, 2].copy()() }}",
], ids=lambda source: source[:40])
def test_what_a_template_may_not_have_is_a_sentence(source: str) -> None:
    with pytest.raises(EngineError) as caught:
        run(source)
    assert caught.value.message.startswith("The chat template of this model")


@pytest.mark.parametrize("source", [
    "{{ messages", "{% for %}", "{% if %}", "{% endfor %}", "{{ 'a }}", "{% unknown %}",
    "{{ a|nosuchfilter }}", "{{ " + "(" * 5000 + ")" * 5000 + " }}",
    "{{ " + "+".join("1" * 9000) + " }}", "{{ " + "9" * 5000 + " }}", "{% generation %}",
    "x" * (MOST_SOURCE + 1), "{% for i in x %}" * 200 + "{% endfor %}" * 200,
    "{% break %}", "{# never closed",
], ids=lambda source: source[:30])
def test_sources_that_are_no_templates_are_a_sentence(source: str) -> None:
    with pytest.raises(EngineError) as caught:
        TemplateProgram(source, LIMITS)
    assert caught.value.message.startswith("The chat template of this model") and caught.value.hint


def test_a_program_may_be_run_again_and_within_another() -> None:
    outer = TemplateProgram("{{ x }}{{ x }}", LIMITS)
    inner = TemplateProgram("{% for i in range(3) %}{{ i }}{% endfor %}", LIMITS)

    class Lazy:
        def __str__(self) -> str:
            return inner.run({})

    assert outer.run({"x": Lazy()}) == "012012"
    assert outer.run({"x": "b"}) == "bb"


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared test vectors are not here")
def test_templates_of_the_world_give_what_their_authors_expect() -> None:
    for case in json.loads(VECTORS.read_text("utf-8")):
        program = TemplateProgram(case["chat_template"])
        found = program.run({"tools": None, "documents": None, **case["data"]})
        assert found == case["target"], case["name"]
