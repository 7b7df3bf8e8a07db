import { ENV } from '../api/worker.js';

export type Env = Readonly<Record<string, string | undefined>>;

/** A source of credentials in the SDK's default chain, and the variables that switch it on: all of one of these sets. */
interface Source {
  name: string;
  variables: readonly (readonly string[])[];
}

/** In the order in which the chain tries them. Source: `defaultProvider` in `@aws-sdk/credential-provider-node`. */
const SOURCES: readonly Source[] = [
  { name: 'keys in the environment', variables: [['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']] },
  { name: 'a profile', variables: [['AWS_PROFILE']] },
  { name: 'web identity (IRSA)', variables: [['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE']] },
  {
    name: 'EKS Pod Identity',
    variables: [['AWS_CONTAINER_CREDENTIALS_FULL_URI'], ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']],
  },
];

const isSet = (env: Env, name: string): boolean => (env[name] ?? '') !== '';

/** The first source that the environment switches on; undefined if only the shared files and the instance metadata are left. */
export function identitySource(env: Env): string | undefined {
  return SOURCES.find(({ variables }) => variables.some((set) => set.every((name) => isSet(env, name))))?.name;
}

/** What was looked for, where nothing was found, and what a person can do about it. */
export function noIdentityFound(env: Env): string {
  const looked = SOURCES.map(({ name, variables }) => {
    const missing = (variables[0] ?? []).filter((variable) => !isSet(env, variable));
    return `${name} (${missing.join(' and ')} not set)`;
  });
  const isOff = isSet(env, 'AWS_EC2_METADATA_DISABLED') && env.AWS_EC2_METADATA_DISABLED !== 'false';
  const metadata = isOff ? 'switched off' : 'no role, or no answer';
  return `looked for ${looked.join(', ')}, the shared AWS files, and instance metadata (${metadata})${advice(env)}`;
}

/** A pod's environment does not change: what is put right shows only in the next pod. */
function advice(env: Env): string {
  const account = env[ENV.serviceAccount];
  if (account === undefined) return '';
  return `; the pod's service account is ${account}: give it a role (annotation eks.amazonaws.com/role-arn, or a Pod Identity association), or set spec.credentialsSecretRef, and create a new DdbctlDpJob`;
}
