# What a person does with bnfold; `make` alone lists it.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
# The release build has its own folder: it links everything statically.
RELEASE := .build-release
BNFOLD := $(RELEASE)/bnfold
VENV := .venv
PYTHON := $(VENV)/bin/python
# What the long tests do; FUZZ_SECONDS is for each target of `make fuzz`.
FUZZ := .build-fuzz
FUZZ_SECONDS := 60
EDITS := 100000
GRAPHS := 20000
# Damaged folds of each network of `make mutants`.
MUTANTS := 300
# What `make dist` makes, and the tools for it.
DIST := dist
PACKAGING := .venv-packaging
# The team's collections of models beside the checkout, where there are any.
ZOO := $(wildcard ../shared/zoo/tiny.tar.xz)
TRAPS := $(wildcard ../shared/onnx/traps.tar.xz)
INTEROP = $(PYTHON) Tests/Interop/interop.py --bnfold $(BNFOLD) $(if $(ZOO),--zoo $(ZOO))
# The tools of ONNX, which have other versions of packages than TensorFlow needs.
ONNX_VENV := .venv-onnx

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 16

.PHONY: setup
setup: ## install the system packages that are missing
	@scripts/install-packages.sh pkg-config libaec-dev libdeflate-dev libhdf5-dev libssl-dev libyaml-dev zlib1g-dev

.PHONY: build
build: setup ## build the release binary
	@scripts/build-release.sh $(RELEASE)

.PHONY: demo
demo: build ## fold a small ResNet block and show what happened
	@scripts/demo.sh $(BNFOLD)

.PHONY: test
test: build ## run all tests, also those that swift test leaves out as slow
	@scripts/install-packages.sh strace
	swift build --build-tests --explicit-target-dependency-import-check error
	BNFOLD_SLOW_TESTS=1 BNFOLD_BINARY=$(CURDIR)/$(BNFOLD) swift test

.PHONY: client
client: setup ## build and run a program that knows the library by its product only
	@scripts/client.sh .build-client

.PHONY: fuzz
fuzz: setup ## let libFuzzer look for inputs that crash the parsers (FUZZ_SECONDS=60 for each)
	@scripts/fuzz.sh $(FUZZ) $(FUZZ_SECONDS)

.PHONY: fuzz-files
fuzz-files: build ## fold EDITS=100000 randomly edited files
	BNFOLD_SLOW_TESTS=1 BNFOLD_BINARY=$(CURDIR)/$(BNFOLD) BNFOLD_EDITS=$(EDITS) \
	  swift test --filter RandomEditTests

.PHONY: fuzz-graphs
fuzz-graphs: ## fold GRAPHS=20000 random graphs and compare what they compute
	BNFOLD_GRAPHS=$(GRAPHS) swift test --filter RandomGraphTests

.PHONY: faults
faults: build ## let every call of the system fail once, and kill the tool 1,000 times
	@scripts/install-packages.sh strace
	BNFOLD_SLOW_TESTS=1 BNFOLD_BINARY=$(CURDIR)/$(BNFOLD) BNFOLD_FAULT_STEP=1 BNFOLD_KILLS=1000 \
	  swift test --filter "SystemCallFaultTests|KillTests"

.PHONY: mutants
mutants: build $(VENV)/.complete ## damage MUTANTS=300 folds of each of eleven networks: none may pass for right
	$(PYTHON) Tests/Interop/mutants.py --bnfold $(BNFOLD) --networks $(RELEASE)/networks --count $(MUTANTS)

.PHONY: right-folds
right-folds: build $(VENV)/.complete ## fold networks elsewhere, those of `make mutants` too: none may be refused
	$(PYTHON) Tests/Interop/right_folds.py --bnfold $(BNFOLD) $(if $(ZOO),--zoo $(ZOO)) \
	  $(wildcard $(RELEASE)/networks/*.h5)

.PHONY: interop
interop: build $(VENV)/.complete page ## let Keras load and run what bnfold writes, networks of keras.applications too
	@# Python uses one processor of two: the parts run side by side, and both have to pass.
	$(INTEROP) --apps --part 1/2 & first=$$!; $(INTEROP) --apps --part 2/2; second=$$?; \
	  wait $$first && exit $$second

.PHONY: interop-layers
interop-layers: build $(VENV)/.complete ## hold each layer of networks of keras.applications against Keras
	$(INTEROP) --layers --only "layers/*"

.PHONY: interop-onnx
interop-onnx: build $(ONNX_VENV)/.complete ## run the cases of onnx, and verify what five tools and damage make of models
	$(ONNX_VENV)/bin/python Tests/Interop/onnx_interop.py --bnfold $(BNFOLD) $(if $(TRAPS),--traps $(TRAPS))

.PHONY: page
page: build $(VENV)/.complete ## open the pages of --report html in a headless Chromium
	@scripts/install-packages.sh chromium
	$(PYTHON) Tests/Interop/page.py --bnfold $(BNFOLD)

.PHONY: interop-releases
interop-releases: build ## let ten releases of Keras load what bnfold makes of their files
	python3 Tests/Interop/releases.py --bnfold $(BNFOLD) --environments $(RELEASE)/keras-releases

.PHONY: bench
bench: build $(VENV)/.complete $(ONNX_VENV)/.complete ## measure bnfold against cp, Keras and ONNX Runtime
	@scripts/install-packages.sh time
	@PKG_CONFIG_PATH=$(CURDIR)/$(RELEASE)/pkgconfig \
	  swift build -c release --package-path Benchmarks/InProcess --static-swift-stdlib \
	  -Xswiftc -use-ld=lld -Xlinker --gc-sections -Xlinker --strip-all --scratch-path $(RELEASE)/in-process
	$(PYTHON) Benchmarks/bench.py --bnfold $(BNFOLD) --in-process $(RELEASE)/in-process/release/InProcess
	$(PYTHON) Benchmarks/formats.py --bnfold $(BNFOLD)
	$(PYTHON) Benchmarks/search.py --bnfold $(BNFOLD)
	$(PYTHON) Benchmarks/calibration.py --bnfold $(BNFOLD)
	@# Without what these packages ask for: TensorFlow has its own versions of it.
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps -r Benchmarks/requirements.txt
	$(PYTHON) Benchmarks/forward.py --bnfold $(BNFOLD) --in-process $(RELEASE)/in-process/release/InProcess
	$(PYTHON) Benchmarks/speedup.py --bnfold $(BNFOLD)
	$(ONNX_VENV)/bin/python Benchmarks/onnx_models.py --bnfold $(BNFOLD) \
	  --in-process $(RELEASE)/in-process/release/InProcess

.PHONY: lint
lint: ## check the format of the sources
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Fixtures \
	  Fuzzing/Package.swift Fuzzing/Sources Benchmarks/InProcess

.PHONY: documentation
documentation: setup ## check the documentation comments of the library and the picture of its targets
	@scripts/install-packages.sh python3
	@scripts/check-documentation.sh
	@python3 scripts/draw-architecture.py docs/images/architecture.svg --check

.PHONY: architecture
architecture: ## draw the targets and their imports (docs/images/architecture.svg)
	@python3 scripts/draw-architecture.py docs/images/architecture.svg

.PHONY: dist
dist: build $(PACKAGING)/.complete ## make all packages in dist/: wheel, .deb, tarball, image, SHA256SUMS
	@scripts/install-packages.sh buildah python3
	@PYTHON=$(CURDIR)/$(PACKAGING)/bin/python packaging/dist.sh $(BNFOLD) $(RELEASE)/bnfold.map $(DIST)

.PHONY: check-dist
check-dist: dist ## install and try all packages, in their own roots and environments
	@PYTHON=$(CURDIR)/$(PACKAGING)/bin/python Tests/Distribution/run.sh $(DIST)

.PHONY: check-reproducible
check-reproducible: setup ## build the binary twice, from nothing, and compare the bytes
	@Tests/Distribution/reproducible.sh $(RELEASE)-twice

.PHONY: release-check
release-check: ## hold the tag, the changelog and the version against each other
	@packaging/release-check.sh

.PHONY: install
install: build ## copy the binary, man pages and completions to $(PREFIX)
	@scripts/install-packages.sh python3
	@packaging/install.sh $(BNFOLD) $(RELEASE)/prefix $(DESTDIR)$(PREFIX)

.PHONY: uninstall
uninstall: ## remove what `make install` has copied to $(PREFIX)
	@packaging/install.sh --remove $(RELEASE)/prefix $(DESTDIR)$(PREFIX)

.PHONY: clean
clean: ## remove what was built
	rm -rf .build .build-client $(RELEASE) $(FUZZ) $(VENV) $(ONNX_VENV) $(PACKAGING) $(DIST)

$(VENV)/.complete: requirements.txt
$(ONNX_VENV)/.complete: Tests/Interop/onnx-peers-requirements.txt Tests/Interop/onnx-requirements.txt
$(PACKAGING)/.complete: packaging/requirements.txt
%/.complete:
	@scripts/install-packages.sh python3-venv
	python3 -m venv $*
	$*/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@
