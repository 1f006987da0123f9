import type { Schema } from '../../../src/model/schema.js';
import { drawFrom, type Template } from './draw-from-schema.js';
import { alterStatements } from './generate-alter.js';
import { dataStatements } from './generate-data.js';
import { definitionStatements } from './generate-definition.js';
import { shapedStatements } from './generate-shapes.js';
import { maintenanceStatements } from './generate-maintenance.js';

const templates: readonly Template[] = [
  ...alterStatements,
  ...alterStatements,
  ...definitionStatements,
  ...dataStatements,
  ...maintenanceStatements,
  ...shapedStatements,
  ...shapedStatements,
];

/** The same seed and schema give the same statements. Many are refused by a server: that is not known beforehand. */
export function* generateStatements(schema: Schema, seed: number): Generator<string> {
  const draw = drawFrom(schema, randomNumbers(seed));
  for (;;) yield draw.one(templates)(draw);
}

/** mulberry32: small, and the same everywhere. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
