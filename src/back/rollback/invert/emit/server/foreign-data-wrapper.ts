import { defineEmitter, inPlace } from '../../emitter.js';
import { textFact } from '../../piece.js';
import { alterOptions, cannotNameSecrets, createOptions } from './foreign-options.js';

export default defineEmitter({
  kind: 'foreign-data wrapper',
  cannotCreate: cannotNameSecrets,
  create: (piece) => {
    const functions = ['handler', 'validator'].flatMap((role) => {
      const name = textFact(piece, role);
      return name === null ? [] : [` ${role.toUpperCase()} ${name}`];
    });
    return [`CREATE FOREIGN DATA WRAPPER ${piece.identity}${functions.join('')}${createOptions(piece)}`];
  },
  drop: ({ identity }) => [`DROP FOREIGN DATA WRAPPER ${identity}`],
  alter: ({ from, to, changed }) => {
    const functions = ['handler', 'validator']
      .filter((role) => changed.has(role))
      .map((role) =>
        textFact(to, role) === null ? `NO ${role.toUpperCase()}` : `${role.toUpperCase()} ${textFact(to, role)}`,
      );
    const options = alterOptions(to, from);
    const changes = [...functions, ...(options === null ? [] : [options])];
    return inPlace(changes.length === 0 ? [] : [`ALTER FOREIGN DATA WRAPPER ${to.identity} ${changes.join(' ')}`]);
  },
});
