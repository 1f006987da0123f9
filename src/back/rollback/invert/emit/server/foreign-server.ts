import { quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import { defineEmitter, inPlace, rebuild } from '../../emitter.js';
import { textFact } from '../../piece.js';
import { alterOptions, cannotNameSecrets, createOptions } from './foreign-options.js';

function literal(word: string, value: string | null): string {
  return value === null ? '' : ` ${word} ${quoteLiteral(value)}`;
}

export default defineEmitter({
  kind: 'foreign server',
  cannotCreate: cannotNameSecrets,
  create: (piece) => [
    `CREATE SERVER ${piece.identity}${literal('TYPE', textFact(piece, 'type'))}` +
      `${literal('VERSION', textFact(piece, 'version'))} FOREIGN DATA WRAPPER ${textFact(piece, 'wrapper')}${createOptions(piece)}`,
  ],
  drop: ({ identity }) => [`DROP SERVER ${identity}`],
  alter: ({ from, to, changed }) => {
    const version = textFact(to, 'version');
    if (changed.has('type') || changed.has('wrapper')) return rebuild;
    const newVersion = changed.has('version') ? `VERSION ${version === null ? 'NULL' : quoteLiteral(version)}` : null;
    const changes = [newVersion, alterOptions(to, from)].filter((change) => change !== null);
    return inPlace(changes.length === 0 ? [] : [`ALTER SERVER ${to.identity} ${changes.join(' ')}`]);
  },
});
