import type { AlterDomainStmt } from '@pgsql/types';
import type { SchemaRelation, SchemaType } from '../../../model/schema.js';
import { nameParts, splitName } from '../tree-names.js';
import { type EffectContext, handleOf } from '../effect-context.js';
import { type EffectDraft, merge, noEffect, unanalysed } from '../effect-draft.js';
import type { SchemaGraph } from '../schema-graph.js';
import { lockEach, scanEach } from './alter-target.js';

/** A new constraint is checked in every table that has a column of the domain, or of a domain over it. */
export function alterDomain(statement: AlterDomainStmt, context: EffectContext): EffectDraft {
  if (!checksRows(statement)) return noEffect;
  const { schema, name } = splitName((statement.typeName ?? []).flatMap(nameParts));
  const { graph } = context;
  if (graph === null) return unanalysed(`which tables have columns of domain ${name}`);
  const domain = graph.findType(schema, name, context.searchPath);
  if (domain === null || (requiresNotNull(statement) && domain.notNull)) return noEffect;
  const tables = tablesUsing(domain, graph).map(handleOf);
  return merge(lockEach(tables, 'ShareLock'), scanEach(tables));
}

/** O sets NOT NULL, C adds a constraint, V validates one; the others drop something or set a default. */
function checksRows({ subtype, def }: AlterDomainStmt): boolean {
  if (subtype === 'C') return def !== undefined && 'Constraint' in def && def.Constraint.skip_validation !== true;
  return subtype === 'O' || subtype === 'V';
}

function requiresNotNull({ subtype, def }: AlterDomainStmt): boolean {
  return subtype === 'O' || (def !== undefined && 'Constraint' in def && def.Constraint.contype === 'CONSTR_NOTNULL');
}

/** Only what holds rows: partitions, but not the table that they are partitions of. */
function tablesUsing(domain: SchemaType, graph: SchemaGraph): readonly SchemaRelation[] {
  const domains = new Set([domain.oid, ...domainsOver(domain, graph).map(({ oid }) => oid)]);
  return graph.schema.relations.filter(
    ({ kind, columns }) => (kind === 'table' || kind === 'matview') && columns.some(({ type }) => domains.has(type)),
  );
}

function domainsOver(domain: SchemaType, graph: SchemaGraph): readonly SchemaType[] {
  const above = graph.schema.types.filter(({ kind, base }) => kind === 'domain' && base === domain.oid);
  return above.flatMap((one) => [one, ...domainsOver(one, graph)]);
}
