import type { GeneratedRollback } from '../../back/rollback/prove/way-back.js';
import type { RollbackFacts } from '../../back/rollback/script/rollback-text.js';
import { chooseStory } from '../../back/rollback/story/choose-story.js';
import { disturbsOldApplication } from '../../back/rollback/story/disturbs-old-application.js';
import { readNoRollback } from '../../back/rollback/story/read-no-rollback.js';
import type { ProjectFiles } from '../../foundation/project/format.js';
import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import type { RollbackProof } from '../../model/rollback-proof.js';
import type { RollbackAction, RollbackEntry, RollbackFileReport } from '../../model/rollback-report.js';
import type { DeclaredNoRollback } from '../../model/rollback-story.js';
import type { TestReport } from '../../model/test-report.js';
import type { SeenRollback } from '../rollback.js';
import { type FileWishes, writeRollbackFile } from './write-rollback-file.js';

export interface Findings {
  readonly test: TestReport;
  /** In the order in which they were made; a migration that had to be tried twice stands twice. */
  readonly seen: readonly SeenRollback[];
  /** Absolute folder of the project. */
  readonly dir: string;
  readonly files: ProjectFiles;
  /** Texts that files got since they were read. */
  readonly filled: Map<string, string>;
  readonly action: RollbackAction;
  readonly wishes: FileWishes;
  readonly cwd: string;
  readonly date: string;
}

/** One entry for each migration: its proofs, its story, and what became of the file. */
export async function describeRollbacks(findings: Findings): Promise<readonly RollbackEntry[]> {
  const entries: RollbackEntry[] = [];
  const groups = groupByMigration(findings.test.migrations);
  // The last first: where several share a file, those above keep their lines.
  for (const [index, proofs] of [...groups.entries()].toReversed()) {
    const next = groups[index + 1]?.[0].path ?? null;
    entries.push(await describeOne(findings, proofs, next));
  }
  return entries.toReversed();
}

type Proofs = readonly [RollbackProof, ...RollbackProof[]];

function groupByMigration(proofs: readonly RollbackProof[]): readonly Proofs[] {
  const groups = new Map<string, [RollbackProof, ...RollbackProof[]]>();
  for (const proof of proofs) {
    const key = `${proof.path}\n${proof.id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [proof]);
    else group.push(proof);
  }
  return [...groups.values()];
}

async function describeOne(findings: Findings, proofs: Proofs, next: string | null): Promise<RollbackEntry> {
  const { action, files } = findings;
  // The written one comes first, and is the one that a team would run.
  const [first] = proofs;
  const generated = proofs.find(({ rollback }) => rollback === 'generated');
  const seen = generated === undefined ? null : findSeen(findings.seen, generated);
  const { id, path, verdict, reason } = first;
  const declared = declaredIn(files, path, seen);
  const best = proofs.find((proof) => proof.verdict === 'restored') ?? first;
  const story = chooseStory({
    declared,
    disturbances:
      seen === null ? null : disturbsOldApplication(seen.change.before.snapshot, seen.change.after.snapshot),
    proof: best,
    hasSecondCluster: false,
    canRestore: null,
  });
  const file =
    action === 'prove' || generated === undefined
      ? null
      : await fileFor(findings, { proof: generated, seen, declared, next });
  return { id, path, verdict, reason, story, file, proofs };
}

/** What was generated when the proof was made, and not for a part of the migration. */
function findSeen(seen: readonly SeenRollback[], proof: RollbackProof): SeenRollback | null {
  const own = seen.filter(({ change: { migration } }) => migration.path === proof.path && migration.id === proof.id);
  return own.find(({ generated }) => sqlOf(generated) === proof.sql) ?? own[0] ?? null;
}

function sqlOf(generated: GeneratedRollback): string | null {
  if (generated.kind === 'refused') return null;
  return generated.script.statements.map(({ sql }) => `${sql};`).join('\n');
}

function declaredIn(files: ProjectFiles, path: string, seen: SeenRollback | null): DeclaredNoRollback | null {
  if (!files.paths.includes(path)) return null;
  const line = seen?.change.migration.statements[0]?.span.line ?? null;
  return readNoRollback(files.text(path), { path, line });
}

/** As every server of our own calls it. */
const embeddedSuperuser = 'postgres';

interface Wanted {
  readonly proof: RollbackProof;
  readonly seen: SeenRollback | null;
  readonly declared: DeclaredNoRollback | null;
  readonly next: string | null;
}

async function fileFor(findings: Findings, { proof, seen, declared, next }: Wanted): Promise<RollbackFileReport> {
  const withheld = (why: string): RollbackFileReport => ({ outcome: 'withheld', path: null, why, content: null });
  if (declared !== null) return withheld('the migration is declared to have no rollback');
  if (proof.verdict !== 'restored' || seen === null || seen.generated.kind === 'refused') {
    return withheld(`it was not proved: ${proof.reason ?? proof.verdict}`);
  }
  const { script, notes, keep } = seen.generated;
  if (script.statements.length === 0) return withheld('the change leaves nothing to take back');
  const { test, date } = findings;
  const rollback: RollbackFacts = {
    migration: seen.change.migration,
    script,
    before: seen.change.before.snapshot,
    after: seen.change.after.snapshot,
    downMs: proof.downMs ?? 0,
    serverVersion: test.server.version,
    stageOwner: test.server.source === 'stage-url' ? null : embeddedSuperuser,
    remarks: [...new Set([...notes, ...(keep?.remarks ?? []), ...columnOrderRemark(proof), ...notHeldRemarks(proof)])],
    next,
    date,
    toolVersion: test.tool.version,
  };
  return redactSecrets(await writeRollbackFile(rollback, { ...findings, format: test.project.format }), []);
}

function notHeldRemarks({ writes }: RollbackProof): readonly string[] {
  return (writes?.notHeld ?? []).map((what) => `the schema from before cannot hold: ${what}`);
}

function columnOrderRemark({ columnOrder }: RollbackProof): readonly string[] {
  return columnOrder.length === 0 ? [] : [`columns come back in another order: ${columnOrder.join(', ')}`];
}
