import type { StoredRecord } from '../../foundation/records/record.js';
import type { ApplyReport } from '../../model/apply-report.js';
import type { EvidenceRecord, RecordKind } from '../../model/evidence-record.js';
import type { ChangeFacts, Recorded, RecordedProof } from './change-facts.js';

type Intact = StoredRecord & { readonly record: EvidenceRecord };
type Members = Readonly<Record<string, unknown>>;

/** Kinds that say of a change that it exists. */
const tellingKinds: ReadonlySet<RecordKind> = new Set(['check', 'rehearsal', 'test', 'preflight', 'apply', 'approval']);

/** A change that is on record. */
export interface KnownChange {
  readonly digest: string;
  /** Ids, as far as a record names them. */
  readonly migrations: readonly string[];
  readonly runIds: readonly string[];
  /** When a record last spoke of it; ISO 8601. */
  readonly lastAt: string;
  readonly applied: boolean;
}

/** Every change of which a record speaks, the newest first. What somebody changed does not count. */
export function findChanges(records: readonly StoredRecord[]): readonly KnownChange[] {
  const changes = new Map<string, KnownChange>();
  for (const { record } of intact(records)) {
    const body = membersOf(record.body);
    const { changeDigest } = body;
    if (!tellingKinds.has(record.subject.kind) || typeof changeDigest !== 'string' || isDown(body)) continue;
    const known = changes.get(changeDigest);
    const named = migrationsOf(body);
    const { runId } = body;
    changes.set(changeDigest, {
      digest: changeDigest,
      migrations: named.length > 0 ? named : (known?.migrations ?? []),
      runIds: [...(known?.runIds ?? []), ...(typeof runId === 'string' ? [runId] : [])],
      lastAt: record.createdAt > (known?.lastAt ?? '') ? record.createdAt : (known?.lastAt ?? ''),
      applied: (known?.applied ?? false) || (record.subject.kind === 'apply' && body['verdict'] === 'applied'),
    });
  }
  return [...changes.values()].toSorted((one, other) => (one.lastAt < other.lastAt ? 1 : -1));
}

/**
 * The change that somebody means: by the beginning of its digest, by the id of one of its migrations, or of its run. Without a
 * word the newest that took effect, else the newest. Null when there is none.
 */
export function chooseChange(changes: readonly KnownChange[], named: string | null): KnownChange | null {
  if (named === null) return changes.find(({ applied }) => applied) ?? changes[0] ?? null;
  const isNamed = ({ digest, runIds }: KnownChange): boolean =>
    runIds.includes(named) || (/^[0-9a-f]{6,}$/.test(named) && digest.startsWith(named));
  const holds = changes.filter(({ migrations }) => migrations.includes(named));
  return changes.find(isNamed) ?? holds.find(({ applied }) => applied) ?? holds[0] ?? null;
}

/** All that is on record about one change. What somebody changed is as good as not there. */
export function gatherFacts(records: readonly StoredRecord[], { digest, migrations }: KnownChange): ChangeFacts {
  const all = intact(records);
  const of = <Body>(kind: RecordKind): readonly Recorded<Body>[] =>
    all.flatMap((one) =>
      one.record.subject.kind === kind && belongs(one.record, { digest, migrations })
        ? [{ digest: one.digest, createdAt: one.record.createdAt, body: one.record.body as Body }]
        : [],
    );
  const runs = of<ApplyReport>('apply').filter(({ body }) => body.direction === 'up');
  const preflights = of<ChangeFacts['preflights'][number]['body']>('preflight');
  const last = runs.at(-1)?.body ?? preflights.at(-1)?.body ?? null;
  const target = last?.target ?? null;
  const checks = of<ChangeFacts['checks'][number]['body']>('check');
  const sameTarget = <Body extends { readonly target: string | null }>(found: readonly Recorded<Body>[]) =>
    found.filter(({ body }) => body.target === target || body.target === null || target === null);
  return {
    changeDigest: digest,
    target,
    tier:
      last?.tier ??
      checks.at(-1)?.body.migrations.find(({ assessment }) => assessment.tier !== null)?.assessment.tier ??
      null,
    migrations,
    checks,
    rehearsals: of('rehearsal'),
    tests: of('test'),
    proofs: of<RecordedProof>('rollback-proof'),
    backups: chooseBackups(of('backup'), { digest, before: runs.at(-1)?.createdAt ?? null }),
    preflights: sameTarget(preflights),
    runs: sameTarget(runs),
    reverts: revertsOf(all, { migrations, target, after: runs[0]?.createdAt ?? null }),
    validations: sameTarget(of('validation')),
    verifications: chooseVerifications(sameTarget(of('verify')), { digest, all, run: runs.at(-1) ?? null }),
    watches: sameTarget(of('watch')),
    approvals: sameTarget(of('approval')),
    reviews: of('review'),
    confirmations: sameTarget(of('confirmation')),
  };
}

/** Digests of the records that `gatherFacts` took. */
export function digestsOf(facts: ChangeFacts): ReadonlySet<string> {
  const { changeDigest: _, target: _target, tier: _tier, migrations: _ids, ...lists } = facts;
  const recorded: readonly (readonly Recorded<unknown>[])[] = Object.values(lists);
  return new Set(recorded.flat().map(({ digest }) => digest));
}

function intact(records: readonly StoredRecord[]): readonly Intact[] {
  return records.flatMap((one) => (one.record !== null && one.intact ? [{ ...one, record: one.record }] : []));
}

function belongs({ subject, body }: EvidenceRecord, change: Pick<KnownChange, 'digest' | 'migrations'>): boolean {
  const members = membersOf(body);
  if (subject.kind === 'rollback-proof') return change.migrations.includes(String(members['migrationId']));
  // Whether they are of this change is seen when all are known: they name it only where somebody told them.
  if (subject.kind === 'backup') return true;
  if (subject.kind === 'verify') return members['changeDigest'] === change.digest || members['changeDigest'] === null;
  if (members['changeDigest'] === change.digest) return true;
  // A waiver of every change, a revocation, and a review name a record instead of a change.
  return (subject.kind === 'approval' || subject.kind === 'review') && members['changeDigest'] === null;
}

/** Those made for the change; else the newest before it, which are what one would have gone back to. */
function chooseBackups(
  backups: ChangeFacts['backups'],
  { digest, before }: { readonly digest: string; readonly before: string | null },
): ChangeFacts['backups'] {
  const own = backups.filter(({ body }) => body.backup.changeDigest === digest);
  if (own.length > 0) return own;
  const earlier = before === null ? backups : backups.filter(({ createdAt }) => createdAt <= before);
  const path = earlier.at(-1)?.body.backup.path;
  return earlier.filter(({ body }) => body.backup.path === path);
}

/** Those that name the change, and those of its target after it and before the next change. */
function chooseVerifications(
  found: ChangeFacts['verifications'],
  {
    digest,
    all,
    run,
  }: { readonly digest: string; readonly all: readonly Intact[]; readonly run: Recorded<ApplyReport> | null },
): ChangeFacts['verifications'] {
  const next = all.find(
    ({ record }) =>
      record.subject.kind === 'apply' &&
      run !== null &&
      record.createdAt > run.createdAt &&
      membersOf(record.body)['target'] === run.body.target,
  );
  return found.filter(({ createdAt, body }) => {
    if (body.changeDigest === digest) return true;
    return run !== null && createdAt > run.createdAt && (next === undefined || createdAt < next.record.createdAt);
  });
}

function revertsOf(
  all: readonly Intact[],
  about: { readonly migrations: readonly string[]; readonly target: string | null; readonly after: string | null },
): ChangeFacts['reverts'] {
  return all.flatMap(({ digest, record }) => {
    const body = record.body as ApplyReport;
    const isOurs =
      record.subject.kind === 'apply' &&
      body.direction === 'down' &&
      body.target === about.target &&
      about.after !== null &&
      record.createdAt >= about.after &&
      body.migrations.some((id) => about.migrations.includes(id));
    return isOurs ? [{ digest, createdAt: record.createdAt, body }] : [];
  });
}

function isDown(body: Members): boolean {
  return body['direction'] === 'down';
}

/** Ids: reports have them bare, or as objects. */
function migrationsOf({ migrations }: Members): readonly string[] {
  if (!Array.isArray(migrations)) return [];
  return [
    ...new Set(
      migrations.flatMap((one: unknown) => {
        const id = typeof one === 'string' ? one : membersOf(one)['id'];
        return typeof id === 'string' ? [id] : [];
      }),
    ),
  ];
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}
