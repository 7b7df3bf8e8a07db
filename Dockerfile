# One image, two commands: `operator` (the webhook) and `delete-partition` (the worker).
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY src ./src
# The runtime needs neither development packages nor type declarations and source maps.
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && find node_modules dist \( -name '*.d.ts' -o -name '*.map' \) -exec rm -f {} +

FROM gcr.io/distroless/nodejs24-debian12:nonroot
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# A numeric user, so that Kubernetes can verify runAsNonRoot.
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/cli/dynamoctl.js"]
