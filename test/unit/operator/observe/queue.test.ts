import t from 'tap';
import { OUT_OF_QUEUE } from '../../../../src/api/names.js';
import { isOutOfQueue, queueOf } from '../../../../src/operator/observe/queue.js';
import { observedJob } from '../../../support/builders.js';

const prebuilt = 'kueue.x-k8s.io/prebuilt-workload-name';
const inQueue = { 'kueue.x-k8s.io/queue-name': 'deletions' };

for (const [why, labels, queue, isOut] of [
  ['no queue', { other: 'x' }, undefined, false],
  ['no labels', undefined, undefined, false],
  ['a queue, named by the resource or by the namespace', inQueue, 'deletions', false],
  ['with a Workload that somebody made before', { ...inQueue, [prebuilt]: 'w' }, 'deletions', false],
  ['taken out of it', { ...inQueue, [prebuilt]: OUT_OF_QUEUE }, undefined, true],
  ['it never had one', { [prebuilt]: OUT_OF_QUEUE }, undefined, false],
] as const)
  t.test(why, async (t) => {
    const job = observedJob();
    const { labels: _none, ...metadata } = job.metadata;
    const labelled = { ...job, metadata: { ...metadata, ...(labels && { labels }) } };
    t.equal(queueOf(labelled), queue);
    t.equal(isOutOfQueue(labelled), isOut);
  });
