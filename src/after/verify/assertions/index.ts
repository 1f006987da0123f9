import type { Assertion } from '../assertion.js';
import collationsCurrent from './collations-current.js';
import conditionsHold from './conditions-hold.js';
import constraintsValidated from './constraints-validated.js';
import foreignKeys from './foreign-keys.js';
import heapSound from './heap-sound.js';
import indexesSound from './indexes-sound.js';
import indexesValid from './indexes-valid.js';
import invariants from './invariants.js';
import sequencesAhead from './sequences-ahead.js';
import softReferences from './soft-references.js';
import uniqueHolds from './unique-holds.js';

/** All assertions, in the order in which they are looked at: what the catalog knows first, what reads most last. */
export const assertions: readonly Assertion[] = [
  constraintsValidated,
  indexesValid,
  collationsCurrent,
  sequencesAhead,
  conditionsHold,
  uniqueHolds,
  foreignKeys,
  softReferences,
  invariants,
  indexesSound,
  heapSound,
];
