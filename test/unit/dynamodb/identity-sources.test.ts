import t from 'tap';
import { identitySource, noIdentityFound } from '../../../src/dynamodb/identity-sources.js';

t.test('the source that the environment switches on', async (t) => {
  for (const [env, source] of [
    [{}, undefined],
    [{ AWS_ACCESS_KEY_ID: 'AKIA' }, undefined],
    [{ AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' }, 'keys in the environment'],
    [{ AWS_PROFILE: 'worker' }, 'a profile'],
    [{ AWS_ROLE_ARN: 'arn' }, undefined],
    [{ AWS_ROLE_ARN: 'arn', AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }, 'web identity (IRSA)'],
    [{ AWS_ROLE_ARN: 'arn', AWS_WEB_IDENTITY_TOKEN_FILE: '' }, undefined],
    [{ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' }, 'EKS Pod Identity'],
    [{ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2' }, 'EKS Pod Identity'],
  ] as const)
    t.equal(identitySource(env), source, JSON.stringify(env));
});

t.test('what was looked for, and what to do', async (t) => {
  const words = noIdentityFound({ DYNAMOCTL_SERVICE_ACCOUNT: 'ddbctl-worker' });
  for (const part of [
    'keys in the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY not set)',
    'web identity (IRSA) (AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE not set)',
    'EKS Pod Identity (AWS_CONTAINER_CREDENTIALS_FULL_URI not set)',
    'instance metadata (no role, or no answer)',
    'service account is ddbctl-worker',
    'eks.amazonaws.com/role-arn',
    'credentialsSecretRef',
  ])
    t.ok(words.includes(part), part);
  t.ok(words.length < 700, `${words.length} characters: it is part of a message`);
  t.match(noIdentityFound({ AWS_ROLE_ARN: 'arn' }), /web identity \(IRSA\) \(AWS_WEB_IDENTITY_TOKEN_FILE not set\)/);
  t.match(
    noIdentityFound({ AWS_EC2_METADATA_DISABLED: 'true' }),
    /instance metadata \(switched off\)$/,
    'outside of a pod',
  );
});
