import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { ProjectState } from '../project/project-state.js';
import type { Session } from '../postgres/session.js';
import { tenantOf } from '../postgres/tenant-session.js';
import { qualifiedName } from '../sql/quote-identifier.js';

export interface FoundTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
}

interface Candidate extends FoundTable {
  /** The search path of the session finds it under its bare name. */
  readonly visible: boolean;
}

const tablesOfName = `SELECT n.nspname::pg_catalog.text AS schema, c.relname::pg_catalog.text AS name,
    pg_catalog.pg_table_is_visible(c.oid) AS visible,
    ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relname = $1 AND c.relkind IN ('r', 'p', 'v') ORDER BY 1`;

/**
 * The table that a project's tool keeps, in whichever schema it is; null when there is none with its columns. A tenant's is
 * in the tenant's schema, wherever else there are such tables. @throws ChangeSafetyError `usage` where several could be it.
 */
export async function findStateTable(session: Session, wanted: ProjectState): Promise<FoundTable | null> {
  const tenant = tenantOf(session);
  if (tenant !== null) refuseSharedTable(wanted, tenant);
  const { rows } = await session.query(tablesOfName, [wanted.table.name]);
  const candidates = rows as unknown as readonly Candidate[];
  const fitting = candidates.filter(({ columns }) => wanted.columns.every((column) => columns.includes(column)));
  if (tenant !== null) return fitting.find(({ schema }) => schema === tenant) ?? null;
  return chooseTable(fitting, wanted);
}

/** One table cannot tell of several tenants which of them has a migration. */
function refuseSharedTable({ table, tool }: ProjectState, tenant: string): void {
  if (table.schema === null || table.schema === tenant) return;
  throw new ChangeSafetyError({
    code: 'usage',
    message: `${tool} keeps its table in the schema ${table.schema}, which the tenant ${tenant} shares with others: it cannot tell what each of them has.`,
    remedy: `Let the tool keep it in each tenant's schema; in lockkeeper.yaml: project.placeholders: { stateTable: ${table.name} }.`,
    effect: 'none',
  });
}

/** In the schema that is named; else where the search path leads; else the only one there is. */
function chooseTable(candidates: readonly Candidate[], { table, tool }: ProjectState): Candidate | null {
  const inSchema = candidates.filter(({ schema }) => schema === table.schema);
  const visible = candidates.filter((candidate) => candidate.visible);
  const [chosen, other] = [inSchema, visible, candidates].find((some) => some.length > 0) ?? [];
  if (chosen === undefined || other === undefined) return chosen ?? null;
  throw new ChangeSafetyError({
    code: 'usage',
    message: `The database has several tables that ${tool} could keep: ${candidates.map(({ schema, name }) => qualifiedName(schema, name)).join(', ')}.`,
    remedy: `Name the right one in lockkeeper.yaml: project.placeholders: { stateTable: ${qualifiedName(chosen.schema, chosen.name)} }.`,
    effect: 'none',
  });
}
