"""The laws of the house, held by walking the code."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORDER = ["errors events paths settings program_log", "library", "models", "inference",
         "tagging chat", "interplay", "evaluation", "training", "export", "jobs", "cli"]
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms.split()}
HEAVY = {"torch", "transformers", "peft", "optimum", "onnx", "sklearn", "imblearn",
         "accelerate", "datasets", "sentence_transformers", "gguf", "sentencepiece"}
HEAVY_ROOMS = ("engine/training/tasks", "engine/training/loop", "engine/export/",
               "engine/models/sources")
DRAWERS = {"utils", "helpers", "common", "misc", "base", "util"}


def sources(*folders: str) -> list[Path]:
    found = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    return sorted([*found, *ROOT.glob("main.py")] if "gui" in folders else found)


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def without_type_checking(tree: ast.Module) -> ast.Module:
    body = [node for node in tree.body
            if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))]
    return ast.Module(body=body, type_ignores=[])


@pytest.mark.parametrize("file", sources("engine"), ids=name_of)
def test_engine_never_sees_the_screen(file: Path) -> None:
    seen = [module for module, _ in imports(parsed(file))
            if module.split(".")[0] in ("gui", "PySide6", "pyqtgraph", "qtawesome")]
    assert not seen


@pytest.mark.parametrize("file", sources("engine"), ids=name_of)
def test_engine_rooms_look_downwards_only(file: Path) -> None:
    room = file.relative_to(ROOT / "engine").parts[0].removesuffix(".py")
    if room == "__init__":
        return
    for module, line in imports(without_type_checking(parsed(file))):
        parts = module.split(".")
        if parts[0] != "engine" or len(parts) < 2 or parts[1] == room:
            continue
        assert RANK[parts[1]] <= RANK[room], f"line {line}: {room} imports {module}"
        same_floor = RANK[parts[1]] == RANK[room] and RANK[room] > 0
        assert not same_floor, f"line {line}: {room} imports its neighbour {module}"


BUILDERS = ("gui/app.py", "gui/app_library.py")
SHARED = "song"  # what shows and corrects one song, for the rooms that list songs


@pytest.mark.parametrize("file", sources("gui"), ids=name_of)
def test_gui_rooms_do_not_know_each_other(file: Path) -> None:
    parts = file.relative_to(ROOT).parts
    room = parts[1] if len(parts) > 2 else ""
    for module, line in imports(parsed(file)):
        target = module.split(".")
        if target[0] == "gui" and len(target) > 1 and (ROOT / "gui" / target[1]).is_dir():
            allowed = target[1] in (room, SHARED) or name_of(file) in BUILDERS
            assert allowed, f"line {line}: {name_of(file)} imports {module}"


@pytest.mark.parametrize("file", [f for f in sources("gui") if f.name == "presenter.py"],
                         ids=name_of)
def test_presenters_hold_no_widgets(file: Path) -> None:
    for module, line in imports(parsed(file)):
        assert not module.startswith(("PySide6.QtWidgets", "PySide6.QtGui", "pyqtgraph")), line


@pytest.mark.parametrize("file", sources("engine", "gui"), ids=name_of)
def test_heavy_libraries_stay_in_their_rooms(file: Path) -> None:
    for module, line in imports(parsed(file)):
        if module.split(".")[0] in HEAVY:
            assert name_of(file).startswith(HEAVY_ROOMS), f"line {line}: {module}"


@pytest.mark.parametrize("file", sources("engine", "gui"), ids=name_of)
def test_heavy_rooms_are_entered_through_functions(file: Path) -> None:
    """A module-level import of a torch room would load torch wherever that module goes."""
    if name_of(file).startswith(HEAVY_ROOMS):
        return
    tops = ast.Module(body=[n for n in without_type_checking(parsed(file)).body
                            if isinstance(n, ast.Import | ast.ImportFrom)], type_ignores=[])
    for module, line in imports(tops):
        heavy = module.startswith(("engine.training.tasks", "engine.training.loop",
                                   "engine.export.", "engine.models.sources."))
        assert not heavy, f"line {line}: {module}"


@pytest.mark.parametrize("pattern, most", [
    (r"InferenceSession\(", {"engine": 1, "gui": 0}),
    (r"\b(?:import threading|from threading|QThread\b.*import|import.*\bQThread\b"
     r"|concurrent\.futures)", {"engine": 1, "gui": 1}),
    (r"^\s*(?:import subprocess|from subprocess)", {"engine": 1, "gui": 0}),
], ids=["sessions", "threads", "processes"])
def test_dangerous_things_have_one_door(pattern: str, most: dict[str, int]) -> None:
    for folder, limit in most.items():
        doors = [name_of(f) for f in sources(folder) if f.is_relative_to(ROOT / folder)
                 and re.search(pattern, f.read_text("utf-8"), re.MULTILINE)]
        assert len(doors) <= limit, doors


@pytest.mark.parametrize("file", sources("engine", "gui"), ids=name_of)
def test_nothing_is_unpickled(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(r"\b(?:import|from) pickle\b|allow_pickle=True", text)
    assert "torch.load(" not in text


def test_no_import_cycles() -> None:
    graph = {}
    for file in sources("engine", "gui"):
        name = name_of(file).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        graph[name] = {m for m, _ in imports(without_type_checking(parsed(file)))}
    graph = {name: {t for t in targets if t in graph and t != name}
             for name, targets in graph.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join([*trail[trail.index(name):], name])
        if name in done:
            return
        for target in graph[name]:
            visit(target, (*trail, name))
        done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("file", sources("engine", "gui", "installer"), ids=name_of)
def test_files_and_functions_stay_small(file: Path) -> None:
    assert file.stem not in DRAWERS
    text = file.read_text("utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60, f"{node.name} has {length} lines"
            for argument in [*node.args.args, *node.args.kwonlyargs]:
                bare = argument.annotation is None and argument.arg not in ("self", "cls")
                assert not bare, f"{node.name}: {argument.arg} has no annotation"


@pytest.mark.parametrize("file", sources("engine", "gui"), ids=name_of)
def test_modules_only_define(file: Path) -> None:
    """Importing a module does no work: only definitions, constants and imports at the top."""
    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign,
               ast.AnnAssign, ast.If, ast.TypeAlias if sys.version_info >= (3, 12) else ast.If)
    for node in parsed(file).body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        assert docstring or isinstance(node, allowed), f"line {node.lineno}"


@pytest.mark.parametrize("file", sources("engine"), ids=name_of)
def test_engine_modules_open_with_their_contract(file: Path) -> None:
    if file.read_text("utf-8").strip():
        assert ast.get_docstring(parsed(file))
