import { appendAnchor, readAnchors } from '../../foundation/ledger/anchors.js';
import { readLedgerVersion } from '../../foundation/ledger/ledger-schema.js';
import type { Session } from '../../foundation/postgres/session.js';
import { readRecords } from '../../foundation/records/read-records.js';
import { findHeads } from '../../foundation/records/verify-chain.js';

export interface Anchoring {
  readonly evidenceDir: string;
  /** The run that the newest record is about, or any other new id. */
  readonly runId: string;
  /** A new session to the target's primary. */
  readonly connect: (applicationName: string) => Promise<Session>;
}

/**
 * Names the newest records in the target's ledger, where nobody who can change the folder can change them too: so a record
 * is missed that was taken out, also the last. Without a ledger there is nothing to write to. What keeps it from being
 * written is no failure of what the record tells: it is returned as a sentence for the report; null when all is well.
 */
export async function anchorHeads({ evidenceDir, runId, connect }: Anchoring): Promise<string | null> {
  try {
    const records = await readRecords(evidenceDir);
    const heads = findHeads(records);
    if (heads.length === 0) return null;
    await using session = await connect('lockkeeper ledger');
    if ((await readLedgerVersion(session)) === null) return null;
    const last = (await readAnchors(session)).at(-1)?.heads ?? [];
    const newest = records.filter(({ digest }) => heads.includes(digest));
    const behind = [...new Set(newest.flatMap(({ record }) => record?.predecessors ?? []))];
    if (last.join() !== heads.join()) await appendAnchor(session, { runId, heads, behind });
    return null;
  } catch (cause) {
    return `The newest records are not anchored in the ledger: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
