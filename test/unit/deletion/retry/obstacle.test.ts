import t from 'tap';
import { deniedHint, obstacleOf } from '../../../../src/deletion/retry/obstacle.js';
import { classOf } from '../../../../src/dynamodb/errors.js';

const sdk = (name: string, status?: number, more: object = {}): Error =>
  Object.assign(new Error('secret'), { name, $metadata: { httpStatusCode: status }, ...more });
const node = (code: string): Error => Object.assign(new Error('secret'), { code });

for (const [reason, error, words] of [
  ['nobody listens', node('ECONNREFUSED'), 'no connection to http://x:1: ECONNREFUSED'],
  ['no such name', node('ENOTFOUND'), 'no connection to http://x:1: ENOTFOUND'],
  ['no answer in time', sdk('TimeoutError'), 'no answer from http://x:1: TimeoutError'],
  ['no route', node('ETIMEDOUT'), 'no answer from http://x:1: ETIMEDOUT'],
  ['out of order', sdk('X', 503), 'http://x:1 answers with an error: X, HTTP 503'],
  ['throttled', sdk('ThrottlingException', 400), 'http://x:1 answers with an error: ThrottlingException, HTTP 400'],
  ['no identity', sdk('NoIdentity', undefined, { message: 'looked for' }), 'no AWS credentials: looked for'],
  [
    'an identity that cannot be had',
    sdk('CredentialsProviderError', undefined, { code: 'ETIMEDOUT', message: 'web identity (IRSA) provides none' }),
    'no AWS credentials yet: web identity (IRSA) provides none: CredentialsProviderError, ETIMEDOUT',
  ],
  [
    "so do the SDK's words about its chain, which have no code",
    sdk('CredentialsProviderError'),
    'no AWS credentials yet: CredentialsProviderError',
  ],
  [
    'and those of another error that has one',
    sdk('TokenProviderError', undefined, { code: 'ETIMEDOUT' }),
    'no AWS credentials yet: TokenProviderError, ETIMEDOUT',
  ],
  ['words that are no text', sdk('NoIdentity', undefined, { message: 7 }), 'no AWS credentials: '],
  ["the SDK's own words stay out", sdk('TokenProviderError'), 'no AWS credentials yet: TokenProviderError'],
  [
    'denied',
    sdk('AccessDeniedException', 400, { message: 'User: arn is not authorized' }),
    'AWS denies access so far: AccessDeniedException, HTTP 400: User: arn is not authorized',
  ],
  [
    'STS is not activated in the region',
    sdk('RegionDisabledException', 403),
    'AWS denies access so far: RegionDisabledException, HTTP 403: an administrator has to activate STS in this region for the account',
  ],
] as const)
  t.test(reason, async (t) => {
    t.equal(obstacleOf(classOf(error), error, 'http://x:1'), words);
  });

t.test("only IAM's words about a caller are shown", async (t) => {
  t.equal(deniedHint({ message: 'User: x' }), ': User: x');
  t.equal(deniedHint({ message: 'secret' }), '');
  t.equal(deniedHint({ message: 'secret User: x' }), '');
  t.equal(deniedHint({ message: ['User: x'] }), '', 'which are text');
  t.equal(deniedHint({ message: `User: ${'x'.repeat(700)}` }).length, 602, 'and not all of them');
  t.equal(deniedHint({ name: 'NotRegionDisabled' }), '');
  t.equal(deniedHint({ name: ['RegionDisabled'] }), '');
  t.equal(deniedHint({}), '');
});
