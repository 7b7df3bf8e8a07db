# One image, two commands: `operator` (the webhook) and `delete-partition` (the worker). The base images can be given by digest:
#   docker build --build-arg NODE_IMAGE=node@sha256:… --build-arg RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12@sha256:… .
ARG NODE_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY tools/bundle ./tools/bundle
COPY src ./src
# The program and the parts of packages that it needs, their SBOM and their licenses.
RUN npm run bundle

FROM ${RUNTIME_IMAGE}
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/bundle ./
# What a worker runs is compiled here, once, by the Node.js that will run it: it then starts in less time.
USER 0:0
RUN ["/nodejs/bin/node", "/app/dist/cli/compile.js"]
# A numeric user, so that Kubernetes can verify runAsNonRoot.
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/cli/dynamoctl.js"]
