import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import { durationInWords, firstOf } from '../../in-words.js';
import type { BackupFacts } from './backup-tools/backup-facts.js';
import { type BackupSource, readSources } from './read-backups.js';

/** Setting `maxAgeHours`: how old the newest sound backup may be. */
const maxAgeHours: ByTier = [24, 24, 48, 168];
/** Setting `restoreTestedDays`: how long ago a backup was last restored, where the tier demands a proof of it. */
const restoreTestedDays: ByTier = [30, 30, 90, 365];
/** Setting `verified`: 1 where the newest backup has to be verified, 0 where it is only said. */
const verified: ByTier = [1, 1, 1, 0];

const [hourMs, dayMs] = [3_600_000, 86_400_000];

type Observation = { readonly sources: readonly BackupSource[] };

const remedy =
  'lockkeeper backup create, and lockkeeper backup verify, which restores it to a stage and compares. Backups of other tools: policy.gates.backup-fresh.sources: [pgbackrest], or { format: json, command: … } that prints [{ createdAt, verifiedAt, restoredAt, label, bytes }].';

function decide({ sources }: Observation, policy: GatePolicy): GateDecision {
  const problems = sources.flatMap(({ name, problem }) => (problem === null ? [] : [`${name}: ${problem}`]));
  const backups = mergeSources(sources).toSorted((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
  const sound = backups.filter(
    ({ fault, createdAt }) => fault === null && Date.parse(createdAt) <= policy.now.getTime() + 60_000,
  );
  const [newest] = sound;
  if (newest === undefined) {
    if (problems.length > 0) return unknown(`Backups could not be asked for: ${firstOf(problems)}.`, remedy);
    const [broken] = backups;
    return block(
      broken === undefined
        ? 'No backup of this database is known.'
        : `No sound backup is known; of the newest, ${broken.fault ?? 'its date is not yet'}.`,
      remedy,
    );
  }
  const ageMs = Math.max(0, policy.now.getTime() - Date.parse(newest.createdAt));
  const hours = limitOf(policy, 'maxAgeHours', maxAgeHours);
  const found = `The newest backup${newest.label === null ? '' : ` (${newest.label})`} is ${durationInWords(ageMs)} old`;
  if (ageMs > hours * hourMs) return block(`${found}, and may be ${hours} hours.`, remedy);
  if (newest.verifiedAt === null) {
    const unverified = `${found}; nothing says that it was verified`;
    return limitOf(policy, 'verified', verified) === 0
      ? warn(`${unverified}.`, remedy)
      : unknown(`${unverified}.`, remedy);
  }
  return decideRestore(sound, `${found} and verified`, policy);
}

function decideRestore(sound: readonly BackupFacts[], found: string, policy: GatePolicy): GateDecision {
  const restored = sound.flatMap(({ restoredAt }) => (restoredAt === null ? [] : [Date.parse(restoredAt)]));
  const isDemanded = policy.controls.includes('restore proof');
  if (restored.length === 0) {
    const unproved = `${found}; nothing says that any was ever restored.`;
    return isDemanded ? unknown(unproved, remedy) : warn(unproved, remedy);
  }
  const days = limitOf(policy, 'restoreTestedDays', restoreTestedDays);
  const ageMs = policy.now.getTime() - Math.max(...restored);
  const tested = `${found}, and one was restored ${durationInWords(Math.max(0, ageMs))} ago`;
  if (ageMs <= days * dayMs) return pass(`${tested}.`);
  return isDemanded
    ? block(`${tested}, which may be ${days} days.`, remedy)
    : warn(`${tested}; more than ${days} days.`, remedy);
}

/**
 * What several sources say of one backup, by its label: a tool knows that it is there, and a list of one's own that it was
 * restored. Within one source a label may stand for many.
 */
function mergeSources(sources: readonly BackupSource[]): readonly BackupFacts[] {
  let merged: readonly BackupFacts[] = [];
  for (const { backups } of sources) {
    const before = merged;
    const isNew = ({ label }: BackupFacts): boolean => label === null || !before.some((one) => one.label === label);
    const said = (known: BackupFacts): readonly BackupFacts[] =>
      known.label === null ? [] : backups.filter(({ label }) => label === known.label);
    merged = [...before.map((known) => said(known).reduce(mergeFacts, known)), ...backups.filter(isNew)];
  }
  return merged;
}

function mergeFacts(known: BackupFacts, other: BackupFacts): BackupFacts {
  return {
    ...known,
    verifiedAt: latest(known.verifiedAt, other.verifiedAt),
    restoredAt: latest(known.restoredAt, other.restoredAt),
    bytes: known.bytes ?? other.bytes,
    fault: known.fault ?? other.fault,
  };
}

function latest(one: string | null, other: string | null): string | null {
  return one === null || (other !== null && other > one) ? other : one;
}

export default defineGate<Observation>({
  id: 'backup-fresh',
  title: 'There is a fresh backup, verified, and restoring was tried',
  why: 'It is the way back when all others fail. A backup that nobody ever restored may be none.',
  remedy,
  sources: [
    'https://www.postgresql.org/docs/current/backup.html',
    'https://pgbackrest.org/command.html#command-info',
    'https://docs.pgbarman.org/',
  ],
  blindSpot:
    'pgBackRest, WAL-G and Barman tell when a backup was made, and not whether anybody restored it: a second source with the same labels says so. Snapshots of a provider are known by a command only.',
  settings: [
    { name: 'maxAgeHours', meaning: 'How old the newest sound backup may be, in hours', byTier: maxAgeHours },
    { name: 'verified', meaning: '1 where it has to be verified, 0 where that is only said', byTier: verified },
    {
      name: 'restoreTestedDays',
      meaning: 'How long ago a backup was last restored, in days, where the tier demands a restore proof',
      byTier: restoreTestedDays,
    },
    {
      name: 'sources',
      meaning:
        'Besides the list of lockkeeper backup: pgbackrest, wal-g, or { format: pgbackrest, wal-g, barman or json; command }',
      byTier: null,
    },
  ],
  inspect: async (context, policy) => ({ sources: await readSources(context, policy) }),
  decide,
});
