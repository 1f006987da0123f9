import { digestStructure } from '../../../../foundation/catalog/snapshot/digest-structure.js';
import { readSnapshot } from '../../../../foundation/catalog/snapshot/read-snapshot.js';
import { readOnly } from '../../../../foundation/postgres/read-only.js';
import type { GateDecision } from '../../../../model/preflight.js';
import type { RehearsedStructure } from '../../../../model/rehearsal.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import type { GateContext } from '../../gate-context.js';
import { firstOf } from '../../in-words.js';

/** Definitions are read under ACCESS SHARE; a gate queues behind nobody for long. */
const limits = { what: 'the structure of the database', statementTimeoutMs: 60_000, lockTimeoutMs: 500 };

type Observation =
  | { readonly comparable: false; readonly why: string }
  | {
      readonly comparable: true;
      readonly compared: number;
      /** Keys of what the target has otherwise, lacks, or has besides. */
      readonly changed: readonly string[];
      readonly missing: readonly string[];
      readonly added: readonly string[];
      /** Partitions that only one of both has. */
      readonly otherPartitions: readonly string[];
      readonly restDiffers: boolean;
    };

const remedy =
  'See what differs with lockkeeper diff, bring it into a migration or take it back, and rehearse again; a rehearsal with stage.schemaFrom starts from the schema of the target itself.';

function decide(seen: Observation): GateDecision {
  if (!seen.comparable)
    return unknown(
      `The structure cannot be compared: ${seen.why}.`,
      'Rehearse the change anew: lockkeeper rehearse; a way back is proved by lockkeeper rollback prove.',
    );
  const { changed, missing, added, otherPartitions, restDiffers, compared } = seen;
  const faults = [
    ...(changed.length > 0 ? [`otherwise than rehearsed: ${firstOf(changed)}`] : []),
    ...(missing.length > 0 ? [`not there: ${firstOf(missing)}`] : []),
    ...(added.length > 0 ? [`there besides: ${firstOf(added)}`] : []),
  ];
  if (faults.length > 0)
    return block(`What the change touches is not as it was rehearsed; ${faults.join('; ')}.`, remedy);
  if (otherPartitions.length > 0)
    return warn(`There are other partitions than in the rehearsal: ${firstOf(otherPartitions)}.`, remedy);
  const same = `${compared} objects that the change touches, or that depend on them, are as they were rehearsed`;
  return restDiffers ? warn(`${same}; elsewhere the schema differs.`, remedy) : pass(`${same}, and so is the rest.`);
}

/** Digests of the target beside those of the rehearsal. */
function compareStructures(rehearsed: RehearsedStructure, found: RehearsedStructure): Observation {
  const lacks = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): readonly string[] =>
    Object.keys(one).filter((key) => !Object.hasOwn(other, key));
  const differs = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): readonly string[] =>
    Object.keys(one).filter((key) => Object.hasOwn(other, key) && one[key] !== other[key]);
  return {
    comparable: true,
    compared: Object.keys(found.objects).length,
    changed: [...differs(rehearsed.objects, found.objects), ...differs(rehearsed.partitions, found.partitions)].sort(),
    missing: [...lacks(rehearsed.objects, found.objects)].sort(),
    added: [...lacks(found.objects, rehearsed.objects)].sort(),
    otherPartitions: [
      ...lacks(rehearsed.partitions, found.partitions),
      ...lacks(found.partitions, rehearsed.partitions),
    ].sort(),
    restDiffers: rehearsed.rest !== found.rest,
  };
}

interface TriedOn {
  readonly major: number;
  readonly structure: RehearsedStructure;
}

/** The structure that the change was tried on; in words, why it is not known. */
function structureTried({ plan, rehearsal, provedWayBack }: GateContext['change']): TriedOn | string {
  if (plan.direction === 'down') {
    if (provedWayBack === null) return 'this way back was not proved';
    const { major, structure } = provedWayBack;
    return structure === null ? 'the proof tells nothing of it' : { major, structure };
  }
  if (rehearsal === null) return 'this change was not rehearsed';
  // Records of older versions have no such field.
  const { structure } = rehearsal as Partial<typeof rehearsal>;
  return structure == null ? 'the rehearsal tells nothing of it' : { major: rehearsal.server.major, structure };
}

async function inspect({ session, change }: GateContext): Promise<Observation> {
  const { history } = change;
  const tried = structureTried(change);
  if (typeof tried === 'string') return { comparable: false, why: tried };
  const { structure } = tried;
  const snapshot = await readOnly(session, limits, () => readSnapshot(session));
  if (snapshot.major !== tried.major) {
    return {
      comparable: false,
      why: `it was ${change.plan.direction === 'down' ? 'proved' : 'rehearsed'} on PostgreSQL ${tried.major}, and the target is ${snapshot.major}`,
    };
  }
  const { relations } = structure;
  const ignoredRelations = history?.table == null ? [] : [history.table];
  return compareStructures(
    structure,
    digestStructure(snapshot, {
      relations,
      tenant: session.target.tenant ?? null,
      ignoredSchemas: ['lockkeeper'],
      ignoredRelations,
    }),
  );
}

export default defineGate<Observation>({
  id: 'structure-matches',
  title: 'What the change touches is as it was rehearsed',
  why: 'A column, a trigger or a view that the rehearsal did not have changes what a statement locks, rewrites, or whether it runs at all.',
  remedy,
  sources: [],
  blindSpot:
    'It looks at definitions, not at rows; rights, storage and the order of columns do not count. What somebody holds an ACCESS EXCLUSIVE lock on cannot be read, and makes it unknown.',
  inspect,
  decide,
});
