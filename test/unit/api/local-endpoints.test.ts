import t from 'tap';
import { isLocalAddress, isLocalEndpoint, LOCAL_NAMES, LOCAL_NETWORKS } from '../../../src/api/local-endpoints.js';
import { LOCAL_HOSTS } from '../../support/local-hosts.js';

for (const [host, because] of LOCAL_HOSTS)
  for (const url of [`http://${host}`, `https://${host}:8000/`]) t.ok(isLocalEndpoint(url), `${url}: ${because}`);
for (const name of LOCAL_NAMES) t.ok(isLocalEndpoint(`http://${name}:80`), name);

const ELSEWHERE: readonly (readonly [host: string, because: string])[] = [
  ['dynamodb.us-east-1.amazonaws.com', "AWS's own"],
  ['dynamodb-local.default.svc', 'a Service'],
  ['10.96.0.17', "a Service's address"],
  ['10.244.0.1', 'a node'],
  ['172.16.0.1', 'private'],
  ['192.168.1.1', 'private'],
  ['126.255.255.255', 'before loopback'],
  ['128.0.0.1', 'after it'],
  ['169.253.255.255', 'before link-local'],
  ['169.255.0.0', 'after it'],
  ['1.0.0.0', 'after this network'],
  ['[fd12:3456::1]', 'a private network'],
  ['[fec0::1]', 'after link-local'],
  ['[2001:db8::1]', 'anywhere'],
  ['[64:ff9b::10.0.0.1]', 'a private address through NAT64'],
  ['[2002:a00:1::1]', 'a private address through 6to4'],
  ['[::1:0:0:1]', 'more than a loopback'],
  ['localhost.example.com', "somebody's name"],
  ['my-localhost', 'another name'],
  ['127.0.0.1.example.com', 'a name, and what it resolves to is not known'],
];
for (const [host, because] of ELSEWHERE) t.notOk(isLocalEndpoint(`http://${host}:8000`), `${host}: ${because}`);
t.notOk(isLocalEndpoint('no url'), 'the rule about endpoints refuses what is none');

const ADDRESSES: readonly (readonly [address: string, isLocal: boolean, because: string])[] = [
  ['127.0.0.1', true, 'as a look-up gives it'],
  ['10.0.0.1', false, 'as a look-up gives it'],
  ['::1', true, 'without brackets'],
  ['fe80::1%eth0', true, 'with its interface'],
  ['::ffff:169.254.169.254', true, 'as systems of both families give it'],
  ['2001:db8::1', false, 'anywhere'],
  ['dynamodb', true, 'no address'],
  ['a b', true, 'nothing'],
];
for (const [address, isLocal, because] of ADDRESSES)
  t.equal(isLocalAddress(address), isLocal, `${address}: ${because}`);

t.equal(new Set(LOCAL_NETWORKS).size, LOCAL_NETWORKS.length);
