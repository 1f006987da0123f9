import { explain } from '../workflows/explain.js';
import { tool } from '../workflows/tool-version.js';
import { exitCodes } from './exit-code.js';
import type { ExplainFormat } from './explain-format.js';
import { openProgressLine } from './progress-line.js';
import type { Surroundings } from './surroundings.js';

/** The options of `explain`, as they were parsed. */
export interface ExplainFlags {
  readonly prove?: boolean;
  readonly config?: string;
  readonly format: ExplainFormat;
}

/** Explains, and returns the exit code: 1 when a proof that was asked for does not hold. Throws ChangeSafetyError. */
export async function runExplain(rule: string | null, flags: ExplainFlags, around: Surroundings): Promise<number> {
  const { pages, gates, proofs } = await findOut(rule, flags, around);
  const proved = proofs.every(({ holds }) => holds);
  if (flags.format === 'json') {
    around.stdout(`${JSON.stringify({ kind: 'rules', version: 1, tool, rules: pages, gates, proofs }, null, 2)}\n`);
  } else if (flags.format === 'markdown') {
    const { renderProofs, renderRuleIndex, renderRulePage } = await import('../report/check/rule-page.js');
    const { renderGateIndex, renderGatePage } = await import('../report/gates/gate-page.js');
    const [page] = pages;
    if (pages.length > 0)
      around.stdout(pages.length === 1 && page !== undefined ? renderRulePage(page) : renderRuleIndex(pages));
    const [gate] = gates;
    if (gates.length > 0)
      around.stdout(gates.length === 1 && gate !== undefined ? renderGatePage(gate) : `\n${renderGateIndex(gates)}`);
    if (proofs.length > 0) around.stdout(`\n${renderProofs(proofs)}`);
  } else {
    const { renderExplanation } = await import('../report/check/explain.js');
    const { renderGateExplanation } = await import('../report/gates/explain.js');
    const options = { width: around.width, color: around.color };
    if (pages.length > 0) around.stdout(renderExplanation(pages, proofs, options));
    if (gates.length > 0) around.stdout(renderGateExplanation(gates, options));
  }
  return proved ? exitCodes.ok : exitCodes.findings;
}

async function findOut(rule: string | null, flags: ExplainFlags, around: Surroundings) {
  using progress = openProgressLine(around.stderr);
  const { cwd, env, signal } = around;
  return await explain({
    cwd,
    env,
    signal,
    onProgress: progress.report,
    configPath: flags.config,
    rule,
    prove: flags.prove ?? false,
  });
}
