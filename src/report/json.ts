import type { Rehearsal } from '../model/rehearsal.js';

/** The report as JSON: two spaces, one final newline, the shape of `schemas/rehearsal.schema.json`. */
export function renderJson(rehearsal: Rehearsal): string {
  return `${JSON.stringify(rehearsal, null, 2)}\n`;
}
