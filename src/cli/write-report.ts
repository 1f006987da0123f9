import { chmod, writeFile } from 'node:fs/promises';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { Rehearsal } from '../model/rehearsal.js';
import { renderHtml } from '../report/html/page.js';
import { renderJson } from '../report/json.js';
import { renderMarkdown } from '../report/markdown.js';
import { renderTerminal } from '../report/terminal.js';

export const reportFormats = ['text', 'json', 'markdown', 'html'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface ReportLook {
  readonly width: number;
  readonly color: boolean;
  readonly verbose: boolean;
}

export function renderReport(rehearsal: Rehearsal, format: ReportFormat, look: ReportLook): string {
  switch (format) {
    case 'text':
      return renderTerminal(rehearsal, look);
    case 'json':
      return renderJson(rehearsal);
    case 'markdown':
      return renderMarkdown(rehearsal);
    case 'html':
      return renderHtml(rehearsal);
    default:
      return format satisfies never;
  }
}

/** The format that a file name asks for, when none was named. */
export function formatOfFile(path: string): ReportFormat {
  if (/\.html?$/i.test(path)) return 'html';
  if (/\.json$/i.test(path)) return 'json';
  return /\.(?:md|markdown)$/i.test(path) ? 'markdown' : 'text';
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
