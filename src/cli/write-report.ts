import { chmod, writeFile } from 'node:fs/promises';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { Rehearsal } from '../model/rehearsal.js';
import type { ReportFormat } from './report-format.js';

export interface ReportLook {
  readonly width: number;
  readonly color: boolean;
  readonly verbose: boolean;
}

/** Each renderer is loaded only when it is asked for. */
export async function renderReport(rehearsal: Rehearsal, format: ReportFormat, look: ReportLook): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('../report/terminal.js')).renderTerminal(rehearsal, look);
    case 'json':
      return (await import('../report/json.js')).renderJson(rehearsal);
    case 'markdown':
      return (await import('../report/markdown.js')).renderMarkdown(rehearsal);
    case 'html':
      return (await import('../report/html/page.js')).renderHtml(rehearsal);
    default:
      return format satisfies never;
  }
}

/** Readable by its owner only: statements and errors can hold data. */
export async function writeReportFile(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o600 });
    await chmod(path, 0o600);
  } catch (cause) {
    throw new ChangeSafetyError({
      code: 'output-failed',
      message: `The report could not be written to ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Check the folder of --output and the space on its disk.',
      effect: 'none',
      cause,
    });
  }
}
