import type { DescribedCommand } from '../../../../src/cli/completion/describe-commands.js';

/** Commands with every kind of value, and with texts that shells give a meaning. */
export const SAMPLE: readonly DescribedCommand[] = [
  {
    name: 'draw',
    description: "draw a user's picture",
    options: [
      { flags: ['-o', '--output'], description: 'what: [svg]', values: { kind: 'choices', choices: ['svg', 'png'] } },
      { flags: ['-f', '--file'], description: 'input', values: { kind: 'file' } },
      { flags: ['--size'], description: 'how large', values: { kind: 'any' } },
      { flags: ['-h', '--help'], description: 'show help', values: { kind: 'none' } },
    ],
    argument: { kind: 'none' },
  },
  {
    name: 'help',
    description: 'show help',
    options: [],
    argument: { kind: 'choices', choices: ['draw'] },
  },
];
