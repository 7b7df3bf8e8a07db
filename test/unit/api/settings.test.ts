import { Value } from '@sinclair/typebox/value';
import t from 'tap';
import { flagOf, type Setting, SETTINGS, type SettingName } from '../../../src/api/settings.js';

const settings: readonly Setting[] = SETTINGS;
const accepts = ({ schema, holds }: Setting, text: string): boolean =>
  Value.Check(schema, text) && holds?.(text) !== false;

const CASES: readonly { name: SettingName; text: string; valid: boolean; because: string }[] = [
  { name: 'PORT', text: '0', valid: true, because: 'any free port' },
  { name: 'PORT', text: '65535', valid: true, because: 'the greatest port' },
  { name: 'PORT', text: '65536', valid: false, because: 'one more' },
  { name: 'PORT', text: 'http', valid: false, because: 'a name is not a number' },
  { name: 'HOST', text: '::', valid: true, because: 'IPv6' },
  { name: 'HOST', text: '0.0.0.0 ', valid: false, because: 'white space' },
  { name: 'LOG_LEVEL', text: 'silent', valid: true, because: "one of pino's levels" },
  { name: 'LOG_LEVEL', text: 'INFO', valid: false, because: 'which are in lower case' },
  { name: 'WORKER_IMAGE', text: 'registry:5000/a/b@sha256:0', valid: true, because: 'an image reference' },
  { name: 'WORKER_IMAGE', text: '', valid: false, because: 'nothing to run' },
  { name: 'ALLOWED_TABLES', text: '', valid: true, because: 'an empty list allows none' },
  {
    name: 'ALLOWED_TABLES',
    text: ' Orders,\n  Carts\n',
    valid: true,
    because: 'white space around patterns, as in YAML',
  },
  { name: 'ALLOWED_TABLES', text: 'Orders Carts', valid: false, because: 'a comma was forgotten' },
  { name: 'MAX_ITEMS', text: '1', valid: true, because: 'the least' },
  { name: 'MAX_ITEMS', text: '9007199254740991', valid: true, because: 'the most that is exact' },
  { name: 'MAX_ITEMS', text: '0', valid: false, because: 'nothing could be deleted' },
  { name: 'MAX_ITEMS', text: '1e6', valid: false, because: 'digits only' },
  { name: 'HELD_TABLES', text: '*', valid: true, because: 'everything' },
  { name: 'HOLD_TAG', text: 'dynamoctl/hold=true', valid: true, because: 'a tag' },
  { name: 'HOLD_TAG', text: 'hold', valid: true, because: 'with any value' },
  { name: 'HOLD_TAG', text: '=true', valid: false, because: 'no key' },
  { name: 'REQUIRE_DRY_RUN', text: 'true', valid: true, because: 'on' },
  { name: 'REQUIRE_DRY_RUN', text: 'TRUE', valid: false, because: 'in lower case' },
  { name: 'DEFAULT_CAPACITY_SHARE_PERCENT', text: '100', valid: true, because: 'the whole table' },
  { name: 'DEFAULT_CAPACITY_SHARE_PERCENT', text: '0', valid: false, because: 'nothing could be consumed' },
  { name: 'TRUSTED_ENDPOINTS', text: 'http://dynamodb:8000', valid: true, because: 'an endpoint' },
  { name: 'REPORT_SECONDS', text: '1', valid: true, because: 'the least' },
  { name: 'REPORT_SECONDS', text: '0', valid: false, because: 'a busy loop' },
  { name: 'REPORT_SECONDS', text: '3601', valid: false, because: 'too seldom to be of use' },
  { name: 'WORKER_CPU_REQUEST', text: '100m', valid: true, because: 'a quantity' },
  { name: 'WORKER_MEMORY_LIMIT', text: '256MB', valid: false, because: 'a unit that Kubernetes does not know' },
  { name: 'TLS_CERT_FILE', text: '', valid: false, because: 'an empty path' },
  { name: 'METRICS', text: 'protected', valid: true, because: 'like the hooks' },
  { name: 'METRICS', text: 'on', valid: false, because: 'open or protected?' },
  { name: 'DOCUMENTATION', text: 'true', valid: true, because: 'on' },
  { name: 'DOCUMENTATION', text: 'yes', valid: false, because: "not YAML's words for it" },
];
for (const { name, text, valid, because } of CASES)
  t.equal(
    accepts(
      settings.find((setting) => setting.name === name)!,
      text,
    ),
    valid,
    `${name}="${text}": ${because}`,
  );

for (const setting of settings)
  t.test(setting.name, async (t) => {
    if (setting.default !== undefined)
      t.ok(accepts(setting, setting.default), 'its default is a value that it accepts');
    if (setting.default === '') t.ok(setting.mayBeEmpty, 'only a setting that may be empty has an empty default');
    t.match(setting.help, /^[A-Za-z].*[^.]$/, 'its help is a phrase, to which more is added');
    t.match(setting.expected, /^[^A-Z].*[^.]$/, 'what it must be completes a sentence');
    t.equal(flagOf(setting.name).toUpperCase().replaceAll('-', '_'), setting.name, 'its flag leads back to its name');
  });

t.equal(new Set(settings.map(({ name }) => name)).size, settings.length, 'each name occurs once');
t.equal(flagOf('ALLOWED_SERVICE_ACCOUNTS'), 'allowed-service-accounts');
