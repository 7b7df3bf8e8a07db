import t from 'tap';
import { urlOf } from '../../../src/dynamodb/request-url.js';

t.test('where a request goes', async (t) => {
  for (const [protocol, hostname, port, url] of [
    ['https:', 'dynamodb.eu-central-1.amazonaws.com', undefined, 'https://dynamodb.eu-central-1.amazonaws.com'],
    ['http:', 'localhost', 8000, 'http://localhost:8000'],
    ['http:', '[::1]', 8000, 'http://[::1]:8000'],
  ] as const)
    t.equal(urlOf({ protocol, hostname, ...(port !== undefined && { port }) }), url);
});
