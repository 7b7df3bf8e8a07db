import t from 'tap';
import { CREDENTIAL_KEYS, DRAIN_SECONDS, ENV, TERMINATION_MESSAGE_BYTES } from '../../../src/api/worker.js';
import { MAX_MESSAGE } from '../../../src/api/patterns.js';

t.test('each variable has a name of its own, which no other program uses', async (t) => {
  const names = Object.values(ENV);
  t.equal(new Set(names).size, names.length);
  for (const name of names) t.match(name, /^DYNAMOCTL_[A-Z_]+$/);
});

t.test('a name follows from its field', async (t) => {
  for (const [field, name] of Object.entries(ENV))
    t.equal(name.replaceAll('_', ''), `DYNAMOCTL${field.toUpperCase()}`, field);
});

t.strictSame(
  CREDENTIAL_KEYS.map(({ name, optional }) => `${name}${optional ? '?' : ''}`),
  ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN?'],
  'the keys of a Secret, as the AWS SDK reads them; only temporary credentials have a token',
);

t.ok(
  MAX_MESSAGE * 4 <= TERMINATION_MESSAGE_BYTES,
  'a message of the widest characters fits into a termination message',
);
t.equal(DRAIN_SECONDS, 20, "with what a Job adds to it, Kubernetes' default grace period of 30 s");
