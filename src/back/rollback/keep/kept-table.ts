/** One column whose values are kept; names as the server quotes them. */
export interface KeptColumn {
  readonly before: string;
  /** Null where the change takes the column away. */
  readonly after: string | null;
  readonly type: string;
  /** Its type after the change; null without the column. */
  readonly typeAfter: string | null;
  /** Its values become others by a change of its type. */
  readonly retyped: boolean;
  /** Only an insert that says so gives it values. */
  readonly alwaysGenerated: boolean;
}

/** One table of which something is kept; relations are `schema.name`, as the server quotes them. */
export interface KeptTable {
  readonly relation: string;
  /** Its name after the change; null where it is dropped. */
  readonly relationAfter: string | null;
  /** Where the values from before the change are kept. */
  readonly values: string;
  /** Where is kept what the change made of its rows. */
  readonly outcome: string;
  /** Where its rows wait while another form of it gives way; null where it stays, or is gone. */
  readonly moved: string | null;
  /** Whether its rows lie in parts before the change, and are kept and put back as its own. */
  readonly divided: boolean;
  /**
   * - `whole`: the table is made again, so all of its rows are put back;
   * - `rows`: rows were written, so those that differ are;
   * - `columns`: the values of single columns are.
   */
  readonly extent: 'whole' | 'rows' | 'columns';
  readonly columns: readonly KeptColumn[];
  /** Columns that tell rows apart. */
  readonly key: readonly KeptColumn[];
  /** False where nothing forbids two equal keys: rows are then told apart by all that stays the same in them. */
  readonly unique: boolean;
}

/** Columns that the change takes away, or makes anew. */
export function lostColumns({ columns }: KeptTable): readonly KeptColumn[] {
  return columns.filter(({ after }) => after === null);
}

/** Columns that can be compared before and after. */
export function comparedColumns({ columns, extent }: KeptTable): readonly KeptColumn[] {
  return columns.filter(({ after, retyped }) => after !== null && (extent === 'rows' || retyped));
}

/** Whether what the change made of its rows has to be known, to see later what the application made of them. */
export function needsOutcome(table: KeptTable): boolean {
  return table.extent === 'rows' || comparedColumns(table).length > 0;
}
