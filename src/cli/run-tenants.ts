import { ChangeSafetyError } from '../model/change-safety-error.js';
import { exitCodes } from './exit-code.js';
import type { ApplyFlags } from './run-apply.js';
import type { Surroundings } from './surroundings.js';

/**
 * Applies to one tenant after another, each with a report of its own, and stops after the first that was not brought to
 * its end: the others are as they were. What an earlier call did is not done again.
 */
export async function runTenants(
  tenants: readonly string[],
  { flags, around }: { readonly flags: ApplyFlags; readonly around: Surroundings },
  applyOne: (target: string) => Promise<number>,
): Promise<number> {
  if (flags.format === 'json' || flags.output !== undefined || flags.events !== undefined) throw oneAtATime(tenants);
  for (const [at, target] of tenants.entries()) {
    around.stderr.write(`Tenant ${at + 1} of ${tenants.length}: ${target}\n`);
    const left = tenants.slice(at + 1);
    const code = await applyOne(target).catch((cause: unknown) => {
      sayWhatIsLeft(target, left, around);
      throw cause;
    });
    if (code === exitCodes.ok) continue;
    sayWhatIsLeft(target, left, around);
    return code;
  }
  return exitCodes.ok;
}

function sayWhatIsLeft(target: string, left: readonly string[], { stderr }: Surroundings): void {
  stderr.write(
    left.length === 0
      ? `Stopped at ${target}, the last one.\n`
      : `Stopped at ${target}. Nothing was begun in ${left.join(', ')}.\n`,
  );
}

function oneAtATime([first = '']: readonly string[]): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: 'A report in JSON or in a file, and a stream of events, are about one tenant.',
    remedy: `Name the tenant: --target ${first}.`,
    effect: 'none',
  });
}
