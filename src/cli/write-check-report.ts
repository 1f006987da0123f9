import type { CheckReport } from '../model/check.js';
import type { CheckFormat } from './check-format.js';
import type { ReportLook } from './write-report.js';

/** The report in the pieces in which it is best written. */
export async function renderCheckPieces(
  report: CheckReport,
  format: CheckFormat,
  look: ReportLook,
): Promise<Iterable<string>> {
  if (format === 'json') return (await import('../report/check/json-pieces.js')).jsonPieces(report);
  if (format === 'text') return (await import('../report/check/terminal.js')).checkTerminalPieces(report, look);
  return [await renderCheckReport(report, format, look)];
}

/** Each renderer is loaded only when it is asked for. */
export async function renderCheckReport(report: CheckReport, format: CheckFormat, look: ReportLook): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('../report/check/terminal.js')).renderCheckTerminal(report, look);
    case 'json':
      return (await import('../report/json.js')).renderJson(report);
    case 'sarif':
      return (await import('../report/check/sarif.js')).renderSarif(report);
    case 'github':
      return (await import('../report/check/github.js')).renderGithub(report);
    case 'gitlab':
      return (await import('../report/check/gitlab.js')).renderGitlab(report);
    case 'junit':
      return (await import('../report/check/junit.js')).renderJunit(report);
    case 'markdown':
      return (await import('../report/check/markdown.js')).renderCheckMarkdown(report);
    default:
      return format satisfies never;
  }
}
