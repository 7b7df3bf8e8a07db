import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import t from 'tap';
import { parse } from 'yaml';
import { POLICY_SETTINGS } from '../../manifests/helm/values-schema.js';
import { GROUP, PLURAL } from '../../src/api/names.js';
import { SETTINGS } from '../../src/api/settings.js';
import { Status } from '../../src/api/status.js';
import { SUBCOMMAND_NAMES } from '../../src/cli/kubectl/subcommands.js';
import { buildProgram } from '../../src/cli/program.js';
import { commandsOf, root, textOf, USER_PAGES } from './pages.js';

/** Who runs a command of the pages: a test file with what it must hold, the reason why none does, or what else shows that it is right. */
interface Command {
  command: RegExp;
  ranBy?: [file: string, holds: RegExp];
  notRun?: string;
  holds?: (found: RegExpExecArray) => boolean;
}

const scripts = (JSON.parse(textOf('package.json')) as { scripts: object }).scripts;
const program = await buildProgram();
const METACONTROLLER = /'https:\/\/github\.com\/metacontroller\/metacontroller\/manifests\/production\?ref=v4\.17\.2'/
  .source;

/** Whether a command of `dynamoctl` has the flags that it is given. */
function isInvocation(name: string | undefined, rest: string): boolean {
  const command = program.commands.find((each) => each.name() === name);
  const flags = [...rest.matchAll(/(?<= )--?[a-z-]+/g)].map(([flag]) => flag).filter((flag) => flag !== '--help');
  return (
    command !== undefined &&
    flags.every((flag) => command.options.some(({ short, long }) => flag === short || flag === long))
  );
}

const COMMANDS: readonly Command[] = [
  { command: /^npm ci && npm run demo$/, ranBy: ['test/demo/demo.test.ts', /demo\.ts/] },
  { command: /^npm ci$/, ranBy: ['.ci/run', /npm ci/] },
  { command: /^npm run (\S+)(?: -- .+)?$/, holds: ([, script = '']) => script in scripts },
  {
    command: /^(?:node dist\/cli\/dynamoctl\.js|dynamoctl) ([\w-]+)(.*)$/,
    holds: ([, name, rest = '']) => isInvocation(name, rest),
  },
  { command: /^curl /, ranBy: ['test/documents/readme.test.ts', /curl -d/] },
  {
    command: new RegExp(`^kubectl (apply|delete) -k ${METACONTROLLER}$`),
    notRun: 'fetches from GitHub; the e2e tests ask for a cluster with Metacontroller in it',
  },
  {
    command: /^kubectl apply -f manifests\/crd\/crd\.yaml -f manifests\/install\.yaml$/,
    ranBy: ['test/cluster/manifests.test.ts', /'-f', CRD_FILE, '-f', INSTALL_FILE/],
  },
  {
    command: /^kubectl apply -f manifests\/(crd\/crd|install)\.yaml$/,
    ranBy: ['test/cluster/manifests.test.ts', /'-f', CRD_FILE, '-f', INSTALL_FILE/],
  },
  {
    command: /^kubectl delete -f manifests\/(install|crd\/crd)\.yaml$/,
    ranBy: ['test/cluster/uninstall.test.ts', /'delete'/],
  },
  {
    command: /^kubectl -n dynamoctl-dp-operator-system rollout status deployment\/dynamoctl-dp-operator$/,
    ranBy: ['test/e2e/support/install.ts', /'rollout', 'status', 'deployment\/dynamoctl-dp-operator'/],
  },
  {
    command: /^kubectl -n dynamoctl-dp-operator-system set env deployment\/dynamoctl-dp-operator ([A-Z_]+)=\S+$/,
    holds: ([, name]) => SETTINGS.some((setting) => setting.name === name),
  },
  { command: /^docker (build|push) /, notRun: 'needs a container engine and a registry' },
  {
    command: /^docker (create|cp|rm) /,
    ranBy: ['test/system/image/bundle.test.ts', /'kubectl-complete-ddp\.js', 'kubectl_complete-ddp'/],
  },
  {
    command: /^docker run --rm (?:-\S+(?: [A-Z_]+| host)? )*ghcr\.io\/\S+:v\d\S* ([\w-]+)(.*)$/,
    holds: ([, name, rest = '']) => isInvocation(name, rest),
  },
  { command: /^npm pack$/, ranBy: ['test/documents/package.test.ts', /'pack', '--pack-destination'/] },
  {
    command: /^npx --yes --package \S*dynamoctl-dp-operator-\d+\.\d+\.\d+\.tgz dynamoctl ([\w-]+)(.*)$/,
    holds: ([, name, rest = '']) => isInvocation(name, rest),
  },
  {
    command: /^kind (create cluster|load docker-image \S+|delete cluster)$/,
    notRun: 'needs Docker; a test is given a cluster',
  },
  {
    command:
      /^kubectl (apply|replace --force) -f manifests\/quick-start\/|job\/seed-orders|deployment\/aws-dynamodb-local|^kubectl wait .* --timeout=5m$|^kubectl get ddp ddbctldpjob-dry-run -o wide$/,
    ranBy: ['test/e2e/quick-start.test.ts', /quickStartCommands\(\)/],
  },
  {
    command: /^kubectl ddp (\w+) \S+( -n \S+)?$/,
    ranBy: ['test/system/kubectl-plugin.test.ts', /the real kubectl finds both programs/],
    holds: ([, name]) => SUBCOMMAND_NAMES.some((known) => known === name),
  },
  {
    command: /^(sed \S+ manifests\/install\.yaml) \| kubectl apply -f manifests\/crd\/crd\.yaml -f -$/,
    holds: ([, sed]) => {
      const { stdout } = spawnSync('sh', ['-c', String(sed)], { cwd: root, encoding: 'utf8' });
      return (stdout.match(/(image|value): registry\.example\.com\/dynamoctl-dp-operator:dev\n/g) ?? []).length === 2;
    },
  },
  {
    command: /^kubectl -n metacontroller patch statefulset /,
    ranBy: ['test/documents/readme.test.ts', /patch statefulset metacontroller/],
  },
  {
    command: /^kubectl apply -f manifests\/samples\/([\w-]+\.yaml)$/,
    holds: ([, file]) => existsSync(join(root, 'manifests/samples', String(file))),
  },
  {
    command: /^kubectl (get ddp(?: --watch)?|describe ddp \S+)$/,
    ranBy: ['test/e2e/operator.test.ts', /'get', 'ddp'/],
  },
  {
    command: /^kubectl wait --for=condition=Finished ddp\/\S+ --timeout=1h$/,
    ranBy: ['test/e2e/support/scene.ts', /'wait', '--for=condition=Finished'/],
  },
  {
    command: /^(kubectl wait --for=condition=(Succeeded|Stalled) ddp\/\S+ --timeout=1h & |wait -n )/,
    ranBy: ['test/unit/api/states.test.ts', /what to wait for/],
  },
  { command: /^kubectl patch ddp /, ranBy: ['test/documents/readme.test.ts', /kubectl patch ddp/] },
  {
    command: /^kubectl delete ddp (\S+|ddbctldpjob-sample ddbctldpjob-dry-run|--all --all-namespaces)$/,
    ranBy: ['test/e2e/operator.test.ts', /'delete', 'ddp'/],
  },
  {
    command: /^helm (install|test|upgrade|uninstall) dynamoctl-dp-operator /,
    ranBy: ['test/e2e/helm.test.ts', /'(install|test|upgrade|uninstall)'/],
  },
  { command: /^helm install erase-tenant /, ranBy: ['test/e2e/helm.test.ts', /dynamoctlDpJob\.partitionValue/] },
  {
    command: /^kubectl label namespace dynamoctl-dp-operator-system /,
    ranBy: ['test/e2e/support/release.ts', /pod-security\.kubernetes\.io\/enforce/],
  },
  {
    command: /^kubectl apply -n shop -k manifests\/worker$/,
    ranBy: ['test/documents/docs.test.ts', /'manifests\/worker'/],
  },
  {
    command: /^kubectl apply -n shop -k manifests\/worker\/report-right$/,
    ranBy: ['test/documents/docs.test.ts', /'manifests\/worker\/report-right'/],
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
  {
    command: /^kubectl get serviceaccounts,roles,rolebindings -n shop -l /,
    ranBy: ['test/e2e/operator.test.ts', /'serviceaccounts,roles,rolebindings'/],
  },
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
  { command: /^openssl (genpkey|pkey) /, ranBy: ['test/unit/cli/commands/verify-receipt.test.ts', /'(genpkey|pkey)'/] },
  {
    command: /^kubectl create secret generic receipt-key /,
    notRun: 'what is read of such a Secret is in test/system/receipt.test.ts',
  },
  {
    command: /^kubectl get ddp \S+ -n shop -o (jsonpath=|json )/,
    notRun: 'what it prints is in test/system/receipt.test.ts',
  },
  {
    command: /^kubectl apply -f (certificates|queues)\.yaml$/,
    ranBy: ['test/documents/running.test.ts', /objectsOf\('/],
  },
  {
    command: /^kubectl create rolebinding \S+ --clusterrole=ddbctldpjob-(\w+) --group=\S+ -n \S+$/,
    holds: ([, role]) => existsSync(join(root, `manifests/rbac/${role}-role.yaml`)),
  },
  {
    command: /^kubectl auth can-i create (\S+) -n \S+ --as=\S+ --as-group=\S+$/,
    holds: ([, resource]) => resource === `${PLURAL}.${GROUP}`,
  },
  {
    command: /^kubectl get ddp \S+ -o jsonpath='\{\.status\.dryRun\.(\w+)\}'$/,
    holds: ([, field]) => String(field) in Status.properties.dryRun.properties,
  },
  {
    command: /^kubectl apply -k manifests\/retention$/,
    ranBy: ['test/documents/docs.test.ts', /'manifests\/retention'/],
  },
  {
    command: /^kubectl -n (\S+) create job --from=cronjob\/(\S+) retention-now$/,
    holds: ([, namespace, name]) =>
      textOf('manifests/retention/cron-job.yaml').includes(`name: ${name}\n  namespace: ${namespace}\n`),
  },
  { command: /^kubectl -n \S+ logs job\/retention-now$/, notRun: 'prints what the command before it has made' },
  { command: /^skopeo /, notRun: 'needs registries' },
  { command: /^aws (dynamodb (query|put-item)) /, ranBy: ['test/documents/bring-it-back.test.ts', /aws/] },
  { command: /^aws /, notRun: 'needs an AWS account' },
  { command: /^(echo|jq|rm) /, ranBy: ['test/documents/bring-it-back.test.ts', /'sh'/] },
  { command: /^zcat /, ranBy: ['test/documents/bring-it-back.test.ts', /zcat/] },
  {
    command: /^kubectl apply -k manifests\/second-person$/,
    ranBy: ['test/cluster/second-person.test.ts', /'second-person'/],
  },
  { command: /^kubectl auth whoami /, ranBy: ['test/cluster/second-person.test.ts', /'auth', 'whoami'/] },
  {
    command: /^kubectl get ddp NAME -o jsonpath='(.*)'$/,
    holds: ([, text = '']) =>
      [...text.matchAll(/\{\.status\.([\w.]+)\}/g)].every(([, path = '']) =>
        path
          .split('.')
          .reduce<unknown>(
            (schema, name) => (schema as { properties?: Record<string, unknown> } | undefined)?.properties?.[name],
            Status,
          ),
      ),
  },
];

t.test('every command of the pages is run by a test, or says why not', async (t) => {
  const commands = USER_PAGES.flatMap((page) => commandsOf(page).map((line) => ({ page, line })));
  t.ok(commands.length > 60, `${commands.length} commands`);
  for (const { page, line } of commands) {
    const entry = COMMANDS.find(({ command }) => command.test(line));
    if (!t.ok(entry, `${page}: ${line}`)) continue;
    const found = entry?.command.exec(line);
    if (found && entry?.holds) t.ok(entry.holds(found), `${page}: ${line}`);
    if (!entry?.ranBy) continue;
    const [file, holds] = entry.ranBy;
    t.match(existsSync(join(root, file)) ? textOf(file) : '', holds, `${file} runs: ${line}`);
  }
  t.same(
    COMMANDS.filter(
      (entry) => !commands.some(({ line }) => COMMANDS.find(({ command }) => command.test(line)) === entry),
    ).map(({ command }) => command.source),
    [],
    'no entry without a command',
  );
});

/** What looks like a setting of the operator, and is one of somebody else. */
const NOT_SETTINGS =
  /^(AWS_|DYNAMOCTL_|DYNAMODB_|BENCH_|NODE_|NO_COLOR|NO_PROXY|HTTPS_PROXY|FORCE_COLOR|TEST_CLUSTER|STATE_TABLE)/;

t.test('every folder and setting in the pages is there', async (t) => {
  for (const page of USER_PAGES) {
    for (const [, target = ''] of textOf(page).matchAll(/`((?:manifests|src|test|docs|hooks)\/[\w./-]*)`/g))
      t.ok(existsSync(join(root, target)), `${page}: ${target}`);
    for (const [, name = ''] of textOf(page).matchAll(/`([A-Z]+_[A-Z_]+)(?:=[^`]*)?`/g))
      t.ok(
        NOT_SETTINGS.test(name) || SETTINGS.some((setting) => setting.name === name),
        `${page}: ${name} is a setting`,
      );
    for (const [, name = ''] of textOf(page).matchAll(/chart's `([\w.]+)`/g))
      t.ok(isValue(name), `${page}: ${name} is a value of the chart`);
  }
  t.ok(POLICY_SETTINGS.length > 6);
});

/** Whether the operator's chart has that value. */
function isValue(name: string): boolean {
  let value: unknown = parse(textOf('manifests/helm/dynamoctl-dp-operator/values.yaml'));
  for (const part of name.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
  return value !== undefined;
}

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
  const page = textOf('docs/credentials.md');
  for (const action of called) t.match(page, `\`${action}\``, `the page says what ${action} is for`);
});

const WITHOUT_KUBECTL = spawnSync('kubectl', ['version', '--client']).status !== 0 && 'kubectl is not on the PATH';

/** The kustomizations that the pages apply, built; what an API server says to them is asked in test/cluster. */
const KUSTOMIZATIONS: Readonly<Record<string, readonly string[]>> = {
  'manifests/prometheus': ['ServiceMonitor', 'PrometheusRule', 'ConfigMap'],
  'manifests/retention': ['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'CronJob'],
  'manifests/worker': ['ServiceAccount', 'Role', 'RoleBinding', 'ValidatingAdmissionPolicy'],
  'manifests/worker/irsa': ['ServiceAccount', 'ValidatingAdmissionPolicy'],
  'manifests/worker/report-right': ['Role', 'RoleBinding'],
};

t.test('the kustomizations of the pages', { skip: WITHOUT_KUBECTL }, async (t) => {
  for (const [folder, kinds] of Object.entries(KUSTOMIZATIONS)) {
    const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { cwd: root, encoding: 'utf8' });
    t.equal(status, 0, stderr);
    for (const kind of kinds) t.match(stdout, `kind: ${kind}\n`, `${folder}: ${kind}`);
    if (!folder.endsWith('irsa')) continue;
    t.match(stdout, /annotations:\n +eks\.amazonaws\.com\/role-arn: arn:aws:iam::/);
    t.notMatch(stdout, /kind: Role/, 'the operator grants each run the right to report to its own resource');
  }
});

const WITHOUT_MAKE = spawnSync('make', ['--version']).status !== 0 && 'make is not on the PATH';

t.test('the Makefile', { skip: WITHOUT_MAKE }, async (t) => {
  const make = (...args: string[]) => spawnSync('make', args, { cwd: root, encoding: 'utf8' });
  const help = make('help').stdout;
  // Kubebuilder v4's, but for those that fetch Go tools or start kind.
  const targets =
    'help manifests generate fmt vet test test-e2e lint lint-fix build run docker-build docker-push docker-buildx build-installer install uninstall deploy undeploy';
  for (const target of targets.split(' ')) {
    t.match(help, new RegExp(`^ +${target} +\\S`, 'm'), `help tells ${target}`);
    const { status, stdout, stderr } = make('-n', target, 'IMG=registry.example/me:1');
    t.equal(status, 0, stderr);
    for (const [, script = 'test'] of stdout.matchAll(/^npm (?:run (\S+)|test)$/gm)) t.ok(script in scripts, script);
  }
  const deployed = make('-n', 'deploy', 'IMG=registry.example/me:1').stdout.split('|')[0] ?? '';
  const manifests = spawnSync('sh', ['-c', deployed], { cwd: root, encoding: 'utf8' }).stdout;
  t.match(manifests, /image: registry\.example\/me:1/);
  t.match(manifests, /value: registry\.example\/me:1/, 'the image of the workers, too');
  t.notMatch(manifests, /ghcr\.io/);
});
