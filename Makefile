# WaterNet on Debian: `make demo` and `make test` install what is missing and run.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BUILD := $(CURDIR)/build
PYTHON := $(BUILD)/venv/bin/python
ZIP := $(BUILD)/waternet_plugin.zip
QGIS ?= 3.40
# QGIS starts once in each worker. Files stay together as long as every worker has some; then they are shared.
WORKERS ?= 3
TESTS ?= tests
WALKS ?= 20x200
ROUNDS ?= 1000
SEQUENCES ?= 500
SEED ?= 1
DRAWS ?= 20
PYTEST_ARGS ?=
HOUSE_ARGS ?=
RECORDING ?= $(BUILD)/recording
BEFORE ?= $(BUILD)/recording_before
REWORDED ?=
# On the command line only: LANGUAGE in the environment is a list of locales.
LANGUAGE_WANTED := $(if $(filter command,$(firstword $(origin LANGUAGE))),$(LANGUAGE))

export QT_QPA_PLATFORM ?= offscreen
# Compiled modules and rewritten tests are kept, beside no source, whatever the environment says: else each worker
# and each qgis_process compiles everything again.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX := $(BUILD)/pycache

# The parallel run of tests, with qgis_process of this checkout on the path. Where work is shared out pytest-qgis
# starts no QGIS in the process that does so, and none is shared out in one process (WORKERS=0).
RUN = . $(BUILD)/env.sh && $(PYTHON) -m pytest -n $(WORKERS) $(if $(filter-out 0,$(WORKERS)),--dist worksteal)

.PHONY: help setup demo test test-all slow shuffled mutants newest oldest headless sweeps bare matrix lint house record compare answers format zip check-zip bench rating alarms partitions utilities searches meshes i18n run shots journeys papers walks sequences interleavings kills surveyfuzz surveycorpus towns two-windows two-planners survey-decisions million millions thickbook paintedbook server server-stop server-tests clean

help:  ## show this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup:  ## install what is missing, stage the plugin, write build/env.sh
	@sh tools/setup.sh

demo: setup  ## the main job, headless, on the sample town
	@. $(BUILD)/env.sh && sh tools/demo.sh

test: setup  ## the verdict of some minutes: all but slow tests and sweeps (TESTS=tests/unit PYTEST_ARGS=-x to narrow)
	@rm -rf .qgis-settings
	@$(RUN) -m "not slow and not sweep" $(PYTEST_ARGS) $(TESTS)

test-all: setup  ## every test on this QGIS, slow ones and sweeps among them (TESTS=tests/unit to narrow)
	@rm -rf .qgis-settings
	@$(RUN) $(PYTEST_ARGS) $(TESTS)

mutants: setup  ## 120 one-line faults, drawn by seed: how many what .ci/run keeps finds, how many all tests find (SEED=7)
	@$(PYTHON) tests/mutants/run.py --seed $(SEED) --workers $(WORKERS)

slow: setup  ## the slow tests, which `make test` leaves out
	@$(RUN) -m "slow and not sweep" $(PYTEST_ARGS) $(TESTS)

shuffled: setup  ## the tests of `make test` in random order (SEED=7, WORKERS=0 for one process)
	@$(RUN) -p randomly --randomly-seed=$(SEED) -m "not slow and not sweep" $(PYTEST_ARGS) $(TESTS)

newest oldest: setup  ## the quick unit tests with the newest packages, with the oldest that we allow; no QGIS (PYTEST_ARGS="-m 'not sweep'" for the slow ones, too)
	@sh tools/packages.sh $@ $(PYTEST_ARGS)

headless: setup  ## the tests of algorithms and of real data with every run by qgis_process
	@HEADLESS=process $(RUN) $(PYTEST_ARGS) tests/algorithms tests/realdata

sweeps: setup  ## the tests that do much of the same again, which .ci/run leaves out
	@$(RUN) -m sweep $(PYTEST_ARGS) $(TESTS)

bare: zip  ## a QGIS with nothing but the zip: the command its page prints, the sample town, assessed again
	@$(PYTHON) tests/desktop/fresh.py $(if $(LANGUAGE_WANTED),--language $(LANGUAGE_WANTED))

matrix: setup  ## all tests on QGIS=3.40 (Debian 13), 3.44 (testing) or 3.22 (a bare Debian 12)
	@sh tools/matrix.sh "$(QGIS)"

lint: setup  ## ruff, and mypy strict on core, store and operations
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@MYPYPATH=$(BUILD)/plugins $(PYTHON) -m mypy -p waternet_plugin.core -p waternet_plugin.store -p waternet_plugin.operations

house:  ## the figures of the code (HOUSE_ARGS="--list", "--json FILE", "--before FILE", "--tree FOLDER")
	@$(PYTHON) tools/house.py $(HOUSE_ARGS)

record: setup  ## what all algorithms give on the sample town, as CSV in RECORDING (TREE=another checkout, LANGUAGE=zh_CN)
	@$(PYTHON) tests/recorder/run.py record $(RECORDING) --replace $(if $(TREE),--tree $(TREE)) \
	    $(if $(LANGUAGE_WANTED),--language $(LANGUAGE_WANTED))

compare:  ## what differs between two recordings (BEFORE=..., RECORDING=..., REWORDED=a table of sentences)
	@$(PYTHON) tests/recorder/run.py compare $(BEFORE) $(RECORDING) $(if $(REWORDED),--reworded $(REWORDED))

answers: setup  ## what a day's algorithms give on a large network (NETWORK), here and in another checkout (TREE), cell by cell
	@rm -rf build/answers
	@$(PYTHON) tests/recorder/large.py record $(NETWORK) build/answers/before --tree $(TREE)
	@$(PYTHON) tests/recorder/large.py record $(NETWORK) build/answers/after
	@$(PYTHON) tests/recorder/large.py compare build/answers/before build/answers/after

format: setup  ## let ruff lay out the code
	@$(PYTHON) -m ruff check --fix-only --quiet .
	@$(PYTHON) -m ruff format .

zip: setup  ## build/waternet_plugin.zip, ready for the plugin manager
	@$(PYTHON) tools/make_zip.py $(ZIP)

check-zip: zip  ## the plugin repository's rules, and a fresh profile that loads the zip
	@. $(BUILD)/env.sh && $(PYTHON) -m pytest tests/packaging

bench: setup  ## time and memory of the main steps against the bare read and write
	@. $(BUILD)/env.sh && $(PYTHON) tests/bench/run.py $(BENCH_ARGS)

rating: setup  ## the constants of the rates: chosen on one half of a real city's records, judged on the other
	@. $(BUILD)/env.sh && WATERNET_RATING=1 $(PYTHON) -m pytest -q -s tests/realdata/test_kitchener_halves.py

alarms: setup  ## leak alarms over 20 draws of towns and real areas, the chosen half and the judged one (DRAWS=5, SEED=7, SET=threshold=2.3)
	@$(PYTHON) tests/realdata/alarm_spread.py $(DRAWS) $(SEED) $(SET)

partitions: setup  ## proposals of metered areas for towns of 7,000 to 16,000 pipes: rules, KaHIP where installed, EPANET (KINDS="trees 30")
	@. $(BUILD)/env.sh && $(PYTHON) tests/bench/compare_partitions.py $(KINDS)

utilities: setup  ## a million pipes as 1, 7, 10 and 1,000 utilities in any order: numbers, classes and reasons of one network bit by bit (PIPES=100000)
	@. $(BUILD)/env.sh && WATERNET_UTILITIES=$(if $(PIPES),$(PIPES),1000000) \
	    $(PYTHON) -m pytest -q --durations=8 --timeout=7200 tests/operations/test_utilities_in_parts.py

searches: setup  ## how many days earlier a year's search by rates finds leaks than by age and by length (TOWNS=200)
	@. $(BUILD)/env.sh && $(PYTHON) tests/bench/simulated_searches.py $(TOWNS)

meshes: setup  ## flow in flat meshes of drains against a steady diffusive wave, 20 of each of nine kinds (MESHES=3)
	@. $(BUILD)/env.sh && WATERNET_MESHES=$(if $(MESHES),$(MESHES),20) \
	    $(PYTHON) -m pytest -q -s --timeout=3600 tests/unit/drainage/test_flat_mesh.py

i18n: setup  ## collect the texts into the .ts file and compile it
	@sh tools/i18n.sh

run: setup  ## desktop QGIS with the plugin, in its private profile
	@sh tools/run_desktop.sh $(PROJECT)

shots: setup  ## pictures of every window in build/shots (PICTURES=1: those of README and guide, too; VARIANT=dark, PARTS=forms)
	@$(PYTHON) tests/desktop/shots.py $(if $(LANGUAGE_WANTED),--language $(LANGUAGE_WANTED)) $(if $(PICTURES),--pictures) \
	    $(addprefix --variant ,$(VARIANT)) $(PARTS)

papers: setup  ## the map book and every paper of the sample town in both languages, their pages as pictures, too, into build/papers
	@sh tools/setup.sh papers
	@sh tools/papers.sh $(BUILD)/papers

journeys: setup  ## go the ways through desktop QGIS by mouse and keys, count clicks (LANGUAGE=zh_CN)
	@$(PYTHON) tests/desktop/journeys.py $(if $(LANGUAGE_WANTED),--language $(LANGUAGE_WANTED)) $(WAYS)

walks: setup  ## random steps through dock and wizard, 20 seeds of 200 steps, then in desktop QGIS (WALKS=3x60)
	@. $(BUILD)/env.sh && WATERNET_WALKS=$(WALKS) $(PYTHON) -X faulthandler -m pytest --timeout=3600 tests/gui/test_walks.py
	@WATERNET_WALKS=2x200 WATERNET_PATIENCE=1800 $(PYTHON) tests/desktop/drive.py tests/desktop/walks.py en $(BUILD)/shots/walks

sequences: setup  ## random gestures of native editing and Saves, 500 sequences with seeds (SEQUENCES=40, SEED=7)
	@. $(BUILD)/env.sh && WATERNET_SEQUENCES=$(SEQUENCES) WATERNET_SEED=$(SEED) \
	    $(PYTHON) -X faulthandler -m pytest -q --timeout=600 tests/gui/gestures/test_random_sequences.py

interleavings: setup  ## two processes write the same pipes at once, in a file and on a server, 1,000 rounds (ROUNDS=100)
	@. $(BUILD)/env.sh && $(PYTHON) tests/interleaving/run.py --rounds $(ROUNDS)
	@. $(BUILD)/env.sh && WATERNET_ROUNDS=$(ROUNDS) $(PYTHON) -m pytest -q -s --timeout=7200 tests/interleaving/test_two_writers_on_a_server.py

kills: setup  ## writes, a Save, a restore and a survey of 40,000 rows are killed at 100 instants, then a whole QGIS that edits at 20 (KILLS=20 for each)
	@. $(BUILD)/env.sh && WRITE_KILLS=$(if $(KILLS),$(KILLS),100) $(PYTHON) -m pytest -q --timeout=1800 \
	    tests/store/geopackage/test_kills.py tests/store/geopackage/test_putting_back.py
	@. $(BUILD)/env.sh && SAVE_KILLS=$(if $(KILLS),$(KILLS),100) $(PYTHON) -m pytest -q tests/operations/test_save_kills.py
	@. $(BUILD)/env.sh && SURVEY_KILLS=$(if $(KILLS),$(KILLS),100) SURVEY_KILL_ROWS=40000 \
	    $(PYTHON) -m pytest -q -s --timeout=7200 tests/operations/test_import_kills.py
	@. $(BUILD)/env.sh && QGIS_KILLS=$(if $(KILLS),$(KILLS),20) $(PYTHON) -m pytest -q --timeout=600 tests/gui/editing/test_killed_qgis.py

surveyfuzz: setup  ## damaged survey files, ROUNDS=10000 a reader: every row accounted or refused, under 1 GB and 10 s
	@. $(BUILD)/env.sh && WATERNET_SURVEY_FUZZ=$(if $(filter command,$(firstword $(origin ROUNDS))),$(ROUNDS),10000) \
	    $(PYTHON) -m pytest -q -s --timeout=7200 tests/unit/survey/test_damaged_surveys.py

surveycorpus: setup  ## small survey files, every format x encoding x trap: golden or refused by file, row and reason
	@. $(BUILD)/env.sh && WATERNET_SURVEY_CORPUS=1 \
	    $(PYTHON) -m pytest -q -s --timeout=3600 tests/unit/survey/test_survey_corpus.py

towns: setup  ## files of towns drawn by seed through the wizard by mouse, a table a town: none wrong, 12 clicks (TOWNS=2, SEED=7)
	@. $(BUILD)/env.sh && WATERNET_TOWNS=$(if $(TOWNS),$(TOWNS),20) WATERNET_SEED=$(SEED) \
	    $(PYTHON) -m pytest -q -s --timeout=1800 tests/towns

# ROUNDS as it stands above is for the interleavings.
two-windows: setup  ## two QGIS, a reader and a writer on one network, 200 rounds (ROUNDS=20, PIPES=100000, TREE=build/tree-3.40)
	@. $(BUILD)/env.sh && $(PYTHON) tests/desktop/two_windows.py $(if $(filter command,$(firstword $(origin ROUNDS))),--rounds $(ROUNDS)) \
	    $(if $(PIPES),--pipes $(PIPES)) $(if $(TREE),--tree $(TREE))

two-planners: setup  ## two desktop QGIS draw metered areas in the same scenario: nothing of the other is overwritten
	@$(PYTHON) tests/desktop/two_planners.py

million: setup  ## a day in a network of 100,000 pipes in desktop QGIS: a table of how long it stands still (PIPES=1000000 EARLIER=FILE SERVER=yes SMALL=yes CLOSINGS=10)
	@. $(BUILD)/env.sh && $(PYTHON) tests/desktop/million.py $(if $(PIPES),$(PIPES),100000) $(if $(EARLIER),--before $(EARLIER)) \
	    $(if $(SERVER),--server) $(if $(SMALL),--small-first) $(if $(CLOSINGS),--closings $(CLOSINGS))

millions: setup  ## adopt ten million readings of which one cell is broken (ROWS=10000000)
	@. $(BUILD)/env.sh && WATERNET_READINGS=$(if $(ROWS),$(ROWS),10000000) \
	    $(PYTHON) -X faulthandler -m pytest -q --timeout=1800 tests/operations/test_reading_clocks.py -k one_bad_cell

thickbook: setup  ## a map book of 500 sheets of 300 pipes beside QGIS's own atlas export: time, size, memory (SHEETS=200)
	@. $(BUILD)/env.sh && $(PYTHON) tests/bench/ladder_book.py $(if $(SHEETS),$(SHEETS),500)

paintedbook: setup  ## the sample town's map book beside the one painted before pages were QGIS layouts: time and size
	@. $(BUILD)/env.sh && $(PYTHON) tests/bench/painted_book.py

survey-decisions: setup  ## axes and CRS of 10,000 random survey files: none wrong, hardly any asked without need (CASES=1000)
	@. $(BUILD)/env.sh && WATERNET_DECISIONS=$(if $(CASES),$(CASES),10000) \
	    $(PYTHON) -m pytest -q -s --timeout=3600 tests/unit/survey/test_random_decisions.py

server: setup  ## PostgreSQL and PostGIS on a socket with the sample town and a login for each role: prints its addresses; `make server-stop` removes it
	@$(PYTHON) tests/support/database_server.py start

server-stop:  ## stop the server of `make server` and remove all that is in it
	@$(PYTHON) tests/support/database_server.py stop

server-tests: setup  ## every test of networks on servers; 10,000 commits followed, 500 random sequences, 100 kills (COMMITS=300 SEQUENCES=20 KILLS=9)
	@. $(BUILD)/env.sh && WATERNET_SERVER=required WATERNET_CUT_S=30 $(PYTHON) -m pytest -q tests/store/postgis $$(grep -rlE "either_store|server_of_run" \
	    tests --include="test_*.py" | grep -v "^tests/store/postgis/\|followed_commits\|equal_stores")
	@. $(BUILD)/env.sh && WATERNET_SERVER=required WATERNET_COMMITS=$(if $(COMMITS),$(COMMITS),10000) SERVER_KILLS=$(if $(KILLS),$(KILLS),100) \
	    WATERNET_STORE_SEQUENCES=$(SEQUENCES) $(PYTHON) -m pytest -q --timeout=7200 tests/operations/test_followed_commits.py \
	    tests/store/postgis/test_kills.py tests/store/test_equal_stores.py

clean:  ## remove build/ and the caches
	@sh tools/clean.sh
