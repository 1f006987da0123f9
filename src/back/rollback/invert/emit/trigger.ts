import { defineEmitter, inPlace, rebuild } from '../emitter.js';
import { textFact } from '../piece.js';
import { holderName } from '../sql-kind.js';
import { ownName } from '../sql-names.js';
import { firingOf, setFiring } from './firing.js';

export default defineEmitter({
  kind: 'trigger',
  create: (trigger) => [
    // The parent's statement, or attaching the table, makes those of partitions.
    ...(textFact(trigger, 'madeBy') === null
      ? [(textFact(trigger, 'definition') ?? '').replace(/^CREATE TRIGGER /, 'CREATE OR REPLACE TRIGGER ')]
      : []),
    ...firingOf(trigger),
  ],
  drop: (trigger) => [`DROP TRIGGER IF EXISTS ${ownName(trigger.identity)} ON ${holderName(trigger)}`],
  alter: ({ to, changed }) =>
    changed.has('definition') || changed.has('madeBy')
      ? rebuild
      : inPlace(changed.has('enabled') ? [setFiring(to)] : []),
});
