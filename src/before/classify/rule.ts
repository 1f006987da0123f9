import type { AlterTableType } from '@pgsql/types';
import type { NodeTag } from '../../foundation/effects/effect-context.js';
import type { Concern } from '../../model/classification.js';
import type { Certainty } from '../../model/effects.js';
import type { Severity } from '../../model/rehearsal.js';
import type { MigrationTrace } from '../../model/trace.js';
import type { JudgedMigration, JudgedStatement } from './judged-statement.js';
import type { RuleContext } from './rule-context.js';

/** What a rule says of one place. What it leaves out is taken from the rule. */
export interface Hit {
  /** What happens here, naming the relation, in one sentence. */
  readonly message: string;
  /** As reports name relations; with known sizes, hits on small tables weigh less. */
  readonly relation?: string;
  /** SQL that does the same safely, ready to paste. */
  readonly instead?: string;
  readonly severity?: Severity;
  readonly certainty?: Certainty;
  /** 1-based line in the file, where it is not the statement's. */
  readonly line?: number;
}

/** A small change on a small schema that shows the hazard on a real server, and its harmless form. */
export interface RuleExample {
  /** What was there before the change. */
  readonly setup: string;
  readonly unsafe: string;
  readonly safe: string;
  /** How each form is run: in one transaction, or (the default) statement by statement. */
  readonly transaction?: { readonly unsafe?: 'single'; readonly safe?: 'single' };
  /** What an application that knows nothing of the change sends: prepared and executed before it, and again after it. */
  readonly application?: string;
  /** A name for the file, where the rule looks at it; `path` of both changes otherwise is `0001_change.sql`. */
  readonly paths?: { readonly unsafe: string; readonly safe: string };
}

/** What running an example showed. */
export interface ObservedExample {
  readonly trace: MigrationTrace;
  /** SQLSTATE that the application got after the change; null when it got its answer, or sent nothing. */
  readonly applicationError: string | null;
}

interface RuleWords {
  /** Never changes once it was published. */
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly title: string;
  readonly why: string;
  readonly instead: string;
  readonly sources: readonly string[];
  readonly concern: Concern;
  readonly severity: Severity;
  /** The majors that it concerns; all when absent. */
  readonly majors?: readonly number[];
  /** It can only be decided with a schema; by the text alone it is silent. */
  readonly needsSchema?: true;
  readonly example: RuleExample;
}

type Proof =
  | {
      /** The same judgement from what a server did. */
      readonly observe: (example: ObservedExample) => boolean;
      readonly unobservable?: never;
    }
  | {
      /** Why no server can show it. */
      readonly unobservable: string;
      readonly observe?: never;
    };

export interface StatementRule {
  readonly scope: 'statement';
  /** The kinds of statement that it looks at; `any` looks at all of them. */
  readonly on: readonly NodeTag[] | 'any';
  /** Of ALTER TABLE only statements with one of these sub-commands; absent: all of them. */
  readonly alters?: readonly AlterTableType[];
  readonly predict: (statement: JudgedStatement, context: RuleContext) => readonly Hit[];
}

export interface FileRule {
  readonly scope: 'file';
  readonly predict: (migration: JudgedMigration) => readonly Hit[];
}

export interface ChangeRule {
  readonly scope: 'change';
  /** Hits stand at the migration that they name. */
  readonly predict: (change: readonly JudgedMigration[]) => readonly (Hit & { readonly migration: string })[];
}

/** A hazard: its words, its judgement and its proof. */
export type Rule = RuleWords & Proof & (StatementRule | FileRule | ChangeRule);

/** Checks a rule's shape; a project's own rules use the same door. */
export function defineRule<T extends Rule>(rule: T): T {
  return rule;
}
