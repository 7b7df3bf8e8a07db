import type { ObservedJob } from '../../api/hooks.js';
import type { Job } from '../../api/job.js';
import type { Settings } from '../../api/settings.js';
import type { Situation } from '../observe/situation.js';
import type { Wish } from '../rules/rule.js';
import { keptJob } from './kept-job.js';
import { buildJob } from './new-job.js';

/** The Job that a wish is about, where one is observed. */
export function observedIn(wish: Wish): ObservedJob | undefined {
  if ('keep' in wish) return wish.keep;
  if ('pause' in wish) return wish.pause;
  return 'drain' in wish ? wish.drain : undefined;
}

/** The Job that a wish describes; undefined if it describes none yet. */
export function wishedJob(wish: Wish, situation: Situation, settings: Settings): Job | undefined {
  const { parent, spec, mode, run, target: expected, rights } = situation;
  if ('authorize' in wish) return undefined;
  if ('keep' in wish) return keptJob(wish.keep, parent.namespace, { suspend: false });
  if ('pause' in wish) return keptJob(wish.pause, parent.namespace, { suspend: true });
  if ('drain' in wish) return keptJob(wish.drain, parent.namespace, { suspend: true });
  if (!spec) throw new Error('a Job can only be built from a valid spec');
  return buildJob({
    parent,
    spec,
    mode,
    run,
    restarts: wish.create.restarts,
    expected,
    account: rights.bearer?.account,
    settings,
  });
}
