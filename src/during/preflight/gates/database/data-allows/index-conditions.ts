import type { IndexElem, IndexStmt, Node } from '@pgsql/types';
import {
  characterAt,
  closingParenthesis,
  cutOut,
  endOfName,
  findWord,
  splitAtCommas,
} from '../../../../../foundation/sql/slice-source.js';
import type { DataTest } from './data-condition.js';
import { keyText } from './key-text.js';

/** What CREATE UNIQUE INDEX asks of the rows; expressions are cut out of its own text. */
export function uniqueIndexTest(statement: IndexStmt, sql: string): DataTest {
  const { relation, indexParams, whereClause, nulls_not_distinct } = statement;
  if (relation?.location === undefined) return { kind: 'uncounted' };
  const open = sql.indexOf('(', endOfName(sql, characterAt(sql, relation.location)));
  const close = closingParenthesis(sql, open);
  const texts = splitAtCommas(sql, open + 1, close).map(({ text }) => text);
  const elements = (indexParams ?? []).flatMap(elementOf);
  if (open < 0 || texts.length !== elements.length) return { kind: 'uncounted' };
  const where = whereClause === undefined ? null : findWord(sql, 'where', close + 1);
  if (whereClause !== undefined && where === null) return { kind: 'uncounted' };
  return {
    kind: 'duplicates',
    keys: elements.map((element, at) => keyText(element, texts[at] ?? '')),
    predicate: where === null ? null : cutOut(sql, where + 'where'.length),
    nullsDiffer: nulls_not_distinct !== true,
  };
}

function elementOf(node: Node): readonly IndexElem[] {
  return 'IndexElem' in node ? [node.IndexElem] : [];
}
