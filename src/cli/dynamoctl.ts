#!/usr/bin/env node
import { buildProgram } from './program.js';
import { start } from './start.js';

start((argv) => buildProgram(argv[2]));
