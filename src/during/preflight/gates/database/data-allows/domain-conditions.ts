import type { AlterDomainStmt, Constraint } from '@pgsql/types';
import { nameParts, splitName } from '../../../../../foundation/effects/tree-names.js';
import { checkExpression } from './check-expression.js';
import type { DataTest, Demand, DomainRule } from './data-condition.js';

/** What ALTER DOMAIN asks of all values of the domain. */
export function domainConditions(statement: AlterDomainStmt, sql: string): readonly Demand[] {
  const table = splitName((statement.typeName ?? []).flatMap(nameParts));
  const { def } = statement;
  const constraint = def !== undefined && 'Constraint' in def ? def.Constraint : null;
  const test = testOf(statement, constraint, sql);
  if (test === null) return [];
  const demand: Demand = { what: `the domain ${table.name}`, table, test };
  return [constraint?.skip_validation === true ? { ...demand, deferredAs: constraint.conname ?? '' } : demand];
}

/** C: ADD CONSTRAINT, O: SET NOT NULL, V: VALIDATE CONSTRAINT; the others ask nothing. */
function testOf({ subtype, name = '' }: AlterDomainStmt, constraint: Constraint | null, sql: string): DataTest | null {
  switch (subtype) {
    case 'O':
      return ruled({ kind: 'not null' });
    case 'V':
      return ruled({ kind: 'constraint', name });
    case 'C': {
      if (constraint?.contype === 'CONSTR_NOTNULL') return ruled({ kind: 'not null' });
      const expression = checkExpression(sql);
      return expression === null ? { kind: 'uncounted' } : ruled({ kind: 'check', expression });
    }
    default:
      return null;
  }
}

function ruled(rule: DomainRule): DataTest {
  return { kind: 'domain', rule };
}
