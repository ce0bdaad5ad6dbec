"""The repository itself: what stands at the top, versions that agree, commands that exist, a quick start."""

from __future__ import annotations

import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

import geo_data
import optimizer

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TOP = {
    ".ci", ".github", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "benchmarks", "docs",
    "geo_data", "mkdocs.yml", "optimizer", "pyproject.toml", "requirements.lock", "requirements-optics.lock", "tests",
}  # fmt: skip


def tracked() -> list[str]:
    """Return the files git knows."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git work tree: what stands at the top cannot be told from what was made there")
    return listed.stdout.split()


def test_nothing_stands_at_the_top_without_a_reason() -> None:
    assert {name.split("/")[0] for name in tracked()} <= TOP


def test_changelog_has_this_version_first() -> None:
    heads = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert heads[0] == PROJECT["project"]["version"]


def public_modules() -> list[str]:
    found = []
    for package in (geo_data, optimizer):
        found += [package.__name__]
        found += [m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
    return [name for name in found if not name.rpartition(".")[2].startswith("_")]


@pytest.mark.parametrize("name", public_modules())
def test_all_is_true(name: str) -> None:
    module = importlib.import_module(name)
    names = getattr(module, "__all__", [])
    assert [n for n in names if not hasattr(module, n)] == []
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("package", [geo_data, optimizer])
def test_packages_are_typed_and_say_what_is_public(package: object) -> None:
    assert package.__all__  # type: ignore[attr-defined]
    assert (Path(package.__file__).parent / "py.typed").is_file()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "first", ["", "from optimizer.auditing import audit", "import optimizer.pipeline, optimizer.auditing"]
)
def test_public_names_are_what_they_say_whatever_was_imported_before(first: str) -> None:
    code = f"{first}\nimport optimizer\nassert callable(optimizer.solve) and callable(optimizer.audit)"
    code += "\nfrom optimizer import audit, solve\nassert callable(audit) and callable(solve)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_make_commands_in_the_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    said: set[str] = set()
    for document in ("README.md", ".github/CONTRIBUTING.md", ".ci/run"):
        text = (ROOT / document).read_text(encoding="utf-8")
        said |= set(re.findall(r"(?:^|`|exec )make ([a-z]+)", text, flags=re.MULTILINE))
    assert {"demo", "test", "quick", "lock"} <= said
    assert said <= targets


def test_make_says_clearly_that_python_is_too_old(tmp_path: Path) -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is not installed")
    (tmp_path / "bin").mkdir()
    old = tmp_path / "bin" / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    (tmp_path / "bin" / "sh").symlink_to(shutil.which("sh") or "/bin/sh")
    done = subprocess.run([make, "demo"], cwd=tmp_path, env={"PATH": str(tmp_path / "bin")},
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert done.returncode != 0
    assert "metroplan needs Python 3.11 or newer, and found none: 'python3' is Python 3.9.2." in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_metroplan_commands_in_the_readme_exist() -> None:
    from optimizer.cli.app import COMMANDS

    known = {command.__name__ for command, _ in COMMANDS}
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^metroplan ([a-z]+)", text, flags=re.MULTILINE)) == known


def test_links_in_the_documents_lead_somewhere() -> None:
    for document in ("README.md", ".github/CONTRIBUTING.md", "docs/glossary.md"):
        file = ROOT / document
        for target in re.findall(r"\]\(([^)#]+)\)", file.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (file.parent / target).exists(), f"{document} links to '{target}'"


def test_requirements_of_the_readme_are_those_of_the_registry() -> None:
    from optimizer.requirements import REQUIREMENTS

    table = (ROOT / "README.md").read_text(encoding="utf-8").split("## Goals")[1].split("## How it proves")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, flags=re.MULTILINE)) == {kind.key for kind in REQUIREMENTS}


def test_the_project_file_of_the_readme_has_no_unknown_key(tmp_path: Path) -> None:
    from geo_data.read.settings import read_settings
    from optimizer.project import Project

    text = (ROOT / "README.md").read_text(encoding="utf-8").split("```toml")[1].split("```")[0]
    file = tmp_path / "project.toml"
    file.write_text(text, encoding="utf-8")
    assert read_settings(file)[1] == []
    project = Project.load(file)
    assert project.scenarios == ("base", "wide_circle")
    for scenario in project.scenarios:
        assert project._settings(scenario)[2] == []


def test_lock_file_has_every_dependency_and_no_address() -> None:
    files = ("requirements.lock", "requirements-optics.lock")
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in files)
    locked = {re.split(r"[=@ ]", line)[0] for line in text.splitlines()}
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    wanted += [d for extra in PROJECT["project"]["optional-dependencies"].values() for d in extra]
    assert {re.split(r"[<>=\[ ]", dependency)[0].lower() for dependency in wanted} <= locked
    assert not re.search(r"https?:|file:|--index|--find-links", text)
    assert all("==" in line for line in text.splitlines())


def test_help_answers_at_once_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; from optimizer.cli.app import app\n"
        "try: app()(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pandas', 'geopandas', 'scipy', 'pydantic', 'highspy', 'rich.console'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    seconds = []
    for _ in range(4):
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
        seconds.append(time.perf_counter() - start)
        assert done.returncode == 0, done.stderr
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True, timeout=60)
    empty = time.perf_counter() - start
    # 0.2 s on a quiet machine; on a busy one an empty interpreter takes longer by the same measure
    assert min(seconds) < max(0.5, 8 * empty)


def test_library_never_prints() -> None:
    for file in sorted([*ROOT.glob("geo_data/**/*.py"), *ROOT.glob("optimizer/**/*.py")]):
        if "cli" in file.parts or "__main__" in file.read_text(encoding="utf-8"):
            continue
        assert not re.search(r"^\s*print\(", file.read_text(encoding="utf-8"), flags=re.MULTILINE), file
