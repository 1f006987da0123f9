import type { StatementEffects } from './effects.js';

/** A statement that the page of locks shows, as some majors treat it. */
export interface LockPageEntry {
  readonly sql: string;
  readonly majors: readonly number[];
  readonly effects: StatementEffects;
}

/** What everyday statements lock, on a small schema that the page shows too. */
export interface LockPage {
  readonly majors: readonly number[];
  /** The definitions that the statements meet. */
  readonly schema: string;
  readonly groups: readonly { readonly title: string; readonly entries: readonly LockPageEntry[] }[];
}
