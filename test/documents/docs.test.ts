import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import t from 'tap';
import { POLICY_SETTINGS } from '../../manifests/helm/values-schema.js';
import { SETTINGS } from '../../src/api/settings.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = readdirSync(join(root, 'manifests'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => join('manifests', file));
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** Who runs a command of the pages: a test file with what it must hold, or the reason why none does. */
const COMMANDS: readonly { command: RegExp; ranBy?: [file: string, holds: RegExp]; notRun?: string }[] = [
  {
    command: /^helm (install|test|upgrade|uninstall) dynamoctl-dp-operator /,
    ranBy: ['test/e2e/helm.test.ts', /'(install|test|upgrade|uninstall)'/],
  },
  { command: /^helm install erase-tenant /, ranBy: ['test/e2e/helm.test.ts', /dynamoctlDpJob\.partitionValue/] },
  {
    command: /^kubectl label namespace dynamoctl-dp-operator-system /,
    ranBy: ['test/e2e/helm.test.ts', /pod-security\.kubernetes\.io\/enforce/],
  },
  {
    command: /^kubectl apply -n shop -k manifests\/worker$/,
    ranBy: ['test/documents/docs.test.ts', /'manifests\/worker'/],
  },
  {
    command: /^kubectl apply -n shop -k manifests\/worker\/irsa$/,
    ranBy: ['test/documents/docs.test.ts', /'manifests\/worker\/irsa'/],
  },
  {
    command: /^kubectl delete (ddbctldpjobs --all|crd )/,
    ranBy: ['test/e2e/helm.test.ts', /'delete', '(ddbctldpjobs|crd)'/],
  },
  { command: /^kubectl -n dynamoctl-dp-operator-system scale /, ranBy: ['test/e2e/helm.test.ts', /'scale'/] },
  { command: /^kubectl get ddp --all-namespaces -o wide$/, ranBy: ['test/e2e/operator.test.ts', /'-o', 'wide'/] },
  {
    command: /^kubectl apply -k manifests\/prometheus$/,
    ranBy: ['test/documents/docs.test.ts', /'manifests\/prometheus'/],
  },
  {
    command: /^kubectl -n argocd patch /,
    notRun: 'needs Argo CD; the script is run by test/documents/manifests/gitops.test.ts',
  },
  {
    command: /^velero /,
    notRun: 'needs Velero; what it leads to is asked of sync by test/documents/manifests/gitops.test.ts',
  },
  { command: /^aws /, notRun: 'needs an AWS account' },
];

t.test('every command of the pages is run by a test, or says why not', async (t) => {
  const commands = pages.flatMap((page) =>
    [...textOf(page).matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
      block.split('\n').filter((line) => line.trim() !== ''),
    ),
  );
  t.ok(commands.length > 12);
  for (const line of commands) {
    const entry = COMMANDS.find(({ command }) => command.test(line));
    if (!t.ok(entry, line) || !entry?.ranBy) continue;
    const [file, holds] = entry.ranBy;
    t.match(existsSync(join(root, file)) ? textOf(file) : '', holds, `${file} runs: ${line}`);
  }
  t.same(
    COMMANDS.filter(({ command }) => !commands.some((line) => command.test(line))).map(({ command }) => command.source),
    [],
    'no entry without a command',
  );
});

t.test('every link and folder in the pages is there', async (t) => {
  for (const page of pages) {
    for (const [, target = ''] of textOf(page).matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      t.ok(existsSync(resolve(root, dirname(page), target)), `${page}: ${target}`);
    for (const [, target = ''] of textOf(page).matchAll(/`((?:manifests|src|test)\/[\w./-]*)`/g))
      t.ok(existsSync(join(root, target)), `${page}: ${target}`);
    for (const [, name = ''] of textOf(page).matchAll(/`([A-Z]+_[A-Z_]+)(?:=[^`]*)?`/g))
      t.ok(
        SETTINGS.some((setting) => setting.name === name),
        `${page}: ${name} is a setting`,
      );
  }
  t.ok(POLICY_SETTINGS.length > 6);
});

t.test('the IAM policies grant what the worker calls, and nothing else', async (t) => {
  const source = join(root, 'src');
  const called = new Set(
    readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [...readFileSync(join(source, file), 'utf8').matchAll(/new (\w+)Command\(/g)])
      .map(([, name]) => `dynamodb:${name}`),
  );
  t.ok(called.size >= 5);
  interface Statement {
    Effect: string;
    Action: string[];
    Resource: string;
    Condition?: Record<string, Record<string, unknown>>;
  }
  for (const name of ['table', 'one-partition', 'own-namespace']) {
    const { Statement: statements } = JSON.parse(textOf(`manifests/worker/iam/${name}.json`)) as {
      Statement: Statement[];
    };
    t.same(statements.flatMap(({ Action }) => Action).sort(), [...called].sort(), name);
    for (const { Action, Condition, Resource } of statements) {
      t.match(Resource, /^arn:aws:dynamodb:[^*]*:table\/[^*/]+$/, 'one table, and none of its indexes');
      const describes = Action.some((action) => action.startsWith('dynamodb:Describe'));
      // DescribeTable knows no key: under this condition it would be refused.
      const bound = Condition?.['ForAllValues:StringEquals']?.['dynamodb:LeadingKeys'] !== undefined;
      t.equal(bound, name !== 'table' && !describes, `${name}: ${Action.join()}`);
      t.equal(bound, Condition?.Null?.['dynamodb:LeadingKeys'] === 'false', 'and a request without a key is refused');
    }
  }
  const page = textOf('manifests/worker/README.md');
  for (const action of called) t.match(page, `\`${action}\``, `the page says what ${action} is for`);
});

const WITHOUT_KUBECTL = spawnSync('kubectl', ['version', '--client']).status !== 0 && 'kubectl is not on the PATH';

/** The kustomizations that the pages apply, built; what an API server says to them is asked in test/cluster. */
const KUSTOMIZATIONS: Readonly<Record<string, readonly string[]>> = {
  'manifests/prometheus': ['ServiceMonitor', 'PrometheusRule', 'ConfigMap'],
  'manifests/worker': ['ServiceAccount', 'Role', 'RoleBinding', 'ValidatingAdmissionPolicy'],
  'manifests/worker/irsa': ['ServiceAccount', 'Role', 'RoleBinding', 'ValidatingAdmissionPolicy'],
};

t.test('the kustomizations of the pages', { skip: WITHOUT_KUBECTL }, async (t) => {
  for (const [folder, kinds] of Object.entries(KUSTOMIZATIONS)) {
    const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { cwd: root, encoding: 'utf8' });
    t.equal(status, 0, stderr);
    for (const kind of kinds) t.match(stdout, `kind: ${kind}\n`, `${folder}: ${kind}`);
    if (folder.endsWith('irsa')) t.match(stdout, /annotations:\n +eks\.amazonaws\.com\/role-arn: arn:aws:iam::/);
  }
});

const WITHOUT_MAKE = spawnSync('make', ['--version']).status !== 0 && 'make is not on the PATH';

t.test('the Makefile', { skip: WITHOUT_MAKE }, async (t) => {
  const make = (...args: string[]) => spawnSync('make', args, { cwd: root, encoding: 'utf8' });
  const help = make('help').stdout;
  const scripts = Object.keys((JSON.parse(textOf('package.json')) as { scripts: object }).scripts);
  // Kubebuilder v4's, but for those that fetch Go tools or start kind.
  const targets =
    'help manifests generate fmt vet test test-e2e lint lint-fix build run docker-build docker-push docker-buildx build-installer install uninstall deploy undeploy';
  for (const target of targets.split(' ')) {
    t.match(help, new RegExp(`^ +${target} +\\S`, 'm'), `help tells ${target}`);
    const { status, stdout, stderr } = make('-n', target, 'IMG=registry.example/me:1');
    t.equal(status, 0, stderr);
    for (const [, script = 'test'] of stdout.matchAll(/^npm (?:run (\S+)|test)$/gm))
      t.ok(scripts.includes(script), script);
  }
  const deployed = make('-n', 'deploy', 'IMG=registry.example/me:1').stdout.split('|')[0] ?? '';
  const manifests = spawnSync('sh', ['-c', deployed], { cwd: root, encoding: 'utf8' }).stdout;
  t.match(manifests, /image: registry\.example\/me:1/);
  t.match(manifests, /value: registry\.example\/me:1/, 'the image of the workers, too');
  t.notMatch(manifests, /ghcr\.io/);
});
