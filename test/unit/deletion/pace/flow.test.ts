import t from 'tap';
import { Flow } from '../../../../src/deletion/pace/flow.js';

const state = (flow: Flow, now: number) => ({
  requests: flow.requests.at(now),
  refusals: flow.refusals.at(now),
  delivered: flow.delivered.at(now),
});

t.test('what is known of a flow', async (t) => {
  const flow = new Flow();
  flow.record({ acknowledged: 20, refused: 0 }, 0);
  flow.record({ acknowledged: 5, refused: 15 }, 0);
  flow.record({ acknowledged: 0, refused: 20 }, 0);
  t.strictSame(state(flow, 0), { requests: 3, refusals: 2, delivered: 25 });
  t.strictSame(state(flow, 5000), { requests: 1.5, refusals: 1, delivered: 12.5 }, 'half is forgotten after 5 s');
  flow.forgetRefusals();
  t.strictSame(state(flow, 5000), { requests: 0, refusals: 0, delivered: 12.5 }, 'in another group');
});
