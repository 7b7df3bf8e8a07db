import { runModules } from './cached-modules.js';

/** `dist/cli/dynamoctl.js` in the image: starts the program. */

/** The program's first module. The bundler puts its name here. */
declare const PROGRAM: string;

runModules(__dirname, PROGRAM, require);
