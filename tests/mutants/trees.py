"""Copies of a checkout in which mutants are written and tests are run; the checkout itself stays as it is."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from mutations import Mutant, mutated
from probes import MODULE, PACKAGE, SOURCE, probed
from reached import Reached, probes_of

# Of all tests of one run together, and of the one run that finds out which tests reach which mutants.
RUN_S = 900
RECORD_S = 4 * 3600
TEST_S = 120
# Statuses of pytest.
USAGE, NOTHING_COLLECTED = 4, 5
# A mutant may ask for memory without end. Far above what the tests take, with threads and libraries.
MOST_KB = 10 * 1024 * 1024
_LIMITED = 'ulimit -S -v "$0" && exec "$@"'
# Unit tests without a word of it do without QGIS, as in `make newest`: it takes seconds to start.
_QGIS = re.compile(r"\bqgis\b|qgis_|PyQt")
_FAILED = re.compile(
    r"^(?:FAILED|ERROR) (?P<test>\S+?\.py(?:::[^\s\[]+(?:\[.*?\])?)?)(?: - .*)?$", re.MULTILINE
)
# Where the scripts of `make setup` name their checkout.
_ROOT_OF = re.compile(r"^(root|WATERNET_ROOT)=.*$", re.MULTILINE)
_STAMP = "town.json"


@dataclass(frozen=True)
class Run:
    """What a run of tests said.

    Attributes
    ----------
    how
        What ended it: ``passed``, ``failed``, ``missing`` (there is no such test), ``time`` (the run took too
        long) or ``crash``.
    test
        The first test that failed; empty if pytest named none.
    """

    how: str
    test: str = ""

    @property
    def has_passed(self) -> bool:
        """Whether no test failed."""
        return self.how == "passed"


def failed_test(said: str) -> str:
    """Return the first test, or file of tests, that pytest's summary names as failed; empty if none."""
    failed = _FAILED.search(said)
    return failed["test"] if failed else ""


def take_snapshot(checkout: Path, target: Path) -> None:
    """Copy what git tracks or would track, as it is in the working tree, and the compiled translations."""
    shutil.rmtree(target, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=checkout,
        check=True,
        capture_output=True,
        text=True,
    )
    compiled = [path.relative_to(checkout) for path in checkout.glob("waternet_plugin/i18n/*.qm")]
    for name in [*filter(None, listed.stdout.split("\0")), *compiled]:
        source, copy = checkout / name, target / name
        # Deleted, and not yet told to git.
        if source.is_file() or source.is_symlink():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy, follow_symlinks=False)


def _copy_setup(checkout: Path, root: Path) -> None:
    """Give a copy what `make setup` makes: the packages, a qgis_process of its own and its profile."""
    build = root / "build"
    (build / "bin").mkdir(parents=True)
    (build / "run").mkdir(mode=0o700)
    (build / "venv").symlink_to(checkout / "build" / "venv")
    shutil.copytree(checkout / "build" / "profile", build / "profile")
    for path in (build / "bin" / "qgis_process", build / "env.sh"):
        text = (checkout / path.relative_to(root)).read_text(encoding="utf-8")
        text = _ROOT_OF.sub(lambda found: f"{found[1]}={shlex.quote(str(root))}", text)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)


class Tree:
    """A copy of a checkout.

    Parameters
    ----------
    checkout
        Where `make setup` was run.
    snapshot
        The sources of the checkout, see `take_snapshot`.
    root
        The folder of the copy; one that is there is replaced.
    """

    def __init__(self, checkout: Path, snapshot: Path, root: Path) -> None:
        self.root = root
        self._data = os.environ.get("WATERNET_DATA") or str(checkout.parent / "shared" / "data")
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch = root.with_name(f"{root.name}-tmp")
        self._log = root.with_name(f"{root.name}.log")
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(snapshot, root, symlinks=True)
        _copy_setup(checkout, root)
        self._tool = self._sample_tool()

    def _sample_tool(self) -> ModuleType:
        """Return the tool that makes the sample town, of this copy."""
        spec = importlib.util.spec_from_file_location("make_sample", self.root / "tools" / "make_sample.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def _environment(self) -> dict[str, str]:
        """Return the environment of `make test`."""
        return {
            **os.environ,
            "PATH": f"{self.root / 'build' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "WATERNET_ROOT": str(self.root),
            "WATERNET_DATA": self._data,
            "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
            "TMPDIR": str(self._scratch),
        }

    def finish_town(self, town: Path, made: Path) -> None:
        """Bring the finished sample town into the copy, before it is mutated for the first time.

        Parameters
        ----------
        town
            Where the town of these sources is kept for all copies; made anew if it is of others.
        made
            That of the checkout, which is taken if it is of these sources.
        """
        if self._tool.is_current(made):
            self._copy_town(made, town)
        python = str(self.root / "build" / "venv" / "bin" / "python")
        command = [python, str(self.root / "tools" / "make_sample.py"), str(town)]
        self._scratch.mkdir(exist_ok=True)
        subprocess.run(command, cwd=self.root, env=self._environment(), check=True)
        self._copy_town(town, self.root / "build" / "sample_town")

    def _copy_town(self, town: Path, target: Path) -> None:
        """Copy a finished town and the file that holds it for users."""
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(town, target)
        shutil.copyfile(self._tool.archive_of(town), self._tool.archive_of(target))

    def _stamp_town(self) -> None:
        """Have the sample town pass for that of the sources as they are now: no mutant makes it anew."""
        path = self.root / "build" / "sample_town" / _STAMP
        facts = {**json.loads(path.read_text(encoding="utf-8")), "sources": self._tool.sources_hash()}
        path.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")

    def _write(self, path: Path, content: bytes) -> None:
        """Write a source, with no trace of what it was compiled to before."""
        path.write_bytes(content)
        for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
            compiled.unlink()
        self._stamp_town()

    @contextmanager
    def with_mutant(self, mutant: Mutant) -> Iterator[None]:
        """Have the line of a mutant in its file for a while."""
        path = self.root / mutant.path
        content = path.read_bytes()
        self._write(path, mutated(content.decode(), mutant).encode())
        try:
            yield
        finally:
            self._write(path, content)

    def record(self, mutants: Sequence[Mutant], tests: Sequence[str], markers: str, workers: int) -> Reached:
        """Run tests with a probe at each mutant's line, and return which of them reach it.

        Parameters
        ----------
        mutants
            None of them is written.
        tests, markers
            Files, and which of their tests, as for `run_tests`.
        workers
            Processes that share them.
        """
        probes = probes_of(self.root, mutants)
        hits, users = (self.root.with_name(f"{self.root.name}.{name}") for name in ("hits", "users"))
        for path in (hits, users):
            path.unlink(missing_ok=True)
        originals = {path: (self.root / path).read_bytes() for path in probes}
        module = self.root / PACKAGE / f"{MODULE}.py"
        module.write_text(SOURCE.format(target=str(hits)), encoding="utf-8")
        self._stamp_town()
        for path, numbers in probes.items():
            self._write(self.root / path, probed(originals[path].decode(), numbers).encode())
        options = ["-q", f"--timeout={TEST_S}", "-p", "no:cacheprovider", "-p", "reaching", "-m", markers]
        try:
            self._pytest(
                [*options, "-n", str(workers), "--dist", "worksteal", *tests],
                RECORD_S,
                WATERNET_USERS=str(users),
            )
        finally:
            module.unlink()
            self._stamp_town()
            for path, content in originals.items():
                self._write(self.root / path, content)
        return Reached.read(mutants, probes, hits, users)

    def _pytest(self, words: Sequence[str], seconds: float, **variables: str) -> int | None:
        """Run pytest; return its status, None where it took too long. What it says is in the log."""
        self._scratch.mkdir(exist_ok=True)
        python = str(self.root / "build" / "venv" / "bin" / "python")
        # Where the plugin `reaching` is.
        path = {"PYTHONPATH": str(self.root / "tests" / "mutants")} if variables else {}
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                ["sh", "-c", _LIMITED, str(MOST_KB), python, "-m", "pytest", *words],
                cwd=self.root,
                env={**self._environment(), **path, **variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                status: int | None = self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                self.stop()
        shutil.rmtree(self._scratch, ignore_errors=True)
        return status

    def run_tests(
        self,
        tests: Sequence[str],
        markers: str,
        without: Collection[str] = (),
        only: Collection[str] | None = None,
    ) -> Run:
        """Run tests until one fails.

        Parameters
        ----------
        tests
            Files, or names of tests, below the root.
        markers
            Which of them, as pytest's ``-m`` says it.
        without
            Names of tests, and of files, that are left out.
        only
            Names of the tests that are run; None for all.
        """
        options = ["-x", "-q", f"--timeout={TEST_S}", "-p", "no:cacheprovider", "-m", markers]
        if not self._need_qgis(tests):
            options += ["-p", "no:pytest_qgis"]
        variables = {}
        if only is not None:
            chosen = self.root.with_name(f"{self.root.name}.only")
            chosen.write_text(json.dumps(sorted(only)), encoding="utf-8")
            options += ["-p", "reaching"]
            variables["WATERNET_ONLY"] = str(chosen)
        options += [f"--deselect={test}" for test in sorted(without)]
        status = self._pytest(
            [*options, *(test for test in tests if test not in without)], RUN_S, **variables
        )
        if status in (0, NOTHING_COLLECTED):
            return Run("passed")
        said = self._log.read_text(encoding="utf-8", errors="replace")
        if status is None or status < 0:
            return Run("time" if status is None else "crash")
        if status == USAGE and "ERROR: not found:" in said:
            return Run("missing")
        return Run("failed", failed_test(said))

    def _need_qgis(self, tests: Sequence[str]) -> bool:
        files = {test.split("::")[0] for test in tests}
        if not all(file.startswith("tests/unit/") for file in files):
            return True
        return any(_QGIS.search((self.root / file).read_text(encoding="utf-8")) for file in files)

    def stop(self) -> None:
        """End the tests that run, with all that they started."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
