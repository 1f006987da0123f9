import type { ApplyReport } from '../model/apply-report.js';
import type { PreflightReport } from '../model/preflight.js';
import { type ApplyFormat, applyFormatOfFile } from './apply-format.js';
import type { ChangeFlags } from './change-flags.js';
import type { Surroundings } from './surroundings.js';
import type { ReportLook } from './write-report.js';

/** Each renderer is loaded only when it is asked for. */
export async function renderApplyReport(report: ApplyReport, format: ApplyFormat, look: ReportLook): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('../report/apply/terminal.js')).renderApplyTerminal(report, look);
    case 'json':
      return (await import('../report/json.js')).renderJson(report);
    case 'markdown':
      return (await import('../report/apply/markdown.js')).renderApplyMarkdown(report);
    default:
      return format satisfies never;
  }
}

export async function renderPreflightReport(
  report: PreflightReport,
  format: ApplyFormat,
  look: ReportLook,
): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('../report/preflight/terminal.js')).renderPreflightTerminal(report, look);
    case 'json':
      return (await import('../report/json.js')).renderJson(report);
    case 'markdown':
      return (await import('../report/preflight/markdown.js')).renderPreflightMarkdown(report);
    default:
      return format satisfies never;
  }
}

interface ReportPlace {
  readonly flags: Pick<ChangeFlags, 'format' | 'output' | 'verbose'>;
  readonly around: Surroundings;
  /** Where a report goes that no file takes. */
  readonly write: (text: string) => void;
}

/** Shows a report; with --output it goes to the file, and as text to whoever looks on. */
export async function writeChangeReport(
  render: (format: ApplyFormat, look: ReportLook) => Promise<string>,
  { flags: { format, output, verbose = false }, around, write }: ReportPlace,
): Promise<void> {
  const { width, color } = around;
  if (output === undefined) {
    write(await render(format ?? 'text', { width, color, verbose }));
    return;
  }
  const text = await render(format ?? applyFormatOfFile(output), { width, color: false, verbose });
  write(await render('text', { width, color, verbose }));
  const { writeReportFile } = await import('./write-report.js');
  await writeReportFile(output, text);
  around.stderr.write(`Report written to ${around.shorten(output)}\n`);
}
