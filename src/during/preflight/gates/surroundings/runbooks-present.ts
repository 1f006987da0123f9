import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, warn } from '../../gate.js';
import type { GateContext, GatePolicy } from '../../gate-context.js';
import { isRecord } from '../../gate-settings.js';
import { firstOf } from '../../in-words.js';

/** By name, with where they usually lie; `policy.gates.runbooks-present.files` names other paths, and other runbooks. */
const usualFiles: Readonly<Record<string, string>> = {
  'emergency rollback': 'docs/runbooks/emergency-rollback.md',
  'lock storm': 'docs/runbooks/lock-storm.md',
  cutover: 'docs/runbooks/cutover.md',
  'major upgrade': 'docs/runbooks/major-upgrade.md',
  'validation after a change': 'docs/runbooks/validation-after-a-change.md',
};

/** Who reads it in need has no use for a heading alone. */
const shortestRunbook = 40;

type Observation = {
  readonly runbooks: readonly {
    readonly name: string;
    readonly path: string;
    readonly state: 'there' | 'missing' | 'empty';
  }[];
};

const remedy =
  'Write them before they are needed, and name other places under policy.gates.runbooks-present.files: { lock storm: ops/locks.md }. A name with false is not asked for.';

function decide({ runbooks }: Observation, { tier }: GatePolicy): GateDecision {
  const lacking = runbooks.filter(({ state }) => state !== 'there');
  if (lacking.length === 0) return pass(`All ${runbooks.length} runbooks that are asked for are there.`);
  const found = `No runbook for ${firstOf(
    lacking.map(({ name, path, state }) => `${name} (${path}${state === 'empty' ? ' is empty' : ''})`),
    5,
  )}`;
  if (tier <= 1) return block(`${found}.`, remedy);
  return tier === 2 ? warn(`${found}.`, remedy) : pass(`${found}; the tier does not ask for any.`);
}

async function inspect({ readFile }: GateContext, { settings }: GatePolicy): Promise<Observation> {
  const named = isRecord(settings['files']) ? settings['files'] : {};
  const files = Object.entries({ ...usualFiles, ...named }).flatMap(([name, path]) =>
    typeof path === 'string' ? [{ name, path }] : [],
  );
  const runbooks = files.map(async ({ name, path }) => {
    const text = await readFile(path);
    const state = text === null ? 'missing' : text.trim().length < shortestRunbook ? 'empty' : 'there';
    return { name, path, state } as const;
  });
  return { runbooks: await Promise.all(runbooks) };
}

export default defineGate<Observation>({
  id: 'runbooks-present',
  title: 'The runbooks are written',
  why: 'Who writes down how to get back while the site is down, writes it for the next time.',
  remedy,
  sources: [],
  blindSpot: 'It sees that the files are there and not empty, and not whether what they say still works.',
  settings: [
    {
      name: 'files',
      meaning: 'Paths by the name of the runbook, relative to the configuration; false for one that is not asked for',
      byTier: null,
    },
  ],
  inspect,
  decide,
});
