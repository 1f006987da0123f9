/** A relation's figures by the server's statistics: nothing of it was opened. What the server does not know is null. */
export interface RelationFigures {
  /** `schema.name`, each part as quote_ident writes it. */
  readonly relation: string;
  /** With indexes and toast, as of the last vacuum or analyze. */
  readonly bytes: number | null;
  /** Estimated. */
  readonly liveRows: number | null;
  readonly deadRows: number | null;
  readonly sequentialScans: number | null;
  readonly indexScans: number | null;
}

/** Counters of the whole database, since its statistics were reset. */
export interface DatabaseFigures {
  readonly bytes: number | null;
  readonly deadlocks: number;
  readonly tempFiles: number;
  readonly tempBytes: number;
  readonly commits: number;
  readonly rollbacks: number;
  /** ISO 8601, when the counting began; null where the server does not say. */
  readonly since: string | null;
}

/** One entry of pg_stat_statements: constants are not in its text. */
export interface QueryFigures {
  readonly queryId: string;
  readonly query: string;
  readonly calls: number;
  /** Milliseconds of execution, all calls together. */
  readonly totalMs: number;
}

/** A metric as it was before a change: several looks, so that its own restlessness is known. */
export interface MetricBaseline {
  readonly samples: number;
  readonly median: number;
  /** Median distance from the median. */
  readonly spread: number;
}

/** The figures of a target at one moment. */
export interface TargetFigures {
  /** ISO 8601. */
  readonly at: string;
  readonly relations: readonly RelationFigures[];
  /** Null where it could not be read. */
  readonly database: DatabaseFigures | null;
  /** The statements that cost most; null where pg_stat_statements is not there, or not to be read. */
  readonly queries: readonly QueryFigures[] | null;
  readonly metrics: Readonly<Record<string, MetricBaseline | null>>;
  /** Null where no health is configured. */
  readonly healthy: boolean | null;
  /** Standbys that follow; null where the role may not see them. */
  readonly replicas: number | null;
  /** The critical queries of the validation, by name, in milliseconds; null: it failed. */
  readonly criticalMs: Readonly<Record<string, number | null>>;
  /** Keys of what was at fault by the catalog alone: invalid indexes, constraints that nobody validated. */
  readonly standing: readonly string[];
  /** What could not be read, and why. */
  readonly notes: readonly string[];
}

/** The figures before a run and after it, kept with the run so that a later watch can compare. */
export interface RunFigures {
  /** Tables that the change made, or locked for more than reading. */
  readonly touched: readonly string[];
  readonly before: TargetFigures;
  /** Null where nothing took effect, or the target could not be asked any more. */
  readonly after: TargetFigures | null;
}

/** One line of the comparison of two moments. */
export interface FigureComparison {
  /** `database`, a relation, a metric, or a query. */
  readonly subject: string;
  readonly figure: string;
  readonly unit: 'bytes' | 'rows' | 'ms' | 'count' | '';
  readonly before: number | null;
  readonly after: number | null;
  /** After minus before; null where one of both is not known. */
  readonly difference: number | null;
  /** Somebody should look at it. */
  readonly notable: boolean;
}
