# Everything a newcomer needs. `make` alone explains.
.PHONY: help setup demo test lint test-without-glpk end-to-end bench clean

CHILDREN ?= 8000
FACILITIES ?= 300
SEED ?= 1
DEMO := demo

help:
	@echo "make demo    install what is missing, build, make a city of $(CHILDREN) children, allocate and verify it"
	@echo "make test    install what is missing, build and run all tests"
	@echo ""
	@echo "Both need Swift 6.1 or later on Debian 12 (or Ubuntu), and root or sudo the first time, to install"
	@echo "the packages libglpk-dev, git and ca-certificates with apt-get where they are missing."
	@echo ""
	@echo "make lint                check the format of all sources"
	@echo "make test-without-glpk   build and test with the native solver alone"
	@echo "make end-to-end          run the release binary on the examples and on cities, and HiGHS on an export"
	@echo "make clean               remove what was built"

setup:
	@scripts/setup

demo: setup
	@scripts/demo $(DEMO) $(CHILDREN) $(FACILITIES) $(SEED)

test: setup
	swift build --build-tests
	swift test --skip-build

lint:
	swift format lint --strict --recursive Package.swift Sources Tests examples

test-without-glpk:
	swift build --build-tests --disable-default-traits --scratch-path .build-without-glpk
	swift test --skip-build --disable-default-traits --scratch-path .build-without-glpk

end-to-end: setup
	scripts/end-to-end

clean:
	rm -rf .build .build-* $(DEMO)
