import type { Node, ParseResult, RenameStmt } from '@pgsql/types';
import type { ObjectKind } from '../../../model/schema-snapshot.js';
import type { Rename } from './inversion.js';

/** Kinds by the parser's names; those whose names are not simple are left to the addresses. */
const kinds: Readonly<Record<string, ObjectKind>> = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_FOREIGN_TABLE: 'foreign table',
  OBJECT_INDEX: 'index',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_SCHEMA: 'schema',
  OBJECT_COLUMN: 'column',
  OBJECT_ATTRIBUTE: 'column',
  OBJECT_TABCONSTRAINT: 'constraint',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_RULE: 'rule',
  OBJECT_POLICY: 'policy',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'domain',
};

const parts: ReadonlySet<string> = new Set(['column', 'constraint', 'trigger', 'rule', 'policy']);

/** The renames in syntax trees, in their order. What is called inside bodies is not seen: addresses show that. */
export function findRenames(trees: readonly ParseResult[]): readonly Rename[] {
  return trees.flatMap(({ stmts = [] }) =>
    stmts.flatMap(({ stmt }) => {
      if (stmt === undefined || !('RenameStmt' in stmt)) return [];
      return toRename(stmt.RenameStmt);
    }),
  );
}

function toRename({ renameType, relation, object, subname, newname }: RenameStmt): readonly Rename[] {
  const kind = kinds[renameType ?? ''];
  if (kind === undefined || newname === undefined) return [];
  if (parts.has(kind)) {
    if (subname === undefined || relation === undefined) return [];
    return [{ kind, schema: relation.schemaname ?? null, table: relation.relname ?? null, from: subname, to: newname }];
  }
  if (kind === 'schema')
    return subname === undefined ? [] : [{ kind, schema: null, table: null, from: subname, to: newname }];
  const names =
    relation === undefined
      ? namesOf(object)
      : [relation.schemaname, relation.relname].filter((name) => name !== undefined);
  const from = names.at(-1);
  return from === undefined ? [] : [{ kind, schema: names.at(-2) ?? null, table: null, from, to: newname }];
}

function namesOf(node: Node | undefined): readonly string[] {
  if (node === undefined || !('List' in node)) return [];
  return (node.List.items ?? []).flatMap((item) => ('String' in item ? [item.String.sval ?? ''] : []));
}
