import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { bareName, leadingNames } from '../../sql-names.js';

/** Bytes of a name that PostgreSQL keeps. */
const nameBytes = 63;
const suffix = '__replaced';

export interface AsideName {
  /** The bare new name, quoted, as RENAME TO takes it. */
  readonly name: string;
  /** With its schema. */
  readonly identity: string;
}

/** The name that a type bears between the making of its successor and its own end. */
export function asideName(identity: string): AsideName {
  const names = leadingNames(identity);
  const own = Buffer.from(bareName(names.at(-1) ?? identity)).subarray(0, nameBytes - suffix.length);
  // A character that was cut in two would come out as a replacement character.
  const name = quoteIdentifier(`${own.toString().replace(/\uFFFD+$/, '')}${suffix}`);
  return { name, identity: [...names.slice(0, -1), name].join('.') };
}
