# The targets of a Kubebuilder project, for people used to Kubebuilder. The npm scripts and kubectl do the work.

IMG ?= ghcr.io/sanjivmadhavan/dynamoctl-dp-operator:v0.1.0
CONTAINER_TOOL ?= docker
KUBECTL ?= kubectl
PLATFORMS ?= linux/arm64,linux/amd64
ignore-not-found ?= false

RELEASED = ghcr.io/sanjivmadhavan/dynamoctl-dp-operator:v0.1.0
CRD = manifests/crd/crd.yaml
WITH_IMAGE = sed 's\#$(RELEASED)\#$(IMG)\#' manifests/install.yaml

.PHONY: all
all: build

##@ General

.PHONY: help
help: ## Show this help.
	@awk 'BEGIN {FS = ":.*##"} /^[a-zA-Z_0-9-]+:.*##/ {printf "  %-18s %s\n", $$1, $$2} /^##@/ {printf "\n%s\n", substr($$0, 5)}' $(MAKEFILE_LIST)

##@ Development

.PHONY: manifests
manifests: generate ## Generate the CRD, install.yaml and all other generated files.

.PHONY: generate
generate: ## Same as manifests.
	npm run generate

.PHONY: fmt
fmt: ## Format the sources.
	npm run format

.PHONY: vet
vet: ## Check the types.
	npm run typecheck

.PHONY: test
test: ## Run the tests.
	npm test

.PHONY: test-cluster
test-cluster: ## Run the tests that need the API server of KUBECONFIG.
	npm run test:cluster

.PHONY: test-e2e
test-e2e: ## Run the tests that need the cluster of KUBECONFIG with Metacontroller installed.
	npm run test:e2e

.PHONY: lint
lint: vet ## Check the types, the style, the spelling and the format.
	npm run format:check
	npm run lint

.PHONY: verify
verify: lint test ## Run every check that a pull request must pass.

.PHONY: tools
tools: ## Build Helm 3 and 4 into bin/, for the tests of the charts. Needs Go.
	tools/helm

.PHONY: lint-fix
lint-fix: fmt ## Format the sources.

##@ Build

.PHONY: build
build: ## Compile into dist/.
	npm run build

.PHONY: run
run: build ## Serve the hooks on this machine, for a CompositeController with a URL.
	node dist/cli/dynamoctl.js operator

.PHONY: docker-build
docker-build: ## Build the image IMG.
	$(CONTAINER_TOOL) build -t $(IMG) .

.PHONY: docker-push
docker-push: ## Push the image IMG.
	$(CONTAINER_TOOL) push $(IMG)

.PHONY: docker-buildx
docker-buildx: ## Build and push IMG for PLATFORMS.
	$(CONTAINER_TOOL) buildx build --push --platform=$(PLATFORMS) -t $(IMG) .

.PHONY: build-installer
build-installer: generate ## Generate manifests/install.yaml.
	@echo manifests/install.yaml

##@ Deployment

.PHONY: install
install: ## Apply the CRD.
	$(KUBECTL) apply --server-side -k manifests/crd

.PHONY: uninstall
uninstall: no-jobs-left ## Delete the CRD, once no DdbctlDpJob is left.
	$(KUBECTL) delete --ignore-not-found=$(ignore-not-found) -k manifests/crd

.PHONY: deploy
deploy: ## Apply everything, with the image IMG. Requires Metacontroller.
	$(WITH_IMAGE) | $(KUBECTL) apply --server-side -f $(CRD) -f -

.PHONY: undeploy
undeploy: no-jobs-left ## Delete everything, CRD included, once no DdbctlDpJob is left.
	$(KUBECTL) delete --ignore-not-found=$(ignore-not-found) -f manifests/install.yaml -f $(CRD)

.PHONY: no-jobs-left
no-jobs-left:
	@left=$$($(KUBECTL) get ddbctldpjobs --all-namespaces --no-headers --ignore-not-found 2>/dev/null); \
	if [ -n "$$left" ]; then \
	  echo "$$left"; \
	  echo 'Delete these first (kubectl delete ddbctldpjobs --all --all-namespaces): without the operator they cannot be deleted.'; \
	  exit 1; \
	fi
