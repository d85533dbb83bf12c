# Everything a newcomer needs. `make` alone explains.
.PHONY: help setup demo serve test lint test-without-glpk end-to-end bench bench-quick seeds manual-cities instructions fuzz attacks sanitize learning nightly docs clean

CHILDREN ?= 8000
FACILITIES ?= 300
SEED ?= 1
SECONDS ?= 60
DEMO := demo

help:
	@echo "make demo    install what is missing, build, make a city of $(CHILDREN) children, allocate and verify it"
	@echo "make serve   the section's service in a browser, with a made-up city and three people"
	@echo "make test    install what is missing, build and run all tests"
	@echo ""
	@echo "All need Swift 6.1 or later on Debian 12 (or Ubuntu), and root or sudo the first time, to install"
	@echo "the packages libglpk-dev, libsqlite3-dev, libxlsxwriter-dev, libzip-dev, libexpat1-dev, g++, git and ca-certificates with apt-get"
	@echo "where they are missing."
	@echo ""
	@echo "make lint                check the format of all sources"
	@echo "make test-without-glpk   build with the native solver alone, and run the tests that a solver can change"
	@echo "make end-to-end          run the release binary on the examples and on cities, and HiGHS on an export;"
	@echo "                         scripts/end-to-end takes the arguments of pytest, such as one file or -k WORD"
	@echo "make fuzz                mutated files and values for every reader, for $(SECONDS) seconds; see scripts/fuzz --help"
	@echo "make attacks             the attacks of Tests/Attack on the release binary"
	@echo "make sanitize            the thread and the address sanitizer on the tests that fit them"
	@echo "make learning            calibrate --learn on cities with disturbed tables, in a release build"
	@echo "make nightly             what takes too long for every change: all tests without GLPK, the sanitizers, the reference,"
	@echo "                         the end-to-end tests that repeat something as often as they should, half an hour of make fuzz"
	@echo "make docs                build the reference of all library modules into .build-docs/site; a warning is an error"
	@echo "make bench               measure everything and the peers, about half an hour; see Benchmarks/README.md"
	@echo "make bench-quick         the same in small, a few minutes"
	@echo "make seeds               200 cities of 8,000 children: are all proved?"
	@echo "make manual-cities       50 rounds of 2,000 done by hand with known mistakes: does compare name exactly these?"
	@echo "make instructions        has the run on 8,000 children become slower? counted, not timed"
	@echo "make clean               remove what was built"

setup:
	@scripts/setup

demo: setup
	@scripts/demo $(DEMO) $(CHILDREN) $(FACILITIES) $(SEED)

serve: setup
	@scripts/serve $(DEMO)/service

test: setup
	swift build --build-tests
	swift test --skip-build

lint:
	swift format lint --strict --recursive Package.swift Plugins Sources Tests examples Benchmarks/Package.swift Benchmarks/Benchmarks

# Everything is built, but tests whose targets never solve a program run only in `make test` and `make nightly`. The list names
# those that are left out, so a new test target runs here until somebody adds it.
WITHOUT_SOLVER := AdmissionsTests|ArchitectureTests|CaseFilesTests|ExplainingTests|LedgerTests|MarketOracleTests|TablesTests|TerminalTests|VerifyingTests|WorkbooksTests
# Suites that take long and try the native solver in `make test` too, and one for which it does not matter how a result was found.
BOTH_SOLVERS := AgreementTests|FurtherRulesTests|KeptClosedTests|OverfullTests|PhaseAgreementTests|SharedLimitTests|WishKeyTests|MutationTests
# In the same folder as `make test`: only what the trait changes is built again.
without_glpk = --disable-default-traits

test-without-glpk:
	swift build --build-tests $(without_glpk)
	swift test --skip-build $(without_glpk) --skip '^($(WITHOUT_SOLVER))\.' --skip '\.($(BOTH_SOLVERS))/'

end-to-end: setup
	scripts/end-to-end

# PEER_SECONDS and PUBLISHED_SECONDS limit the peers; BENCH_OPTIONS=--resume goes on with an interrupted run.
bench: setup
	python3 Benchmarks/driver $(BENCH_OPTIONS)

bench-quick: setup
	python3 Benchmarks/driver --quick $(BENCH_OPTIONS)

seeds: setup
	scripts/seeds $(FROM) $(TO)

manual-cities: setup
	scripts/manual-cities $(FROM) $(TO)

instructions: setup
	scripts/instructions

fuzz: setup
	scripts/fuzz --seconds $(SECONDS) --seed $(SEED)

attacks: setup
	scripts/attacks

sanitize: setup
	scripts/sanitize

nightly: setup
	swift build --build-tests $(without_glpk)
	swift test --skip-build $(without_glpk)
	$(MAKE) sanitize docs learning
	ENMUSUBI_LONG_TESTS=1 scripts/end-to-end
	$(MAKE) fuzz SECONDS=1800 SEED=$$(date +%Y%m%d)

# Built for release, as each test solves thousands of cities.
learning: setup
	ENMUSUBI_LONG_TESTS=1 swift test -c release -Xswiftc -enable-testing --scratch-path .build-learning --filter ComparingTests.LearningTests

docs: setup
	@scripts/docs

clean:
	rm -rf .build .build-* Benchmarks/.build $(DEMO)
