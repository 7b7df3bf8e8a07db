import t from 'tap';
import { Flow } from '../../../../src/deletion/pace/flow.js';
import { type Evidence, regrouping } from '../../../../src/deletion/pace/flow-grouping.js';

const NOW = 100_000;
const [a, b] = [new Flow(), new Flow()];

/** A group of so many flows; those that are given were not refused. */
const group = (size: number, unrefused: Flow[] = []): Evidence['group'] => ({
  flows: new Set([a, b].slice(0, size)),
  unrefused: () => unrefused,
  hasJoined: false,
  lastProbeAt: -Infinity,
});
const joined = (lastProbeAt: number): Evidence['group'] => ({ ...group(2), hasJoined: true, lastProbeAt });

/** Two flows under one rate, nothing refused. */
const together: Evidence = {
  group: group(2),
  groups: 1,
  refused: false,
  deliveredBeyondSavings: 500,
  delivered: 500,
  splitAt: undefined,
  provedSplitAt: -Infinity,
  sharedLimit: false,
  togetherUntil: -Infinity,
};
/** A rate for each of them, and one was refused. */
const apart: Evidence = { ...together, group: group(1), groups: 2, splitAt: NOW - 50_000, refused: true };

const table: { why: string; evidence: Evidence; kind: string }[] = [
  { why: 'nothing special', evidence: together, kind: 'none' },

  { why: 'more than a partition can deliver', evidence: { ...together, deliveredBeyondSavings: 1251 }, kind: 'split' },
  { why: 'a partition might just deliver that', evidence: { ...together, deliveredBeyondSavings: 1250 }, kind: 'none' },
  { why: 'a single flow', evidence: { ...together, group: group(1), deliveredBeyondSavings: 3000 }, kind: 'none' },
  {
    why: 'already split: a group of several is left to the refusals',
    evidence: { ...together, groups: 2, splitAt: NOW - 1, deliveredBeyondSavings: 3000 },
    kind: 'none',
  },
  {
    why: 'delivery comes before refusals',
    evidence: { ...together, refused: true, group: group(2, [b]), deliveredBeyondSavings: 1251 },
    kind: 'split',
  },

  {
    why: 'refusals that spare one',
    evidence: { ...together, refused: true, group: group(2, [b]) },
    kind: 'split off unrefused',
  },
  { why: 'refusals that spare none', evidence: { ...together, refused: true }, kind: 'none' },
  { why: 'spared, but nothing was refused now', evidence: { ...together, group: group(2, [b]) }, kind: 'none' },

  {
    why: 'a refusal, and they deliver no more than one partition',
    evidence: { ...apart, delivered: 1150 },
    kind: 'merge',
  },
  { why: 'they deliver more', evidence: { ...apart, delivered: 1151 }, kind: 'none' },
  { why: 'nothing was refused', evidence: { ...apart, refused: false }, kind: 'none' },
  { why: 'too soon after the split', evidence: { ...apart, splitAt: NOW - 2999 }, kind: 'none' },
  { why: 'long enough after the split', evidence: { ...apart, splitAt: NOW - 3000 }, kind: 'merge' },
  { why: 'too soon after a proof', evidence: { ...apart, provedSplitAt: NOW - 19_999 }, kind: 'none' },
  { why: 'long enough after a proof', evidence: { ...apart, provedSplitAt: NOW - 20_000 }, kind: 'merge' },
  { why: 'one group is left', evidence: { ...apart, groups: 1 }, kind: 'none' },
  { why: 'groups without a split', evidence: { ...apart, splitAt: undefined }, kind: 'none' },

  { why: 'a limit of the whole table', evidence: { ...apart, sharedLimit: true, splitAt: NOW }, kind: 'merge' },
  {
    why: 'and they are together',
    evidence: { ...together, sharedLimit: true, deliveredBeyondSavings: 3000 },
    kind: 'none',
  },
  {
    why: 'it holds them together',
    evidence: { ...together, deliveredBeyondSavings: 3000, togetherUntil: NOW + 1 },
    kind: 'none',
  },
  { why: 'until then', evidence: { ...together, deliveredBeyondSavings: 3000, togetherUntil: NOW }, kind: 'split' },

  { why: 'a flow has joined', evidence: { ...together, group: joined(-Infinity) }, kind: 'probe' },
  { why: 'too soon after the last probe', evidence: { ...together, group: joined(NOW - 1000) }, kind: 'none' },
  { why: 'a second after it', evidence: { ...together, group: joined(NOW - 1001) }, kind: 'probe' },
];

t.test('which flows share a rate', async (t) => {
  for (const { why, evidence, kind } of table) t.equal(regrouping(evidence, NOW).kind, kind, why);
  const decision = regrouping({ ...together, refused: true, group: group(2, [b]) }, NOW);
  t.strictSame(decision, { kind: 'split off unrefused', flows: [b] }, 'and which flows leave');
});
