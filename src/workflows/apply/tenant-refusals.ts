import { parseOnce } from '../../foundation/sql/parse-once.js';
import type { RelationRef } from '../../foundation/sql/referenced-relations.js';
import { qualifiedName, quoteIdentifier } from '../../foundation/sql/quote-identifier.js';
import { schemaUse } from '../../foundation/sql/schema-use.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { ApplyPlan, PlanStep } from '../../model/apply-plan.js';
import type { Statement } from '../../model/sql-text.js';
import type { TenantPlace } from '../../model/target-settings.js';

type Refusal = ApplyPlan['refusals'][number];

export interface TenantSurroundings {
  readonly place: TenantPlace;
  /** Schemas of the other tenants, as far as they are known. */
  readonly others: readonly string[];
}

/**
 * A migration of a tenant stays in the tenant's schema. What another tenant has is not touched; what all share would be
 * changed once for each of them, so it is refused unless the statement says itself that it may be done again.
 */
export async function withTenantRefusals(
  plan: ApplyPlan,
  session: Session,
  { place, others }: TenantSurroundings,
): Promise<ApplyPlan> {
  const judged = plan.steps.flatMap((step) =>
    [...step.settings, ...step.statements].map((statement) => ({ step, statement, seen: look(statement) })),
  );
  const made = new Set(judged.flatMap(({ seen }) => (seen?.makes ?? []).map(({ name }) => name)));
  const bare = judged.flatMap(({ seen }) => (seen?.repeatable === true ? [] : (seen?.changes ?? [])).filter(isBare));
  const shared = await readShared(session, place, [...new Set(bare.map(({ name }) => name))]);
  const found = judged.flatMap(({ step, statement, seen }) => {
    const reason = seen === null ? null : reasonOf(seen, { place, others, shared, made });
    return reason === null ? [] : [refusalOf(step, statement, reason)];
  });
  return { ...plan, refusals: [...plan.refusals, ...found] };
}

function look(statement: Statement): ReturnType<typeof schemaUse> | null {
  const parsed = parseOnce(statement);
  return parsed.ok ? schemaUse(parsed.tree) : null;
}

function isBare({ schema }: RelationRef): boolean {
  return schema === null;
}

interface Known extends TenantSurroundings {
  /** Schema of what an unqualified name leads to, where that is not the tenant's. */
  readonly shared: ReadonlyMap<string, string>;
  /** Names of what the change makes, in the tenant's schema. */
  readonly made: ReadonlySet<string>;
}

function reasonOf(seen: ReturnType<typeof schemaUse>, { place, others, shared, made }: Known): string | null {
  if (seen.setsSearchPath) return 'It sets search_path, which says whose the tables are that are meant.';
  const other = others.find((schema) => schema !== place.schema && seen.schemas.has(schema));
  if (other !== undefined) return `It names ${quoteIdentifier(other)}, the schema of another tenant.`;
  if (seen.repeatable) return null;
  const ofAll = [...seen.makes, ...seen.changes].flatMap(({ schema, name }) => {
    const where = schema ?? (made.has(name) ? place.schema : (shared.get(name) ?? place.schema));
    return where === place.schema || where === 'pg_temp' ? [] : [qualifiedName(where, name)];
  });
  if (ofAll.length === 0) return null;
  return `It changes ${ofAll.join(', ')}, which all tenants share: it would be done again for each of them.`;
}

function refusalOf({ id }: PlanStep, { span }: Statement, reason: string): Refusal {
  return {
    stepId: id,
    reason: `${span.path}:${span.line}: ${reason}`,
    remedy:
      'Leave schemas out of migrations of tenants; put what is shared into migrations of its own, with a target without tenants, or say IF NOT EXISTS, OR REPLACE or ON CONFLICT.',
  };
}

const lookup = `SELECT wanted.name, (SELECT n.nspname::pg_catalog.text FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = wanted.name AND n.nspname = ANY ($2)
    ORDER BY pg_catalog.array_position($2, n.nspname::pg_catalog.text) LIMIT 1) AS schema
  FROM pg_catalog.unnest($1::pg_catalog.text[]) AS wanted(name)`;

async function readShared(
  session: Session,
  { schema, searchPath }: TenantPlace,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map();
  const { rows } = await session.query(lookup, [names, searchPath]);
  return new Map(
    rows.flatMap((row) => {
      const found = row['schema'];
      return typeof found === 'string' && found !== schema ? [[String(row['name']), found] as const] : [];
    }),
  );
}
