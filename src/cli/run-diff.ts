import type { DiffReport } from '../model/diff-report.js';
import type { Facet } from '../model/schema-snapshot.js';
import { diff } from '../workflows/diff.js';
import { type DiffFormat, diffFormatOfFile } from './diff-format.js';
import { exitCodes } from './exit-code.js';
import { openProgressLine } from './progress-line.js';
import type { Surroundings } from './surroundings.js';
import { type ReportLook, writeReportFile } from './write-report.js';

/** The options of `diff`, as they were parsed. */
export interface DiffFlags {
  readonly config?: string;
  readonly formatOfProject?: string;
  readonly facets: readonly Facet[];
  readonly serverMajor?: number;
  readonly serverBin?: string;
  readonly withToolTables?: boolean;
  readonly format?: DiffFormat;
  readonly output?: string;
}

/** Compares, shows the report, and returns the exit code: 1 when something differs. Throws ChangeSafetyError. */
export async function runDiff(
  operands: readonly [before: string, after: string],
  flags: DiffFlags,
  around: Surroundings,
): Promise<number> {
  const report = await compare(operands, flags, around);
  const { output } = flags;
  const format = flags.format ?? (output === undefined ? 'text' : diffFormatOfFile(output));
  const look = { width: around.width, color: around.color && output === undefined, verbose: false };
  const text = await renderDiffReport(report, format, look);
  if (output === undefined) around.stdout(text);
  else {
    await writeReportFile(output, text);
    around.stdout(await renderDiffReport(report, 'text', { ...look, color: around.color }));
    around.stderr.write(`Report written to ${output}\n`);
  }
  return report.same ? exitCodes.ok : exitCodes.findings;
}

async function compare(
  [before, after]: readonly [string, string],
  flags: DiffFlags,
  around: Surroundings,
): Promise<DiffReport> {
  using progress = openProgressLine(around.stderr);
  const { cwd, env, signal } = around;
  return await diff({
    cwd,
    env,
    signal,
    onProgress: progress.report,
    configPath: flags.config,
    flags: { project: { format: flags.formatOfProject }, stage: { serverBin: flags.serverBin } },
    before,
    after,
    facets: flags.facets,
    major: flags.serverMajor ?? null,
    withToolTables: flags.withToolTables ?? false,
  });
}

/** Each renderer is loaded only when it is asked for. */
async function renderDiffReport(report: DiffReport, format: DiffFormat, look: ReportLook): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('../report/diff/terminal.js')).renderDiffTerminal(report, look);
    case 'json':
      return (await import('../report/json.js')).renderJson(report);
    case 'markdown':
      return (await import('../report/diff/markdown.js')).renderDiffMarkdown(report);
    default:
      return format satisfies never;
  }
}
