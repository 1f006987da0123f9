import type { Concern, MigrationClassification } from './classification.js';
import type { Severity } from './rehearsal.js';

/** Where the schema came from that predictions were made with. */
export type SchemaKnowledge =
  /** The history was replayed on a server of our own, and each statement judged against what its predecessors leave. */
  | 'shadow'
  /** Read from a database; statements that follow changes of the same relation are judged with less certainty. */
  | 'database'
  /** Only the text of the migrations is known. */
  | 'none';

/** The words of a rule, for those who read a report and not the documentation. */
export interface RuleDescription {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly instead: string;
  readonly sources: readonly string[];
  readonly concern: Concern;
  readonly severity: Severity;
}

/** All that there is to know about a rule. */
export interface RulePage extends RuleDescription {
  readonly aliases: readonly string[];
  readonly majors: readonly number[];
  readonly needsSchema: boolean;
  readonly example: {
    readonly setup: string;
    readonly unsafe: string;
    readonly safe: string;
    /** What an application sends that knows nothing of the change. */
    readonly application: string | null;
    /** Names of the files, where they matter. */
    readonly paths: { readonly unsafe: string; readonly safe: string } | null;
  };
  /** Why no server can show it; null when the example was observed. */
  readonly unobservable: string | null;
}

/** What `lockkeeper check` says. */
export interface CheckReport {
  readonly kind: 'check';
  /** Version of this report's format. */
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly server: { readonly major: number; readonly schema: SchemaKnowledge; readonly sizes: 'database' | 'unknown' };
  readonly project: { readonly format: string; readonly path: string };
  readonly migrations: readonly MigrationClassification[];
  /** The rules that the findings are of. */
  readonly rules: readonly RuleDescription[];
  /** How many findings of each severity are left after suppression. */
  readonly totals: Readonly<Record<Severity, number>>;
  readonly notes: readonly string[];
  readonly changeDigest: string;
}
