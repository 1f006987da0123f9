import type { ChangeSeen, GeneratedRollback } from './prove/way-back.js';

export function generateRollback({ migration }: ChangeSeen): GeneratedRollback {
  return { kind: 'refused', reason: migration.id };
}
