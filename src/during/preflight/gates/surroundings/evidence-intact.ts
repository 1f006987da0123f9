import { readAnchors } from '../../../../foundation/ledger/anchors.js';
import { readLedgerVersion } from '../../../../foundation/ledger/ledger-schema.js';
import { readOnly } from '../../../../foundation/postgres/read-only.js';
import { readRecords } from '../../../../foundation/records/read-records.js';
import { verifyChain } from '../../../../foundation/records/verify-chain.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, warn } from '../../gate.js';
import type { GateContext, GatePolicy } from '../../gate-context.js';
import { firstOf } from '../../in-words.js';

const limits = { what: 'the anchors in the ledger', statementTimeoutMs: 30_000, lockTimeoutMs: 500 };

type Observation = {
  readonly records: number;
  readonly problems: readonly {
    readonly kind: 'unreadable' | 'changed' | 'missing';
    readonly name: string;
    readonly predecessor: string | null;
  }[];
  readonly anchors: number;
  /** Records that are here and that anchors name, as the newest of their time or as those right before. */
  readonly found: number;
  readonly missing: readonly { readonly entry: number; readonly at: string; readonly record: string }[];
};

const remedy =
  'Bring the records back as they were written, from version control or a backup of evidence.dir; lockkeeper evidence verify names each place. The folder is shared by all who apply changes to a target: commit it, or keep it on a common disk.';

function decide({ records, problems, anchors, found, missing }: Observation, { tier }: GatePolicy): GateDecision {
  if (missing.length > 0 && found === 0) {
    const none = `None of the ${missing.length} records is here that the ledger knows of this target`;
    return tier <= 1 ? block(`${none}.`, remedy) : warn(`${none}.`, remedy);
  }
  const gaps = problems.map(({ kind, name, predecessor }) =>
    kind === 'missing'
      ? `the record ${predecessor?.slice(0, 16) ?? ''} before ${name} is gone`
      : `${name} is not as it was written`,
  );
  const lost = missing.map(
    ({ record, entry, at }) =>
      `the record ${record.slice(0, 16)} is gone, which entry ${entry} of the ledger names (${at})`,
  );
  const faults = [...new Set([...gaps, ...lost])];
  if (faults.length > 0) return block(`The evidence was tampered with: ${firstOf(faults, 5)}.`, remedy);
  const chain = `${records} records hang together`;
  return pass(
    anchors === 0 ? `${chain}; the ledger names none yet.` : `${chain}, and all that the ledger names are there.`,
  );
}

async function inspect({ session, evidenceDir }: GateContext): Promise<Observation> {
  const records = await readRecords(evidenceDir);
  const anchors = await readOnly(session, limits, async () =>
    (await readLedgerVersion(session)) === null ? [] : await readAnchors(session),
  );
  const present = new Set(records.map(({ digest }) => digest));
  const named = new Map(
    anchors.flatMap(({ entry, at, heads }) => heads.map((record) => [record, { entry, at }] as const)),
  );
  const missing = [...named].filter(([record]) => !present.has(record));
  return {
    records: records.length,
    problems: verifyChain(records).problems.map((problem) => {
      const { kind, name } = problem;
      return { kind, name, predecessor: kind === 'missing' ? problem.predecessor : null };
    }),
    anchors: anchors.length,
    found: anchors.flatMap(({ heads, behind }) => [...heads, ...behind]).filter((one) => present.has(one)).length,
    missing: missing.map(([record, { entry, at }]) => ({ entry, at, record })),
  };
}

export default defineGate<Observation>({
  id: 'evidence-intact',
  title: 'The records are those that were written, and none is missing',
  why: 'Rehearsals, approvals and proofs are read from records. Each names those before it, and the ledger of the target names the newest, where nobody who can change the folder can change them too.',
  remedy,
  sources: [],
  blindSpot:
    'A record that was written since the last run on the target is named by no ledger yet: taken out, it is missed by nobody but those who need it.',
  inspect,
  decide,
});
