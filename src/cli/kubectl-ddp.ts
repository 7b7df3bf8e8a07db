#!/usr/bin/env node
import { buildPlugin } from './kubectl/program.js';
import { start } from './start.js';

start(buildPlugin);
