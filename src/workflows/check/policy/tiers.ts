import { defaultPolicy, type Policy } from '../../../before/classify/policy.js';
import type { PolicyConfig } from '../../../foundation/config/config.js';
import { policyError } from './policy-error.js';

/** `policy.tiers`: a list of controls for each tier; tiers that are not named keep the usual ones. */
export function demandedControls(tiers: PolicyConfig['tiers']): Policy['controls'] {
  const controls: Record<number, readonly string[]> = { ...defaultPolicy.controls };
  for (const [tier, demanded] of Object.entries(tiers)) {
    if (!/^\d+$/.test(tier))
      throw policyError(`policy.tiers.${tier} is no tier.`, 'Tiers are numbers, 0 the most critical.');
    controls[Number(tier)] = texts(demanded, tier);
  }
  return controls;
}

function texts(value: unknown, tier: string): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw policyError(
    `policy.tiers.${tier} is ${JSON.stringify(value)}.`,
    'It has to be a list of controls, [rehearsal, restore proof, maintenance window] say.',
  );
}
