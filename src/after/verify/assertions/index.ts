import type { Assertion } from '../assertion.js';
import collationsCurrent from './collations-current.js';
import conditionsHold from './conditions-hold.js';
import constraintsValidated from './constraints-validated.js';
import domainsHold from './domains-hold.js';
import exclusionsHold from './exclusions-hold.js';
import foreignKeys from './foreign-keys.js';
import heapSound from './heap-sound.js';
import indexesComplete from './indexes-complete.js';
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
  domainsHold,
  uniqueHolds,
  exclusionsHold,
  foreignKeys,
  softReferences,
  invariants,
  indexesSound,
  indexesComplete,
  heapSound,
];
