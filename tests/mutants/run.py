"""A mutation trial: one line of a module is made wrong, and the tests nearest to the module have to notice.

Usage: python tests/mutants/run.py [--seed 1] [--count 120] [--workers 2] [--out build/mutants] [--list]

Mutants are drawn by the seed, as many of core, store, operations and bridge. Each is judged in a copy of the
checkout by at most ten files of tests: first by what .ci/run keeps, then by the sweeps that it leaves out.
What is kept of all these files runs once before, with a probe at the line of each mutant: the tests that
passed it judge the mutant, no other can notice it. A test that fails without the mutant, too, judges none:
it is left out, and named at the end. OUT/seed-SEED.reached.json keeps who passed which probe, and what is
found is written at once to OUT/seed-SEED.jsonl, so a trial that was ended goes on where it was. Exit
status 1: the sweeps notice more than three mutants that .ci/run lets through.
"""

from __future__ import annotations

import argparse
import fcntl
import queue
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "mutants"), str(ROOT / "tests")]

from choosing import Choice
from drawing import draw
from judging import KEPT, Judge, Result, count_kills, read_results, table
from mutations import Mutant
from reached import Reached, state_of
from trees import Tree, take_snapshot

# So many mutants may the sweeps alone notice.
MOST_BY_SWEEPS = 3


def prepare(out: Path, workers: int) -> tuple[Path, list[Tree]]:
    """Copy the checkout for each worker; return the snapshot that all were copied from, and the copies."""
    snapshot = out / "snapshot"
    take_snapshot(ROOT, snapshot)
    trees = [Tree(ROOT, snapshot, out / f"tree-{number + 1}") for number in range(workers)]
    for tree in trees:
        tree.finish_town(out / "sample_town", ROOT / "build" / "sample_town")
    return snapshot, trees


def record(
    mutants: Sequence[Mutant], choice: Choice, trees: Sequence[Tree], state: str, target: Path
) -> Reached:
    """Return which tests reach which mutant: the tests of all files that judge one are run without any.

    A trial that was ended wrote it to the target; it is asked there while the sources are the same.
    """
    known = Reached.load(target, state, mutants)
    if known is not None:
        print("who reaches what is known from before", flush=True)
        return known
    begin = time.monotonic()
    files = sorted({file for mutant in mutants for file in choice.files_for(mutant.path)})
    found = trees[0].record(mutants, files, KEPT, len(trees)) if files else Reached(dict.fromkeys(mutants))
    print(
        f"{len(files)} files of tests run in {time.monotonic() - begin:.0f} s: who reaches what", flush=True
    )
    found.save(target, state)
    return found


def judge_all(mutants: Sequence[Mutant], judge: Judge, trees: Sequence[Tree], target: Path) -> None:
    """Judge mutants side by side, one in each tree, and write each result when it is there."""
    free: queue.Queue[Tree] = queue.Queue()
    for tree in trees:
        free.put(tree)

    def judged(mutant: Mutant) -> Result:
        tree = free.get()
        try:
            return judge.judge(mutant, tree)
        finally:
            free.put(tree)

    with ThreadPoolExecutor(len(trees)) as pool, target.open("a", encoding="utf-8") as output:
        waited = [pool.submit(judged, mutant) for mutant in mutants]
        try:
            for number, future in enumerate(as_completed(waited), 1):
                result = future.result()
                output.write(f"{result.line()}\n")
                output.flush()
                mutant = result.mutant
                told = f"{mutant.path}:{mutant.line} {mutant.kind}: {result.all} {result.test}".rstrip()
                print(f"{number}/{len(mutants)} {result.seconds:6.1f} s {told}", flush=True)
        finally:
            # Where something went wrong, or the trial was ended from outside, nothing runs on.
            judge.is_stopped.set()
            while not all(future.done() for future in waited):
                for tree in trees:
                    tree.stop()
                time.sleep(0.1)


def show_drawn(seed: int, count: int) -> None:
    """Print the mutants of a seed with the files of tests that would judge them."""
    choice = Choice(ROOT)
    for mutant in draw(ROOT, seed, count):
        print(f"{mutant.path}:{mutant.line} {mutant.kind}")
        print(f"  - {mutant.before.strip()}\n  + {mutant.after.strip()}")
        print(*(f"    {file}" for file in choice.files_for(mutant.path)), sep="\n")


def try_mutants(seed: int, count: int, workers: int, out: Path) -> bool:
    """Judge the mutants of a seed, print the table and return whether .ci/run notices enough of them."""
    snapshot, trees = prepare(out, workers)
    drawn = draw(snapshot, seed, count)
    target = out / f"seed-{seed}.jsonl"
    known = read_results(target)
    target.write_text("".join(f"{result.line()}\n" for result in known.values()), encoding="utf-8")
    left, choice = [mutant for mutant in drawn if mutant not in known], Choice(snapshot)
    reached = record(left, choice, trees, state_of(snapshot), out / f"seed-{seed}.reached.json")
    judge = Judge(choice, reached)
    judge_all(left, judge, trees, target)
    known = read_results(target)
    results = [known[mutant] for mutant in drawn]
    print(*table(results), sep="\n")
    if judge.broken:
        print("\nTests that fail without a mutant, too:", *sorted(judge.broken), sep="\n    ")
    kept, by_all = count_kills(results)
    print(f"seed {seed}: {len(results)} mutants, .ci/run kills {kept}, all tests kill {by_all}")
    return kept >= by_all - MOST_BY_SWEEPS


def main() -> int:
    """Read the arguments and try the mutants; one trial at a time in a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "mutants")
    parser.add_argument("--list", action="store_true", help="print the mutants and their tests, run nothing")
    asked = parser.parse_args()
    if asked.list:
        show_drawn(asked.seed, asked.count)
        return 0
    out = asked.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    # Whoever ends the trial ends the tests it runs.
    signal.signal(signal.SIGTERM, lambda *_received: sys.exit(143))
    with (out / "lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"another trial runs in {out}")
        return 0 if try_mutants(asked.seed, asked.count, asked.workers, out) else 1


if __name__ == "__main__":
    sys.exit(main())
