import { quoteIdentifier, quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import type { Piece } from '../../piece.js';

type Options = Readonly<Record<string, string | null>>;

function optionsOf(piece: Piece): Options {
  return (piece.facts['options'] ?? {}) as Options;
}

/** Of options that hold a secret only the name is read: nobody can write them again. */
export function cannotNameSecrets(piece: Piece): string | null {
  const secrets = Object.entries(optionsOf(piece)).flatMap(([name, value]) => (value === null ? [name] : []));
  return secrets.length === 0 ? null : `the value of ${secrets.join(', ')} is a secret that is never read`;
}

/** ` OPTIONS (…)` of a CREATE; empty without any. */
export function createOptions(piece: Piece): string {
  const pairs = Object.entries(optionsOf(piece)).flatMap(([name, value]) =>
    value === null ? [] : [`${quoteIdentifier(name)} ${quoteLiteral(value)}`],
  );
  return pairs.length === 0 ? '' : ` OPTIONS (${pairs.join(', ')})`;
}

/** `OPTIONS (ADD …, SET …, DROP …)` that leads back, or null when nothing differs. */
export function alterOptions(before: Piece, after: Piece): string | null {
  const [old, young] = [optionsOf(before), optionsOf(after)];
  const gone = Object.keys(young).filter((name) => !Object.hasOwn(old, name));
  const changed = Object.entries(old).filter(([name, value]) => value !== null && young[name] !== value);
  const changes = [
    ...gone.map((name) => `DROP ${quoteIdentifier(name)}`),
    ...changed.map(([name, value]) => {
      const way = Object.hasOwn(young, name) ? 'SET' : 'ADD';
      return `${way} ${quoteIdentifier(name)} ${quoteLiteral(value ?? '')}`;
    }),
  ];
  return changes.length === 0 ? null : `OPTIONS (${changes.join(', ')})`;
}
