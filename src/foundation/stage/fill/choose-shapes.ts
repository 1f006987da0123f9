import type { Session } from '../../postgres/session.js';
import { quoteIdentifier } from '../../sql/quote-identifier.js';
import { shapesOfConditions } from './condition-shapes.js';
import { domainConditions, type RowCondition } from './conditions.js';
import type { FillColumn, FillTable } from './fillable-table.js';
import { shapesOfType, type ValueShape } from './value-shapes.js';

export interface ShapeRequest {
  readonly table: FillTable;
  readonly column: FillColumn;
  readonly conditions: readonly RowCondition[];
  readonly rows: number;
  readonly seed: number;
}

const sampleSize = 64;
/** For types the filler does not know: what many types read. */
const commonTexts = ['1', 'a', '0', '', '{}', '(1,1)', '[1,2]', 'POINT(1 1)', '1.0.0'];

/**
 * Picks how to make the column's values. Where conditions speak of this column alone, the server judges samples of
 * every guess, and the one with the most different accepted values wins. Null when nothing fits.
 */
export async function chooseShape(session: Session, request: ShapeRequest): Promise<ValueShape | null> {
  const { table, column, conditions, rows, seed } = request;
  const own = conditions.filter(({ columns }) => columns.length === 1 && columns[0] === column.name);
  if (own.length === 0 && column.type.kind === 'array') return chooseArrayShape(session, request);
  const plain = shapesOfType(column.type, seed);
  const isKey = table.uniqueKeys.some((key) => key.includes(column.name));
  const known = isKey ? plain.toSorted((a, b) => Number(b.count >= rows) - Number(a.count >= rows)) : plain;
  if (known.length > 0 && own.length === 0) return known[0] as ValueShape;
  const guesses = shapesOfConditions(
    column.type,
    own.map(({ sql }) => sql),
    seed,
  );
  let best: { readonly shape: ValueShape; readonly score: number } | null = null;
  for (const shape of [...known, ...guesses, ...(known.length === 0 ? textLiterals(column) : [])]) {
    const score = await judge(session, { ...request, conditions: own }, shape);
    if (score > (best?.score ?? 0)) best = { shape, score };
    if (score === sampleSize * sampleSize) break;
  }
  return best?.shape ?? null;
}

/** The server judges no array of a domain before it is made, so its element is chosen like a column of its own. */
async function chooseArrayShape(session: Session, request: ShapeRequest): Promise<ValueShape | null> {
  const { column } = request;
  if (column.type.element === null) return null;
  const element = { ...column, type: column.type.element };
  const shape = await chooseShape(session, { ...request, column: element, conditions: domainConditions(element) });
  return (
    shape && {
      count: shape.count,
      sql: (i) => `ARRAY[${shape.sql(i)}, ${shape.sql(`(${i}) + 1`)}]::${column.type.sql}`,
    }
  );
}

function textLiterals(column: FillColumn): readonly ValueShape[] {
  return commonTexts.map((text) => ({ count: 1, sql: () => `'${text}'::${column.type.sql}` }));
}

/** Accepted values times different ones, of a sample that spans all rows to come; 0 if the server cannot make them. */
async function judge(
  session: Session,
  { column, conditions, rows, table }: ShapeRequest,
  shape: ValueShape,
): Promise<number> {
  const name = quoteIdentifier(column.name);
  const step = Math.max(1, Math.floor(rows / sampleSize));
  const accepted = conditions.map(({ sql }) => `AND (${sql}) IS NOT FALSE`).join(' ');
  try {
    const { rows: answer } = await session.query(`
      SELECT pg_catalog.count(*)::int AS passed, pg_catalog.count(DISTINCT (${name})::text)::int AS different
        FROM (SELECT ${shape.sql('g.n')} AS ${name}
                FROM (SELECT s * ${step} + (s * 7) % ${step} AS n
                        FROM pg_catalog.generate_series(0::bigint, ${sampleSize - 1}) AS s) AS g
             ) AS ${quoteIdentifier(table.name)}
       WHERE ${name} IS NOT NULL ${accepted}`);
    return Number(answer[0]?.['passed']) * Number(answer[0]?.['different']);
  } catch (error) {
    if (session.closed) throw error;
    return 0;
  }
}
