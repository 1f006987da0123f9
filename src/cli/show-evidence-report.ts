import type { EvidenceTerminalReport } from '../report/evidence/terminal.js';
import type { Surroundings } from './surroundings.js';

/** Each renderer is loaded only when it is asked for. */
export async function showEvidenceReport(
  report: EvidenceTerminalReport,
  { format }: { readonly format?: 'text' | 'json' },
  { width, color, stdout }: Surroundings,
): Promise<void> {
  if (format === 'json') return stdout((await import('../report/json.js')).renderJson(report));
  stdout((await import('../report/evidence/terminal.js')).renderEvidenceTerminal(report, { width, color }));
}
