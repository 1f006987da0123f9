import type { TestReport } from '../model/test-report.js';
import type { TestFormat } from './test-format.js';
import type { ReportLook } from './write-report.js';

/** Each renderer is loaded only when it is asked for. */
export async function renderTestReport(report: TestReport, format: TestFormat, look: ReportLook): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('../report/test/terminal.js')).renderTestTerminal(report, look);
    case 'json':
      return (await import('../report/json.js')).renderJson(report);
    case 'junit':
      return (await import('../report/test/junit.js')).renderTestJunit(report);
    case 'markdown':
      return (await import('../report/test/markdown.js')).renderTestMarkdown(report);
    default:
      return format satisfies never;
  }
}
