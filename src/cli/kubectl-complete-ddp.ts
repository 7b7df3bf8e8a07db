#!/usr/bin/env node
import { complete } from './kubectl/complete.js';
import { kubectlOnPath } from './kubectl/kubectl.js';

// Errors would stand in the middle of the line that is being typed.
const quietly = (): void => undefined;

complete(process.argv.slice(2), (connection) => kubectlOnPath(connection, quietly)).then(
  (text) => process.stdout.write(text),
  () => process.exit(1),
);
