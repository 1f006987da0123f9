import type { Gate } from '../during/preflight/gate.js';
import { gates } from '../during/preflight/gates/index.js';
import type { GatePage } from '../model/gate-page.js';

/** The pages of all gates, in the order in which they are asked. */
export function gatePages(): readonly GatePage[] {
  return gates.map(toPage);
}

function toPage({ id, title, why, remedy, sources, blindSpot, settings }: Gate): GatePage {
  return { id, title, why, remedy, sources, blindSpot, settings: settings ?? [] };
}
