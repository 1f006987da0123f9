import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { madeUpName, relationText } from './names.js';
import type { ColumnPlace } from './steps.js';

/**
 * A trigger that computes a column from the others whenever a row is written. The expression may name the columns
 * bare, or with the table's name before them.
 */
export function keepInStep(
  { relation, column }: ColumnPlace,
  expression: string,
): { readonly begin: readonly string[]; readonly end: readonly string[] } {
  const table = relationText(relation);
  const alias = quoteIdentifier(relation.relname ?? '');
  const bare = madeUpName(relation.relname ?? '', [column], 'sync');
  const trigger = quoteIdentifier(bare);
  const called = relationText({ ...relation, relname: bare });
  return {
    begin: [
      `CREATE FUNCTION ${called}() RETURNS trigger LANGUAGE plpgsql AS $sync$`,
      `BEGIN NEW.${quoteIdentifier(column)} := (SELECT ${expression} FROM (SELECT NEW.*) AS ${alias}); RETURN NEW; END $sync$;`,
      `CREATE TRIGGER ${trigger} BEFORE INSERT OR UPDATE ON ${table}`,
      `  FOR EACH ROW EXECUTE FUNCTION ${called}();`,
    ],
    end: [`DROP TRIGGER ${trigger} ON ${table};`, `DROP FUNCTION ${called}();`],
  };
}
