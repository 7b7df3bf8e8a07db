import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { SETTINGS } from '../../src/api/settings.js';
import { Spec } from '../../src/api/spec.js';
import { STATES } from '../../src/api/states.js';
import { OPTIONS } from '../../src/worker/fields.js';
import { root, textOf } from './pages.js';

const page = textOf('docs/brakes.md');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !/^\| (brake|step) /.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

/** All that is said: by the program, and by the policies. */
const said = [
  ...readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, 'src', file), 'utf8')),
  textOf('manifests/second-person/policy.yaml'),
  textOf('manifests/worker/report-is-not-approve/policy.yaml'),
]
  .join('\n')
  .replaceAll(/\s+/g, ' ');

t.test('what a brake says is said', async (t) => {
  const quotes = [...page.matchAll(/"([^"]{10,})"/g)].map(([, quote]) => String(quote)).filter((q) => !q.includes('{'));
  t.ok(quotes.length >= 12, `${quotes.length} quotes`);
  for (const quote of quotes) t.ok(said.includes(quote), quote);
  for (const row of rows)
    for (const [, state = ''] of row.join(' ').matchAll(/\b([A-Z][a-z]+(?:[A-Z][a-z]+)+): "/g))
      t.ok(
        STATES.some((known) => known === state),
        state,
      );
});

t.test('its fields, settings, flags and actions are there', async (t) => {
  const names = [...page.matchAll(/`([^`]+)`/g)].map(([, name]) => String(name));
  const flags = OPTIONS.map(({ flag }) => /--[a-z-]+/.exec(flag)?.[0]);
  const policies = textOf('manifests/worker/iam/table.json');
  for (const name of names) {
    if (name.startsWith('--')) t.ok(flags.includes(name), name);
    else if (/^[A-Z]+_[A-Z_]+$/.test(name))
      t.ok(
        SETTINGS.some((setting) => setting.name === name),
        name,
      );
    else if (name.startsWith('dynamodb:')) t.match(policies, `"${name}"`, name);
  }
  const settings = names.filter((name) => /^(HELD|HOLD|REQUIRE|MAX|DEFAULT)_/.test(name));
  for (const { name } of SETTINGS)
    if (/^(HELD|HOLD|REQUIRE|MAX_ITEMS|DEFAULT)/.test(name)) t.ok(settings.includes(name), `${name} is on the page`);
  for (const field of [
    'maxItems',
    'capacitySharePercent',
    'maxWriteUnitsPerSecond',
    'activeDeadlineSeconds',
    'suspend',
    'cancel',
  ])
    t.ok(field in Spec.properties && names.includes(field), field);
  const values = parse(textOf('manifests/helm/dynamoctl-dp-operator/values.yaml')) as Record<string, object>;
  for (const name of names.filter((each) => /^(policy|settings|secondPerson)\./.test(each))) {
    const [group = '', value = ''] = name.split('.');
    t.ok(value in (values[group] ?? {}), name);
  }
});
