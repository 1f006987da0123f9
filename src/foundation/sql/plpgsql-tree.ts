/** Where a statement stands that may run never, once or often; a block with handlers rolls back what it did on an error. */
export type PlpgsqlEnclosure = 'branch' | 'loop' | 'guarded-block' | 'exception-handler';

/** A piece of SQL in a PL/pgSQL body, as the parser cuts it out: INTO and its targets are blanks. */
export interface PlpgsqlPiece {
  /** `statement`: SQL; `expression`: what SELECT would compute; `dynamic`: an expression that yields SQL. */
  readonly kind: 'statement' | 'expression' | 'dynamic' | 'commit' | 'rollback';
  readonly text: string;
  /** 1-based, counted from the line on which the body's opening quote stands. */
  readonly line: number;
  /** Outermost first. */
  readonly within: readonly PlpgsqlEnclosure[];
}

interface Place {
  readonly line: number;
  readonly within: readonly PlpgsqlEnclosure[];
}

type Fields = Readonly<Record<string, unknown>>;

/** A node of libpg_query's JSON: its type, its fields, and where it stands. */
interface TreeNode {
  readonly type: string;
  readonly fields: Fields;
  readonly place: Place;
}

/** All pieces of a tree that libpg_query made of PL/pgSQL, declarations first, then in the order of the text. */
export function plpgsqlPieces(tree: unknown): readonly PlpgsqlPiece[] {
  return piecesIn(tree, { line: 1, within: [] });
}

function piecesIn(value: unknown, place: Place): readonly PlpgsqlPiece[] {
  if (Array.isArray(value)) return value.flatMap((item) => piecesIn(item, place));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([type, fields]) => {
    if (!isRecord(fields)) return piecesIn(fields, place);
    const line = typeof fields['lineno'] === 'number' ? fields['lineno'] : place.line;
    return piecesOf({ type, fields, place: { line, within: place.within } });
  });
}

/** Loops and INTO repeat the declarations of their variables. */
const repeated: ReadonlySet<string> = new Set(['var', 'target']);

function piecesOf(node: TreeNode): readonly PlpgsqlPiece[] {
  const { type, fields, place } = node;
  if (type === 'PLpgSQL_stmt_commit') return [{ kind: 'commit', text: 'COMMIT', ...place }];
  if (type === 'PLpgSQL_stmt_rollback') return [{ kind: 'rollback', text: 'ROLLBACK', ...place }];
  // In a list: arguments of RAISE, USING of EXECUTE.
  if (type === 'PLpgSQL_expr') return [pieceOf(node, '', fields)];
  // What a loop runs over is computed before its body, yet may stand behind it in the tree.
  const isLoopBody = (key: string) => Number(key === 'body' && type !== 'PLpgSQL_stmt_block');
  const entries = Object.entries(fields).toSorted(([a], [b]) => isLoopBody(a) - isLoopBody(b));
  return entries.flatMap(([key, value]) => {
    if (repeated.has(key)) return [];
    if (isRecord(value) && isRecord(value['PLpgSQL_expr'])) return [pieceOf(node, key, value['PLpgSQL_expr'])];
    return piecesIn(value, insideOf(node, key));
  });
}

/** Properties that hold statements, and what these stand in. */
const enclosures: Readonly<Record<string, PlpgsqlEnclosure>> = {
  then_body: 'branch',
  else_body: 'branch',
  stmts: 'branch',
  else_stmts: 'branch',
  body: 'loop',
};

function insideOf({ type, fields, place }: TreeNode, key: string): Place {
  const enclosure = enclosureOf({ type, fields }, key);
  return enclosure === undefined ? place : { ...place, within: [...place.within, enclosure] };
}

function enclosureOf({ type, fields }: Pick<TreeNode, 'type' | 'fields'>, key: string): PlpgsqlEnclosure | undefined {
  if (type === 'PLpgSQL_stmt_block') return key === 'body' && 'exceptions' in fields ? 'guarded-block' : undefined;
  if (type === 'PLpgSQL_exception') return key === 'action' ? 'exception-handler' : undefined;
  return enclosures[key];
}

function pieceOf({ type, place }: TreeNode, key: string, expr: Fields): PlpgsqlPiece {
  const query = typeof expr['query'] === 'string' ? expr['query'] : '';
  const isDynamic = key === 'dynquery' || (key === 'query' && /_dyn(?:execute|fors)$/.test(type));
  if (isDynamic) return { kind: 'dynamic', text: query, ...place };
  const mode = expr['parseMode'];
  if (mode === 0) return { kind: 'statement', text: query, ...place };
  // RAW_PARSE_PLPGSQL_EXPR is 2; in an assignment (3 to 5) the target stands before the expression.
  const text = mode === 2 ? query : query.replace(/^[^=]*=\s*/, '');
  return { kind: 'expression', text, ...place };
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
