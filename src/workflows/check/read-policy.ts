import { demandedApprovals } from './policy/approvals.js';
import { type Policy, defaultPolicy } from '../../before/classify/policy.js';
import type { Rule } from '../../before/classify/rule.js';
import type { Config } from '../../foundation/config/config.js';
import { splitTenant } from '../../foundation/config/tenant-target.js';
import { concerns } from '../../model/classification.js';
import { readLimits } from './policy/limits.js';
import { readRuleSettings } from './policy/rule-settings.js';
import { demandedControls } from './policy/tiers.js';
import { policyError } from './policy/policy-error.js';

export interface PolicyRequest {
  /** Name of a configured target; null when none is named. */
  readonly target: string | null;
  readonly style: boolean;
  /** All rules that may be named, the project's own included. */
  readonly rules: readonly Rule[];
}

/**
 * The policy that a configuration states, completed with what usually holds.
 * @throws ChangeSafetyError `config-invalid` for what the configuration cannot mean.
 */
export function readPolicy(config: Config, { target, style, rules }: PolicyRequest): Policy {
  const { policy, project } = config;
  const settings = readRuleSettings(policy.rules, rules);
  return {
    ...defaultPolicy,
    ...readLimits(policy.limits),
    schemas: project.schemas,
    severities: settings.severities,
    ignored: settings.ignored,
    concerns: style ? new Set(concerns) : (settings.concerns ?? defaultPolicy.concerns),
    tier: target === null ? null : tierOf(config, target),
    controls: demandedControls(policy.tiers),
    approvals: demandedApprovals(policy.approvals),
  };
}

function tierOf({ targets }: Config, name: string): number {
  const target = targets[splitTenant(name).target];
  if (target === undefined) {
    const known = Object.keys(targets);
    throw policyError(
      `There is no target ${name} in the configuration.`,
      known.length === 0 ? 'Add it under targets.' : `Known targets: ${known.join(', ')}.`,
    );
  }
  return target.tier;
}
