import { randomUUID } from 'node:crypto';
import { listKept } from '../back/rollback/keep/list-kept.js';
import { keepSchema } from '../foundation/catalog/snapshot/scope.js';
import { acquireLease } from '../foundation/ledger/lease.js';
import { isShared, readLedgerVersion, readTenantsOf, uninstallLedger } from '../foundation/ledger/ledger-schema.js';
import { readEntries } from '../foundation/ledger/entries.js';
import { requireKnownMajor } from '../foundation/postgres/require-major.js';
import { asServerError } from '../foundation/postgres/server-error.js';
import type { Session } from '../foundation/postgres/session.js';
import { tenantOf } from '../foundation/postgres/tenant-session.js';
import { redactSecrets } from '../foundation/records/redact-secrets.js';
import { qualifiedName, quoteIdentifier, quoteLiteral } from '../foundation/sql/quote-identifier.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { KeptEntry } from '../model/keep-report.js';
import { ledgerSchema } from '../model/ledger.js';
import type { UninstallReport } from '../model/uninstall-report.js';
import { explainLease } from './apply/explain-lease.js';
import { refuseRunning, refuseUnfinished } from './apply/refusals.js';
import { runnerOf } from './apply/run-under-lease.js';
import { openForVerb, type VerbRequest } from './apply/verb-request.js';
import { tool } from './tool-version.js';

export interface UninstallRequest extends VerbRequest {
  /** What is kept for rollbacks goes too. */
  readonly dropKept: boolean;
  /** Asked with what goes; it is not asked when that is nothing. */
  readonly agree: (report: UninstallReport) => Promise<boolean>;
}

/**
 * Takes every trace of ours out of a database: the ledger with all that it knows, and, where that is said, what is kept
 * for rollbacks. The team tool's own table stays. @throws ChangeSafetyError while a run is at work, broken off, or rows are kept.
 */
export async function uninstall(request: UninstallRequest): Promise<UninstallReport> {
  const preparation = await openForVerb(request);
  const { target, loaded } = preparation;
  await using session = preparation.session;
  const server = await requireKnownMajor(session);
  await refuseRunning(session, target);
  await refuseUnfinished(session, target);
  const all = (await listKept(session)).map(({ entry }) => entry);
  const tenants = await readTenantsOf(session);
  const kept = all.filter((entry) => isOwn(entry, tenantOf(session), tenants));
  if (!request.dropKept && kept.length > 0) throw stillKept(kept, target.words);
  const { schemas, entries } = await readTraces(session, { keepsForOthers: kept.length < all.length });
  const report: UninstallReport = redactSecrets(
    {
      kind: 'uninstall',
      version: 1,
      tool,
      server,
      database: target.words,
      schemas,
      entries,
      kept,
      removed: schemas.length === 0 && entries === 0 && kept.length === 0,
    },
    loaded.secrets,
  );
  const isNothing = schemas.length === 0 && entries === 0 && kept.length === 0;
  if (isNothing || !(await request.agree(report))) return report;
  const runner = runnerOf(preparation);
  const result = await acquireLease({ connect: target.connect, runner, runId: randomUUID(), clock: request.clock });
  if (result.kind !== 'acquired') throw explainLease(result, target);
  await using lease = result.lease;
  lease.lost.throwIfAborted();
  await uninstallLedger(session, dropKept(kept, { wholly: schemas.includes(keepSchema) })).catch((cause: unknown) => {
    throw asRefusal(cause);
  });
  return { ...report, removed: true };
}

const schemasSql = `SELECT n.nspname::pg_catalog.text AS name FROM pg_catalog.pg_namespace n
  WHERE n.nspname IN ('${ledgerSchema}', '${keepSchema}') ORDER BY 1`;

/** Schemas of ours that go, and own entries: what tenants of one database share goes with the last of them. */
async function readTraces(
  session: Session,
  { keepsForOthers }: { readonly keepsForOthers: boolean },
): Promise<Pick<UninstallReport, 'schemas' | 'entries'>> {
  const found = (await session.query(schemasSql)).rows.map((row) => String(row['name']));
  // Throws for a schema of that name that is somebody else's.
  const version = await readLedgerVersion(session);
  const shared = version !== null && (await isShared(session));
  return {
    schemas: found.filter((name) => (name === keepSchema ? !keepsForOthers : !shared)),
    entries: version === null ? 0 : (await readEntries(session)).length,
  };
}

/** Of a tenant what is kept of its schema; of the database as a whole what is of no tenant that the ledger knows. */
function isOwn({ relation }: KeptEntry, tenant: string | null, tenants: readonly string[]): boolean {
  const isOf = (schema: string): boolean => relation?.startsWith(`${quoteIdentifier(schema)}.`) === true;
  return tenant === null ? !tenants.some(isOf) : isOf(tenant);
}

/** Never with CASCADE: a key that refers to kept rows, or somebody's own table, stops it. */
function dropKept(kept: readonly KeptEntry[], { wholly }: { readonly wholly: boolean }): readonly string[] {
  const tables = kept.filter(({ state }) => state !== 'missing').map(({ id }) => qualifiedName(keepSchema, id));
  const listed = kept.filter(({ state }) => state !== 'unlisted').map(({ id }) => quoteLiteral(id));
  const unlist = `DELETE FROM ${keepSchema}.kept WHERE (pg_catalog.parse_ident(place))[2] IN (${listed.join(', ')})`;
  return [
    ...(tables.length === 0 ? [] : [`DROP TABLE ${tables.join(', ')}`]),
    ...(wholly ? [`DROP TABLE IF EXISTS ${keepSchema}.kept`, `DROP SCHEMA ${keepSchema}`] : []),
    ...(wholly || listed.length === 0 ? [] : [unlist]),
  ];
}

function stillKept(kept: readonly KeptEntry[], words: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'apply-refused',
    message: `Rows are still kept in ${words} for rollbacks: ${kept.map(({ id }) => id).join(', ')}.`,
    remedy: 'With --drop-kept they go too, and those rollbacks cannot put them back any more.',
    effect: 'none',
  });
}

function asRefusal(cause: unknown): unknown {
  const refused = asServerError(cause);
  if (refused === null) return cause;
  const detail = refused.detail === undefined ? '' : ` (${refused.detail})`;
  return new ChangeSafetyError({
    code: 'query-failed',
    message: `It could not be taken out: ${refused.message}${detail}`,
    remedy:
      refused.code === '42501'
        ? 'Connect as the owner of the schema lockkeeper.'
        : 'Remove what is in the way, which is not ours, and try again.',
    effect: 'rolled-back',
    sqlState: refused.code ?? null,
    cause,
  });
}
