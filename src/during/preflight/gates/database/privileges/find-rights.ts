import type { Node, RangeVar } from '@pgsql/types';
import { nameParts, rangeVars, relationNamed } from '../../../../../foundation/effects/tree-names.js';
import { parseOnce } from '../../../../../foundation/sql/parse-once.js';
import { qualifiedName, quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { Migration } from '../../../../../model/migration.js';

/** A right that a statement needs, as far as its text says which. */
export type Right = {
  readonly kind: 'own' | 'maintain' | 'table privilege' | 'create in schema' | 'create in database';
  /** As SQL names it; null: the first schema of the search path, or the database. */
  readonly on: string | null;
  /** For `table privilege`: `REFERENCES`, `TRIGGER`, `INSERT`… */
  readonly privilege: string | null;
};

/** The rights that a change needs on what is there. The parser has to be loaded. Statements of other kinds add nothing. */
export function findRights(migrations: readonly Migration[]): readonly Right[] {
  const rights = new Map<string, Right>();
  for (const statement of migrations.flatMap((migration) => migration.statements)) {
    const parsed = parseOnce(statement);
    for (const { stmt } of parsed.ok ? (parsed.tree.stmts ?? []) : []) {
      for (const right of stmt === undefined ? [] : rightsOf(stmt)) rights.set(JSON.stringify(right), right);
    }
  }
  return [...rights.values()];
}

function own(relation: Pick<RangeVar, 'schemaname' | 'relname'> | undefined): readonly Right[] {
  return onRelation('own', relation);
}

function onRelation(
  kind: Right['kind'],
  relation: Pick<RangeVar, 'schemaname' | 'relname'> | undefined,
  privilege: string | null = null,
): readonly Right[] {
  if (relation === undefined) return [];
  const { schemaname, relname = '' } = relation;
  const on = schemaname === undefined ? quoteIdentifier(relname) : qualifiedName(schemaname, relname);
  return [{ kind, on, privilege }];
}

function createIn(schema: string | undefined): readonly Right[] {
  return [{ kind: 'create in schema', on: schema === undefined ? null : quoteIdentifier(schema), privilege: null }];
}

function rightsOf(node: Node): readonly Right[] {
  return rightsOnTables(node) ?? rightsOnRows(node) ?? rightsToCreate(node) ?? [];
}

function rightsOnTables(node: Node): readonly Right[] | null {
  if ('AlterTableStmt' in node) {
    const { relation, cmds } = node.AlterTableStmt;
    const keys = (cmds ?? []).flatMap((item) => ('AlterTableCmd' in item ? referencedBy(item.AlterTableCmd.def) : []));
    return node.AlterTableStmt.objtype === 'OBJECT_TYPE' ? [] : [...own(relation), ...keys];
  }
  if ('IndexStmt' in node) {
    return [...own(node.IndexStmt.relation), ...createIn(node.IndexStmt.relation?.schemaname)];
  }
  if ('RenameStmt' in node) return own(node.RenameStmt.relation);
  if ('AlterObjectSchemaStmt' in node) {
    const { relation, newschema } = node.AlterObjectSchemaStmt;
    return [...own(relation), ...createIn(newschema)];
  }
  if ('RuleStmt' in node) return own(node.RuleStmt.relation);
  if ('CreatePolicyStmt' in node) return own(node.CreatePolicyStmt.table);
  if ('AlterPolicyStmt' in node) return own(node.AlterPolicyStmt.table);
  if ('CreateTrigStmt' in node) return onRelation('table privilege', node.CreateTrigStmt.relation, 'TRIGGER');
  if ('DropStmt' in node) return ofDrop(node.DropStmt.removeType, node.DropStmt.objects ?? []);
  return ofMaintenance(node);
}

function ofMaintenance(node: Node): readonly Right[] | null {
  if ('RefreshMatViewStmt' in node) return onRelation('maintain', node.RefreshMatViewStmt.relation);
  if ('ReindexStmt' in node) return onRelation('maintain', node.ReindexStmt.relation);
  if ('ClusterStmt' in node) return onRelation('maintain', node.ClusterStmt.relation);
  if (!('VacuumStmt' in node)) return null;
  return (node.VacuumStmt.rels ?? []).flatMap((rel) =>
    'VacuumRelation' in rel ? onRelation('maintain', rel.VacuumRelation.relation) : [],
  );
}

function referencedBy(def: Node | undefined): readonly Right[] {
  if (def === undefined) return [];
  if ('Constraint' in def) return onRelation('table privilege', def.Constraint.pktable, 'REFERENCES');
  return 'ColumnDef' in def ? (def.ColumnDef.constraints ?? []).flatMap(referencedBy) : [];
}

const dropped: ReadonlySet<string> = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_INDEX',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
]);

function ofDrop(type: string | undefined, objects: readonly Node[]): readonly Right[] {
  return dropped.has(type ?? '') ? objects.flatMap((object) => own(relationNamed(nameParts(object)))) : [];
}

function rightsOnRows(node: Node): readonly Right[] | null {
  if ('InsertStmt' in node) return onRelation('table privilege', node.InsertStmt.relation, 'INSERT');
  if ('UpdateStmt' in node) return onRelation('table privilege', node.UpdateStmt.relation, 'UPDATE');
  if ('DeleteStmt' in node) return onRelation('table privilege', node.DeleteStmt.relation, 'DELETE');
  if (!('TruncateStmt' in node)) return null;
  return rangeVars(node.TruncateStmt.relations).flatMap((one) => onRelation('table privilege', one, 'TRUNCATE'));
}

function rightsToCreate(node: Node): readonly Right[] | null {
  if ('CreateStmt' in node) {
    const { relation, inhRelations, tableElts } = node.CreateStmt;
    const keys = (tableElts ?? []).flatMap(referencedBy);
    return [...createIn(relation?.schemaname), ...rangeVars(inhRelations).flatMap(own), ...keys];
  }
  if ('ViewStmt' in node) return createIn(node.ViewStmt.view?.schemaname);
  if ('CreateTableAsStmt' in node) return createIn(node.CreateTableAsStmt.into?.rel?.schemaname);
  if ('CreateSeqStmt' in node) return createIn(node.CreateSeqStmt.sequence?.schemaname);
  if ('CompositeTypeStmt' in node) return createIn(node.CompositeTypeStmt.typevar?.schemaname);
  if ('CreateFunctionStmt' in node) return createIn(schemaOf(node.CreateFunctionStmt.funcname));
  if ('CreateEnumStmt' in node) return createIn(schemaOf(node.CreateEnumStmt.typeName));
  if ('CreateDomainStmt' in node) return createIn(schemaOf(node.CreateDomainStmt.domainname));
  return 'CreateSchemaStmt' in node ? [{ kind: 'create in database', on: null, privilege: null }] : null;
}

function schemaOf(name: readonly Node[] | undefined): string | undefined {
  return (name ?? []).flatMap(nameParts).at(-2);
}
